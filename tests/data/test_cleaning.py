"""Cleaning: which pairs go, counted by reason."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.data import CleaningReport, CleaningRules, TranslationData
from lite_transformer_tf.data.cleaning import clean
from tests.data.corpus import PAIRS, joint_vocabulary


def test_first_reason_counts() -> None:
    source = np.array([3, 0, 0, 9, 8, 12, 2, 40, 21, 2])
    target = np.array([3, 5, 30, 8, 9, 3, 9, 10, 20, 10])
    keep, report = clean(source, target, CleaningRules(max_tokens=20, max_ratio=4.0))
    assert keep.tolist() == [True, False, False, True, True, True, True, False, False, False]
    assert report == CleaningReport(read=10, empty=2, too_long=2, ratio=1)
    assert (report.kept, report.dropped) == (5, 5)
    assert report.to_dict() == {
        "read": 10,
        "empty": 2,
        "too_long": 2,
        "ratio": 1,
        "truncated": 0,
        "unusable": 0,
        "kept": 5,
    }
    assert str(report) == "10 pairs read, 5 kept; dropped 2 empty, 2 too long, 1 of uneven length"
    assert str(report + CleaningReport(2, unusable=2)).endswith("1 of uneven length, 2 unusable")
    assert report + report == CleaningReport(20, 4, 4, 2)


def test_no_limits_drop_only_empty_sides() -> None:
    keep, report = clean(np.array([1, 0, 1000]), np.array([500, 1, 1]), CleaningRules(max_tokens=None, max_ratio=None))
    assert keep.tolist() == [True, False, True] and report.empty == report.dropped == 1


def test_cleaning_of_a_corpus_keeps_the_right_pairs() -> None:
    vocabularies = joint_vocabulary()
    junk = [
        ("", PAIRS[0][1]),
        ("   ", PAIRS[0][1]),
        (PAIRS[0][0], ""),
        ("Yes. " * 80, "Oui. " * 80),
        ("No.", "Non, pas du tout, jamais, " * 3),
    ]
    mixed = [*PAIRS[:20], *junk, *PAIRS[20:40]]
    data = TranslationData(
        mixed, vocabularies, tokens_per_batch=512, rules=CleaningRules(max_tokens=100, max_ratio=3.5), shuffle=False
    )
    assert data.cleaning == CleaningReport(read=45, empty=3, too_long=1, ratio=1)
    texts = set()
    for inputs, labels in data.dataset().as_numpy_iterator():
        texts |= {
            (vocabularies.source.decode(source), vocabularies.target.decode(label))
            for source, label in zip(inputs["source_ids"].tolist(), labels.tolist(), strict=True)
        }
    assert texts == set(PAIRS[:40])


def test_nothing_left_is_an_error_with_counts() -> None:
    with pytest.raises(
        ValueError, match="must leave at least one pair. Received: .*2 pairs read, 0 kept; dropped 1 empty, 1 too long"
    ):
        TranslationData([("", "x"), ("a b c " * 30, "b")], joint_vocabulary(), rules=CleaningRules(max_tokens=10))
    with pytest.raises(ValueError, match="at least one pair. Received: pairs in memory, which has no lines"):
        TranslationData([], joint_vocabulary())


def test_bad_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="max_tokens must be at least 1, or be null. Received: 0"):
        CleaningRules(max_tokens=0)
    with pytest.raises(ValueError, match="max_ratio must be at least 1"):
        CleaningRules(max_ratio=0.5)
