"""The layer of the language model: LayerNorm before each sub-layer (paper, section 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lite_transformer_tf.cells.base import CellUse, Role
from lite_transformer_tf.cells.branched import BranchedCell, FusedBranchedCell
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.operation_counts import Count, Kind, arithmetic, layer_norm

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.cells.base import BranchWriter, CrossWriter
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph


@dataclass(frozen=True)
class FusedPreNorm(FusedBranchedCell):
    """x = x + f(norm(x)) for every sub-layer f."""

    def write(self, graph: Graph, x: Tensor, branch: BranchWriter, cross: CrossWriter | None = None) -> Tensor:
        normed = graph.layer_norm(x, *self.branches_norm)
        x = graph.add(x, self.in_branches(graph, normed, branch))
        return graph.add(x, self.feed_forward(graph, graph.layer_norm(x, *self.feed_forward_norm)))


class PreNorm(BranchedCell):
    """Pre-norm cells for language models."""

    name: ClassVar[str] = "pre_norm"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.CAUSAL})
    fused: ClassVar[type[FusedBranchedCell]] = FusedPreNorm

    def layer(self, config: LayerConfig, use: CellUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.layers.pre_norm_layer import PreNormLayer

        return PreNormLayer(config.branches, config.feed_forward_dim, **use.rates, **kwargs)

    def count(self, config: LayerConfig, role: Role, tokens: int, context: int) -> Count:
        norm = layer_norm(config.dim, tokens)
        return (
            norm.below("lsra_norm")
            + self.branches_count(config, role, tokens)
            + norm.below("feed_forward_norm")
            + self.feed_forward_count(config, tokens)
            + arithmetic(Kind.RESIDUAL, 2 * config.dim * tokens, "residual")
        )


CELL = PreNorm()
