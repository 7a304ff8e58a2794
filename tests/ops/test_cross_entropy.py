"""Label-smoothed cross-entropy equals its formula, and its own gradient the automatic one."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.ops.cross_entropy import label_smoothed_cross_entropy

N, V = 6, 9
SMOOTHINGS = (0.0, 0.1, 0.5)


def example(scale: float = 3.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return (
        generator.integers(0, V, N).astype(np.int32),
        generator.normal(0, scale, (N, V)).astype(np.float32),
        generator.normal(size=N).astype(np.float32),
    )


def formula(labels: np.ndarray, logits: tf.Tensor, smoothing: float) -> tuple[tf.Tensor, tf.Tensor]:
    """`(1 - e) nll + e / V sum_v(-log p_v)` in the type of the logits."""
    log_probs = tf.nn.log_softmax(logits)
    nll = -tf.reduce_sum(tf.one_hot(labels, V, dtype=logits.dtype) * log_probs, -1)
    return (1 - smoothing) * nll - smoothing / V * tf.reduce_sum(log_probs, -1), nll


def values_and_gradient(function, labels, logits: tf.Tensor, upstream: np.ndarray, smoothing: float):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss, nll = function(labels, logits, smoothing)
    return loss, nll, tape.gradient(loss, logits, output_gradients=tf.cast(upstream, loss.dtype))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_equals_the_formula_in_float64(smoothing):
    labels, logits, upstream = example()
    ours = values_and_gradient(label_smoothed_cross_entropy, labels, tf.constant(logits), upstream, smoothing)
    reference = values_and_gradient(formula, labels, tf.constant(logits, tf.float64), upstream, smoothing)
    assert [tensor.dtype for tensor in ours] == [tf.float32] * 3
    for got, expected in zip(ours, reference, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_without_smoothing_the_loss_is_the_likelihood():
    labels, logits, _ = example()
    loss, nll = label_smoothed_cross_entropy(labels, tf.constant(logits), 0.0)
    np.testing.assert_array_equal(loss, nll)


def test_the_likelihood_carries_no_gradient():
    labels, logits, _ = example()
    logits = tf.constant(logits)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        loss, nll = label_smoothed_cross_entropy(labels, logits, 0.1)
        both = loss + 5.0 * nll
    np.testing.assert_array_equal(tape.gradient(both, logits), tape.gradient(loss, logits))
    assert np.abs(tape.gradient(loss, logits)).max() > 0.1


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("height", [1e4, -1e4])
def test_labels_at_extreme_logits(smoothing, height):
    """The label certain, and the label impossible."""
    labels = np.array([2], np.int32)
    logits = np.zeros((1, V), np.float32)
    logits[0, 2] = height
    upstream = np.ones(1, np.float32)
    loss, nll, gradient = values_and_gradient(
        label_smoothed_cross_entropy, labels, tf.constant(logits), upstream, smoothing
    )
    expected = values_and_gradient(formula, labels, tf.constant(logits, tf.float64), upstream, smoothing)
    np.testing.assert_allclose(loss, expected[0], rtol=1e-6)
    np.testing.assert_allclose(nll, expected[1], rtol=1e-6)
    np.testing.assert_allclose(gradient, expected[2], rtol=0, atol=1e-6)


def test_logits_far_from_zero_lose_nothing():
    labels, logits, upstream = example()
    loss, _, gradient = values_and_gradient(label_smoothed_cross_entropy, labels, tf.constant(logits), upstream, 0.1)
    far, _, far_gradient = values_and_gradient(
        label_smoothed_cross_entropy, labels, tf.constant(logits + 512), upstream, 0.1
    )
    np.testing.assert_allclose(far, loss, rtol=1e-3)
    np.testing.assert_allclose(far_gradient, gradient, rtol=0, atol=1e-3)


@pytest.mark.parametrize("dtype, tolerance", [(tf.float16, 1e-3), (tf.bfloat16, 1e-2)])
def test_narrow_logits_are_computed_in_float32(dtype, tolerance):
    labels, logits, upstream = example()
    narrow = tf.cast(logits, dtype)
    ours = values_and_gradient(label_smoothed_cross_entropy, labels, narrow, upstream, 0.1)
    assert [tensor.dtype for tensor in ours] == [tf.float32, tf.float32, dtype]
    reference = values_and_gradient(formula, labels, tf.cast(narrow, tf.float64), upstream, 0.1)
    for got, expected, allowed in zip(ours, reference, (1e-5, 1e-5, tolerance), strict=True):
        np.testing.assert_allclose(tf.cast(got, tf.float64), expected, rtol=allowed, atol=allowed)


def test_inside_a_graph_with_an_unknown_number_of_tokens():
    labels, logits, upstream = example()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, V], tf.float32)])
    def graph(labels, logits):
        return values_and_gradient(label_smoothed_cross_entropy, labels, logits, upstream, 0.1)

    for got, expected in zip(
        graph(labels, logits),
        values_and_gradient(label_smoothed_cross_entropy, labels, tf.constant(logits), upstream, 0.1),
        strict=True,
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)
