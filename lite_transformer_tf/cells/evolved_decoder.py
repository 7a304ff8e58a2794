"""The decoder cell of the Evolved Transformer (So et al. 2019, figure 3), also without an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from lite_transformer_tf.branches.attention import attention_count
from lite_transformer_tf.cells.base import Cell, CellConfig, CellUse, FusedCell, Role
from lite_transformer_tf.cells.cross_attention import fuse_cross_attention
from lite_transformer_tf.cells.evolved_config import (
    DECODER_CELL,
    LEFT_KERNEL,
    OUTPUT_KERNEL,
    RIGHT_KERNEL,
    EvolvedDecoderConfig,
)
from lite_transformer_tf.cells.evolved_counts import feed_forward_count, separable_count
from lite_transformer_tf.cells.evolved_graph import FeedForward, FusedDecoderCell, Separable, separables
from lite_transformer_tf.litert.builder.linear import Weights, linear, norm
from lite_transformer_tf.operation_counts import Count, Kind, arithmetic, layer_norm

if TYPE_CHECKING:
    import tf_keras as keras

FIRST, SECOND = "first_cross_attention", "second_cross_attention"
ATTENTIONS = ("wide_attention", "self_attention")


class EvolvedDecoder(Cell[EvolvedDecoderConfig]):
    """Self-attention beside cross-attention, convolutions, self-attention, cross-attention, feed-forward network."""

    name: ClassVar[str] = DECODER_CELL
    roles: ClassVar[frozenset[Role]] = frozenset({Role.DECODER, Role.CAUSAL})
    rates: ClassVar[frozenset[str]] = frozenset({"dropout", "attention_dropout"})
    config = EvolvedDecoderConfig

    def layer(self, config: EvolvedDecoderConfig, use: CellUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.layers.evolved_decoder_layer import EvolvedDecoderLayer

        rates = {name: use.rates[name] for name in self.rates}
        heads = config.cross_attention_heads
        return EvolvedDecoderLayer(config.dim, config.heads, heads, output_norm=config.output_norm, **rates, **kwargs)

    def count(self, config: EvolvedDecoderConfig, role: Role, tokens: int, context: int) -> Count:
        dim, heads = config.dim, config.cross_attention_heads
        before = layer_norm(dim, tokens)

        def attention(name: str, heads: int, keys: int) -> Count:
            return attention_count(dim, heads, tokens, keys, bias=False).below(name)

        total = before.below("attention_norm") + attention("wide_attention", config.wide_heads, tokens)
        if heads is not None:
            total += attention(FIRST, heads, context)
        total += before.below("convolutions_norm") + self._convolutions_count(dim, tokens).below("convolutions")
        total += before.below("self_attention_norm") + attention("self_attention", config.heads, tokens)
        if heads is not None:
            total += before.below(f"{SECOND}_norm") + attention(SECOND, heads, context)
        total += before.below("feed_forward_norm") + feed_forward_count(dim, tokens, swish=True).below("feed_forward")
        if config.output_norm:
            total += before.below("output_norm")
        return total + arithmetic(Kind.RESIDUAL, (4 if heads is None else 6) * dim * tokens, "residual")

    def _convolutions_count(self, dim: int, tokens: int) -> Count:
        return (
            separable_count(LEFT_KERNEL, dim, 2 * dim, tokens, relu=True).below("left")
            + separable_count(RIGHT_KERNEL, dim, dim // 2, tokens).below("right")
            + layer_norm(2 * dim, tokens).below("inner_norm")
            + separable_count(OUTPUT_KERNEL, 2 * dim, dim, tokens).below("output")
            + arithmetic(Kind.RESIDUAL, dim // 2 * tokens)
        )

    def cached(self, config: EvolvedDecoderConfig, tokens: int, context: int) -> int:
        windows = (LEFT_KERNEL - 1) * config.dim + (OUTPUT_KERNEL - 1) * 2 * config.dim
        return super().cached(config, tokens, context) + windows

    def fuse(
        self,
        config: EvolvedDecoderConfig,
        weights: Weights,
        name: str,
        stack: Sequence[CellConfig],
        cross_dim: int,
    ) -> FusedCell:
        every = [branch for layer in stack for branch in layer.branches]
        wide, narrow = (
            branch.fuse(weights, f"{name}/{part}", 0, every)
            for part, branch in zip(ATTENTIONS, config.branches, strict=True)
        )
        inside, network, crossed = f"{name}/convolutions", f"{name}/feed_forward", self.cross_attentions(config)
        sides = [Separable.of(weights, f"{inside}/left", relu=True), Separable.of(weights, f"{inside}/right")]
        parts = ["attention", "convolutions", "self_attention", "feed_forward"]
        parts += ([SECOND] if crossed else []) + (["output"] if config.output_norm else [])
        norms = {part: norm(weights, f"{name}/{part}_norm") for part in parts}
        norms["inner"] = norm(weights, f"{inside}/inner_norm")
        return FusedDecoderCell(
            (wide, separables(sides), separables([Separable.of(weights, f"{inside}/output")]), narrow),
            norms,
            tuple(
                fuse_cross_attention(weights, f"{name}/{part}", config.dim, heads, cross_dim) for part, heads in crossed
            ),
            FeedForward(
                linear(weights, f"{network}/inner"),
                linear(weights, f"{network}/outer"),
                norm(weights, f"{network}/inner_norm"),
            ),
        )

    def cross_attentions(self, config: EvolvedDecoderConfig) -> tuple[tuple[str, int], ...]:
        heads = config.cross_attention_heads
        return () if heads is None else ((FIRST, heads), (SECOND, heads))

    def fused_parts(self, config: EvolvedDecoderConfig) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(f"{name}/{part}" for part in ("query", "key", "value")) for name in ATTENTIONS)


CELL = EvolvedDecoder()
