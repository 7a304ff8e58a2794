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


@pytest.mark.parametrize(
    "weights", [[1.0, 3.0, 2.0], [[1.0, 2.0, 0.0], [0.5, 1.0, 3.0], [0.0, 1.0, 4.0]]], ids=["B", "BT"]
)
@pytest.mark.parametrize("reduction", ["auto", "sum_over_batch_size", "sum", "none"])
def test_weights_and_reductions_are_those_of_keras(weights, reduction):
    """Also where B equals T: numbers (B,) weigh rows."""
    labels, logits = LABELS[:, :3], LOGITS[:, :3]
    assert labels.shape[0] == labels.shape[1] == len(weights)
    keras_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1, reduction=reduction)
    keras_loss._allow_sum_over_batch_size = True
    for given in (None, np.array(weights, np.float32), np.zeros(3, np.float32)):
        found = LabelSmoothedCrossEntropy(0.0, pad_id=1, reduction=reduction)(labels, logits, given)
        np.testing.assert_allclose(found, keras_loss(labels, logits, given), rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(
            found, LabelSmoothedCrossEntropy(0.0, 1, reduction)(labels[..., None].astype(float), logits, given)
        )


def test_a_mask_of_the_predictions_leaves_out_labels():
    masked = tf.constant(LOGITS)
    masked._keras_mask = tf.constant(np.arange(LABELS.shape[1]) < 2)[None] & (LABELS > -1)
    loss = LabelSmoothedCrossEntropy(0.1, pad_id=1)
    np.testing.assert_allclose(loss(LABELS, masked), loss(LABELS[:, :2], LOGITS[:, :2]), rtol=1e-6)


def test_shapes_that_do_not_agree():
    with pytest.raises(ValueError, match=r"one number per row or per label of \(3, 4\). Received: the shape \(4,\)"):
        LabelSmoothedCrossEntropy()(LABELS, LOGITS, np.ones(4, np.float32))
    with pytest.raises(ValueError, match=r"Labels must be ids with 2 dimensions. Received: the shape \(3, 4, 6\)"):
        LabelSmoothedCrossEntropy()(tf.one_hot(LABELS, 6), LOGITS)


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
    loss = LabelSmoothedCrossEntropy(0.3, pad_id=5, reduction="sum", name="mine")
    described = {"class_name": "lite_transformer_tf>LabelSmoothedCrossEntropy", "config": loss.get_config()}
    others = keras.losses.deserialize(keras.losses.serialize(loss)), keras.losses.get(described)
    for other in (*others, LabelSmoothedCrossEntropy.from_config(loss.get_config())):
        assert type(other) is LabelSmoothedCrossEntropy and other.get_config() == loss.get_config()
        assert (other.smoothing, other.pad_id, other.reduction, other.name) == (0.3, 5, "sum", "mine")
        assert other(LABELS, LOGITS) == loss(LABELS, LOGITS)
    with pytest.raises(ValueError, match="Invalid Reduction Key: mean"):
        LabelSmoothedCrossEntropy(reduction="mean")


@pytest.mark.parametrize("smoothing", [1.0, -0.1])
def test_smoothing_has_a_range(smoothing):
    with pytest.raises(ValueError, match=rf"smoothing must be in \[0, 1\). Received: {smoothing}"):
        LabelSmoothedCrossEntropy(smoothing)
