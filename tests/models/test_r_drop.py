"""R-Drop: the loss equals its formula over two passes with different dropout; without dropout it changes nothing."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

from lite_transformer_tf.models.consistency import symmetric_divergence
from lite_transformer_tf.ops.randomness import dropout_seeds
from lite_transformer_tf.settings import SettingsError, from_mapping
from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests import tiny
from tests.compression.models import DROPOUT, MODELS, batch_of
from tests.language_model import models as language_models

KINDS = {
    "translation": lambda **changes: tiny.tiny_model(kernel_sizes=(3,), **changes),
    "language_model": lambda **changes: language_models.tiny_model(kernel_sizes=(3,), **changes),
    "adaptive": lambda **changes: language_models.tiny_model(
        kernel_sizes=(3,), **{**language_models.ADAPTIVE, **changes}
    ),
}


def compiled(model, smoothing=0.1, rate=0.0, clip=None, **options):
    loss = LabelSmoothedCrossEntropy(smoothing, pad_id=tiny.PAD)
    model.compile(tf.keras.optimizers.SGD(rate, global_clipnorm=clip), loss, run_eagerly=True, seed=3, **options)
    return model


def log_probabilities(model, inputs, rows, first_seed):
    """Those of two passes with dropout over some rows, with the seeds of a tower."""
    part = {name: value[rows] for name, value in inputs.items()}
    with dropout_seeds(tf.constant([3, first_seed], tf.int64)):
        return [log_softmax(np.asarray(model(part, training=True), np.float64), -1) for _ in range(2)]


@pytest.mark.parametrize("kind", ["translation", "language_model"])
@pytest.mark.parametrize("towers", [1, 2])
def test_the_loss_of_a_batch(kind, towers):
    model = KINDS[kind](**DROPOUT)
    inputs, labels = batch_of(model)
    compiled(model, r_drop=5.0, towers=towers).train_on_batch(inputs, labels)
    parts = [log_probabilities(model, inputs, slice(k, None, towers), k * 4096) for k in range(towers)]
    if towers == 2:  # each tower has one of the two rows
        parts = [log_probabilities(model, inputs, slice(k, k + 1), k * 4096) for k in range(2)]
    first, second = (np.concatenate([part[k] for part in parts]) for k in range(2))
    nll = [-np.take_along_axis(log_p, np.asarray(labels)[..., None], -1)[..., 0] for log_p in (first, second)]
    hard = [0.9 * nll[k] - 0.1 * log_p.mean(-1) for k, log_p in enumerate((first, second))]
    apart = ((np.exp(first) - np.exp(second)) * (first - second)).sum(-1)  # KL(p || q) + KL(q || p)
    real = np.asarray(labels) != tiny.PAD
    figures = model.get_metrics_result()
    assert apart[real].mean() > 1e-3
    assert float(figures["loss"]) == pytest.approx((sum(hard) / 2 + 5 / 4 * apart)[real].mean(), rel=1e-5)
    assert float(figures["nll"]) == pytest.approx((sum(nll) / 2)[real].mean(), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_without_dropout_it_changes_nothing(kind):
    smoothing = 0.0 if kind == "adaptive" else 0.1
    weights = []
    for weight in (0.0, 5.0):
        model = compiled(KINDS[kind](), smoothing, rate=1.0, r_drop=weight)
        model.train_on_batch(*batch_of(model))
        weights.append(model.named_weights())
    for name, value in weights[0].items():
        np.testing.assert_allclose(weights[1][name], value, rtol=0, atol=3e-6, err_msg=name)


def test_it_draws_the_predictions_of_two_passes_together():
    apart = []
    for weight in (0.0, 20.0):
        model = compiled(KINDS["language_model"](dropout=0.3), rate=0.2, clip=1.0, r_drop=weight)
        inputs, labels = batch_of(model)
        for _ in range(10):
            model.train_on_batch(inputs, labels)
        with dropout_seeds(tf.constant([9, 0], tf.int64)):
            passes = [model(inputs, training=True) for _ in range(2)]
        apart.append(float(tf.reduce_mean(symmetric_divergence(*passes))))
    assert apart[1] < 0.7 * apart[0]


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "5", True, None])
def test_wrong_weights_are_refused(weight):
    with pytest.raises(ValueError, match="r_drop must be a finite number, at least 0. Received: "):
        compiled(KINDS["translation"](), r_drop=weight)
    with pytest.raises(SettingsError, match="r_drop"):
        from_mapping(TrainingConfig, {"r_drop": weight})


def test_it_needs_a_loss_of_tokens():
    with pytest.raises(ValueError, match="teacher and r_drop need a loss that has `token_losses`"):
        MODELS["three_tables"]().compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(True), r_drop=1.0)
