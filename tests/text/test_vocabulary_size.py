"""The size of a vocabulary for a small text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lite_transformer_tf.text import Vocabulary, VocabularyPair
from lite_transformer_tf.text.vocabulary_size import supported_size

pytestmark = pytest.mark.light
DATA = Path(__file__).parents[1] / "upgrade" / "fixtures" / "data"


@pytest.fixture(scope="module")
def phrases() -> list[str]:
    """Both sides of 200 pairs."""
    sides = [(DATA / f"train.{language}").read_text().splitlines()[:200] for language in ("en", "fr")]
    return [text for pair in zip(*sides, strict=True) for text in pair]


def occurrences(vocabulary: Vocabulary, texts: list[str]) -> list[int]:
    """How often each piece of two characters or more occurs."""
    counts = Counter(id for text in texts for id in vocabulary.encode(text))
    return [counts[id] for id in range(260, vocabulary.size) if len(vocabulary.piece(id)) > 1]


def test_one_piece_for_fifty_characters():
    assert supported_size(["abc " * 25], 8000) == 260 + 4 + 2
    assert supported_size(["abc " * 25] * 1000, 8000) == 266, "a text that occurs again does not count again"
    assert supported_size(["abc" * 25, "bcd" * 25], 8000) == 260 + 5 + 3, "SentencePiece adds the space"
    assert supported_size(["abc " * 25], 262) == 262
    assert supported_size([], 8000) == 261


def test_a_large_text_is_read_only_as_far_as_needed():
    def texts():
        for number in range(40):
            yield f"{number:02d}" * 25
        raise AssertionError("far enough")

    assert supported_size(texts(), 300) == 300


def test_pieces_of_two_hundred_pairs_occur_often_enough(phrases):
    """Most of SentencePiece's largest vocabulary for this text come from one or two places."""
    fitting, largest = Vocabulary.train(phrases, 8000, at_most=True), Vocabulary.train(phrases, 1000)
    assert fitting.size == supported_size(phrases, 8000) < 750
    counts, rare = occurrences(fitting, phrases), occurrences(largest, phrases)
    assert sum(count >= 5 for count in counts) / len(counts) > 0.7
    assert sum(count >= 5 for count in rare) / len(rare) < 0.5


def test_a_text_that_supports_the_size_gives_the_same_vocabulary(phrases):
    assert Vocabulary.train(phrases, 400, at_most=True) == Vocabulary.train(phrases, 400)


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
@pytest.mark.parametrize("texts", [["a"], ["abc"] * 200, ["hello world"] * 20, ["你好世界"], ["a a a a"] * 5], ids=str)
def test_the_smallest_texts(kind, texts):
    """Fewer pieces than the rule gives, where SentencePiece finds no more."""
    vocabulary = Vocabulary.train(texts, 8000, kind, at_most=True)
    assert vocabulary.size <= supported_size(texts, 8000)
    assert vocabulary.decode(vocabulary.encode(texts[0])) == texts[0]


def test_an_exact_size_is_refused_with_the_largest(phrases):
    with pytest.raises(ValueError, match=r"support a unigram vocabulary of at most \d+ pieces; .* Received: size=8000"):
        Vocabulary.train(phrases, 8000)


def test_each_side_of_a_pair_has_its_own(phrases):
    sources, targets = phrases[::2], phrases[1::2]
    pair = VocabularyPair.train(sources, targets, 8000, joint=False, target_size=400, at_most=True)
    assert pair.sizes == (supported_size(sources, 8000), 400)
