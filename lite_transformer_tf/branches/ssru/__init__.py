"""The simpler simple recurrent unit (Kim et al. 2019, "From Research to Production and Back", section 3.1).

A branch for decoders. Its step costs the same at every position, and its cache is one vector:

f_t = sigmoid(W_f x_t + b_f),  c_t = f_t c_{t-1} + (1 - f_t) W x_t,  y_t = relu(c_t)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lite_transformer_tf.branches.base import BranchConfig, BranchUse, require
from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.branches.graphs import FusedBranch, SequenceGraph, StepCache, StepGraph
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear, stacked
from lite_transformer_tf.operation_counts import SIGMOID, Count, Kind, arithmetic, dense

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph

CACHE = CacheSpec("ssru_state", "new_ssru_state", Growth.STATE)
"""c of the branches of all layers, concatenated."""


@dataclass(frozen=True)
class SsruBranch(BranchConfig):
    """A simpler simple recurrent unit.

    Args:
        channels: Number of channels that the branch reads and writes.
    """

    kind: str = field(default="ssru", init=False)

    part: ClassVar[str] = "ssru"
    causal_only: ClassVar[bool] = True
    cache: ClassVar[CacheSpec] = CACHE

    @classmethod
    def of_layer(cls, channels: int, *, heads: int, kernel_size: int, glu: bool) -> Self:
        return cls(channels)

    def layer(self, use: BranchUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.branches.ssru.layer import SimpleRecurrentUnit

        require(use.causal, "An ssru branch reads from left to right, so its layer must be causal.", use.causal)
        return SimpleRecurrentUnit(**kwargs)

    def count(self, use: BranchUse, tokens: int) -> Count:
        """The two projections; per channel the gate and 1 - f, f c and (1 - f) W x, and the ReLU."""
        forget = dense(self.channels, self.channels, tokens).below("forget")
        entering = dense(self.channels, self.channels, tokens, bias=False).below("input")
        return forget + entering + arithmetic(Kind.ACTIVATION, (SIGMOID + 4) * self.channels * tokens, "core")

    def cached(self, tokens: int) -> int:
        return self.channels

    def fuse(self, weights: Weights, name: str, begin: int, stack: Sequence[BranchConfig]) -> FusedBranch:
        """Stacks the two projections, which read the same input, into one matrix."""
        parts = [linear(weights, f"{name}/forget"), linear(weights, f"{name}/input")]
        return FusedSsru(begin, begin + self.channels, stacked(parts))

    @property
    def fused_parts(self) -> tuple[tuple[str, ...], ...]:
        return (("forget", "input"),)


class SsruState(StepCache):
    """ssru_state ([B,] 1, channels of all branches): c of the previous position."""

    spec: ClassVar[CacheSpec] = CACHE

    def __init__(self, step: StepGraph, branches: Sequence[FusedBranch]) -> None:
        super().__init__(step, branches)
        self.width = sum(branch.channels for branch in branches)
        state = step.graph.input(self.spec.input, (*step.lead, 1, self.width))
        self.state = step.graph.reshape(state, (step.batch, self.width))
        self.new: list[Tensor] = []

    def advance(self, decay: Tensor, added: Tensor) -> Tensor:
        """c_t (B, C) of the next branch in turn."""
        graph, begin = self.step.graph, sum(tensor.shape[1] for tensor in self.new)
        before = graph.slice(self.state, 1, begin, begin + decay.shape[1])
        self.new.append(graph.add(graph.mul(decay, before), added))
        return self.new[-1]

    def write(self) -> None:
        joined = self.step.graph.concat(self.new, 1)
        self.step.graph.output(self.spec.output, self.step.graph.reshape(joined, (*self.step.lead, 1, self.width)))

    @classmethod
    def write_prefill(
        cls, sequence: SequenceGraph, left: Sequence[tuple[FusedBranch, tuple[Tensor, ...]]], count: Tensor
    ) -> None:
        graph = sequence.graph
        states = graph.concat([tensors[0] for _, tensors in left], 1)  # (T, channels)
        graph.output(cls.spec.input, graph.gather(states, graph.sub(count, graph.integers([1]))))


@dataclass(frozen=True)
class FusedSsru(FusedBranch):
    """Fused recurrent unit.

    Args:
        projection: (2 C, C), the kernels of the gate and of the input.
    """

    projection: Linear

    step_cache: ClassVar[type[StepCache]] = SsruState

    def _terms(self, graph: Graph, x: Tensor) -> tuple[Tensor, Tensor]:
        """f and (1 - f) W x, (M, C) each."""
        both = graph.dense(x, self.projection.kernel, self.projection.bias, name="projection")
        forget = graph.logistic(graph.slice(both, 1, 0, self.channels))
        kept = graph.sub(graph.scalar(1.0), forget)
        return forget, graph.mul(kept, graph.slice(both, 1, self.channels, 2 * self.channels))

    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        """A scan in log2(T) rounds: after the round of distance d, row t composes the steps t - 2 d + 1 to t."""
        graph, length = sequence.graph, sequence.length
        decay, state = self._terms(graph, x)
        distance = 1
        while distance < length:
            before = graph.slice(graph.pad(state, 0, distance, 0), 0, 0, length)  # zeros before the first position
            state = graph.add(graph.mul(decay, before), state)
            if 2 * distance < length:
                decay = graph.mul(decay, graph.slice(graph.pad(decay, 0, distance, 0), 0, 0, length))
            distance *= 2
        sequence.leave(self, state)
        return graph.maximum(state, graph.scalar(0.0))

    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        assert isinstance(cache, SsruState)
        graph = cache.step.graph
        return graph.maximum(cache.advance(*self._terms(graph, x)), graph.scalar(0.0))


KINDS = (SsruBranch,)
