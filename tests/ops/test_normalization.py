"""Residual, dropout and LayerNorm as one operation equal the three apart, gradients too."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.ops.dropout import keep_mask
from lite_transformer_tf.ops.normalization import residual_layer_norm
from lite_transformer_tf.ops.randomness import dropout_seeds

close = dict(rtol=1e-5, atol=1e-5)
BASE = [5, 4096]


def example(shape: tuple[int, ...] = (2, 3, 8), dtype=tf.float32) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Residual, update, gamma, beta; and the gradient from above."""
    generator = np.random.default_rng(0)
    residual, update, upstream = (tf.constant(generator.normal(size=shape), dtype) for _ in range(3))
    gamma, beta = (tf.constant(generator.normal(size=shape[-1:]), tf.float32) for _ in range(2))
    return [residual, 3 * update, gamma, beta], upstream


def result_and_gradients(function, arguments, upstream):
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        outputs = function(*arguments)
    return outputs, tape.gradient(outputs, arguments, output_gradients=upstream)


def keras_form(residual, update, gamma, beta, mask=1.0, epsilon=1e-5):
    """`LayerNormalization(residual + mask * update)`; gamma and beta outside the layer, so that they get gradients."""
    return (
        keras.layers.LayerNormalization(epsilon=epsilon, center=False, scale=False)(residual + mask * update) * gamma
        + beta
    )


@pytest.mark.parametrize("shape", [(4, 8), (2, 3, 8), (2, 3, 2, 6)])
def test_equals_keras(shape):
    arguments, upstream = example(shape)
    outputs, gradients = result_and_gradients(residual_layer_norm, arguments, upstream)
    expected, references = result_and_gradients(keras_form, arguments, upstream)
    np.testing.assert_allclose(outputs, expected, **close)
    for ours, reference in zip(gradients, references, strict=True):
        np.testing.assert_allclose(ours, reference, **close)


def test_equals_a_keras_layer_that_holds_the_weights():
    (residual, update, gamma, beta), _ = example()
    layer = keras.layers.LayerNormalization(epsilon=1e-5)
    layer.build(residual.shape)
    layer.set_weights([gamma.numpy(), beta.numpy()])
    np.testing.assert_allclose(residual_layer_norm(residual, update, gamma, beta), layer(residual + update), **close)


def test_epsilon_counts():
    arguments, upstream = example()
    small = [arguments[0] * 1e-2, arguments[1] * 1e-2, *arguments[2:]]
    outputs, gradients = result_and_gradients(lambda *a: residual_layer_norm(*a, epsilon=1e-2), small, upstream)
    expected, references = result_and_gradients(lambda *a: keras_form(*a, epsilon=1e-2), small, upstream)
    np.testing.assert_allclose(outputs, expected, **close)
    for ours, reference in zip(gradients, references, strict=True):
        np.testing.assert_allclose(ours, reference, rtol=1e-4, atol=1e-5)
    assert np.abs(outputs - residual_layer_norm(*small)).max() > 0.1


def test_dropout_falls_on_the_update_with_one_mask_for_both_directions():
    arguments, upstream = example((4, 5, 8))
    with dropout_seeds(tf.constant(BASE, tf.int64)):
        outputs, gradients = result_and_gradients(
            lambda *a: residual_layer_norm(*a, rate=0.25, training=True), arguments, upstream
        )
    with dropout_seeds(tf.constant(BASE, tf.int64)):
        mask, scale = keep_mask(tf.constant([4, 5, 8]), 0.25)
    kept = mask.numpy()
    assert 0 < kept.mean() < 1
    expected, references = result_and_gradients(
        lambda *a: keras_form(*a, mask=tf.cast(mask, tf.float32) * scale), arguments, upstream
    )
    np.testing.assert_allclose(outputs, expected, **close)
    for ours, reference in zip(gradients, references, strict=True):
        np.testing.assert_allclose(ours, reference, **close)
    assert (gradients[1].numpy()[~kept] == 0).all()
    np.testing.assert_allclose(gradients[1].numpy()[kept], gradients[0].numpy()[kept] * scale, rtol=1e-6)


@pytest.mark.parametrize("training", [False, None])
def test_no_dropout_outside_of_training(training):
    arguments, _ = example()
    np.testing.assert_array_equal(
        residual_layer_norm(*arguments, rate=0.5, training=training), residual_layer_norm(*arguments)
    )


@pytest.mark.parametrize("dtype, tolerance", [(tf.float16, 5e-3), (tf.bfloat16, 5e-2)])
def test_narrow_types_go_in_and_come_out(dtype, tolerance):
    arguments, upstream = example(dtype=dtype)
    outputs, gradients = result_and_gradients(residual_layer_norm, arguments, upstream)
    assert outputs.dtype == dtype
    assert [gradient.dtype for gradient in gradients] == [dtype, dtype, tf.float32, tf.float32]
    wide = [tf.cast(argument, tf.float32) for argument in arguments]
    expected, references = result_and_gradients(keras_form, wide, tf.cast(upstream, tf.float32))
    np.testing.assert_allclose(tf.cast(outputs, tf.float32), expected, rtol=0, atol=tolerance * 4)
    for ours, reference in zip(gradients, references, strict=True):
        np.testing.assert_allclose(tf.cast(ours, tf.float32), reference, rtol=0, atol=tolerance * 8)


def test_statistics_are_float32_where_float16_would_overflow():
    """Squares of 300 leave float16's range."""
    residual = tf.constant([[300.0, -300.0, 300.0, -300.0]], tf.float16)
    outputs = residual_layer_norm(residual, tf.zeros_like(residual), tf.ones([4]), tf.zeros([4]))
    np.testing.assert_allclose(outputs, [[1, -1, 1, -1]], rtol=1e-3)
