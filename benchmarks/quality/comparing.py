"""Means over seeds, and the paired bootstrap between two runs, by sacreBLEU's own implementation."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from sacrebleu.metrics.base import Metric, Score
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.significance import PairedTest, Result

from lite_transformer_tf.evaluation.published import NAME as PUBLISHED
from lite_transformer_tf.evaluation.published import published_tokens, unsmoothed

SAMPLES = 1000  # of the bootstrap, sacreBLEU's default


class RatioMetric(Metric):
    """A quotient of two sums over texts, as a metric of sacreBLEU, so that its bootstrap resamples the texts.

    A hypothesis is the pair of a text in JSON, `[numerator, denominator]`. References are not used.

    Args:
        exponential: Whether the score is the exponential of the quotient, as a perplexity is.
    """

    def __init__(self, exponential: bool = False) -> None:
        super().__init__()
        self.exponential = exponential
        self.num_refs = 1

    def _aggregate_and_compute(self, stats: Sequence[Sequence[float]]) -> Score:
        return self._compute_score_from_stats([math.fsum(column) for column in zip(*stats)])

    def _compute_score_from_stats(self, stats: Sequence[float]) -> Score:
        quotient = float(stats[0]) / max(float(stats[1]), 1e-9)
        return Score("ratio", math.exp(min(quotient, 700.0)) if self.exponential else quotient)

    def _preprocess_segment(self, sent: str) -> str:
        return sent

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        return {}

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[float]:
        return [float(part) for part in json.loads(hypothesis)]


def inputs(name: str, measurement: Mapping[str, Any]) -> tuple[Metric, list[str], list[str]]:
    """A metric of sacreBLEU for a score, and the hypotheses and references that it takes.

    Args:
        name: `"bleu"`, `"bleu_published"`, `"rougeL"` or `"perplexity"`.
        measurement: Measurement of a run.
    """
    if name in measurement.get("segments", {}):
        segments = [json.dumps(pair) for pair in measurement["segments"][name]]
        return RatioMetric(exponential=name == "perplexity"), segments, [""] * len(segments)
    hypotheses, references = measurement["hypotheses"], measurement["references"]
    if name == PUBLISHED:
        language = measurement["language"]
        return unsmoothed(), published_tokens(hypotheses, language), published_tokens(references, language)
    return BLEU(), list(hypotheses), list(references)


def paired_bootstrap(
    name: str, first: Mapping[str, Any], second: Mapping[str, Any], samples: int = SAMPLES
) -> dict[str, float]:
    """The difference of two runs in a score, and how likely chance makes one as large.

    Args:
        name: Score, see `inputs`.
        first, second: Measurements of runs on the same test set.
        samples: Number of resamples.

    Returns:
        `difference`, first minus second, and `p`, from sacreBLEU's paired bootstrap with its fixed seed. Without any
        difference `p` is 1, where sacreBLEU gives its smallest value.

    Raises:
        ValueError: The runs have different test sets.
    """
    metric, ours, references = inputs(name, first)
    _, theirs, others = inputs(name, second)
    if references != others:
        raise ValueError(f"Two runs must have the same references. Received: other ones for {name}")
    _, scores = PairedTest([("second", theirs), ("first", ours)], {name: metric}, [references], "bs", samples)()
    [(baseline, system)] = [pair for key, pair in scores.items() if key != "System"]
    assert isinstance(baseline, Result) and isinstance(system, Result) and system.p_value is not None
    difference = float(system.score - baseline.score)
    return {"difference": difference, "p": float(system.p_value) if difference else 1.0}


def mean_and_deviation(values: Sequence[float]) -> dict[str, float | None]:
    """The mean of seeds and their standard deviation (n - 1); `None` for what too few values give."""
    return {
        "mean": statistics.fmean(values) if values else None,
        "deviation": statistics.stdev(values) if len(values) > 1 else None,
    }
