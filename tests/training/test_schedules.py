"""Schedules against values worked out by hand and against fairseq's formula."""

import math

import numpy as np
import pytest
import tf_keras as keras

from lite_transformer_tf.training.schedules.cosine import CosineDecay
from lite_transformer_tf.training.schedules.inverse_square_root import InverseSquareRoot


def fairseq_cosine(step, peak, warmup, period, floor, initial, growth, shrink):
    """The rule of fairseq's cosine scheduler, written out from its definition."""
    if step < warmup:
        return initial + step * (peak - initial) / warmup
    current, length, cycle = step - warmup, period, 0
    while current >= length:
        current, length, cycle = current - length, length * growth, cycle + 1
    scale = shrink**cycle
    return scale * floor + 0.5 * scale * (peak - floor) * (1 + math.cos(math.pi * current / length))


def test_inverse_square_root_values():
    schedule = InverseSquareRoot(peak=1e-3, warmup_steps=100, initial=1e-7)
    expected = {0: 1e-7, 50: (1e-7 + 1e-3) / 2, 99: 1e-7 + 99 * (1e-3 - 1e-7) / 100, 100: 1e-3, 400: 5e-4, 10_000: 1e-4}
    for step, value in expected.items():
        assert float(schedule(step)) == pytest.approx(value, rel=1e-6)


def test_inverse_square_root_without_warm_up():
    schedule = InverseSquareRoot(peak=1e-3, warmup_steps=0)
    assert [float(schedule(step)) for step in (0, 1, 4)] == pytest.approx([1e-3, 1e-3, 5e-4])


def test_cosine_values():
    schedule = CosineDecay(peak=1e-3, warmup_steps=10, period=40, floor=1e-7, initial=1e-7)
    assert float(schedule(0)) == pytest.approx(1e-7)
    assert float(schedule(10)) == pytest.approx(1e-3)
    assert float(schedule(30)) == pytest.approx((1e-3 + 1e-7) / 2)
    assert float(schedule(20)) == pytest.approx(1e-7 + (1e-3 - 1e-7) * (1 + math.sqrt(0.5)) / 2)
    assert float(schedule(50)) == pytest.approx(1e-3), "a period later it starts again"


@pytest.mark.parametrize("growth, shrink", [(1.0, 1.0), (1.0, 0.5), (2.0, 0.75), (1.5, 0.9)])
def test_cosine_equals_fairseq_at_every_step(growth, shrink):
    arguments = {"peak": 1.0, "floor": 1e-4, "initial": 1e-7}
    schedule = CosineDecay(warmup_steps=16, period=24, period_growth=growth, shrink=shrink, **arguments)
    steps = range(16 + 24 * 7)
    expected = [fairseq_cosine(step, warmup=16, period=24, growth=growth, shrink=shrink, **arguments) for step in steps]
    np.testing.assert_allclose([float(schedule(step)) for step in steps], expected, rtol=1e-6)


@pytest.mark.parametrize(
    "schedule", [InverseSquareRoot(1e-3, 100), CosineDecay(1e-3, 5, 20, period_growth=2.0, shrink=0.5)]
)
def test_round_trip(schedule):
    copy = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    assert type(copy) is type(schedule)
    assert copy.get_config() == schedule.get_config()
    assert float(copy(37)) == float(schedule(37))


@pytest.mark.parametrize(
    "build",
    [
        lambda: InverseSquareRoot(0.0, 10),
        lambda: InverseSquareRoot(1e-3, -1),
        lambda: CosineDecay(1e-3, 10, 0),
        lambda: CosineDecay(1e-3, 10, 10, floor=1.0),
        lambda: CosineDecay(1e-3, 10, 10, period_growth=0.5),
        lambda: CosineDecay(1e-3, 10, 10, shrink=0.0),
    ],
)
def test_wrong_arguments(build):
    with pytest.raises(ValueError, match="Received"):
        build()
