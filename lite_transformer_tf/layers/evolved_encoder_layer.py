"""The encoder cell of the Evolved Transformer."""

from __future__ import annotations

from functools import partial

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.masks import merged, with_mask
from lite_transformer_tf.layers.evolved_layer import EvolvedLayer, widened
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.gated_linear_unit import GatedLinearUnit
from lite_transformer_tf.layers.layer_norm import EVOLVED_EPSILON, LayerNorm
from lite_transformer_tf.layers.separable_convolution import SeparableConvolution
from lite_transformer_tf.ops.dropout import dropout

KERNEL, OUTPUT_KERNEL = 3, 9
GLOROT_GAIN = ((KERNEL + 0.5) / (KERNEL + KERNEL / 2)) ** 0.5
"""From the limit of a matrix (3 D, D / 2) to that of a kernel (3, D, D / 2)."""


class EncoderConvolutions(Composite):
    """The convolutions of the encoder cell, behind its LayerNorm: (B, T, D) -> (B, T, D / 2).

    A Dense layer of 4 D channels and a convolution of 3 taps side by side, LayerNorm, a separable convolution.
    """

    rounds_activations = True

    def __init__(self, embed_dim: int, dropout: float, **kwargs) -> None:
        super().__init__(**kwargs)
        self.embed_dim, self.dropout = embed_dim, dropout
        self.inner_norm = LayerNorm(EVOLVED_EPSILON, name="inner_norm", dtype=self.dtype_policy)
        self.output_convolution = SeparableConvolution(
            embed_dim // 2, OUTPUT_KERNEL, name="output", dtype=self.dtype_policy
        )

    @property
    def parts(self) -> dict[str, str]:
        return {"left": "left", "right": "right", "inner_norm": "inner_norm", "output": "output_convolution"}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.left = dense(self, 4 * self.embed_dim, activation="relu", name="left")
        self.right = dense(self, self.embed_dim // 2, activation="relu", gain=GLOROT_GAIN, name="right")

    def call(self, inputs, padding_mask=None, training=None):
        if padding_mask is not None:
            inputs *= tf.cast(padding_mask, inputs.dtype)[:, :, None]
        left = dropout(project(self.left, inputs), self.dropout, training)
        padded = tf.pad(inputs, [[0, 0], [1, 1], [0, 0]])
        unfolded = tf.concat([padded[:, :-2], inputs, padded[:, 2:]], -1)
        right = dropout(project(self.right, unfolded), self.dropout, training)
        normed = self.inner_norm(left + widened(right, 4 * self.embed_dim))
        return self.output_convolution(normed, padding_mask=padding_mask)


@keras.utils.register_keras_serializable(PACKAGE)
class EvolvedEncoderLayer(EvolvedLayer):
    """Encoder cell of the Evolved Transformer (So et al. 2019, figure 3).

    Gated linear unit, convolutions, self-attention and feed-forward network, each as `x + dropout(f(LayerNorm(x)))`.

    Args:
        embed_dim: Integer. Width D, an even number.
        num_heads: Integer. Number of attention heads.
        dropout: Float. Dropout rate after and inside each sub-layer. Defaults to `0.0`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        output_norm: Bool. Whether a LayerNorm follows, as it does after the last cell of a stack. Defaults to `False`.

    Call arguments:
        inputs, padding_mask, mask: Those of `TransformerEncoderLayer`.

    Returns:
        (B, S, D).

    Example:
        >>> EvolvedEncoderLayer(embed_dim=32, num_heads=4)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        output_norm: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(embed_dim, dropout, output_norm, **kwargs)
        policy = self.dtype_policy
        self.gated_linear_unit = GatedLinearUnit(name="gated_linear_unit", dtype=policy)
        self.convolutions = EncoderConvolutions(self.embed_dim, self.dropout, name="convolutions", dtype=policy)
        self.self_attention = MultiHeadAttention(
            num_heads, False, attention_dropout, False, 1.0, name="self_attention", dtype=policy
        )
        self.feed_forward = FeedForward(4 * self.embed_dim, self.dropout, name="feed_forward", dtype=policy)
        self.add_norms()
        self._config = {"num_heads": num_heads, "attention_dropout": attention_dropout}

    @property
    def parts(self) -> dict[str, str]:
        names = [
            *("gated_linear_unit_norm", "gated_linear_unit"),
            *("convolutions_norm", "convolutions"),
            *("self_attention_norm", "self_attention"),
            *("feed_forward_norm", "feed_forward"),
        ]
        return {name: name for name in (*names, *(["output_norm"] if self._ends else []))}

    def call(self, inputs, padding_mask=None, training=None, mask=None):
        real, add = merged(inputs.shape, padding_mask, mask), partial(self.residual, training=training)
        x = add(inputs, self.gated_linear_unit(self.gated_linear_unit_norm(inputs)))
        update = self.convolutions(self.convolutions_norm(x), padding_mask=real, training=training)
        x = add(x, widened(update, self.embed_dim))
        x = add(x, self.self_attention(self.self_attention_norm(x), padding_mask=real, training=training))
        x = add(x, self.feed_forward(self.feed_forward_norm(x), training=training))
        return with_mask(self.output_norm(x) if self._ends else x, mask)
