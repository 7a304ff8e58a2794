"""How the cells of the Evolved Transformer write phone graphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lite_transformer_tf.branches.convolution.graph import ConvolutionWindow, WindowedBranch
from lite_transformer_tf.branches.graphs import FusedBranch, SequenceGraph, StepCache
from lite_transformer_tf.cells.base import FusedCell
from lite_transformer_tf.cells.cross_attention import CrossAttention
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear

if TYPE_CHECKING:
    from lite_transformer_tf.cells.base import BranchWriter, CrossWriter
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph

EPSILON = 1e-6
Norm = tuple[np.ndarray, np.ndarray]


def normed(graph: Graph, x: Tensor, norm: Norm) -> Tensor:
    """LayerNorm of (M, C)."""
    return graph.layer_norm(x, *norm, epsilon=EPSILON)


def widened(graph: Graph, x: Tensor, channels: int) -> Tensor:
    """(M, C) with zeros after its channels: (M, channels)."""
    return graph.pad(x, 1, 0, channels - x.shape[1])


@dataclass(frozen=True)
class Separable:
    """A separable convolution.

    Args:
        taps: (K, C).
        pointwise: (O, C).
        relu: Whether a ReLU follows.
    """

    taps: np.ndarray
    pointwise: Linear
    relu: bool = False

    @classmethod
    def of(cls, weights: Weights, name: str, relu: bool = False) -> Separable:
        """The layer `name`."""
        return cls(np.asarray(weights[f"{name}/taps"], np.float32), linear(weights, f"{name}/pointwise"), relu)

    def over_sequence(self, graph: Graph, x: Tensor, causal: bool) -> Tensor:
        """(T, C) -> (T, O)."""
        size, length = len(self.taps), x.shape[0]
        left = size - 1 if causal else size // 2
        padded = graph.pad(x, 0, left, size - 1 - left)
        terms = [
            graph.mul(graph.slice(padded, 0, tap, tap + length), graph.constant(self.taps[tap : tap + 1], "tap"))
            for tap in range(size)
        ]
        while len(terms) > 1:  # pairs, so that sums of integers are rounded log2(K) times
            pairs = [graph.add(one, two) for one, two in zip(terms[::2], terms[1::2])]
            terms = [*pairs, *terms[2 * len(pairs) :]]
        return self._mixed(graph, terms[0])

    def over_window(self, graph: Graph, window: Tensor) -> Tensor:
        """The last K rows of (B, N, C) -> (B, O)."""
        size, rows = len(self.taps), window.shape[1]
        reached = graph.slice(window, 1, rows - size, rows)
        return self._mixed(graph, graph.sum(graph.mul(reached, graph.constant(self.taps[None], "taps")), 1))

    def _mixed(self, graph: Graph, x: Tensor) -> Tensor:
        return graph.dense(x, self.pointwise.kernel, self.pointwise.bias, relu=self.relu)


@dataclass(frozen=True)
class FusedSeparables(WindowedBranch):
    """Separable convolutions of the same inputs, the widest first, whose outputs are added.

    The cache of a step has their inputs: channels `begin : end` of what the branch is called with are all channels.
    """

    kernel_size: int
    convolutions: tuple[Separable, ...]

    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        """(T, C) -> (T, O)."""
        graph = sequence.graph
        if sequence.pads is not None:
            x = graph.mul(x, sequence.pads[0])
        sequence.leave(self, x)
        return self._summed(graph, [part.over_sequence(graph, x, sequence.causal) for part in self.convolutions])

    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        """(B, C) -> (B, O)."""
        assert isinstance(cache, ConvolutionWindow)
        graph, batch = cache.step.graph, cache.step.batch
        newest = graph.reshape(x, (batch, 1, self.channels))
        window = graph.concat([cache.past_inputs(self), newest], 1)
        cache.add(self, x)
        return self._summed(graph, [part.over_window(graph, window) for part in self.convolutions])

    def _summed(self, graph: Graph, outputs: Sequence[Tensor]) -> Tensor:
        total, *others = outputs
        for other in others:
            total = graph.add(total, widened(graph, other, total.shape[1]))
        return total


def separables(convolutions: Sequence[Separable]) -> FusedSeparables:
    """The branch of these convolutions."""
    longest = max(len(part.taps) for part in convolutions)
    return FusedSeparables(0, convolutions[0].taps.shape[1], longest, tuple(convolutions))


@dataclass(frozen=True)
class FusedSpread(FusedBranch):
    """The first half of the encoder's convolutions: a Dense layer and a convolution of few taps, side by side.

    Args:
        left: (4 D, D).
        right: (D / 2, K D), over the K neighbours of a position.
    """

    left: Linear
    right: Linear

    step_cache: ClassVar[type[StepCache]] = ConvolutionWindow

    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        """(T, D) -> (T, 4 D)."""
        graph, (length, dim) = sequence.graph, x.shape
        if sequence.pads is not None:
            x = graph.mul(x, sequence.pads[0])
        taps = self.right.kernel.shape[1] // dim
        padded = graph.pad(x, 0, taps // 2, taps - 1 - taps // 2)
        neighbours = graph.concat([graph.slice(padded, 0, tap, tap + length) for tap in range(taps)], 1)
        left = graph.dense(x, self.left.kernel, self.left.bias, relu=True)
        right = graph.dense(neighbours, self.right.kernel, self.right.bias, relu=True)
        return graph.add(left, widened(graph, right, left.shape[1]))

    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        raise NotImplementedError("An encoder reads all positions at once.")


@dataclass(frozen=True)
class FeedForward:
    """A Dense layer with ReLU or swish, a LayerNorm where there is one, and a second Dense layer."""

    inner: Linear
    outer: Linear
    inner_norm: Norm | None = None

    def write(self, graph: Graph, x: Tensor) -> Tensor:
        """(M, D) -> (M, D)."""
        if self.inner_norm is None:
            hidden = graph.dense(x, self.inner.kernel, self.inner.bias, relu=True)
        else:
            linear_part = graph.dense(x, self.inner.kernel, self.inner.bias)
            hidden = normed(graph, graph.mul(linear_part, graph.logistic(linear_part)), self.inner_norm)
        return graph.dense(hidden, self.outer.kernel, self.outer.bias)


@dataclass(frozen=True)
class FusedEncoderCell(FusedCell):
    """Weights of the encoder cell. The branches are the two halves of its convolutions, and the self-attention.

    Args:
        branches: In the order in which they are called.
        norms: By the name of the part that they precede; `inner` is between the halves, `output` behind the cell.
        gates: (2 D, D), the values and gates of the gated linear unit.
        feed_forward: The feed-forward network.
    """

    branches: tuple[FusedBranch, ...]
    norms: dict[str, Norm]
    gates: Linear
    feed_forward: FeedForward

    def write(self, graph: Graph, x: Tensor, branch: BranchWriter, cross: CrossWriter | None = None) -> Tensor:
        dim, (spread, gathered, attention) = x.shape[1], self.branches

        def norm(name: str, x: Tensor) -> Tensor:
            return normed(graph, x, self.norms[name])

        both = graph.dense(norm("gated_linear_unit", x), self.gates.kernel, self.gates.bias, name="gates")
        gates = graph.logistic(graph.slice(both, 1, dim, 2 * dim))
        x = graph.add(x, graph.mul(graph.slice(both, 1, 0, dim), gates))
        update = branch(gathered, norm("inner", branch(spread, norm("convolutions", x))))
        x = graph.add(x, widened(graph, update, dim))
        x = graph.add(x, branch(attention, norm("self_attention", x)))
        x = graph.add(x, self.feed_forward.write(graph, norm("feed_forward", x)))
        return norm("output", x) if "output" in self.norms else x


@dataclass(frozen=True)
class FusedDecoderCell(FusedCell):
    """Weights of the decoder cell. The branches are self-attention, two windows of convolutions, self-attention.

    Args:
        branches: In the order in which they are called.
        norms: By the name of the part that they precede; `inner` is between the windows, `output` behind the cell.
        cross: Both attentions to the encoder's output, or none.
        feed_forward: The feed-forward network.
    """

    branches: tuple[FusedBranch, ...]
    norms: dict[str, Norm]
    cross: tuple[CrossAttention, ...]
    feed_forward: FeedForward

    def write(self, graph: Graph, x: Tensor, branch: BranchWriter, cross: CrossWriter | None = None) -> Tensor:
        wide, first, second, narrow = self.branches

        def norm(name: str, x: Tensor) -> Tensor:
            return normed(graph, x, self.norms[name])

        h = norm("attention", x)
        x = graph.add(x, branch(wide, h))
        if self.cross:
            assert cross is not None
            x = graph.add(x, cross(self.cross[0], h))
        x = graph.add(x, branch(second, norm("inner", branch(first, norm("convolutions", x)))))
        x = graph.add(x, branch(narrow, norm("self_attention", x)))
        if self.cross:
            assert cross is not None
            x = graph.add(x, cross(self.cross[1], norm("second_cross_attention", x)))
        x = graph.add(x, self.feed_forward.write(graph, norm("feed_forward", x)))
        return norm("output", x) if "output" in self.norms else x
