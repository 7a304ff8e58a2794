"""Sinusoidal position encodings with the reference implementation's numbering of positions."""

from __future__ import annotations

import math

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import count
from lite_transformer_tf.composite.masks import with_mask

FIRST_ROW = 2  # the reference (fairseq) numbers the first real token pad + 1 = 2


def sinusoids(rows: tf.Tensor, dim: int) -> tf.Tensor:
    """[sin half | cos half] of positions (...,) float32 with frequencies exp(-i ln(10000) / (D / 2 - 1)): (..., D)."""
    half = dim // 2
    frequencies = tf.exp(tf.range(half, dtype=tf.float32) * (-math.log(10000.0) / max(half - 1, 1)))
    angles = rows[..., None] * frequencies
    return tf.concat([tf.sin(angles), tf.cos(angles)], -1)


@keras.utils.register_keras_serializable(PACKAGE)
class SinusoidalPositions(Composite):
    """Position encodings (Vaswani et al. 2017). The first real token gets row 2 at any position; pads get zeros.

    Args:
        embed_dim: Even integer. Width D.

    Call arguments:
        mask: Bool (B, T), true at real tokens. It goes on to the next layer.
        start: Integer scalar. Number of real tokens before these, for step-by-step decoding. Defaults to `0`.

    Returns:
        (B, T, D).

    Example:
        >>> SinusoidalPositions(embed_dim=32)(tf.constant([[True, True, False]])).shape
        TensorShape([1, 3, 32])
    """

    ranks = {"ndim": 2}

    def __init__(self, embed_dim: int, **kwargs) -> None:
        super().__init__(**kwargs)
        self.embed_dim = count(self, "embed_dim", embed_dim)
        if embed_dim % 2:
            raise ValueError(f"SinusoidalPositions: embed_dim must be even. Received: {embed_dim}")

    @property
    def parts(self) -> dict[str, str]:
        return {}

    def build(self, input_shape) -> None:
        keras.layers.Layer.build(self, input_shape)  # the last axis is T, of any size

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        return tf.TensorShape([*input_shape, self.embed_dim])

    def compute_mask(self, inputs, mask=None):
        return inputs

    def call(self, mask, start=0):
        length = tf.shape(mask)[1]
        rows = sinusoids(tf.cast(tf.range(length) + (FIRST_ROW + start), tf.float32), self.embed_dim)  # (T, D)
        table = tf.cast(tf.concat([tf.zeros([1, self.embed_dim]), rows], 0), self.compute_dtype)
        real = tf.cast(mask, tf.int32)
        return with_mask(tf.gather(table, tf.cumsum(real, 1) * real), mask)

    def get_config(self) -> dict:
        return {**super().get_config(), "embed_dim": self.embed_dim}
