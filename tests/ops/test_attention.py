"""Scaled dot-product attention equals its formula; masks are exact."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.ops.attention import (
    attention,
    causal_bias,
    masked_value,
    merge_heads,
    padding_bias,
    split_heads,
)
from lite_transformer_tf.ops.dropout import keep_mask
from lite_transformer_tf.ops.randomness import dropout_seeds

FAR = masked_value(tf.float32)


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def example(
    seed: int = 0, *, batch: int = 2, heads: int = 3, queries: int = 4, keys: int = 5, width: int = 6
) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=(batch, heads, length, width)).astype(np.float32) for length in (queries, keys, keys)]


def weights_of(query: np.ndarray, key: np.ndarray, bias: tf.Tensor | None, dtype=tf.float32) -> np.ndarray:
    """The attention weights (B, H, T, S): what comes out for values that are the rows of the identity."""
    keys = key.shape[2]
    values = tf.broadcast_to(tf.eye(keys, dtype=dtype), [*key.shape[:2], keys, keys])
    return attention(tf.cast(query, dtype), tf.cast(key, dtype), values, bias=bias).numpy()


def test_equals_the_formula():
    query, key, value = example()
    weights = softmax(query.astype(np.float64) @ key.swapaxes(2, 3) / np.sqrt(6))
    np.testing.assert_allclose(attention(query, key, value, bias=None), weights @ value, rtol=0, atol=1e-6)


def test_bias_is_added_to_the_scores():
    query, key, value = example()
    bias = np.random.default_rng(1).normal(size=(2, 1, 4, 5)).astype(np.float32)
    weights = softmax(query.astype(np.float64) @ key.swapaxes(2, 3) / np.sqrt(6) + bias)
    np.testing.assert_allclose(attention(query, key, value, bias=bias), weights @ value, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype, tolerance", [(tf.float32, 1e-6), (tf.float16, 2e-3), (tf.bfloat16, 2e-2)])
def test_masked_positions_have_weight_zero_and_rows_sum_to_one(dtype, tolerance):
    query, key, _ = example()
    mask = np.array([[True, True, False, True, False], [True] * 5])
    weights = weights_of(10 * query, 10 * key, padding_bias(tf.constant(mask), dtype), dtype).astype(np.float64)
    assert (weights[0][..., ~mask[0]] == 0).all()
    assert (weights[1] > 0).any((0, 1)).all()
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=0, atol=tolerance)
    alone = weights_of(10 * query[:1], 10 * key[:1][:, :, mask[0]], None, dtype).astype(np.float64)
    np.testing.assert_allclose(weights[0][..., mask[0]], alone[0], rtol=0, atol=tolerance)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float16, tf.bfloat16])
def test_a_row_without_any_real_key_stays_finite(dtype):
    query, key, value = (tf.cast(tensor, dtype) for tensor in example())
    bias = padding_bias(tf.zeros([2, 5], tf.bool), dtype)
    assert np.isfinite(tf.cast(attention(query, key, value, bias=bias), tf.float32)).all()


def test_padding_bias_literally():
    bias = padding_bias(tf.constant([[True, False], [False, True]]), tf.float32)
    np.testing.assert_array_equal(bias, np.array([[0, FAR], [FAR, 0]], np.float32)[:, None, None, :])


def test_causal_bias_of_a_whole_sequence():
    expected = [[0, FAR, FAR], [0, 0, FAR], [0, 0, 0]]
    np.testing.assert_array_equal(causal_bias(3, 3, tf.float32), np.array(expected, np.float32))


def test_causal_bias_behind_a_cache():
    expected = [[0, 0, 0, FAR], [0, 0, 0, 0]]
    np.testing.assert_array_equal(causal_bias(2, 4, tf.float32), np.array(expected, np.float32))
    np.testing.assert_array_equal(causal_bias(tf.constant(1), tf.constant(4), tf.float16), np.zeros((1, 4)))


def test_causal_weights_are_those_of_the_keys_up_to_the_query():
    query, key, _ = example(queries=5)
    weights = weights_of(query, key, causal_bias(5, 5, tf.float32))
    for position in range(5):
        assert (weights[:, :, position, position + 1 :] == 0).all()
        alone = weights_of(query[:, :, position : position + 1], key[:, :, : position + 1], None)
        np.testing.assert_allclose(weights[:, :, position, : position + 1], alone[:, :, 0], rtol=0, atol=1e-6)


def test_masked_value_is_finite_in_its_type():
    for dtype in (tf.float16, tf.bfloat16, tf.float32):
        value = tf.cast(tf.constant(masked_value(dtype)), dtype)
        assert np.isfinite(float(value)) and float(tf.exp(tf.cast(value, tf.float32))) == 0


def test_heads_own_consecutive_channels():
    tensor = np.arange(2 * 3 * 8).reshape(2, 3, 8)
    heads = split_heads(tf.constant(tensor), 4).numpy()
    for head in range(4):
        np.testing.assert_array_equal(heads[:, head], tensor[:, :, 2 * head : 2 * head + 2])


@pytest.mark.parametrize("heads", [1, 2, 4, 8])
def test_merge_inverts_split(heads):
    tensor = tf.constant(np.arange(2 * 3 * 8).reshape(2, 3, 8))
    np.testing.assert_array_equal(merge_heads(split_heads(tensor, heads)), tensor)
    graph = tf.function(
        lambda x: merge_heads(split_heads(x, heads)), input_signature=[tf.TensorSpec([None, None, 8], tensor.dtype)]
    )
    np.testing.assert_array_equal(graph(tensor), tensor)


def test_dropout_falls_on_the_weights():
    query, key, value = example()
    base = tf.constant([3, 0], tf.int64)
    with dropout_seeds(base):
        outputs = attention(query, key, value, bias=None, rate=0.5, training=True)
    with dropout_seeds(base):
        mask, scale = keep_mask(tf.constant([2, 3, 4, 5]), 0.5)
    weights = weights_of(query, key, None) * (mask.numpy() * scale)
    assert not mask.numpy().all()
    np.testing.assert_allclose(outputs, weights @ value, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(
        attention(query, key, value, bias=None, rate=0.5), attention(query, key, value, bias=None)
    )
