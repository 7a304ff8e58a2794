"""The optimizer against its formula, and what the settings switch."""

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.optimizer import build_optimizer, learning_rate_at
from lite_transformer_tf.training.optimizers.adam import AdamConfig
from lite_transformer_tf.training.schedules.cosine import CosineConfig, CosineDecay
from lite_transformer_tf.training.schedules.inverse_square_root import InverseSquareRootConfig


def settings(**changes) -> TrainingConfig:
    schedule = InverseSquareRootConfig(peak=1e-2, warmup_steps=4, initial=1e-3)
    return TrainingConfig(schedule=schedule, optimizer=AdamConfig(weight_decay=0.1, **changes))


def reference_adam(weights, gradients, rates, decay, clip=None, beta_1=0.9, beta_2=0.98, epsilon=1e-8):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2) in float64."""
    weights = [np.float64(weight) for weight in weights]
    first, second = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    for step, (row, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        norm = np.sqrt(sum((gradient.astype(np.float64) ** 2).sum() for gradient in row))
        scale = 1.0 if clip is None else min(1.0, clip / norm)
        for i, gradient in enumerate(row):
            gradient = gradient.astype(np.float64) * scale
            first[i] = beta_1 * first[i] + (1 - beta_1) * gradient
            second[i] = beta_2 * second[i] + (1 - beta_2) * gradient**2
            weights[i] = weights[i] * (1 - rate * decay[i])
            corrected = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
            weights[i] = weights[i] - corrected * first[i] / (np.sqrt(second[i]) + epsilon * np.sqrt(1 - beta_2**step))
    return weights


@pytest.mark.parametrize("clip, everything", [(None, True), (0.5, True), (None, False)])
def test_updates_follow_the_formula(clip, everything):
    random = np.random.default_rng(3)
    start = [random.normal(size=(4, 3)).astype(np.float32), random.normal(size=3).astype(np.float32)]
    gradients = [[random.normal(size=value.shape).astype(np.float32) for value in start] for _ in range(7)]
    variables = [tf.Variable(value) for value in start]
    optimizer = build_optimizer(settings(clip_norm=clip, decay_biases_and_norms=everything), variables, total_updates=7)
    rates = [learning_rate_at(optimizer, update) for update in range(7)]
    assert rates[:5] == pytest.approx([1e-3, 1e-3 + 9e-3 / 4, 1e-3 + 18e-3 / 4, 1e-3 + 27e-3 / 4, 1e-2])
    for row in gradients:
        optimizer.apply_gradients(zip([tf.constant(gradient) for gradient in row], variables, strict=True))
    expected = reference_adam(start, gradients, rates, decay=[0.1, 0.1 if everything else 0.0], clip=clip)
    for value, variable in zip(expected, variables, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=2e-5, atol=2e-6)


def test_slots_exist_at_once():
    variables = [tf.Variable(np.zeros((2, 2), np.float32))]
    optimizer = build_optimizer(settings(), variables, total_updates=10)
    assert sum(variable.shape == (2, 2) for variable in optimizer.variables) == 2


def test_a_cosine_without_a_period_ends_with_the_run():
    schedule = CosineConfig(peak=1.0, warmup_steps=10, floor=0.0).build(total_updates=110)
    assert isinstance(schedule, CosineDecay)
    assert float(schedule(60)) == pytest.approx(0.5)
    assert float(schedule(109)) < 1e-3


def test_float16_scales_the_loss():
    variables = [tf.Variable(np.zeros(2, np.float32))]
    optimizer = build_optimizer(TrainingConfig(precision="mixed_float16"), variables, total_updates=10)
    assert float(optimizer.get_scaled_loss(tf.constant(1.0))) > 1
    assert learning_rate_at(optimizer, 0) == pytest.approx(1e-7)
