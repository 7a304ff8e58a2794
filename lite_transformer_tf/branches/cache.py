"""What a branch caches between decoding steps: one description for Keras, graphs, runners, manifests and phone code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Growth(StrEnum):
    """How a cache changes from step to step. Shapes are those of one hypothesis in a graph of T positions."""

    ROWS = "rows"
    """(strips, T - 1, width): position i is row i of every strip; a step adds one row, (strips, 1, width)."""
    WINDOW = "window"
    """(K - 1, channels): the last K - 1 inputs, zeros before the first position; a step adds one row, (1, channels)."""
    STATE = "state"
    """(1, channels): zeros before the first position; every step replaces it."""


@dataclass(frozen=True)
class CacheSpec:
    """One cache of a decoding step.

    Args:
        input: Name of the tensor that a step reads. A prefill returns the whole cache under the same name.
        output: Name of the tensor that a step adds.
        growth: How a step changes the cache.
    """

    input: str
    output: str
    growth: Growth
