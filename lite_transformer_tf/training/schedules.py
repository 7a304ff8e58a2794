"""Learning-rate schedules of the paper's recipes, as functions of the number of updates already made.

Both begin with a linear warm-up from `initial` to `peak`; update `n` (counted from 0) uses `schedule(n)`, as fairseq has it.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
import tf_keras as keras


def _require(condition: bool, rule: str, received: object) -> None:
    if not condition:
        raise ValueError(f"{rule} Received: {received!r}")


def _warm_up(step: tf.Tensor, initial: float, peak: float, warmup_steps: int) -> tf.Tensor:
    """The linear part, `initial` at step 0 and `peak` at `warmup_steps`; scalar float64."""
    return initial + step * ((peak - initial) / max(warmup_steps, 1))


@keras.saving.register_keras_serializable(package="lite_transformer_tf")
class InverseSquareRoot(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, then `peak * sqrt(warmup_steps / step)` (Vaswani et al. 2017, section 5.3, with a free peak).

    Args:
        peak: the rate at the end of the warm-up.
        warmup_steps: length of the warm-up in updates; 0 begins at `peak` and decays from the first update on.
        initial: the rate of the first update.

    Call arguments:
        step: scalar integer, updates made so far. Returns a scalar float32.

    Example:
        >>> float(InverseSquareRoot(1e-3, warmup_steps=100)(400))
        0.0005
    """

    def __init__(self, peak: float, warmup_steps: int, initial: float = 1e-7) -> None:
        super().__init__()
        _require(peak > 0, "peak must be positive.", peak)
        _require(warmup_steps >= 0, "warmup_steps must not be negative.", warmup_steps)
        _require(initial >= 0, "initial must not be negative.", initial)
        self.peak, self.warmup_steps, self.initial = float(peak), int(warmup_steps), float(initial)

    def __call__(self, step: Any) -> tf.Tensor:
        step = tf.cast(step, tf.float64)
        warm = _warm_up(step, self.initial, self.peak, self.warmup_steps)
        decayed = self.peak * math.sqrt(max(self.warmup_steps, 1)) / tf.sqrt(tf.maximum(step, 1.0))
        return tf.cast(tf.where(step < self.warmup_steps, warm, decayed), tf.float32)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "warmup_steps": self.warmup_steps, "initial": self.initial}


@keras.saving.register_keras_serializable(package="lite_transformer_tf")
class CosineDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, then half a cosine from `peak` to `floor`, started anew after each period (Loshchilov & Hutter 2017).

    Args:
        peak: the rate at the end of the warm-up.
        warmup_steps: length of the warm-up in updates.
        period: updates of the first half cosine; the recipes of the paper's WMT models end with it.
        floor: the rate at the end of a period.
        initial: the rate of the first update.
        period_growth: each period is that many times as long as the one before (fairseq's `t_mult`).
        shrink: peak and floor are multiplied by it at each restart (fairseq's `lr_shrink`).

    Call arguments:
        step: scalar integer, updates made so far. Returns a scalar float32.
    """

    def __init__(
        self,
        peak: float,
        warmup_steps: int,
        period: int,
        floor: float = 1e-7,
        initial: float = 1e-7,
        period_growth: float = 1.0,
        shrink: float = 1.0,
    ) -> None:
        super().__init__()
        _require(peak > 0, "peak must be positive.", peak)
        _require(warmup_steps >= 0, "warmup_steps must not be negative.", warmup_steps)
        _require(period > 0, "period must be positive.", period)
        _require(0 <= floor <= peak, "floor must lie between 0 and peak.", floor)
        _require(initial >= 0, "initial must not be negative.", initial)
        _require(period_growth >= 1, "period_growth must be at least 1.", period_growth)
        _require(0 < shrink <= 1, "shrink must lie in (0, 1].", shrink)
        self.peak, self.warmup_steps, self.period = float(peak), int(warmup_steps), int(period)
        self.floor, self.initial = float(floor), float(initial)
        self.period_growth, self.shrink = float(period_growth), float(shrink)

    def __call__(self, step: Any) -> tf.Tensor:
        step = tf.cast(step, tf.float64)
        since = tf.maximum(step - self.warmup_steps, 0.0)
        growth = self.period_growth
        if growth == 1:
            cycle = tf.floor(since / self.period)
            length = tf.constant(float(self.period), tf.float64)
            start = cycle * length
        else:
            # Cycle i begins at period * (growth^i - 1) / (growth - 1); the small constant keeps an exact beginning in its own cycle.
            cycle = tf.floor(tf.math.log(1.0 + since / self.period * (growth - 1.0)) / math.log(growth) + 1e-9)
            length = self.period * tf.pow(tf.constant(growth, tf.float64), cycle)
            start = (length - self.period) / (growth - 1.0)
        wave = 0.5 * (1.0 + tf.cos(math.pi * (since - start) / length))
        scale = tf.pow(tf.constant(self.shrink, tf.float64), cycle)
        decayed = scale * (self.floor + (self.peak - self.floor) * wave)
        warm = _warm_up(step, self.initial, self.peak, self.warmup_steps)
        return tf.cast(tf.where(step < self.warmup_steps, warm, decayed), tf.float32)

    def get_config(self) -> dict[str, Any]:
        names = ("peak", "warmup_steps", "period", "floor", "initial", "period_growth", "shrink")
        return {name: getattr(self, name) for name in names}
