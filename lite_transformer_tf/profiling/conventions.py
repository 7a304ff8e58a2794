"""What is counted: kinds of operations, and the conventions that are sets of them. docs/profiling.md has the exact counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of arithmetic. One Mult-Add is one multiplication together with the addition of its product."""

    LINEAR = "linear"
    """Kernels of Dense layers, times the tokens that they are applied to."""
    ATTENTION = "attention"
    """Scores and weighted sums of attention; every query sees every key, causal or not."""
    CONVOLUTION = "convolution"
    """Taps times channels times tokens."""
    LAYER_NORM = "layer_norm"
    """Scale and shift of LayerNorm: one Mult-Add a channel."""
    OUTPUT = "output"
    """The projection on the vocabulary: products of states and the rows of the output table."""
    BIAS = "bias"
    """Biases of Dense layers."""
    SOFTMAX = "softmax"
    """Softmax of attention scores, with their scale, of convolution taps, and of an adaptive softmax."""
    MASK = "mask"
    """Masks: added to attention scores, multiplied into a convolution's input."""
    ACTIVATION = "activation"
    """ReLU, and the gate of the gated linear unit."""
    STATISTICS = "statistics"
    """Mean, variance and normalisation in LayerNorm."""
    RESIDUAL = "residual"
    """Residual connections."""
    EMBEDDING = "embedding"
    """Scale of embeddings, position encodings and their sum."""


CONVENTIONS: dict[str, frozenset[Kind]] = {
    "paper": frozenset({Kind.LINEAR, Kind.ATTENTION, Kind.LAYER_NORM}),
    "products": frozenset({Kind.LINEAR, Kind.ATTENTION, Kind.CONVOLUTION}),
    "complete": frozenset(Kind),
}
"""`paper` reproduces the published numbers; `products` has the convolution core and no LayerNorm; `complete` counts everything."""


@dataclass(frozen=True)
class Operation:
    """So much arithmetic of one kind, in the part of the model that `path` names (`encoder/layer_0/lsra/attention/query`)."""

    path: str
    kind: Kind
    count: int


def total(operations: Iterable[Operation], convention: str) -> int:
    """Mult-Adds of operations in a convention, a key of `CONVENTIONS`.

    Raises:
        ValueError: there is no such convention.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"A convention must be one of {sorted(CONVENTIONS)}. Received: {convention!r}")
    return sum(operation.count for operation in operations if operation.kind in CONVENTIONS[convention])
