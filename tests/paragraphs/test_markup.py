"""Spans: what they are, what a model reads without them, and where they return."""

from __future__ import annotations

import html
from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lite_transformer_tf.paragraphs import entities
from lite_transformer_tf.paragraphs.capitals import is_capital
from lite_transformer_tf.paragraphs.characters import SPACES
from lite_transformer_tf.paragraphs.cutting import cut
from lite_transformer_tf.paragraphs.markup import Cell, Kind, read_cells
from lite_transformer_tf.paragraphs.paragraph import ParagraphReader
from lite_transformer_tf.paragraphs.sentence import Sentence
from tests.paragraphs.texts import texts

pytestmark = pytest.mark.light


def spans(text: str) -> list[tuple[str, Kind]]:
    return [(cell.raw, cell.kind) for cell in read_cells(text) if cell.kind is not Kind.TEXT]


def reader(limit: int | None = None, source: str = "en", target: str = "fr") -> ParagraphReader:
    """Words are its tokens."""
    return ParagraphReader(source, target, lambda text: len(text.split()), limit)


@pytest.mark.parametrize(
    "text, kind",
    [
        *((text, Kind.OPEN) for text in ("<b>", "<a href='x'>", "<X-y:z.1\n>", "<!-- c -->", "<g id=1 >")),
        *((text, Kind.CLOSE) for text in ("</b>", "</a >", "</xliff:g>")),
        *((text, Kind.BREAK) for text in ("<br>", "<BR/>", "</p>", "<h1 class=x>", "<!DOCTYPE html>", "<?xml a='1'?>")),
        *(
            (text, Kind.WORD)
            for text in ("<img src='x'>", "<x id=1/>", "<wbr>", "&unknown;", "&#0;", "&#xD800;", "&#x110000;")
        ),
        *(
            (text, Kind.WORD)
            for text in ("http://x", "HTTPS://x.y/a_(b)", "ftp://a?b=[c]", "www.é.org", "a.b+c@d-e.f.org")
        ),
        *((text, Kind.WORD) for text in ("{n}", "{0:.2f}", "{}", "{{ a b }}", "${x}", "%{x}", "%s", "%1$d", "%05.2f")),
        *((text, Kind.WORD) for text in ("%(n)s", "%lld", "%@", "%%")),
    ],
)
def test_spans(text: str, kind: Kind) -> None:
    assert spans(text) == spans(f"({text})") == spans(f"一{text}。") == [(text, kind)]


