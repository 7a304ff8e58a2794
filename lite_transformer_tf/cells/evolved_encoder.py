"""The encoder cell of the Evolved Transformer (So et al. 2019, figure 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from lite_transformer_tf.branches.attention import attention_count
from lite_transformer_tf.cells.base import Cell, CellConfig, CellUse, FusedCell, Role
from lite_transformer_tf.cells.evolved_config import (
    ENCODER_CELL,
    ENCODER_KERNEL,
    ENCODER_OUTPUT_KERNEL,
    EvolvedEncoderConfig,
)
from lite_transformer_tf.cells.evolved_counts import feed_forward_count, separable_count
from lite_transformer_tf.cells.evolved_graph import FeedForward, FusedEncoderCell, FusedSpread, Separable, separables
from lite_transformer_tf.litert.builder.linear import Weights, linear, norm, stacked
from lite_transformer_tf.operation_counts import SIGMOID, Count, Kind, arithmetic, dense, joined, layer_norm

if TYPE_CHECKING:
    import tf_keras as keras

PARTS = ("gated_linear_unit", "convolutions", "self_attention", "feed_forward")


class EvolvedEncoder(Cell[EvolvedEncoderConfig]):
    """Gated linear unit, convolutions, self-attention and feed-forward network, each behind a LayerNorm."""

    name: ClassVar[str] = ENCODER_CELL
    roles: ClassVar[frozenset[Role]] = frozenset({Role.ENCODER})
    rates: ClassVar[frozenset[str]] = frozenset({"dropout", "attention_dropout"})
    config = EvolvedEncoderConfig

    def layer(self, config: EvolvedEncoderConfig, use: CellUse, **kwargs: Any) -> keras.layers.Layer:
        from lite_transformer_tf.layers.evolved_encoder_layer import EvolvedEncoderLayer

        rates = {name: use.rates[name] for name in self.rates}
        return EvolvedEncoderLayer(config.dim, config.heads, output_norm=config.output_norm, **rates, **kwargs)

    def count(self, config: EvolvedEncoderConfig, role: Role, tokens: int, context: int) -> Count:
        dim, before, added = config.dim, layer_norm(config.dim, tokens), config.dim * tokens
        parts = {
            "gated_linear_unit": joined(dense(dim, dim, tokens).below(name) for name in ("values", "gates"))
            + arithmetic(Kind.ACTIVATION, (SIGMOID + 1) * added),
            "convolutions": self._convolutions_count(dim, tokens),
            "self_attention": attention_count(dim, config.heads, tokens, tokens, bias=False),
            "feed_forward": feed_forward_count(dim, tokens),
        }
        total = joined(before.below(f"{name}_norm") + part.below(name) for name, part in parts.items())
        total += before.below("output_norm") if config.output_norm else Count()
        return total + arithmetic(Kind.RESIDUAL, 3 * added + added // 2, "residual")

    def _convolutions_count(self, dim: int, tokens: int) -> Count:
        half, wide = dim // 2, 4 * dim
        return (
            (dense(dim, wide, tokens) + arithmetic(Kind.ACTIVATION, wide * tokens)).below("left")
            + (dense(ENCODER_KERNEL * dim, half, tokens) + arithmetic(Kind.ACTIVATION, half * tokens)).below("right")
            + layer_norm(wide, tokens).below("inner_norm")
            + separable_count(ENCODER_OUTPUT_KERNEL, wide, half, tokens).below("output")
            + arithmetic(Kind.MASK, (dim + wide) * tokens)
            + arithmetic(Kind.RESIDUAL, half * tokens)
        )

    def fuse(
        self,
        config: EvolvedEncoderConfig,
        weights: Weights,
        name: str,
        stack: Sequence[CellConfig],
        cross_dim: int,
    ) -> FusedCell:
        every = [branch for layer in stack for branch in layer.branches]
        (attention,) = config.branches
        inside = f"{name}/convolutions"
        spread = FusedSpread(0, config.dim, linear(weights, f"{inside}/left"), linear(weights, f"{inside}/right"))
        gathered = separables([Separable.of(weights, f"{inside}/output")])
        norms = {part: norm(weights, f"{name}/{part}_norm") for part in PARTS}
        norms["inner"] = norm(weights, f"{inside}/inner_norm")
        if config.output_norm:
            norms["output"] = norm(weights, f"{name}/output_norm")
        unit, network = f"{name}/gated_linear_unit", f"{name}/feed_forward"
        return FusedEncoderCell(
            (spread, gathered, attention.fuse(weights, f"{name}/self_attention", 0, every)),
            norms,
            stacked([linear(weights, f"{unit}/values"), linear(weights, f"{unit}/gates")]),
            FeedForward(linear(weights, f"{network}/inner"), linear(weights, f"{network}/outer")),
        )

    def cross_attentions(self, config: EvolvedEncoderConfig) -> tuple[tuple[str, int], ...]:
        return ()

    def fused_parts(self, config: EvolvedEncoderConfig) -> tuple[tuple[str, ...], ...]:
        attention = tuple(f"self_attention/{part}" for part in ("query", "key", "value"))
        return (("gated_linear_unit/values", "gated_linear_unit/gates"), attention)


CELL = EvolvedEncoder()
