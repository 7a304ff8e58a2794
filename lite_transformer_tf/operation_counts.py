"""Arithmetic of layers, counted: kinds of operations, how a layer is used, and the counts of a Dense layer. docs/profiling.md has the exact counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

SOFTMAX = 5
"""Operations on each element of a softmax: greatest, difference, exponential, sum, quotient."""
SIGMOID = 3
"""Exponential, sum, quotient."""


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
    """ReLU, the gate of the gated linear unit, and gated recurrences."""
    STATISTICS = "statistics"
    """Mean, variance and normalisation in LayerNorm."""
    RESIDUAL = "residual"
    """Residual connections."""
    EMBEDDING = "embedding"
    """Scale of embeddings, position encodings and their sum."""


@dataclass(frozen=True)
class Operation:
    """So much arithmetic of one kind, in the part of the model that `path` names (`encoder/layer_0/lsra/attention/query`)."""

    path: str
    kind: Kind
    count: int


@dataclass(frozen=True)
class Use:
    """How a layer is applied to one sentence.

    Args:
        tokens: Positions that it computes.
        context: Positions of an encoder's output that it attends to; `None`: it attends to its own.
        reverse: A table projects states on the vocabulary instead of being looked up.
        embedding: The layer whose tables an output layer shares.
    """

    tokens: int
    context: int | None = None
    reverse: bool = False
    embedding: Any = None


def below(path: str, operations: Iterator[Operation]) -> Iterator[Operation]:
    """The operations of a part named `path`."""
    for operation in operations:
        yield replace(operation, path=f"{path}/{operation.path}" if operation.path else path)


def dense_operations(layer: Any, use: Use) -> Iterator[Operation]:
    """A Dense layer's, or those of one inside a wrapper."""
    layer = getattr(layer, "layer", layer)
    rows, columns = layer.kernel.shape
    yield Operation("", Kind.LINEAR, rows * columns * use.tokens)
    if layer.use_bias:
        yield Operation("", Kind.BIAS, columns * use.tokens)
