"""Ranges of the tensors of a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.litert.builder import NEGATIVE


@dataclass(frozen=True)
class Range:
    """Smallest and largest value of a tensor.

    Values that stand for minus infinity are ignored. `masked` is true if there were any.
    """

    low: float = 0.0
    high: float = 0.0
    masked: bool = False

    @classmethod
    def of(cls, values: np.ndarray) -> Range:
        if not values.size:
            return cls()
        low, high = float(values.min()), float(values.max())
        if low > NEGATIVE / 2 and high < -NEGATIVE / 2:
            return cls(low, high)
        finite = values[np.abs(values) < -NEGATIVE / 2]
        return cls(float(finite.min(initial=0.0)), float(finite.max(initial=0.0)), True)

    @property
    def magnitude(self) -> float:
        return max(abs(self.low), abs(self.high))

    def __or__(self, other: Range) -> Range:
        return Range(min(self.low, other.low), max(self.high, other.high), self.masked or other.masked)


Ranges = dict[str, dict[int, Range]]
"""Ranges by signature and index of the tensor."""
