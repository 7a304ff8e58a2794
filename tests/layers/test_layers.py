"""Each layer equals its formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import named_variables
from lite_transformer_tf.layers import (
    DynamicConvolution,
    FeedForward,
    LightweightConvolution,
    MultiHeadAttention,
    ResidualNorm,
    SinusoidalPositions,
    TokenEmbedding,
)
from lite_transformer_tf.ops.dropout import keep_mask
from lite_transformer_tf.ops.randomness import dropout_seeds
from tests.ops.test_convolution import direct
from tests.ops.test_normalization import keras_form
from tests.tiny import randomize

B, T, C = 2, 6, 8
MASK = np.array([[True] * 6, [True] * 4 + [False] * 2])
close = dict(rtol=0, atol=2e-6)


def states(seed: int = 0, length: int = T, channels: int = C) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(B, length, channels)).astype(np.float32)


def with_random_weights(layer, *arguments, **keywords) -> dict[str, np.ndarray]:
    """Builds the layer by a call, draws all its weights anew and returns them by name."""
    layer(*arguments, **keywords)
    variables = dict(named_variables(layer))
    weights = randomize({name: variable.numpy() for name, variable in variables.items()})
    for name, value in weights.items():
        variables[name].assign(value)
    return weights


def affine(inputs: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    return inputs @ weights[f"{name}/kernel"].astype(np.float64) + weights[f"{name}/bias"]


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def convolution_input(inputs, weights, glu: bool) -> np.ndarray:
    projected = affine(inputs, weights, "input")
    return projected[..., :C] / (1 + np.exp(-projected[..., C:])) if glu else projected


@pytest.mark.parametrize("glu", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kernel", [1, 4, 5])
def test_lightweight_convolution(kernel, causal, glu):
    layer, inputs = LightweightConvolution(kernel, 2, causal=causal, glu=glu), states()
    weights = with_random_weights(layer, inputs)
    assert list(weights) == ["input/bias", "input/kernel", "output/bias", "output/kernel", "taps"]
    entering = convolution_input(inputs, weights, glu)
    left = kernel - 1 if causal else kernel // 2
    expected = affine(direct(entering, softmax(weights["taps"].astype(np.float64)), left), weights, "output")
    np.testing.assert_allclose(layer(inputs), expected, **close)
    entering[~MASK] = 0
    expected = affine(direct(entering, softmax(weights["taps"].astype(np.float64)), left), weights, "output")
    np.testing.assert_allclose(layer(inputs, padding_mask=MASK), expected, **close)


@pytest.mark.parametrize("glu", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kernel", [1, 4, 5])
def test_dynamic_convolution(kernel, causal, glu):
    layer, inputs = DynamicConvolution(kernel, 2, causal=causal, glu=glu), states()
    weights = with_random_weights(layer, inputs)
    assert list(weights) == ["input/bias", "input/kernel", "output/bias", "output/kernel", "taps/kernel"]
    entering = convolution_input(inputs, weights, glu)
    left = kernel - 1 if causal else kernel // 2

    def expected():
        taps = softmax((entering @ weights["taps/kernel"].astype(np.float64)).reshape(B, T, 2, kernel))
        return affine(direct(entering, taps, left), weights, "output")

    np.testing.assert_allclose(layer(inputs), expected(), **close)
    entering[~MASK] = 0
    np.testing.assert_allclose(layer(inputs, padding_mask=MASK), expected(), **close)


@pytest.mark.parametrize("layer_class", [LightweightConvolution, DynamicConvolution])
def test_pads_leak_lets_the_bias_of_pads_in(layer_class):
    layer, inputs = layer_class(3, 2, pads_leak=True), states()
    weights = with_random_weights(layer, inputs)
    entering = affine(inputs * MASK[:, :, None], weights, "input")
    np.testing.assert_array_equal(entering[~MASK], np.broadcast_to(weights["input/bias"], (2, C)))
    if layer_class is DynamicConvolution:
        taps = softmax((entering @ weights["taps/kernel"].astype(np.float64)).reshape(B, T, 2, 3))
    else:
        taps = softmax(weights["taps"].astype(np.float64))
    np.testing.assert_allclose(
        layer(inputs, padding_mask=MASK), affine(direct(entering, taps, 1), weights, "output"), **close
    )


def test_weight_dropout_falls_on_the_softmaxed_taps():
    layer, inputs = LightweightConvolution(5, 2, weight_dropout=0.5), states()
    weights = with_random_weights(layer, inputs)
    base = tf.constant([3, 0], tf.int64)
    with dropout_seeds(base):
        outputs = layer(inputs, training=True)
    with dropout_seeds(base):
        mask, scale = keep_mask(tf.constant([2, 5]), 0.5)
    assert 0 < mask.numpy().mean() < 1
    taps = softmax(weights["taps"].astype(np.float64)) * mask.numpy() * scale
    np.testing.assert_allclose(
        outputs, affine(direct(affine(inputs, weights, "input"), taps, 2), weights, "output"), **close
    )


def keras_attention(weights: dict[str, np.ndarray], heads: int, query, value, **keywords) -> tf.Tensor:
    """Keras' own multi-head attention with our weights."""
    channels = query.shape[-1]
    layer = keras.layers.MultiHeadAttention(heads, channels // heads)
    layer(query, value)
    values = []
    for name in ("query", "key", "value"):
        values += [
            weights[f"{name}/kernel"].reshape(-1, heads, channels // heads),
            weights[f"{name}/bias"].reshape(heads, -1),
        ]
    layer.set_weights(
        [*values, weights["output/kernel"].reshape(heads, channels // heads, channels), weights["output/bias"]]
    )
    return layer(query, value, **keywords)


@pytest.mark.parametrize("heads", [1, 2, 8])
def test_multi_head_attention_equals_keras(heads):
    inputs = states()
    layer = MultiHeadAttention(heads)
    weights = with_random_weights(layer, inputs)
    np.testing.assert_allclose(layer(inputs), keras_attention(weights, heads, inputs, inputs), **close)
    mask = np.broadcast_to(MASK[:, None], (B, T, T))
    np.testing.assert_allclose(
        layer(inputs, padding_mask=MASK), keras_attention(weights, heads, inputs, inputs, attention_mask=mask), **close
    )
    causal = MultiHeadAttention(heads, causal=True)
    causal(inputs)
    causal.set_weights(layer.get_weights())
    np.testing.assert_allclose(
        causal(inputs), keras_attention(weights, heads, inputs, inputs, use_causal_mask=True), **close
    )


def test_cross_attention_equals_keras():
    inputs, context = states(), states(1, length=5, channels=12)
    layer = MultiHeadAttention(2)
    weights = with_random_weights(layer, inputs, context=context)
    assert weights["key/kernel"].shape == (12, 8)
    expected = keras_attention(
        weights, 2, inputs, context, attention_mask=np.broadcast_to(MASK[:, None, 1:], (B, T, 5))
    )
    np.testing.assert_allclose(layer(inputs, context=context, padding_mask=MASK[:, 1:]), expected, **close)
    cached = layer(inputs, context=layer.context_cache(context), padding_mask=MASK[:, 1:])
    np.testing.assert_allclose(cached, layer(inputs, context=context, padding_mask=MASK[:, 1:]), rtol=0, atol=1e-6)


def test_feed_forward():
    layer, inputs = FeedForward(5), states()
    weights = with_random_weights(layer, inputs)
    np.testing.assert_allclose(
        layer(inputs), affine(np.maximum(affine(inputs, weights, "inner"), 0), weights, "outer"), **close
    )


def test_activation_dropout_falls_behind_the_relu():
    layer, inputs = FeedForward(5, activation_dropout=0.5), states()
    weights = with_random_weights(layer, inputs)
    base = tf.constant([3, 0], tf.int64)
    with dropout_seeds(base):
        outputs = layer(inputs, training=True)
    with dropout_seeds(base):
        mask, scale = keep_mask(tf.constant([B, T, 5]), 0.5)
    hidden = np.maximum(affine(inputs, weights, "inner"), 0) * mask.numpy() * scale
    np.testing.assert_allclose(outputs, affine(hidden, weights, "outer"), rtol=0, atol=5e-6)


def test_residual_norm():
    layer, inputs, update = ResidualNorm(epsilon=1e-2), states(), states(1)
    weights = with_random_weights(layer, inputs, update)
    expected = keras_form(inputs, update, weights["gamma"], weights["beta"], epsilon=1e-2)
    np.testing.assert_allclose(layer(inputs, update), expected, rtol=0, atol=1e-5)


def test_sinusoidal_positions():
    """The first real token has row 2, wherever it is; pads have zeros."""
    mask = np.array([[True, True, True], [False, False, True], [True, False, True]])
    rows = np.array([[2, 3, 4], [0, 0, 2], [2, 0, 3]])
    frequencies = np.exp(-np.arange(4) * math.log(10000) / 3)
    expected = (
        np.concatenate([np.sin(rows[..., None] * frequencies), np.cos(rows[..., None] * frequencies)], -1)
        * mask[..., None]
    )
    layer = SinusoidalPositions(8)
    np.testing.assert_allclose(layer(mask), expected, rtol=0, atol=1e-6)
    later = layer(np.ones((1, 4), bool)).numpy()[:, 2:]
    for start in (2, tf.constant(2)):
        np.testing.assert_array_equal(layer(np.ones((1, 2), bool), start=start), later)
    with pytest.raises(ValueError, match="even. Received: 7"):
        SinusoidalPositions(7)


def test_token_embedding():
    layer, ids = TokenEmbedding(11, 8, pad_id=1), np.array([[3, 1, 3], [0, 10, 2]])
    layer(ids)
    table = layer.table.numpy()
    assert (table[1] == 0).all() and (np.abs(table[[0, *range(2, 11)]]) > 0).all()
    assert 0.5 < table.std() * math.sqrt(8) < 1.5
    np.testing.assert_allclose(layer(ids), table[ids] * math.sqrt(8), rtol=1e-6)
    hidden = states()
    np.testing.assert_allclose(layer(hidden, reverse=True), hidden @ table.T, rtol=0, atol=1e-6)
    assert (np.abs(TokenEmbedding(11, 8)(ids)) > 0).all()  # without a pad_id no row is zero


@pytest.mark.parametrize("layer", [MultiHeadAttention(3), LightweightConvolution(3, 3), DynamicConvolution(3, 3)])
def test_heads_must_divide_the_channels(layer):
    with pytest.raises(ValueError, match="num_heads must divide the channels. Received: 3 heads, 8 channels"):
        layer(states())
