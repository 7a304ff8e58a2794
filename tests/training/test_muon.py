"""Muon: orthogonal updates of kernels, Adam for the rest."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.optimizer import build_optimizer
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from lite_transformer_tf.training.optimizers.muon import Muon, MuonConfig, orthogonalize

RATE = 0.01


@pytest.mark.parametrize("shape", [(6, 6), (4, 12), (12, 4)])
def test_singular_values_become_one_and_directions_stay(shape):
    matrix = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    assert values.max() / values.min() > 1.5
    found = orthogonalize(tf.constant(matrix)).numpy()
    np.testing.assert_allclose(
        np.linalg.svd(found, compute_uv=False), 1.0, atol=0.35
    )  # what five steps of this iteration give
    projected = left.T @ found @ right.T
    np.testing.assert_allclose(projected - np.diag(np.diag(projected)), 0.0, atol=1e-4)
    assert (np.diag(projected) > 0.6).all()


def updated(optimizer: keras.optimizers.Optimizer, gradients: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    variables = {name: tf.Variable(np.ones(value.shape, np.float32), name=name) for name, value in gradients[0].items()}
    optimizer.build(list(variables.values()))
    for row in gradients:
        optimizer.apply_gradients([(tf.constant(row[name]), variables[name]) for name in variables])
    return {name: variable.numpy() for name, variable in variables.items()}


def drawn(steps: int) -> list[dict[str, np.ndarray]]:
    random = np.random.default_rng(1)
    return [
        {
            name: random.normal(size=shape).astype(np.float32)
            for name, shape in {"kernel": (8, 4), "table": (9, 4), "bias": (4,)}.items()
        }
        for _ in range(steps)
    ]


def test_kernels_get_the_orthogonal_nesterov_momentum_and_the_rest_adam():
    gradients = drawn(3)
    found = updated(Muon(RATE, weight_decay=0.1, momentum=0.9), gradients)
    adam = updated(FusedAdamW(RATE, weight_decay=0.1), gradients)
    np.testing.assert_array_equal(found["table"], adam["table"])
    np.testing.assert_array_equal(found["bias"], adam["bias"])
    expected, momentum = np.ones((8, 4)), np.zeros((8, 4))
    for row in gradients:
        momentum = 0.9 * momentum + row["kernel"]
        expected = expected * (1 - RATE * 0.1)
        expected = (
            expected
            - RATE * 0.2 * np.sqrt(8) * orthogonalize(tf.constant(row["kernel"] + 0.9 * momentum, tf.float32)).numpy()
        )
    np.testing.assert_allclose(found["kernel"], expected, atol=1e-5)


def test_the_update_is_as_large_as_adams():
    """Root mean square of a kernel's update: 0.2 times the rate, whatever the gradient's size."""
    for scale in (1e-3, 1e3):
        gradient = np.random.default_rng(2).normal(size=(64, 64)).astype(np.float32) * scale
        change = updated(Muon(RATE, weight_decay=0.0), [{"kernel": gradient}])["kernel"] - 1
        assert np.sqrt((change**2).mean()) == pytest.approx(0.2 * RATE, rel=0.25)


def test_the_configuration_names_it():
    optimizer = build_optimizer(
        TrainingConfig(optimizer=MuonConfig()),
        [tf.Variable([[1.0]], name="kernel")],
        5,
    )
    assert isinstance(optimizer, Muon) and optimizer.momentum == 0.95
    other = keras.optimizers.deserialize(keras.optimizers.serialize(Muon(0.1, momentum=0.5)))
    assert type(other) is Muon and other.momentum == 0.5
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\). Received: 1.0"):
        Muon(momentum=1.0)
