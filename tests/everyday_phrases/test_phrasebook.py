"""The phrasebook: every row is whole in every language, numbers stay, splits and test material are apart."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from benchmarks.everyday_sentences import FILES, plain, read_sentences
from lite_transformer_tf.data.embedded import EmbeddedText, embedded_corpora
from lite_transformer_tf.data.phrasebook import LANGUAGES, SPLITS, essentials, phrasebook

pytestmark = pytest.mark.light
OTHERS = LANGUAGES[1:]
ESSENTIALS = 639


def rows(split: str) -> list[dict[str, str]]:
    """The rows of a split, by language."""
    found = zip(*(phrasebook(language, split) for language in OTHERS), strict=True)
    return [{"en": row[0].source, **{n: pair.target for n, pair in zip(OTHERS, row, strict=True)}} for row in found]


EVERY = {split: rows(split) for split in SPLITS}
ALL = [row for split in SPLITS for row in EVERY[split]]


def numbers(text: str) -> Counter[int]:
    return Counter(int(digits) for digits in re.findall(r"\d+", text) if int(digits))


def test_its_size_is_what_the_documentation_says() -> None:
    assert {split: len(rows) for split, rows in EVERY.items()} == {"train": 71520, "valid": 2287, "test": 2226}


def test_each_side_has_the_marks_of_its_language() -> None:
    for row in ALL:
        for language, text in row.items():
            assert text == text.strip() and "  " not in text, row
            assert not set(text) & set("’‘“”«»…–—\u00a0\u202f\t"), (language, text)
        # Vocabulary has no final mark, in no language; sentences have one in each.
        assert len({bool(re.search(r'[.?!]"?$', text)) for text in row.values()}) == 1, row
        assert not re.search(r"[^ ?!][?!]", row["fr"]), row
        assert ("?" in row["es"]) == ("¿" in row["es"]) and ("!" in row["es"]) == ("¡" in row["es"]), row
    for pair in (pair for split in SPLITS for pair in phrasebook("fr", split)):
        assert bool(re.search(r'[.?!]"?$', pair.source)) == (pair.topic != "vocabulary"), pair


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_are_the_same(language: str) -> None:
    numbered = [(row["en"], row[language]) for row in ALL if numbers(row["en"]) + numbers(row[language])]
    assert len(numbered) > 100
    for english, other in numbered:
        more, less = numbers(other) - numbers(english), numbers(english) - numbers(other)
        afternoon = [hour - 12 for hour in sorted(more.elements())]
        assert afternoon == sorted(less.elements()) and (" pm" in english or not more), (english, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_in_two_splits(language: str) -> None:
    texts = {split: {plain(row[language]) for row in EVERY[split]} for split in SPLITS}
    assert not texts["train"] & (texts["valid"] | texts["test"]) and not texts["valid"] & texts["test"]
    if language == "en":
        assert sum(map(len, texts.values())) == len(ALL)  # none is there twice


def test_the_everyday_sentences_that_people_judge_are_not_in_it() -> None:
    judged = [sentence for name in FILES.values() for sentence in read_sentences(name)]
    words = {tuple(plain(text).split()) for sentence in judged for text in (sentence.text, sentence.reference)}
    near = {(*known[:k], None, *known[k + 1 :]) for known in words for k in range(len(known)) if len(known) > 3}
    for row in ALL:
        for language in LANGUAGES:
            found = tuple(plain(row[language]).split())
            assert found not in words, row
            assert not any((*found[:k], None, *found[k + 1 :]) in near for k in range(len(found))), row


def test_it_is_read_in_all_six_directions() -> None:
    for other in OTHERS:
        assert "phrasebook" in embedded_corpora(other, "en")
        forth, back = (EmbeddedText("phrasebook", "valid", pair) for pair in (("en", other), (other, "en")))
        assert [(target, source) for source, target in forth] == list(back) != []
    with pytest.raises(ValueError, match=r"phrasebook has the languages .* Received: \('de', 'fr'\)"):
        EmbeddedText("phrasebook", "train", ("de", "fr"))


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match=r"language of the phrasebook must be one of .* Received: 'it'"):
        phrasebook("it")
    with pytest.raises(ValueError, match=r"split of the phrasebook must be one of .* Received: 'dev'"):
        phrasebook("fr", "dev")


def test_the_essentials_are_trained_in_every_language() -> None:
    for other, cry in (("fr", "Au secours !"), ("de", "Hilfe!"), ("es", "¡Socorro!")):
        found = essentials(other)
        assert len(found) == ESSENTIALS and set(found) <= set(phrasebook(other))
        assert [pair.target for pair in found if pair.source == "Help!"] == [cry]
        read = list(EmbeddedText("essentials", "train", (other, "en")))
        assert read == [(pair.target, pair.source) for pair in found]
    with pytest.raises(ValueError, match=r"essentials has the splits \('train',\). Received: 'valid'"):
        EmbeddedText("essentials", "valid", ("en", "fr"))
