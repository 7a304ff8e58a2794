"""Fits the confidence of a model's answers to validation data (docs/trust.md): the same data give the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sacrebleu.metrics.chrf import CHRF

from lite_transformer_tf.decoding.confidence import Confidence, sureness
from lite_transformer_tf.decoding.copying import items_of, missing
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis

ACCEPTABLE_CHRF = 70.0
LEAST_ANSWERS = 100
"""Fewer answers say too little."""
RIDGE = 0.1
BINS = 10


def is_acceptable(answer: str, reference: str) -> bool:
    """Whether an answer may stand for its reference: sentence chrF2 of at least 70, and nothing of it is missing."""
    kept = not missing(items_of(reference), items_of(answer))
    return kept and CHRF().sentence_score(answer, [reference]).score >= ACCEPTABLE_CHRF


def fit(features: np.ndarray, acceptable: np.ndarray) -> Confidence:
    """The confidence that fits best, by penalized likelihood.

    Args:
        features: (N, 2) floating: the sureness of each answer, and 1 where its copy check found a fault, otherwise 0.
        acceptable: (N,) bool.

    Returns:
        The maximum of the likelihood with the targets of Platt (1999), less `RIDGE` / 2 times the squares of slope and
        doubt, where both are at least 0.
    """
    count, good = len(acceptable), int(acceptable.sum())
    targets = np.where(acceptable, (good + 1) / (good + 2), 1 / (count - good + 2))
    columns = np.concatenate([np.ones([count, 1]), features * [1.0, -1.0]], 1)
    free = [0, 1, 2]
    while True:
        weights = np.zeros(3)
        weights[free] = _newton(columns[:, free], targets, np.array([0.0, RIDGE, RIDGE])[free])
        if weights[1:].min() >= 0:
            return Confidence(*(round(float(weight), 6) for weight in weights))
        free.remove(1 + int(weights[1:].argmin()))


def _newton(columns: np.ndarray, targets: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    """The weights of a logistic regression, by Newton's method with steps that are halved until they help."""

    def loss(weights: np.ndarray) -> float:
        logits = columns @ weights
        return float((np.logaddexp(0, logits) - targets * logits).sum() + (ridge * weights**2).sum() / 2)

    weights = np.zeros(columns.shape[1])
    for _ in range(100):
        given = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (given - targets) + ridge * weights
        curvature = (columns * (given * (1 - given))[:, None]).T @ columns + np.diag(ridge + 1e-9)
        step, before = np.linalg.solve(curvature, slope), loss(weights)
        while loss(weights - step) > before and np.abs(step).max() > 1e-12:
            step /= 2
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def calibration_error(confidences: np.ndarray, acceptable: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error over `bins` groups of equal size, by confidence: 0 is perfect, 1 is always wrong.

    Args:
        confidences: (N,) floating, each in [0, 1].
        acceptable: (N,) bool.
        bins: Number of groups.
    """
    groups = np.array_split(np.argsort(confidences, kind="stable"), bins)
    errors = [abs(confidences[group].mean() - acceptable[group].mean()) * len(group) for group in groups if len(group)]
    return float(sum(errors) / len(confidences))


def calibrate(answers: Sequence[Hypothesis], references: Sequence[str], options: DecodingOptions) -> dict[str, Any]:
    """The confidence for a model's settings, fitted to its answers.

    Args:
        answers: Best answers to validation texts.
        references: Their references.
        options: Options of the search.

    Returns:
        `bias`, `slope` and `doubt`, see `Confidence`; `sentences` and `acceptable`, the number of answers and the share
        of acceptable ones; and `held_out_error`, the calibration error when each half is judged by a fit to the other.

    Raises:
        ValueError: There are fewer than `LEAST_ANSWERS` answers.
    """
    if len(answers) < LEAST_ANSWERS:
        raise ValueError(f"A calibration needs at least {LEAST_ANSWERS} answers. Received: {len(answers)}")
    rows = [
        (sureness(answer.score, len(answer.ids) + 1, options.length_penalty), bool(answer.faults or answer.mended))
        for answer in answers
    ]
    features = np.array(rows, np.float64)
    pairs = zip(answers, references, strict=True)
    acceptable = np.array([is_acceptable(answer.text, reference) for answer, reference in pairs])
    return {
        **fit(features, acceptable).to_dict(),
        "sentences": len(answers),
        "acceptable": round(float(acceptable.mean()), 4),
        "held_out_error": round(_held_out_error(features, acceptable), 4),
    }


def trust_figures(answers: Sequence[Hypothesis], references: Sequence[str]) -> dict[str, Any]:
    """Figures of answers to a test set: `copy_faults`, the number of answers with a fault that the copy check found and
    could not mend, and `copy_mended`, the number of those in which it mended one.

    Where the answers have a confidence also `confidence`, its mean; `acceptable`, the share of acceptable answers; and
    `calibration_error`.

    Args:
        answers: Best answer to each text.
        references: Their references.
    """
    copied = {
        "copy_faults": sum(answer.faults > 0 for answer in answers),
        "copy_mended": sum(bool(answer.mended) for answer in answers),
    }
    confidences = np.array([answer.confidence for answer in answers if answer.confidence is not None])
    if len(confidences) < len(answers):
        return copied
    pairs = zip(answers, references, strict=True)
    acceptable = np.array([is_acceptable(answer.text, reference) for answer, reference in pairs])
    return {
        **copied,
        "confidence": float(confidences.mean()),
        "acceptable": float(acceptable.mean()),
        "calibration_error": calibration_error(confidences, acceptable),
    }


def trust_lines(figures: Mapping[str, Any]) -> list[str]:
    """What people read of `trust_figures`: a line about the confidence where there is one."""
    if "confidence" not in figures:
        return []
    held = f"{figures['acceptable']:.1%} are acceptable, calibration error {figures['calibration_error']:.4f}"
    return [f"confidence {figures['confidence']:.4f} on average; {held}"]


def _held_out_error(features: np.ndarray, acceptable: np.ndarray) -> float:
    confidences = np.zeros(len(acceptable))
    for half in (0, 1):
        fitted = fit(features[1 - half :: 2], acceptable[1 - half :: 2])
        confidences[half::2] = [fitted(sure, bool(faulty)) for sure, faulty in features[half::2]]
    return calibration_error(confidences, acceptable)
