"""Dropout: how much falls, by what the rest grows, and what determines the mask."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.ops.dropout import dropout, keep_mask
from lite_transformer_tf.ops.randomness import dropout_seeds, next_seed

SHAPE = [64, 257]  # 16448 elements
RATES = (0.001, 0.1, 0.25, 0.5, 0.9, 0.999)


def applied(rate: float) -> float:
    """The rate as the nearest multiple of 1/256 that drops and keeps something."""
    return min(max(round(rate * 256), 1), 255) / 256


def mask_of(base: list[int], places: int = 1, shape: list[int] = SHAPE, rate: float = 0.5) -> np.ndarray:
    """The mask of the last of some dropout places."""
    with dropout_seeds(tf.constant(base, tf.int64)):
        return [keep_mask(tf.constant(shape), rate)[0].numpy() for _ in range(places)][-1]


@pytest.mark.parametrize("rate", RATES)
def test_rate_and_scale(rate):
    with dropout_seeds(tf.constant([1, 0], tf.int64)):
        mask, scale = keep_mask(tf.constant(SHAPE), rate)
    keep = 1 - applied(rate)
    assert scale * keep == 1
    deviation = np.sqrt(keep * (1 - keep) / mask.numpy().size)
    assert abs(mask.numpy().mean() - keep) < 4 * deviation


def test_neighbours_fall_independently():
    mask = mask_of([1, 0], rate=0.5).reshape(-1)
    for distance in (1, 2, 3, 4, 257):
        together = (mask[distance:] & mask[:-distance]).mean()
        assert abs(together - 0.25) < 4 * np.sqrt(0.25 * 0.75 / mask.size)


def test_elements_are_zero_or_scaled_and_the_mean_is_kept():
    inputs = tf.constant(np.random.default_rng(0).uniform(1, 2, SHAPE), tf.float32)
    with dropout_seeds(tf.constant([1, 0], tf.int64)):
        outputs = dropout(inputs, 0.1, True).numpy()
    kept = mask_of([1, 0], rate=0.1)
    np.testing.assert_allclose(outputs, np.where(kept, inputs / (1 - applied(0.1)), 0), rtol=1e-6)
    assert abs(outputs.mean() / inputs.numpy().mean() - 1) < 0.01


@pytest.mark.parametrize("shape", [[1], [3], [2, 3], [4], [5, 1, 1]])
def test_sizes_that_are_no_multiple_of_four_bytes(shape):
    masks = [mask_of([1, 4096 * step], shape=shape) for step in range(48)]
    assert masks[0].shape == tuple(shape)
    rates = np.mean(masks, 0)
    assert ((rates > 0.15) & (rates < 0.85)).all()  # every element both falls and stays


def test_the_same_seed_step_and_place_give_the_same_mask():
    np.testing.assert_array_equal(mask_of([1, 4096], 3), mask_of([1, 4096], 3))
    graph = tf.function(lambda base: _masks_in(base))
    np.testing.assert_array_equal(graph(tf.constant([1, 4096], tf.int64))[1], mask_of([1, 4096], 2))


def _masks_in(base: tf.Tensor) -> list[tf.Tensor]:
    with dropout_seeds(base):
        return [keep_mask(tf.constant(SHAPE), 0.5)[0] for _ in range(2)]


@pytest.mark.parametrize("base, places", [([1, 0], 2), ([1, 4096], 1), ([1, 8192], 1), ([2, 0], 1)])
def test_another_place_step_tower_or_seed_gives_another_mask(base, places):
    same = (mask_of([1, 0]) == mask_of(base, places)).mean()
    assert abs(same - 0.5) < 4 * np.sqrt(0.25 / np.prod(SHAPE))


def test_places_count_from_the_start_of_each_context():
    with dropout_seeds(tf.constant([7, 100], tf.int64)):
        np.testing.assert_array_equal([next_seed(), next_seed()], [[7, 101], [7, 102]])
        with dropout_seeds(tf.constant([8, 0], tf.int64)):
            np.testing.assert_array_equal(next_seed(), [8, 1])
        np.testing.assert_array_equal(next_seed(), [7, 103])


def test_outside_it_follows_the_global_seed():
    def draw(seed: int) -> list[np.ndarray]:
        tf.random.set_seed(seed)
        return [dropout(tf.ones(SHAPE), 0.5, True).numpy() for _ in range(2)]

    first, again, other = draw(1), draw(1), draw(2)
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[1]).any() and (first[0] != other[0]).any()


def test_the_context_ends_with_an_error_too():
    with pytest.raises(RuntimeError), dropout_seeds(tf.constant([1, 0], tf.int64)):
        raise RuntimeError
    tf.random.set_seed(1)
    assert (next_seed().numpy() != [1, 1]).any()


@pytest.mark.parametrize("rate, training", [(0.0, True), (0.5, False), (0.5, None)])
def test_identity_without_rate_or_training(rate, training):
    inputs = tf.constant([1.0, 2.0])
    assert dropout(inputs, rate, training) is inputs


def test_gradient_is_the_mask():
    inputs = tf.ones(SHAPE)
    with tf.GradientTape() as tape, dropout_seeds(tf.constant([1, 0], tf.int64)):
        tape.watch(inputs)
        outputs = dropout(inputs, 0.25, True)
    np.testing.assert_array_equal(
        tape.gradient(outputs, inputs), np.where(mask_of([1, 0], rate=0.25), np.float32(256 / 192), 0)
    )


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float64])
def test_the_type_is_kept(dtype):
    with dropout_seeds(tf.constant([1, 0], tf.int64)):
        outputs = dropout(tf.ones(SHAPE, dtype), 0.5, True)
    assert outputs.dtype == dtype
    np.testing.assert_array_equal(tf.cast(outputs, tf.float32), 2.0 * mask_of([1, 0]))
