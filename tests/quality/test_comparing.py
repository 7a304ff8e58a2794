"""Means, deviations, the paired bootstrap, and the tables that are made of them."""

from __future__ import annotations

import json
import math
import random

import pytest

from benchmarks.quality.comparing import RatioMetric, mean_and_deviation, paired_bootstrap
from benchmarks.quality.gathering import differences, fairness
from benchmarks.quality.tables import difference_table, number
from benchmarks.quality.titles import missed

pytestmark = pytest.mark.light

WORDS = "a man in red shirt rides his old horse over the green field while two dogs run after him".split()


def translations(wrong: float, seed: int, count: int = 60) -> dict:
    """References, and hypotheses with this share of other words."""
    generator = random.Random(0)
    references = [" ".join(generator.choices(WORDS, k=10)) for _ in range(count)]
    noise = random.Random(seed)
    hypotheses = [" ".join("x" if noise.random() < wrong else word for word in text.split()) for text in references]
    return {"hypotheses": hypotheses, "references": references}


def test_the_bootstrap_of_bleu_is_sacrebleus():
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.significance import PairedTest

    good, bad = translations(0.1, 1), translations(0.3, 2)
    found = paired_bootstrap("bleu", good, bad, 200)
    named = [("bad", bad["hypotheses"]), ("good", good["hypotheses"])]
    _, scores = PairedTest(named, {"BLEU": BLEU()}, [good["references"]], "bs", 200)()
    assert found["difference"] == scores["BLEU"][1].score - scores["BLEU"][0].score > 10
    assert found["p"] == scores["BLEU"][1].p_value == pytest.approx(1 / 201)
    assert paired_bootstrap("bleu", good, good, 200) == {"difference": 0.0, "p": 1.0}
    near = paired_bootstrap("bleu", translations(0.2, 3), translations(0.2, 4), 200)
    assert near["p"] > 0.05
    with pytest.raises(ValueError, match="same references"):
        paired_bootstrap("bleu", good, translations(0.1, 1, 59))


def test_quotients_are_scores():
    segments = [(30.0, 10), (10.0, 10), (50.0, 20)] * 20
    stats = RatioMetric(True)._extract_corpus_statistics([json.dumps(pair) for pair in segments], [[""] * 60])
    assert stats == [list(pair) for pair in segments]
    assert RatioMetric(True)._aggregate_and_compute(stats).score == pytest.approx(math.exp(90 / 40))
    assert RatioMetric()._aggregate_and_compute(stats).score == pytest.approx(90 / 40)
    worse = {"segments": {"perplexity": [(loss + 1, count) for loss, count in segments]}}
    found = paired_bootstrap("perplexity", worse, {"segments": {"perplexity": segments}}, 100)
    assert found["difference"] == pytest.approx(math.exp(93 / 40) - math.exp(90 / 40))
    assert found["p"] < 0.05


def test_means_and_deviations():
    assert mean_and_deviation([1.0, 2.0, 4.0]) == {"mean": 7 / 3, "deviation": pytest.approx(1.5275252)}
    assert mean_and_deviation([3.0]) == {"mean": 3.0, "deviation": None}
    assert mean_and_deviation([]) == {"mean": None, "deviation": None}
    shown = [number(mean_and_deviation(values)) for values in ([37.0, 38.0], [37.0], [])]
    assert shown == ["37.50 ± 0.71", "37.00", "–"]


def test_differences_are_tested_seed_by_seed():
    measured = {
        "lite": {1: translations(0.1, 1), 2: translations(0.2, 3)},
        "transformer": {1: translations(0.3, 2), 2: translations(0.2, 4), 3: translations(0.2, 5)},
    }
    [found] = differences(measured, ["bleu"], 200)
    assert list(found["by_seed"]) == [1, 2]
    assert found["mean"] == pytest.approx(sum(pair["difference"] for pair in found["by_seed"].values()) / 2)
    case = {"score": {"higher_is_better": True}, "budgets": {"27M": {"differences": [found]}}}
    row = difference_table(case)[2]
    assert "| Lite Transformer | Transformer |" in row and "first better in 1, second in 0 of 2 seeds" in row
    case["score"]["higher_is_better"] = False
    assert "first better in 0, second in 1 of 2 seeds" in difference_table(case)[2]


def test_an_unfair_comparison_is_told():
    class Place:
        budget, seed = "27M", 1

    first = {"vocabularies": {"a.model": "1"}, "target_tokens": 100}
    assert fairness([(Place, first), (Place, first)]) == {"same_vocabulary": True, "different_tokens": {}}
    other = {"vocabularies": {"a.model": "2"}, "target_tokens": 101}
    found = fairness([(Place, first), (Place, other)])
    assert found == {"same_vocabulary": False, "different_tokens": {"27M, seed 1": [100, 101]}}


def test_what_titles_miss():
    found = missed(["Parsing Parsing trees"], ["Parsing of old trees"], ["We parse trees. Parsing is old."])
    assert found == {
        "precision": 2 / 3,
        "recall": 2 / 4,
        "length": 3 / 4,
        "copied": 1.0,
        "reference_copied": 3 / 4,
        "missed_in_document": 1 / 2,
        "repeated": 1 / 3,
    }
    with pytest.raises(ValueError, match="1 summaries, 0 references"):
        missed(["a"], [], [])
