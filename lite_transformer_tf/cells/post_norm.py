"""The layer of the encoder-decoder: a residual connection and LayerNorm after each sub-layer (paper, figure 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lite_transformer_tf.branches.attention import attention_count
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
class FusedPostNorm(FusedBranchedCell):
    """x = norm(x + f(x)) for every sub-layer f."""

    def write(self, graph: Graph, x: Tensor, branch: BranchWriter, cross: CrossWriter | None = None) -> Tensor:
        x = graph.layer_norm(graph.add(x, self.in_branches(graph, x, branch)), *self.branches_norm)
        for attention, norm in self.cross:
            assert cross is not None
            x = graph.layer_norm(graph.add(x, cross(attention, x)), *norm)
        return graph.layer_norm(graph.add(x, self.feed_forward(graph, x)), *self.feed_forward_norm)


class PostNorm(BranchedCell):
    """Post-norm cells for encoders and decoders."""

    name: ClassVar[str] = "post_norm"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.ENCODER, Role.DECODER})
    leaks_pads: ClassVar[bool] = True
    fused: ClassVar[type[FusedBranchedCell]] = FusedPostNorm

    def layer(self, config: LayerConfig, use: CellUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.layers.decoder_layer import TransformerDecoderLayer
        from lite_transformer_tf.layers.encoder_layer import TransformerEncoderLayer

        settings: dict[str, Any] = {**use.rates, **kwargs}
        if use.role is Role.ENCODER:
            return TransformerEncoderLayer(
                config.branches, config.feed_forward_dim, pads_leak=use.pads_leak, **settings
            )
        heads = config.cross_attention_heads or 0  # never None: `LayerConfig.check` rejects it
        return TransformerDecoderLayer(config.branches, config.feed_forward_dim, heads, **settings)

    def count(self, config: LayerConfig, role: Role, tokens: int, context: int) -> Count:
        norm = arithmetic(Kind.RESIDUAL, config.dim * tokens) + layer_norm(config.dim, tokens)
        total = self.branches_count(config, role, tokens) + norm.below("lsra_norm")
        for name, heads in self.cross_attentions(config):
            total += attention_count(config.dim, heads, tokens, context).below(name) + norm.below(f"{name}_norm")
        return total + self.feed_forward_count(config, tokens) + norm.below("feed_forward_norm")


CELL = PostNorm()
