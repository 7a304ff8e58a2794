"""Base of cells that consist of branches and a feed-forward network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lite_transformer_tf.branches.base import BranchUse
from lite_transformer_tf.branches.graphs import FusedBranch
from lite_transformer_tf.cells.base import Cell, CellConfig, FusedCell, Role
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.cells.cross_attention import CrossAttention, fuse_cross_attention
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear, norm
from lite_transformer_tf.operation_counts import Count, Kind, arithmetic, dense, joined

if TYPE_CHECKING:
    from lite_transformer_tf.cells.base import BranchWriter
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph

Norm = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class FusedBranchedCell(FusedCell):
    """Branches in channel order, attentions to an encoder's output and a feed-forward network, with their norms."""

    branches: tuple[FusedBranch, ...]
    branches_norm: Norm
    cross: tuple[tuple[CrossAttention, Norm], ...]
    inner: Linear
    outer: Linear
    feed_forward_norm: Norm

    def in_branches(self, graph: Graph, x: Tensor, branch: BranchWriter) -> Tensor:
        """Each branch on its own channels, concatenated: (M, D) -> (M, D)."""
        return graph.concat([branch(part, graph.slice(x, 1, part.begin, part.end)) for part in self.branches], 1)

    def feed_forward(self, graph: Graph, x: Tensor) -> Tensor:
        """(M, D) -> (M, D)."""
        inner = graph.dense(x, self.inner.kernel, self.inner.bias, relu=True)
        return graph.dense(inner, self.outer.kernel, self.outer.bias)


class BranchedCell(Cell[LayerConfig]):
    """A cell of branches and a feed-forward network. Subclasses place the norms and residual connections."""

    config = LayerConfig
    rates: ClassVar[frozenset[str]] = frozenset(
        {"dropout", "attention_dropout", "weight_dropout", "activation_dropout"}
    )
    fused: ClassVar[type[FusedBranchedCell]]

    def fuse(
        self, config: LayerConfig, weights: Weights, name: str, stack: Sequence[CellConfig], cross_dim: int
    ) -> FusedCell:
        every = [branch for layer in stack for branch in layer.branches]
        branches, begin = [], 0
        for part, branch in zip(config.branch_names, config.branches, strict=True):
            branches.append(branch.fuse(weights, f"{name}/lsra/{part}", begin, every))
            begin += branch.channels
        return self.fused(
            tuple(branches),
            norm(weights, f"{name}/lsra_norm"),
            tuple(
                (
                    fuse_cross_attention(weights, f"{name}/{part}", config.dim, heads, cross_dim),
                    norm(weights, f"{name}/{part}_norm"),
                )
                for part, heads in self.cross_attentions(config)
            ),
            linear(weights, f"{name}/feed_forward/inner"),
            linear(weights, f"{name}/feed_forward/outer"),
            norm(weights, f"{name}/feed_forward_norm"),
        )

    def branches_count(self, config: LayerConfig, role: Role, tokens: int) -> Count:
        """The branches, below `lsra`."""
        use = BranchUse(causal=role is not Role.ENCODER)
        parts = zip(config.branch_names, config.branches, strict=True)
        return joined(branch.count(use, tokens).below(name) for name, branch in parts).below("lsra")

    def feed_forward_count(self, config: LayerConfig, tokens: int) -> Count:
        """The feed-forward network, below `feed_forward`."""
        dim, hidden = config.dim, config.feed_forward_dim
        inner = dense(dim, hidden, tokens) + arithmetic(Kind.ACTIVATION, hidden * tokens)
        return (inner.below("inner") + dense(hidden, dim, tokens).below("outer")).below("feed_forward")

    def cross_attentions(self, config: LayerConfig) -> tuple[tuple[str, int], ...]:
        heads = config.cross_attention_heads
        return () if heads is None else (("cross_attention", heads),)

    def fused_parts(self, config: LayerConfig) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(f"lsra/{name}/{part}" for part in group)
            for name, branch in zip(config.branch_names, config.branches, strict=True)
            for group in branch.fused_parts
        )
