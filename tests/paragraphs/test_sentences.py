"""Sentences: docs/paragraphs.md by examples, and what holds for every text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite_transformer_tf.paragraphs.characters import LINE_BREAKS, SPACES
from lite_transformer_tf.paragraphs.markup import Kind, raw, read_cells
from lite_transformer_tf.paragraphs.sentences import Piece, SentenceSplitter
from tests.paragraphs.texts import texts

pytestmark = pytest.mark.light

EXAMPLES = [
    ("en", "A dog runs.| Two boys play!| Do they?| Yes…| They do."),
    ("en", "He paid 3.50 for v1.2.3 at example.com."),
    ("en", "Wait... what is this?!| A dog."),
    ("en", "“Go!” she said.| (He went.)| He said “I do.”| Then he ran.| No end"),
    ("en", "Mr. Smith met Dr. J. R. Jones in the U.S. Senate.| See Fig. 3 and No. 5.| He said no.| Then he left."),
    ("en", "1. First|\n2. Second|\n“3. Third”|\nSo am I.| And you?"),
    ("en", "On Jan. 5 he came in Jan.| Then he left."),
    ("fr", "M. Dupont et Mme. Durand.| Ils dorment."),
    ("fr", "« Il part. »| Puis rien.| Il dit : « Va ! » et part.|\u2028Fin"),
    ("fr", "Le 3.| Octobre."),
    ("de-AT", "Das ist z.B. Brot.| Gut."),
    ("de_DE", "Am 3. Oktober 2020.| Danach.| Er rief: „Geh.“| Dann »Komm!«| Ja."),
    ("zh", "你好。|再见！|好"),
    ("ja", "「行く。」|はい。"),
    ("hi", "यह है।| वह है।"),
    ("ar", "هل هذا؟| نعم."),
    ("ru", "А. С. Пушкин жил.| Он умер. и всё"),
    ("", "e.g.| Mr.| Smith vs. Jones"),
    ("en", "See https://a.b/c?d=e.| Or.| Mail x.y@z.org!| <b>Bold.| Yes</b> no"),
    ("en", "A <a title='B. C'>link.| D</a>.|<br>|Eh.</i>| <u>Fo.| <i>Go.| Ha.</i>|<li>|go"),
    ("en", "Zero width.\u200b| Next"),
]


@pytest.mark.parametrize("language, text", EXAMPLES)
def test_examples(language: str, text: str) -> None:
    """A bar stands behind every sentence; tags that end sentences belong to what is between them."""
    expected = [part.strip("".join(SPACES)) for part in text.split("|")]
    found = [piece.sentence for piece in SentenceSplitter(language).split(text.replace("|", ""))]
    assert found == [part for part in expected if part not in ("<br>", "<li>")]


def test_pieces_and_separators_are_the_text() -> None:
    text = "One.  Two.\r\n\r\n\tThree\u2028four.\n<p>\n"
    pieces = SentenceSplitter("en").split(text)
    assert pieces == [
        Piece("One.", "  "),
        Piece("Two.", "\r\n\r\n\t"),
        Piece("Three", "\u2028"),
        Piece("four.", "\n<p>\n"),
    ]
    assert SentenceSplitter("en").split(" \n\t ") == SentenceSplitter("en").split("") == []


@given(texts())
def test_nothing_is_lost(text: str) -> None:
    cells = read_cells(text)
    assert raw(cells) == text
    pieces = SentenceSplitter("en").split(text)
    joined = "".join(sentence + separator for sentence, separator in pieces)
    assert text.endswith(joined)
    before = read_cells(text.removesuffix(joined)) if pieces else cells
    assert all(cell.kind is Kind.BREAK or cell.char in SPACES for cell in before)


@given(texts())
def test_sentences_are_single_and_whole(text: str) -> None:
    """No sentence is empty, begins or ends in white space, or holds a line break; split again, it is the same one."""
    splitter = SentenceSplitter("fr")
    for sentence, separator in splitter.split(text):
        cells = read_cells(sentence)
        assert cells and cells[0].char not in SPACES and cells[-1].char not in SPACES
        assert not any(cell.kind is Kind.BREAK or cell.char in LINE_BREAKS for cell in cells)
        assert [cell for cell in read_cells(separator) if cell.kind is not Kind.BREAK and cell.char not in SPACES] == []


@given(st.lists(st.sampled_from(["A dog runs.", "He paid 3.50!", "Mr. Smith left.", "(Yes?)", "“No…”"]), max_size=6))
def test_joined_sentences_are_found_again(sentences: list[str]) -> None:
    for separator in (" ", "\n\n"):
        found = SentenceSplitter("en").split(separator.join(sentences))
        assert [piece.sentence for piece in found] == sentences


@pytest.mark.parametrize("unit", ["a", ".", ". ", "<", "<b>", "http://", "a@", "{", "((", "%", "&", '"', "1. ", ") "])
def test_long_texts_take_linear_time(unit: str) -> None:
    start = time.process_time()
    text = unit * (20_000 // len(unit))
    pieces = SentenceSplitter("en").split(text)
    assert "".join(sentence + separator for sentence, separator in pieces) == text
    assert time.process_time() - start < 3
