"""Counts weights and arithmetic of the parts of a model from their settings. docs/profiling.md has the exact counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

Shapes = dict[str, tuple[int, ...]]
"""Shapes of weights by name."""

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
class Count:
    """What a part of a model holds and computes.

    Args:
        shapes: Shapes of its weights by name, such as `lsra/attention/query/kernel`.
        operations: Arithmetic for one sentence without pads, at inference.
    """

    shapes: Shapes = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()

    def __add__(self, other: Count) -> Count:
        return Count({**self.shapes, **other.shapes}, self.operations + other.operations)

    def below(self, path: str) -> Count:
        """The same with `path/` in front of all names."""
        moved = (replace(entry, path=f"{path}/{entry.path}" if entry.path else path) for entry in self.operations)
        return Count({f"{path}/{name}": shape for name, shape in self.shapes.items()}, tuple(moved))


def joined(counts: Iterable[Count]) -> Count:
    """The sum of parts, in their order."""
    return sum(counts, start=Count())


def arithmetic(kind: Kind, count: int, path: str = "") -> Count:
    """Operations of one kind without weights."""
    return Count(operations=(Operation(path, kind, count),))


def dense(rows: int, columns: int, tokens: int, *, bias: bool = True) -> Count:
    """A Dense layer."""
    product = Count({"kernel": (rows, columns)}, (Operation("", Kind.LINEAR, rows * columns * tokens),))
    return product + Count({"bias": (columns,)}, (Operation("", Kind.BIAS, columns * tokens),)) if bias else product


def layer_norm(dim: int, tokens: int) -> Count:
    """LayerNorm: scale with shift, and the statistics.

    The statistics take four operations per channel (sum, centering, sum of squares, scaling) and four per token (two
    divisions by `dim`, the addition of epsilon and the inverse square root).
    """
    scale = Operation("", Kind.LAYER_NORM, dim * tokens)
    return Count({"gamma": (dim,), "beta": (dim,)}, (scale, Operation("", Kind.STATISTICS, (4 * dim + 4) * tokens)))