@pytest.mark.parametrize(
    "text", ["a < b > c", "a<1>", "{a b}", "50 % des", "%dx", "a@b", "xhttp://", "&;", "& amp;", "<>", "</"]
)
def test_no_spans(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize("behind", [".", ",", "?!", "...", ")", ").", "]", "'", ":", "۔"])
def test_punctuation_behind_an_address_is_text(behind: str) -> None:
    assert spans(f"See https://x.y/a_(b){behind} there") == [("https://x.y/a_(b)", Kind.WORD)]


def test_entities_are_those_of_html() -> None:
    for name in [*entities.LATIN_1.split(), *entities.OTHERS.split()[::2]]:
        assert entities.character(f"&{name};") == html.unescape(f"&{name};")
    assert [entities.character(text) for text in ("&#39;", "&#x2014;", "&#XE9;", "&#1114111;")] == [
        "'",
        "—",
        "é",
        "\U0010ffff",
    ]


JOINED = [
    # text, what a model reads, its translations, the joined text
    ("Click <b>here</b> now.", ["Click here now."], ["Cliquez ici maintenant."], "Cliquez <b>ici</b> maintenant."),
    ("<b>Hello</b>.", ["Hello."], ["Bon jour."], "<b>Bon jour</b>."),
    ("<b>Hello.</b> <i>Bye.</i>", ["Hello.", "Bye."], ["Salut.", "Ciao."], "<b>Salut.</b> <i>Ciao.</i>"),
    ("<p>Hello.</p>\n <p>Bye.</p>", ["Hello.", "Bye."], ["Salut.", "Ciao."], "<p>Salut.</p>\n <p>Ciao.</p>"),
    ("One<br/>two", ["One", "two"], ["Un", "deux"], "Un<br/>deux"),
    ("Visit https://x.y.", ["Visit."], ["Voyez."], "Voyez https://x.y."),
    ("See {x} for more.", ["See for more."], ["Voir pour plus."], "Voir {x} pour plus."),
    ("See (https://x.y) or \"%s\"!", ["See or!"], ["Voir ou !"], "Voir (https://x.y) ou \"%s\" !"),
    ("<b>{name}</b> has %d dogs.", ["has dogs."], ["a des chiens."], "<b>{name}</b> a %d des chiens."),
    ("Hello, {name}!", ["Hello,!"], ["Bonjour,!"], "Bonjour, {name}!"),
    ("https://x.y", [], [""], "https://x.y"),
    ("{a}, {b}. Go.", ["Go."], ["", "Va."], "{a}, {b}. Va."),
    ("Fish &amp; chips &lt;now>", ["Fish & chips <now>"], ["Poisson & <frites>"], "Poisson &amp; &lt;frites&gt;"),
    ("Fish & chips", ["Fish & chips"], ["Poisson & <frites>"], "Poisson & <frites>"),
    ("un<b>believ</b>able", ["unbelievable"], ["incroyable"], "<b>incroyable</b>"),
    ("<b>a <i>b</i></b> c", ["a b c"], ["x"], "<b><i>x</i></b>"),
    ("a <b>b</b> c", ["a b c"], [""], "<b></b>"),
    ("请看https://x.y。谢谢", ["请看。", "谢谢"], ["See.", "Thanks"], "See https://x.y. Thanks"),
    (" \n<br> \n", [], [], "<br>"),
    ("  ", [], [], ""),
]  # fmt: skip


@pytest.mark.parametrize("text, read, translations, joined", JOINED)
def test_joined(text: str, read: list[str], translations: list[str], joined: str) -> None:
    paragraph = reader().read(text)
    assert paragraph.sources == read
    assert paragraph.joined(translations) == joined


def test_separators_of_the_target_language() -> None:
    for target, expected in (("ja", "x\ny<p>zxy"), ("en", "x\ny<p>z  x y"), ("", "x\ny<p>z  x y")):
        paragraph = reader(source="zh", target=target).read("一。\n二。<p>三。  四。五。")
        assert paragraph.joined(["x", "y", "z", "x", "y"]) == expected


@given(
    texts(),
    st.lists(st.sampled_from(["mot", "l'ami", "字", ".", "!", "(", "&", " "]), max_size=8),
    st.sampled_from([None, 1, 3]),
)
def test_every_span_returns_once_and_in_order(text: str, words: list[str], limit: int | None) -> None:
    paragraph = reader(limit).read(text)
    joined = paragraph.joined([" ".join(words)] * len(paragraph.sentences))
    expected, found = [raw for raw, _ in spans(text)], joined
    for span in expected:
        assert span in found, (span, joined)
        found = found.partition(span)[2]


def in_small(char: str) -> str:
    """The small letter of a capital."""
    return char.lower() if is_capital(char) else char


def is_lowered(sentence: Sentence) -> bool:
    """Whether a sentence in capitals is read in small letters."""
    return sum(map(is_capital, sentence.plain)) < sum(map(is_capital, sentence.raw))


@given(texts().map(lambda text: text.replace("&", "+")))
def test_a_copy_has_the_same_characters(text: str) -> None:
    """With every sentence as its own translation only white space changes, and where spans stand."""
    paragraph = reader().read(text)
    joined = paragraph.joined([sentence.plain for sentence in paragraph.sentences])
    found, expected = (Counter(char for char in entry if char not in SPACES) for entry in (joined, text))
    assert Counter(map(in_small, found.elements())) == Counter(map(in_small, expected.elements()))
    assert found == expected or any(is_lowered(sentence) for sentence in paragraph.sentences)


@example("<b>“ a", 1)  # a part without a word is copied
@given(texts(30), st.integers(1, 6))
def test_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    whole, parts = reader().read(text), reader(limit).read(text)
    assert all(len(source.split()) <= limit for source in parts.sources)
    sources = ["".join(sentence.plain for sentence in paragraph.sentences) for paragraph in (whole, parts)]
    read = ["".join(char for char in source if char not in SPACES) for source in sources]
    assert len({"".join(map(in_small, source)) for source in read}) == 1
    assert read[0] == read[1] or any(map(is_lowered, (*whole.sentences, *parts.sentences)))


def test_where_long_sentences_are_cut() -> None:
    for text, limit, expected in (
        ("a b, c d e f g; h i", 4, ["a b,", "c d e f", "g; h i"]),
        ("a b c, d", 4, ["a b c, d"]),
        ("a “b c,” d e “f” g", 4, ["a “b c,”", "d e “f” g"]),
        ("Go! he said, e.g. to me", 5, ["Go! he said,", "e.g. to me"]),
        ("a, b c d e f g h i", 8, ["a, b c d e f g h", "i"]),
        ("x https://x.y/z y z", 2, ["x y", "z"]),
    ):
        assert reader(limit).read(text).sources == expected
    text = "So it is. Go on, one two three four; five six. Yes"
    assert reader(4).read(text).too_long == ("Go on, one two three four; five six.",)
    characters = ParagraphReader("ja", "en", len, 3)
    assert characters.read("一二、三四五六").sources == ["一二、", "三四五", "六"]
    assert characters.read("abe\u0301fgh").sources == ["ab", "e\u0301f", "gh"]


def test_cutting_looks_at_each_character_a_bounded_number_of_times() -> None:
    class Watched(list[Cell]):
        looks = 0

        def __getitem__(self, key: Any) -> Any:
            self.looks += 1
            return super().__getitem__(key)

    text = "e" + 3000 * "\u0301"
    cells = Watched(read_cells(text))
    assert len(list(cut(cells, (0, len(text)), len, 1))) == len(text)
    assert cells.looks < 300 * len(text)


def test_a_character_of_too_many_tokens_is_copied() -> None:
    spelled = ParagraphReader("ar", "en", lambda text: len(text) + 17 * text.count("\ufdfa"), 8)
    paragraph = spelled.read("ab \ufdfa cd.\n\ufdfa\nef.")
    assert paragraph.sources == ["ab", "cd.", "ef."]
    assert [sentence.raw for sentence in paragraph.sentences if sentence.is_copied] == ["\ufdfa", "\ufdfa"]
    assert paragraph.too_long == ("ab \ufdfa cd.", "\ufdfa")
    assert paragraph.joined(["AB", "", "CD.", "", "EF."]) == "AB \ufdfa CD.\n\ufdfa\nEF."
