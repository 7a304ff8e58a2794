"""Which pairs a model is trained on, and how many were dropped for what reason."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from lite_transformer_tf.settings import PositiveInt, section

RATIO_FROM = 10  # tokens of the longer side: "Thanks!" may be three times as long in another language


@section
class CleaningRules:
    """Limits that a pair must keep, in tokens without `eos`.

    Args:
        max_tokens: Longest side; `None` for no limit.
        max_ratio: Longer side over shorter side, judged when the longer has 10 tokens or more; `None` for no limit.
        max_source_tokens: A longer source is cut to its first `max_source_tokens` tokens, and counted, before the other
            rules apply; `max_tokens` is then a limit of targets only. `None` never cuts.
    """

    max_tokens: PositiveInt | None = 256
    max_ratio: Annotated[float, Interval(ge=1)] | None = 4.0
    max_source_tokens: PositiveInt | None = None

    def limited(self, max_tokens: int) -> CleaningRules:
        """The same rules with sides of at most `max_tokens`.

        Raises:
            ValueError: sources are cut to more than that.
        """
        if self.max_source_tokens is not None and self.max_source_tokens > max_tokens:
            raise ValueError(
                f"max_source_tokens must leave room for eos in a batch, at most {max_tokens}. "
                f"Received: {self.max_source_tokens!r}"
            )
        return dataclasses.replace(
            self, max_tokens=max_tokens if self.max_tokens is None else min(self.max_tokens, max_tokens)
        )


@dataclass(frozen=True)
class CleaningReport:
    """What cleaning did: pairs read and kept, and dropped ones by their first reason.

    Args:
        read: Pairs read, with those that have no usable text.
        empty: Dropped, because a side has no tokens.
        too_long: Dropped, because a side has more tokens than `max_tokens` or than fit into a batch.
        ratio: Dropped, because one side is more than `max_ratio` times as long as the other.
        truncated: Kept, their source cut to `max_source_tokens`.
        unusable: Dropped by the reader: a text has U+0000 or a lone surrogate, or a line of a table is blank.
    """

    read: int = 0
    empty: int = 0
    too_long: int = 0
    ratio: int = 0
    truncated: int = 0
    unusable: int = 0

    @property
    def dropped(self) -> int:
        return self.empty + self.too_long + self.ratio + self.unusable

    @property
    def kept(self) -> int:
        return self.read - self.dropped

    def __add__(self, other: CleaningReport) -> CleaningReport:
        return CleaningReport(
            *(mine + theirs for mine, theirs in zip(dataclasses.astuple(self), dataclasses.astuple(other)))
        )

    def __str__(self) -> str:
        cut = f"; {self.truncated} sources truncated" if self.truncated else ""
        dropped = f"{self.empty} empty, {self.too_long} too long, {self.ratio} of uneven length"
        dropped += f", {self.unusable} unusable" if self.unusable else ""
        return f"{self.read} pairs read, {self.kept} kept; dropped {dropped}{cut}"

    def to_dict(self) -> dict[str, int]:
        return {**dataclasses.asdict(self), "kept": self.kept}


def clean(
    source_lengths: np.ndarray, target_lengths: np.ndarray, rules: CleaningRules
) -> tuple[np.ndarray, CleaningReport]:
    """Which pairs keep the rules.

    Args:
        source_lengths, target_lengths: (N,) tokens of each side, without `eos`.

    Returns:
        (N,) bool, true for pairs to keep; and the counts.
    """
    cut = np.full(len(source_lengths), False)
    if rules.max_source_tokens is not None:
        cut = source_lengths > rules.max_source_tokens
        source_lengths = np.minimum(source_lengths, rules.max_source_tokens)
    shorter, longer = np.minimum(source_lengths, target_lengths), np.maximum(source_lengths, target_lengths)
    judged = longer if rules.max_source_tokens is None else target_lengths
    empty = shorter == 0
    too_long = ~empty & (judged > (np.inf if rules.max_tokens is None else rules.max_tokens))
    ratio = (
        ~empty
        & ~too_long
        & (longer >= RATIO_FROM)
        & (longer > (np.inf if rules.max_ratio is None else rules.max_ratio) * np.maximum(shorter, 1))
    )
    keep = ~(empty | too_long | ratio)
    counts = (len(shorter), *(int(np.count_nonzero(those)) for those in (empty, too_long, ratio, keep & cut)))
    return keep, CleaningReport(*counts)
