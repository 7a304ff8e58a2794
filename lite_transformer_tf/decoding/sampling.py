"""Drawing the next token (docs/sampling.md): temperature, top-k, top-p, reproducible random numbers."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import numpy as np
from annotated_types import Interval

from lite_transformer_tf.settings import NonNegativeFloat, NonNegativeInt, PositiveInt, require, section

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15


@section
class SamplingOptions:
    """Options of sampling, as docs/sampling.md defines them.

    Args:
        temperature: Divisor of the log-probabilities. 0 takes the most probable token.
        top_k: Number of most probable tokens to keep. 0 keeps all.
        top_p: Probability that the most probable tokens that are kept must reach together (Holtzman et al. 2020).
            1 keeps all.
        seed: Seed of the random numbers, 0 <= seed < 2^64.
        min_tokens: Least number of tokens before `eos`.
        max_tokens: Greatest number of tokens.
    """

    temperature: NonNegativeFloat = 1.0
    top_k: NonNegativeInt = 0
    top_p: Annotated[float, Interval(gt=0, le=1)] = 1.0
    seed: Annotated[int, Interval(ge=0, lt=2**64)] = 0
    min_tokens: NonNegativeInt = 0
    max_tokens: PositiveInt = 128

    def __post_init__(self) -> None:
        fits = self.min_tokens <= self.max_tokens
        require(fits, "min_tokens", f"must not exceed max_tokens, {self.max_tokens}", self.min_tokens)

    def replace(self, **changes: object) -> SamplingOptions:
        """A copy with some options changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


def mix(value: int) -> int:
    """The finaliser of SplitMix64 (Steele et al. 2014): scrambles a 64-bit number."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def uniform(seed: int, sample: int, step: int) -> float:
    """The random number in [0, 1), of 53 bits, for token `step` of completion `sample`."""
    start = mix((seed + (sample + 1) * _GAMMA) & _MASK)
    return (mix((start + (step + 1) * _GAMMA) & _MASK) >> 11) / (1 << 53)


def candidates(log_probs: np.ndarray, options: SamplingOptions) -> tuple[np.ndarray, np.ndarray]:
    """The tokens that may be drawn, most probable first (the lower id first on a tie), and their weights.

    Args:
        log_probs: (V,) floating, minus infinity for forbidden tokens; need not be normalised.
        options: Options of sampling.

    Returns:
        (K,) int64 ids and (K,) float64 weights, proportional to the probabilities; the first is 1.

    Raises:
        ValueError: Every token is forbidden, or a log-probability is NaN.
    """
    values = np.asarray(log_probs, np.float64)
    if np.isnan(values).any() or not np.isfinite(values).any():
        raise ValueError(f"At least one token must be allowed, and no log-probability may be NaN. Received: {values!r}")
    if options.temperature == 0:
        return np.array([int(values.argmax())]), np.ones(1)
    tokens = np.flatnonzero(values > -np.inf)
    if 0 < options.top_k < len(tokens):
        least = np.partition(values[tokens], -options.top_k)[-options.top_k]
        tokens = tokens[values[tokens] >= least]
    tokens = tokens[np.argsort(-values[tokens], kind="stable")]
    tokens = tokens[: options.top_k or None]
    weights = np.exp((values[tokens] - values[tokens[0]]) / options.temperature)
    if options.top_p < 1:
        sums = np.cumsum(weights)
        kept = int(np.argmax(sums >= options.top_p * sums[-1])) + 1
        tokens, weights = tokens[:kept], weights[:kept]
    return tokens, weights


def draw(log_probs: np.ndarray, options: SamplingOptions, number: float) -> int:
    """The token for a random `number` in [0, 1): the first whose sum of weights exceeds `number` times the total."""
    tokens, weights = candidates(log_probs, options)
    sums = np.cumsum(weights)
    place = int(np.searchsorted(sums, number * sums[-1], side="right"))
    return int(tokens[min(place, len(tokens) - 1)])


def rounding_decides(log_probs: np.ndarray, options: SamplingOptions, number: float, tolerance: float) -> bool:
    """Whether log-probabilities that differ by `tolerance` could give another token; see `draw`."""
    if options.temperature == 0:
        first, second = np.partition(log_probs, -2)[:-3:-1]
        return bool(first - second < tolerance)
    tokens, weights = candidates(log_probs, options)
    ranked = np.sort(log_probs.astype(np.float64))[::-1]
    sums = np.cumsum(weights)
    place = min(int(np.searchsorted(sums, number * sums[-1], side="right")), len(tokens) - 1)
    near = [np.abs(sums / sums[-1] - number), np.abs(np.delete(ranked, place) - ranked[place])]
    if 0 < options.top_k < len(ranked):
        near.append(ranked[options.top_k - 1 : options.top_k] - ranked[options.top_k])
    if options.top_p < 1:
        every = np.cumsum(candidates(log_probs, options.replace(top_p=1.0))[1])
        near.append(np.abs(every / every[-1] - options.top_p))
    return any((distances < tolerance).any() for distances in near)
