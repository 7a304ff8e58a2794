"""What both cells of the Evolved Transformer share."""

from __future__ import annotations

import tensorflow as tf

from lite_transformer_tf.composite import Composite
from lite_transformer_tf.composite.arguments import even, rate
from lite_transformer_tf.layers.layer_norm import EVOLVED_EPSILON, LayerNorm
from lite_transformer_tf.ops.dropout import dropout


def widened(tensor: tf.Tensor, channels: int) -> tf.Tensor:
    """(B, T, C) with zeros after its channels: (B, T, channels)."""
    return tf.pad(tensor, [[0, 0], [0, 0], [0, channels - tensor.shape[-1]]])


class EvolvedLayer(Composite):
    """Base of the cells, whose sub-layers are `x + dropout(f(LayerNorm(x)))`.

    A subclass makes its other parts, calls `add_norms`, and keeps its own arguments in `_config`.

    Args:
        embed_dim: Integer. Width D, an even number.
        dropout: Float. Dropout rate after and inside each sub-layer.
        output_norm: Bool. Whether a LayerNorm follows, as it does after the last cell of a stack.
    """

    _config: dict

    def __init__(self, embed_dim: int, dropout: float, output_norm: bool, **kwargs) -> None:
        super().__init__(**kwargs)
        self.embed_dim = even(self, "embed_dim", embed_dim)
        self.dropout = rate(self, "dropout", dropout)
        self._ends = output_norm

    def add_norms(self) -> None:
        """Makes the LayerNorms among the parts."""
        for part in self.parts:
            if part.endswith("_norm"):
                setattr(self, part, LayerNorm(EVOLVED_EPSILON, name=part, dtype=self.dtype_policy))

    def build(self, input_shape) -> None:
        if input_shape[-1] != self.embed_dim:
            raise ValueError(
                f"{type(self).__name__}: the inputs' last axis must be embed_dim. "
                f"Received: {input_shape[-1]} and {self.embed_dim}"
            )
        super().build(input_shape)

    def residual(self, states: tf.Tensor, update: tf.Tensor, training) -> tf.Tensor:
        """The residual connection of a sub-layer."""
        return states + dropout(update, self.dropout, training)

    def get_config(self) -> dict:
        own = {"embed_dim": self.embed_dim, "dropout": self.dropout, "output_norm": self._ends}
        return {**super().get_config(), **own, **self._config}
