"""What the NumPy search asks of a model: a `Stepper` reads a source, then hypotheses grow token by token.

A TFLite file (`litert.runtime.runner.Runner`) and a Keras model (`keras_stepper.KerasStepper`) are steppers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class GreedySteps(Protocol):
    """One hypothesis of a sentence."""

    def step(self, token: int) -> tuple[int, float]:
        """Reads a token. Returns the most probable next token, the lowest id on a tie, and its log-probability."""
        ...

    def logits(self) -> np.ndarray:
        """Logits after the last step, (V,) or longer; entries behind the vocabulary are fill."""
        ...


class BeamSteps(Protocol):
    """Several hypotheses of a sentence, one per row."""

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Reads one token per row.

        Returns:
            the K most probable next tokens of each row, best first, and their log-probabilities, each (rows, K).
        """
        ...

    def logits(self, row: int) -> np.ndarray:
        """Logits of a row after the last step, (V,) or longer; entries behind the vocabulary are fill."""
        ...

    def reorder(self, parents: Sequence[int]) -> None:
        """Makes row i continue what row `parents[i]` has read."""
        ...


class Stepper(Protocol):
    """A model that generates step by step.

    Attributes:
        capacity: Greatest number of tokens before `eos`, None for any.
        beam_limit: Greatest beam size, None for any.
    """

    @property
    def capacity(self) -> int | None: ...

    @property
    def beam_limit(self) -> int | None: ...

    def start(self, source_ids: Sequence[int]) -> GreedySteps:
        """Reads a source, its final `eos` included, for greedy search.

        Raises:
            TextTooLongError: The source does not fit.
        """
        ...

    def start_beam(self, source_ids: Sequence[int], rows: int) -> BeamSteps:
        """The same for up to `rows` hypotheses; the first step has one."""
        ...
