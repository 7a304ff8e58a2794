"""Counts the arithmetic of layers. docs/profiling.md has the exact counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tf_keras as keras

SOFTMAX = 5
"""Operations per element of a softmax: maximum, difference, exponential, sum, quotient."""
SIGMOID = 3
"""Operations per element of a sigmoid: exponential, sum, quotient."""


class Kind(StrEnum):
    """A kind of arithmetic. One Mult-Add is one multiplication together with the addition of its product."""

    LINEAR = "linear"
    """Matrix products of Dense layers."""
    ATTENTION = "attention"
    """Scores and weighted sums of attention. Every query sees every key, causal or not."""
    CONVOLUTION = "convolution"
    """Convolution cores: taps times channels times tokens."""
    LAYER_NORM = "layer_norm"
    """Scale and shift of LayerNorm: one Mult-Add per channel."""
    OUTPUT = "output"
    """The projection to the vocabulary: products of states and the rows of the output table."""
    BIAS = "bias"
    """Biases of Dense layers."""
    SOFTMAX = "softmax"
    """Softmax of attention scores (with their scale), of convolution taps, and of an adaptive softmax."""
    MASK = "mask"
    """Masks, added to attention scores or multiplied into a convolution's input."""
    ACTIVATION = "activation"
    """ReLU, the gate of the gated linear unit, and gated recurrences."""
    STATISTICS = "statistics"
    """Mean, variance and normalization in LayerNorm."""
    RESIDUAL = "residual"
    """Residual connections."""
    EMBEDDING = "embedding"
    """Scale of embeddings, position encodings and their sum."""


@dataclass(frozen=True)
class Operation:
    """Arithmetic of one kind in one part of the model.

    Args:
        path: Name of the part, such as `encoder/layer_0/lsra/attention/query`.
        kind: Kind of arithmetic.
        count: Number of operations.
    """

    path: str
    kind: Kind
    count: int


@dataclass(frozen=True)
class Use:
    """How a layer is applied to one sentence.

    Args:
        tokens: Number of positions that it computes.
        context: Number of positions of an encoder's output that it attends to. `None` for self-attention.
        reverse: Whether a table projects states to the vocabulary instead of being looked up.
        embedding: Layer whose tables an output layer shares.
    """

    tokens: int
    context: int | None = None
    reverse: bool = False
    embedding: keras.layers.Layer | None = None


def below(path: str, operations: Iterator[Operation]) -> Iterator[Operation]:
    """The operations with `path/` in front of their own paths."""
    for operation in operations:
        yield replace(operation, path=f"{path}/{operation.path}" if operation.path else path)


def dense_operations(layer: keras.layers.Layer, use: Use) -> Iterator[Operation]:
    """The operations of a Dense layer, wrapped or not."""
    layer = getattr(layer, "layer", layer)
    rows, columns = layer.kernel.shape
    yield Operation("", Kind.LINEAR, rows * columns * use.tokens)
    if layer.use_bias:
        yield Operation("", Kind.BIAS, columns * use.tokens)
