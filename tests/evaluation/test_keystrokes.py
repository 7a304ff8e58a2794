"""Keystroke savings by hand, and the 3-gram model beside them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.decoding.suggestions import Suggester
from lite_transformer_tf.evaluation.keystrokes import Keystrokes, keystrokes, perfect, readable, type_text
from lite_transformer_tf.text import TypedWords


def never(text: str, count: int) -> list[str]:
    return []


def test_keys_without_suggestions_are_characters() -> None:
    text = "I don't know, Tom."
    assert type_text(text, never) == Keystrokes(len(text), len(text), words=4)
    assert type_text(text, never).savings == 0.0 and Keystrokes().savings == 0.0


def test_a_pick_is_one_key_with_the_space_behind() -> None:
    shown = {"": ["I", "You"], "I d": ["did", "don't"], "I don't ": ["know"], "I don't know, ": ["Tom's", "tom"]}
    asked = []

    def suggest(text: str, count: int) -> list[str]:
        asked.append(text)
        return shown.get(text, [])[:count]

    found = type_text("I don't know, Tom.", suggest)
    # pick "I ", type d, pick "don't ", pick "know", then ", Tom."
    assert found == Keystrokes(characters=18, keys=1 + 1 + 1 + 1 + 6, words=4, picked=3, first=2, shown=2)
    assert found.savings == pytest.approx(100 * 8 / 18)
    assert asked == ["", "I ", "I d", "I don't ", "I don't know, ", "I don't know, T", "I don't know, To"]
    assert type_text("I don't know, Tom.", suggest, 1).picked == 2
    assert found.to_dict()["next_word_first"] == 50.0


def test_texts_are_typed_in_their_readable_form() -> None:
    assert readable(" I don’t\u00a0\tknow… ") == "I don't know..."
    assert keystrokes(["I  am", "I’m"], never) == Keystrokes(7, 7, words=3)


def test_the_bound_knows_every_word() -> None:
    vocabulary = TypedWords(["<s>", "<pad>", "<eos>", "<unk>", "the", "Tom", "is", "here"])
    text = "The man is Tom. tom is the"
    found = type_text(text, perfect(vocabulary, text))
    assert (found.words, found.picked, found.shown) == (7, 5, 5)  # not man, and not tom
    assert found.keys == 1 + 4 + 1 + 1 + 2 + 4 + 1 + 1


@pytest.fixture(scope="module")
def ngrams():
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "ngrams.py"
    spec = importlib.util.spec_from_file_location("ngrams", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ngrams"] = module  # its dataclasses look for it
    spec.loader.exec_module(module)
    return module


TEXTS = ["I see Tom.", "I see the dog.", "I see the dog.", "the dog sees Tom.", "Tom sees me.", "you see the cat."] * 3


def _counts(ngrams, texts=TEXTS):
    vocabulary = TypedWords.train(texts)
    return ngrams.Counts([vocabulary.encode(text) for text in texts], vocabulary), vocabulary


def test_probabilities_sum_to_one(ngrams) -> None:
    counts, vocabulary = _counts(ngrams)
    for threshold in (0.0, 2.0):
        model = ngrams.NgramModel(counts, threshold)
        for text in ("", "I", "I see", "I see the", "the dog", "me cat"):
            row = model.start([vocabulary.eos_id, *vocabulary.encode(text)]).log_probabilities
            assert np.exp(row).sum() == pytest.approx(1, abs=0.05)  # steps of 0.1


def test_kneser_ney_by_hand(ngrams) -> None:
    """`dog` follows one word only, `the`; `see` follows two: so its lower order is likelier, at equal counts."""
    counts, vocabulary = _counts(ngrams)
    ids = {word: i for i, word in enumerate(vocabulary.words)}
    assert counts.word_counts[ids["dog"]] == 1 and counts.word_counts[ids["see"]] == 2
    assert counts.word_counts[ids["<eos>"]] == 1 and counts.word_counts[ids["."]] == 4  # dog, Tom, me, cat
    pairs = dict(zip(counts.pairs.tolist(), counts.pair_counts.tolist(), strict=True))
    assert pairs[ids["the"] * counts.size + ids["dog"]] == 2  # behind see, and at the beginning
    assert pairs[vocabulary.eos_id * counts.size + ids["i"]] == 9  # behind eos its occurrences
    state = ngrams.NgramModel(counts, 0.0).start([vocabulary.eos_id])
    assert np.argmax(state.log_probabilities) == ids["i"]
    for word in ("i", "see", "the"):
        row = state.step(ids[word])
    assert np.argmax(row) == ids["dog"]


def test_pruning_keeps_what_tells_most(ngrams) -> None:
    counts, vocabulary = _counts(ngrams)
    whole, fewer, none = (ngrams.NgramModel(counts, threshold) for threshold in (-np.inf, 3.0, np.inf))
    assert whole.ngrams == (len(counts.pairs), len(counts.triples)) and none.ngrams == (0, 0)
    assert whole.bytes > fewer.bytes > none.bytes and sum(fewer.ngrams) < sum(whole.ngrams)
    row = none.start([vocabulary.eos_id]).log_probabilities
    np.testing.assert_array_equal(row, none.words)
    limit = (whole.bytes + none.bytes) // 2
    assert none.bytes <= ngrams.model_of_size(counts, limit).bytes <= limit
    with pytest.raises(ValueError, match="room for its words. Received: 10 bytes"):
        ngrams.model_of_size(counts, 10)


def test_it_suggests(ngrams) -> None:
    counts, _ = _counts(ngrams)
    suggester = Suggester(ngrams.NgramModel(counts, 0.0))
    assert suggester.suggest("", 1) == ["I"] and suggester.suggest("I see t", 1) == ["the"]
    assert keystrokes(["I see the dog."], suggester.suggest).savings > 50
