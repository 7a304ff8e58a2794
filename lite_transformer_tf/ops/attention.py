"""The attention core: softmax(q k' / sqrt(d)) v (paper, section 3)."""

from __future__ import annotations

import tensorflow as tf

from lite_transformer_tf.ops.dropout import dropout
from lite_transformer_tf.ops.shapes import shape_of


def masked_value(dtype: tf.DType) -> float:
    """Added to the score of a masked position: so negative that its weight is exactly zero, but finite in `dtype`."""
    return -6.0e4 if dtype == tf.float16 else -1.0e9


def padding_bias(mask: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Additive scores (B, 1, 1, S) from a bool mask (B, S) that is true at real positions."""
    return tf.cast(tf.logical_not(mask), dtype)[:, None, None, :] * masked_value(dtype)


def causal_bias(queries: tf.Tensor | int, keys: tf.Tensor | int, dtype: tf.DType) -> tf.Tensor:
    """Additive scores (queries, keys): the last query sees every key, each earlier query one key less."""
    rows = tf.range(queries)[:, None] + (keys - queries)
    return tf.cast(tf.range(keys)[None, :] > rows, dtype) * masked_value(dtype)


def split_heads(tensor: tf.Tensor, heads: int) -> tf.Tensor:
    """(B, T, C) -> (B, H, T, C / H); heads own consecutive channels."""
    batch, length, channels = shape_of(tensor)
    return tf.transpose(tf.reshape(tensor, [batch, length, heads, channels // heads]), [0, 2, 1, 3])


def merge_heads(tensor: tf.Tensor) -> tf.Tensor:
    """(B, H, T, d) -> (B, T, H d)."""
    batch, heads, length, width = shape_of(tensor)
    return tf.reshape(tf.transpose(tensor, [0, 2, 1, 3]), [batch, length, heads * width])


def attention(
    query: tf.Tensor,
    key: tf.Tensor,
    value: tf.Tensor,
    *,
    bias: tf.Tensor | None,
    rate: float = 0.0,
    training: bool | None = False,
) -> tf.Tensor:
    """Scaled dot-product attention.

    Args:
        query: (B, H, T, d).  key, value: (B, H, S, d).
        bias: added to the scores, broadcast to (B, H, T, S), or `None`.
        rate: dropout on the attention weights.

    Returns:
        (B, H, T, d). The softmax runs in float32.
    """
    scores = tf.matmul(query * query.shape[-1] ** -0.5, key, transpose_b=True)
    if bias is not None:
        scores += bias
    weights = tf.cast(tf.nn.softmax(tf.cast(scores, tf.float32)), value.dtype)
    return tf.matmul(dropout(weights, rate, training), value)
