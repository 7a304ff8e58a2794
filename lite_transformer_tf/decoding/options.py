"""What every generator (a Keras model, a bundle) is asked and answers: docs/decoding.md in types."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lite_transformer_tf.settings import (
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    SettingsError,
    require,
    section,
)


@section
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

    beam_size: PositiveInt = 4
    length_penalty: float = 1.0
    min_length: NonNegativeInt = 1
    max_length: PositiveInt | None = None
    max_length_ratio: NonNegativeFloat = 1.5
    max_length_offset: PositiveInt = 20
    no_repeat_ngram: NonNegativeInt = 0
    n_best: PositiveInt = 1

    def __post_init__(self) -> None:
        require(self.n_best <= self.beam_size, "n_best", f"must not exceed beam_size, {self.beam_size}", self.n_best)
        fits = self.max_length is None or self.max_length >= self.min_length
        require(fits, "max_length", f"must not be below min_length, {self.min_length}", self.max_length)

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


def task_options(task: str, settings: Mapping[str, Any]) -> DecodingOptions:
    """The options for a model whose caller gives none: those that were saved with it, otherwise those of its task.

    Args:
        task: what the model is made for; summaries repeat no 3-gram.
        settings: that were saved with it; `decoding` holds options by name.

    Raises:
        ValueError: saved options that this version does not know.
    """
    saved = settings.get("decoding", {})
    try:
        return DecodingOptions(**{"no_repeat_ngram": 3 if task == "summarization" else 0, **saved})
    except SettingsError as error:
        raise ValueError(
            f"The decoding options saved with a model must be those of this version. Received: {saved!r} ({error})"
        ) from error


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
