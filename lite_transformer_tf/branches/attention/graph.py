"""Attention in phone graphs.

Heads narrower than the widest of a stack are padded with zero columns, so that all caches are one tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.branches.graphs import FusedBranch, SequenceGraph, StepCache, StepGraph, step_mask
from lite_transformer_tf.litert.builder.linear import Linear, Weights, from_heads, linear, stacked, to_heads

if TYPE_CHECKING:
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor

CACHE = CacheSpec("attention_cache", "new_attention", Growth.ROWS)
"""Keys of all layers, then values of all layers, with one strip per head."""


class AttentionCache(StepCache):
    """attention_cache ([B,] 2 * heads of all layers, T - 1, head_dim). Rows from `position` on are not read."""

    spec: ClassVar[CacheSpec] = CACHE

    def __init__(self, step: StepGraph, branches: Sequence[FusedBranch]) -> None:
        super().__init__(step, branches)
        attention = cast("Sequence[FusedAttention]", branches)
        self.heads = sum(branch.heads for branch in attention)
        graph, length = step.graph, step.length
        shape = (*step.lead, 2 * self.heads, length - 1, attention[0].head_dim)
        self.rows = graph.input(self.spec.input, shape)
        # Cached row i is valid when i < position; the newest row, after them, always is.
        self.mask = step_mask(graph, step.position, np.append(-1 - np.arange(length - 1), 0))
        self.first_head = 0
        self.new_keys: list[Tensor] = []
        self.new_values: list[Tensor] = []

    def extended(self, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of the cached and the newest positions, ([B,] H, T, d) each, for the next branch in turn."""
        graph, axis = self.step.graph, len(self.step.lead)
        begin, end = self.first_head, self.first_head + key.shape[axis]
        self.first_head = end
        self.new_keys.append(key)
        self.new_values.append(value)
        keys = graph.concat([graph.slice(self.rows, axis, begin, end), key], axis + 1)
        values = graph.concat([graph.slice(self.rows, axis, self.heads + begin, self.heads + end), value], axis + 1)
        return keys, values

    def write(self) -> None:
        graph = self.step.graph
        graph.output(self.spec.output, graph.concat([*self.new_keys, *self.new_values], len(self.step.lead)))

    @classmethod
    def write_prefill(
        cls, sequence: SequenceGraph, left: Sequence[tuple[FusedBranch, tuple[Tensor, ...]]], count: Tensor
    ) -> None:
        """The last position of the bucket has no row in the cache."""
        graph = sequence.graph
        strips = [*(tensors[0] for _, tensors in left), *(tensors[1] for _, tensors in left)]
        graph.output(cls.spec.input, graph.slice(graph.concat(strips, 0), 1, 0, sequence.length - 1))


@dataclass(frozen=True)
class FusedAttention(FusedBranch):
    """Fused multi-head attention.

    Args:
        heads: Number of heads.
        head_dim: Width of a head, padding included.
        projection: (3 * heads * head_dim, C), for queries, keys and values.
        output: (C, heads * head_dim).
    """

    heads: int
    head_dim: int
    projection: Linear
    output: Linear

    step_cache: ClassVar[type[StepCache]] = AttentionCache

    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        """softmax(q k^T + mask) v, with queries, keys and values transposed together."""
        graph, length, heads = sequence.graph, x.shape[0], self.heads
        fused = graph.dense(x, self.projection.kernel, self.projection.bias, name="projection")
        fused = graph.transpose(graph.reshape(fused, (length, 3 * heads, self.head_dim)), (1, 0, 2))  # (3H, T, d)
        query, key, value = (graph.slice(fused, 0, i * heads, (i + 1) * heads) for i in range(3))
        sequence.leave(self, key, value)
        scores = graph.add(graph.matmul(query, key, transpose_b=True), sequence.attention_mask)  # (H, T, T)
        mixed = graph.transpose(graph.matmul(graph.softmax(scores), value), (1, 0, 2))  # (T, H, d)
        return graph.dense(graph.reshape(mixed, (length, heads * self.head_dim)), self.output.kernel, self.output.bias)

    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        assert isinstance(cache, AttentionCache)
        step, heads, dim = cache.step, self.heads, self.head_dim
        graph, axis = step.graph, len(step.lead)
        fused = graph.dense(x, self.projection.kernel, self.projection.bias, name="projection")
        fused = graph.reshape(fused, (*step.lead, 3 * heads, 1, dim))
        query, key, value = (graph.slice(fused, axis, i * heads, (i + 1) * heads) for i in range(3))
        keys, values = cache.extended(key, value)
        scores = graph.add(graph.matmul(query, keys, transpose_b=True), cache.mask)  # ([B,] H, 1, T)
        mixed = graph.reshape(graph.matmul(graph.softmax(scores), values), (step.batch, heads * dim))
        return graph.dense(mixed, self.output.kernel, self.output.bias)


def fuse(weights: Weights, name: str, begin: int, channels: int, heads: int, head_dim: int) -> FusedAttention:
    """Fuses an attention branch: the scale goes into the queries' projection, zeros pad the heads to `head_dim`."""
    scale = (channels // heads) ** -0.5
    parts = [linear(weights, f"{name}/query", scale), linear(weights, f"{name}/key"), linear(weights, f"{name}/value")]
    projection = stacked([to_heads(part, heads, head_dim) for part in parts])
    output = from_heads(linear(weights, f"{name}/output"), heads, head_dim)
    return FusedAttention(begin, begin + channels, heads, head_dim, projection, output)
