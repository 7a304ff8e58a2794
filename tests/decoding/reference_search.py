"""docs/decoding.md in plain Python, one hypothesis at a time, slow and independent of lite_transformer_tf.decoding."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

NOTHING = -math.inf
LogProbs = Callable[[tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Options:
    beam_size: int = 4
    length_penalty: float = 1.0
    min_length: int = 1
    max_length: int = 10  # of this sentence: already worked out from the source
    no_repeat_ngram: int = 0
    n_best: int = 1


def ngrams(ids: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    return [ids[begin : begin + size] for begin in range(len(ids) - size + 1)]


def allowed(log_probs: np.ndarray, ids: tuple[int, ...], options: Options, eos: int, pad: int) -> list[float]:
    """Rule 2: log-probabilities with minus infinity at forbidden tokens."""
    values = []
    for token, value in enumerate(log_probs):
        forbidden = token == pad
        if token == eos and len(ids) < options.min_length:
            forbidden = True
        if len(ids) == options.max_length and token != eos:
            forbidden = True
        size = options.no_repeat_ngram
        if size and token != eos and len(ids) >= size - 1:
            ending = (*ids[len(ids) - (size - 1) :], token)
            forbidden = forbidden or ending in ngrams(ids, size)
        values.append(NOTHING if forbidden else value)
    return values


def search(log_probs_after: LogProbs, options: Options, *, eos: int, pad: int) -> list[tuple[tuple[int, ...], float]]:
    """The best hypotheses (ids without eos, score) of one sentence.

    Args:
        log_probs_after: for a hypothesis' tokens, float32 log-probabilities (N,) of what comes next.
    """
    live: list[tuple[tuple[int, ...], np.float32]] = [((), np.float32(0))]
    finished: list[tuple[tuple[int, ...], float]] = []
    for step in range(options.max_length + 1):
        candidates = []
        for place, (ids, total) in enumerate(live):
            for token, value in enumerate(allowed(log_probs_after(ids), ids, options, eos, pad)):
                if value != NOTHING:
                    candidates.append((np.float32(total + value), place, token))
        candidates.sort(key=lambda candidate: (-candidate[0], candidate[1], candidate[2]))
        candidates = candidates[: 2 * options.beam_size]
        going_on = []
        for rank, (value, place, token) in enumerate(candidates):
            ids = live[place][0]
            if token != eos:
                going_on.append(((*ids, token), value))
            elif rank < options.beam_size and len(finished) < options.beam_size:
                finished.append((ids, float(value / np.float32(step + 1) ** np.float32(options.length_penalty))))
        if len(finished) == options.beam_size:
            break
        live = going_on[: options.beam_size]
        if not live:
            break
    best = sorted(range(len(finished)), key=lambda index: (-finished[index][1], index))
    return [finished[index] for index in best[: options.n_best]]
