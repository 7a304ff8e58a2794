"""The loss on its own, and in another Keras model."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy

LABELS = np.array([[4, 3, 1, 1], [0, 2, 5, 1], [1, 1, 1, 1]], np.int32)
LOGITS = np.random.default_rng(0).normal(0, 2, (3, 4, 6)).astype(np.float32)
REAL = LABELS != 1


def formula(labels: np.ndarray, logits: np.ndarray, smoothing: float) -> tuple[np.ndarray, np.ndarray]:
    """Loss and negative log-likelihood of every label, in float64."""
    log_probs = logits - np.log(np.exp(logits.astype(np.float64)).sum(-1, keepdims=True))
    nll = -np.take_along_axis(log_probs, labels[..., None], -1)[..., 0]
    return (1 - smoothing) * nll - smoothing * log_probs.mean(-1), nll


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.3])
def test_mean_over_real_tokens(smoothing):
    loss = LabelSmoothedCrossEntropy(smoothing, pad_id=1)
    expected, nlls = formula(LABELS, LOGITS, smoothing)
    np.testing.assert_allclose(loss(LABELS, LOGITS), expected[REAL].mean(), rtol=1e-6)
    for got, reference in zip(
        loss.token_losses(tf.constant(LABELS), tf.constant(LOGITS)), (expected, nlls), strict=True
    ):
        np.testing.assert_allclose(got, reference * REAL, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(loss.token_mask(tf.constant(LABELS)), REAL)


def test_pads_do_not_count():
    loss = LabelSmoothedCrossEntropy(0.1, pad_id=1)
    other = LOGITS + 100 * ~REAL[..., None] * np.random.default_rng(1).normal(size=LOGITS.shape).astype(np.float32)
    np.testing.assert_array_equal(loss(LABELS, other), loss(LABELS, LOGITS))
    logits = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(LABELS, logits)
    gradient = tape.gradient(value, logits).numpy()
    assert (gradient[~REAL] == 0).all() and (np.abs(gradient[REAL]).max(-1) > 1e-3).all()
    assert LabelSmoothedCrossEntropy(0.1, pad_id=0)(LABELS, LOGITS) != loss(LABELS, LOGITS)


def test_pads_only_give_zero():
    assert LabelSmoothedCrossEntropy(0.1, pad_id=1)(np.ones_like(LABELS), LOGITS) == 0


def test_sample_weights():
    weights = np.array([[1.0], [3.0], [2.0]], np.float32)
    expected = formula(LABELS, LOGITS, 0.1)[0] * REAL * weights
    np.testing.assert_allclose(
        LabelSmoothedCrossEntropy(0.1, pad_id=1)(LABELS, LOGITS, weights),
        expected.sum() / (REAL * weights).sum(),
        rtol=1e-6,
    )


def test_in_another_model():
    keras.utils.set_random_seed(0)
    inputs = np.random.default_rng(2).normal(size=(12, 4, 3)).astype(np.float32)
    labels = np.tile(LABELS, (4, 1))
    model = keras.Sequential([keras.layers.Dense(6, input_shape=(None, 3))])
    model.compile(keras.optimizers.legacy.SGD(0.5), LabelSmoothedCrossEntropy(0.1, pad_id=1), run_eagerly=True)
    expected = formula(labels, model(inputs).numpy(), 0.1)[0][labels != 1].mean()
    assert model.evaluate(inputs, labels, batch_size=12, verbose=0) == pytest.approx(expected, rel=1e-5)
    losses = model.fit(inputs, labels, batch_size=12, epochs=8, verbose=0).history["loss"]
    assert losses[0] == pytest.approx(expected, rel=1e-5) and losses[-1] < losses[0]


def test_serialisation():
    loss = LabelSmoothedCrossEntropy(0.3, pad_id=5, name="mine")
    other = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(other) is LabelSmoothedCrossEntropy and other.get_config() == loss.get_config()
    assert (other.smoothing, other.pad_id, other.name) == (0.3, 5, "mine")
    assert other(LABELS, LOGITS) == loss(LABELS, LOGITS)


@pytest.mark.parametrize("smoothing", [1.0, -0.1])
def test_smoothing_has_a_range(smoothing):
    with pytest.raises(ValueError, match=rf"smoothing must be in \[0, 1\). Received: {smoothing}"):
        LabelSmoothedCrossEntropy(smoothing)
