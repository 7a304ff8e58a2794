"""How likely an answer is acceptable, from its score and the copy check (docs/trust.md). Needs no TensorFlow.

`evaluation.calibration` fits it on validation data; `Confidence.kt` is the same in Kotlin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SURENESS_FLOOR = 0.01
"""Keeps the sureness of a probability of 1 finite."""
NAME = "confidence"
"""Key of the settings that are saved with a model."""


@dataclass(frozen=True)
class Confidence:
    """A logistic function of an answer's sureness and of whether its copy check found a fault.

    Args:
        bias: Logit of an answer with a sureness of 0.
        slope: Growth of the logit with the sureness, at least 0.
        doubt: What a fault takes from the logit, at least 0.
    """

    bias: float
    slope: float
    doubt: float

    def __call__(self, sureness: float, faulty: bool) -> float:
        """The confidence in (0, 1).

        Args:
            sureness: See `sureness`.
            faulty: Whether the copy check found a fault.
        """
        logit = self.bias + self.slope * sureness - (self.doubt if faulty else 0.0)
        return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0

    def to_dict(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Confidence | None:
        """The confidence that was saved with a model; None for a model without one.

        Raises:
            ValueError: It is not one of this version.
        """
        saved = settings.get(NAME)
        if saved is None:
            return None
        values = [saved.get(name) if isinstance(saved, Mapping) else None for name in ("bias", "slope", "doubt")]
        numbers = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) < 3 or not all(map(math.isfinite, numbers)) or min(numbers[1:]) < 0:
            rule = "The confidence saved with a model must have the numbers bias, slope >= 0 and doubt >= 0"
            raise ValueError(f"{rule}. Received: {saved!r}")
        return cls(*numbers)


def sureness(score: float, length: int, length_penalty: float) -> float:
    """How sure a model is of an answer: 4.6 for a mean log-probability of 0, 0 for one of -0.99, and falling.

    Args:
        score: Of the hypothesis.
        length: Number of its tokens, `eos` counted.
        length_penalty: Of the search that scored it.
    """
    mean = score * length ** (length_penalty - 1)
    return -math.log(SURENESS_FLOOR + max(0.0, -mean))
