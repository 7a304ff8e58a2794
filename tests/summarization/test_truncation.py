"""Long documents are cut at a number of tokens, in training as in decoding, and counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.data import CleaningReport, CleaningRules, TranslationData
from lite_transformer_tf.data.cleaning import clean
from lite_transformer_tf.data.ragged import RaggedIds
from lite_transformer_tf.text import VocabularyPair
from tests.summarization.corpus import toy_pairs

PAIRS = toy_pairs(60, 1)


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return VocabularyPair.train([document for document, _ in PAIRS], [summary for _, summary in PAIRS], 310)


def test_cut_sequences() -> None:
    ids = RaggedIds(np.arange(10), np.array([0, 4, 4, 5, 10]))
    cut = ids.truncated(2)
    assert cut.values.tolist() == [0, 1, 4, 5, 6] and cut.splits.tolist() == [0, 2, 2, 3, 5]
    assert ids.truncated(None) is ids and ids.truncated(5) is ids


def test_rules_apply_after_the_cut() -> None:
    """Documents of 9, 30, 30, 0, 30 tokens, cut to 10: one is cut and kept, one summary is too long, one is empty."""
    rules = CleaningRules(max_tokens=8, max_ratio=None, max_source_tokens=10)
    keep, report = clean(np.array([9, 30, 30, 0, 30]), np.array([3, 8, 9, 3, 0]), rules)
    assert keep.tolist() == [True, True, False, False, False]
    assert report == CleaningReport(read=5, empty=2, too_long=1, ratio=0, truncated=1)
    assert str(report) == "5 pairs read, 2 kept; dropped 2 empty, 1 too long, 0 of uneven length; 1 sources truncated"
    assert report.to_dict()["truncated"] == 1
    assert (report + report).truncated == 2


@pytest.mark.parametrize("on_disk", [False, True])
def test_batches_hold_the_beginning_of_documents(on_disk: bool, vocabularies: VocabularyPair, tmp_path: Path) -> None:
    longest = 35
    encoded = [vocabularies.source.encode(document) for document, _ in PAIRS]
    rules = CleaningRules(max_ratio=None, max_source_tokens=longest)
    pairs = [*PAIRS, ("", "nothing"), ("something", " ")]
    cache = tmp_path / "ids" if on_disk else None
    data = TranslationData(pairs, vocabularies, tokens_per_batch=200, rules=rules, shuffle=False, cache=cache)
    assert data.cleaning == CleaningReport(read=62, empty=2, truncated=sum(len(ids) > longest for ids in encoded))
    assert 0 < data.cleaning.truncated < 60
    inputs, _ = data.batch(np.arange(60))
    assert [[token for token in row if token != 1] for row in inputs["source_ids"].tolist()] == [
        [*ids[:longest], 2] for ids in encoded
    ]
    if on_disk:
        assert (
            TranslationData(pairs, vocabularies, tokens_per_batch=200, rules=rules, cache=cache).cleaning
            == data.cleaning
        )


def test_documents_without_text_are_an_error(vocabularies: VocabularyPair) -> None:
    with pytest.raises(
        ValueError, match="must leave at least one pair. Received: .*2 pairs read, 0 kept; dropped 2 empty"
    ):
        TranslationData(
            [("", "a"), (" ", "b")], vocabularies, rules=CleaningRules(max_ratio=None, max_source_tokens=10)
        )


def test_limits_that_do_not_fit_are_refused(vocabularies: VocabularyPair) -> None:
    with pytest.raises(ValueError, match="max_source_tokens must be at least 1, or be null. Received: 0"):
        CleaningRules(max_source_tokens=0)
    with pytest.raises(ValueError, match="must leave room for eos in a batch, at most 99. Received: 100"):
        TranslationData(PAIRS, vocabularies, tokens_per_batch=100, rules=CleaningRules(max_source_tokens=100))
