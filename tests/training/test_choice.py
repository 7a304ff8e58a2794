"""Which weights become the model: by the score, or by likelihood while the score is noise; the last ones always vie."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lite_transformer_tf.training.averaging import snapshot_path
from lite_transformer_tf.training.finishing import choose_weights
from lite_transformer_tf.training.progress import Progress
from lite_transformer_tf.training.score import BLEU, LEAST_ANSWERS, PERPLEXITY, ROUGE_L, Score

FEW = LEAST_ANSWERS - 1


def figures(nll: float, bleu: float, answers: int = 100, empty: int = 0) -> dict[str, Any]:
    return {"nll": nll, "bleu": bleu, "answers": answers, "empty": empty}


@pytest.mark.parametrize(
    "better, worse",
    [
        (figures(3.0, 10.1), figures(1.0, 10.0)),  # two scores that count
        (figures(3.0, 10.0), figures(1.0, 9.9)),  # one of them is noise
        (figures(1.0, 0.5), figures(1.1, 9.9)),  # both are
        (figures(1.0, 40.0, FEW), figures(1.1, 90.0, FEW)),  # too few answers
        (figures(3.0, 10.0), {"nll": 1.0}),  # one was not decoded
        ({"nll": 1.0}, {"nll": 1.1}),
        (figures(9.0, 0.1), figures(1.0, 0.0, 100, 100)),  # no answer at all
        (figures(1.0, 0.0, 100, 99), figures(1.1, 0.0)),  # one answer is one
    ],
)
def test_the_better_model(better, worse):
    assert BLEU.rank(better) > BLEU.rank(worse)


def test_perplexity_is_likelihood_and_never_noise():
    assert PERPLEXITY.rank({"nll": 5.0, "perplexity": math.exp(5.0)}) == -math.exp(5.0)
    assert PERPLEXITY.counts({"perplexity": 1e9}) and not PERPLEXITY.counts({"nll": 1.0})
    assert ROUGE_L.rank({"nll": 2.0, "rougeL": 14.9}) == -2.0 and ROUGE_L.rank({"nll": 2.0, "rougeL": 15.0}) == 15.0


class Model:
    """One weight, and a validation that knows it."""

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def named_weights(self) -> dict[str, np.ndarray]:
        return {"weight": np.array(self.weight)}

    def assign_named_weights(self, weights: dict[str, np.ndarray]) -> None:
        self.weight = float(weights["weight"])


def choose(tmp_path, validated: dict[float, dict[str, Any]], score: Score = BLEU, **progress: Any) -> dict[str, Any]:
    """The choice of a run whose weight after update n is n; the model has the last."""
    for update in {*progress.get("snapshots", []), progress.get("best_update")} - {None}:
        np.savez(snapshot_path(tmp_path, update), weight=np.array(float(update)))
    loop: Any = SimpleNamespace(
        progress=Progress(**progress),
        score=score,
        settings=SimpleNamespace(validation=SimpleNamespace(scores=True)),
        snapshot=lambda update: snapshot_path(tmp_path, update),
    )
    model: Any = Model(float(progress["update"]))
    task: Any = SimpleNamespace(validate=lambda model, decode, final: validated[model.weight])
    choice = choose_weights(task, model, loop)
    return {**choice, "weight": model.weight}


@pytest.mark.parametrize("chosen", [2.0, 6.0, 9.0])
def test_best_average_and_last_all_vie(chosen, tmp_path):
    validated = {weight: figures(1.0 if weight == chosen else 2.0, 5.0) for weight in (2.0, 6.0, 9.0)}
    choice = choose(tmp_path, validated, update=9, best_update=2, snapshots=[5, 7])
    assert list(choice["candidates"]) == ["average of 2", "last, update 9", "best, update 2"]
    assert choice["weight"] == chosen and choice["validation"] == validated[chosen]


def test_the_last_weights_vie_once(tmp_path):
    choice = choose(tmp_path, {9.0: figures(1.0, 5.0)}, update=9, best_update=9, snapshots=[9])
    assert list(choice["candidates"]) == ["best, update 9"] and choice["weight"] == 9.0


def test_a_run_without_any_snapshot_has_its_last_weights(tmp_path):
    choice = choose(tmp_path, {3.0: figures(1.0, 0.0)}, update=3)
    assert choice["chosen"] == "last, update 3" and choice["weight"] == 3.0


def test_a_model_that_says_nothing_and_one_that_is_not_finite_lose(tmp_path):
    validated = {2.0: figures(0.1, 0.0, 100, 100), 6.0: figures(math.nan, math.nan), 9.0: figures(8.0, 0.0)}
    assert choose(tmp_path, validated, update=9, best_update=2, snapshots=[5, 7])["weight"] == 9.0


@pytest.mark.parametrize(
    "average, last, best, chosen",
    [
        (3.29, 3.10, 3.00, 6.0),  # as good: what was trained most
        (3.31, 3.10, 3.00, 9.0),
        (3.31, 3.31, 3.00, 2.0),
        (math.nan, 3.31, 3.00, 2.0),
    ],
)
def test_likelihoods_within_a_tenth_are_equal(average, last, best, chosen, tmp_path):
    validated = {6.0: figures(average, 1.0), 9.0: figures(last, 1.0), 2.0: figures(best, 1.0)}
    assert choose(tmp_path, validated, update=9, best_update=2, snapshots=[5, 7])["weight"] == chosen


@pytest.mark.parametrize("score, name", [(BLEU, "other"), (PERPLEXITY, "perplexity")])
def test_without_a_score_that_may_be_noise_the_lowest_is_taken(score, name, tmp_path):
    validated = {weight: {"nll": nll, name: nll} for weight, nll in ((6.0, 3.52), (9.0, 3.51), (2.0, 3.49))}
    assert choose(tmp_path, validated, score, update=9, best_update=2, snapshots=[5, 7])["weight"] == 2.0
