"""What every generator (a Keras model, a bundle) is asked and answers: docs/decoding.md in types."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class DecodingOptions:
    """Options of greedy and beam search, as docs/decoding.md defines them.

    Args:
        beam_size: hypotheses kept for each sentence; 1 is greedy search.
        length_penalty: exponent of the length that divides a finished hypothesis' total.
        min_length: least number of tokens before the end-of-sentence token.
        max_length: greatest number of tokens before it; `None` means `floor(max_length_ratio * S) + max_length_offset` for a
            source of S tokens.
        max_length_ratio, max_length_offset: see `max_length`.
        no_repeat_ngram: n > 0 forbids any n-gram to occur twice; 0 allows it.
        n_best: number of hypotheses returned, at most `beam_size`.
    """

    beam_size: int = 4
    length_penalty: float = 1.0
    min_length: int = 1
    max_length: int | None = None
    max_length_ratio: float = 1.5
    max_length_offset: int = 20
    no_repeat_ngram: int = 0
    n_best: int = 1

    def __post_init__(self) -> None:
        rules = (
            (self.beam_size >= 1, "beam_size must be at least 1", self.beam_size),
            (1 <= self.n_best <= self.beam_size, "n_best must lie between 1 and beam_size", self.n_best),
            (math.isfinite(self.length_penalty), "length_penalty must be a finite number", self.length_penalty),
            (self.min_length >= 0, "min_length must not be negative", self.min_length),
            (
                self.max_length is None or self.max_length >= max(1, self.min_length),
                "max_length must be positive and not below min_length",
                self.max_length,
            ),
            (self.max_length_ratio >= 0, "max_length_ratio must not be negative", self.max_length_ratio),
            (self.max_length_offset >= 1, "max_length_offset must be at least 1", self.max_length_offset),
            (self.no_repeat_ngram >= 0, "no_repeat_ngram must not be negative", self.no_repeat_ngram),
        )
        for holds, rule, received in rules:
            if not holds:
                raise ValueError(f"{rule}. Received: {received!r}")

    def limit(self, source_length: int, capacity: int | None = None) -> int:
        """Greatest number of tokens before `eos` for a source of `source_length` tokens (its `eos` counted).

        Raises:
            ValueError: `min_length` exceeds `capacity`, what the generator can hold.
        """
        limit = (
            self.max_length
            if self.max_length is not None
            else int(self.max_length_ratio * source_length) + self.max_length_offset
        )
        limit = max(limit, self.min_length)
        if capacity is None:
            return limit
        if self.min_length > capacity:
            raise ValueError(
                f"min_length must not exceed the {capacity} tokens that the generator holds. Received: {self.min_length!r}"
            )
        return min(limit, capacity)

    def replace(self, **changes: object) -> DecodingOptions:
        """A copy with some options changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Hypothesis:
    """One answer: the text, its token ids without the final `eos`, and its score (log-probability over length^penalty)."""

    text: str
    ids: tuple[int, ...]
    score: float


class Generator(Protocol):
    """Whatever turns texts into texts: `translate`, `evaluate`, the verifier and the benchmarks are written against this."""

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """For each text its `options.n_best` best hypotheses, best first, in the order of the texts."""
        ...
