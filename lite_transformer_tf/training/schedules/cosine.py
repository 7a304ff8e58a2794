"""Linear warm-up, then half cosines with warm restarts."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import tensorflow as tf
import tf_keras as keras
from annotated_types import Interval

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.settings import NonNegativeFloat, PositiveInt, require, section
from lite_transformer_tf.training.schedules import SCHEDULES, ScheduleConfig, warm_up


@keras.saving.register_keras_serializable(PACKAGE)
class CosineDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, then half cosines from `peak` to `floor` with restarts (Loshchilov & Hutter 2017).

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
        CosineConfig(
            peak=peak,
            warmup_steps=warmup_steps,
            initial=initial,
            period=period,
            floor=floor,
            period_growth=period_growth,
            shrink=shrink,
        )  # checks the numbers
        self.peak, self.warmup_steps, self.period = float(peak), int(warmup_steps), int(period)
        self.floor, self.initial = float(floor), float(initial)
        self.period_growth, self.shrink = float(period_growth), float(shrink)

    def __call__(self, step: tf.Tensor | int) -> tf.Tensor:
        step = tf.cast(step, tf.float64)
        since = tf.maximum(step - self.warmup_steps, 0.0)
        growth = self.period_growth
        if growth == 1:
            cycle = tf.floor(since / self.period)
            length = tf.constant(float(self.period), tf.float64)
            start = cycle * length
        else:
            # Cycle i begins at period * (growth^i - 1) / (growth - 1); the constant keeps a beginning in its cycle.
            cycle = tf.floor(tf.math.log(1.0 + since / self.period * (growth - 1.0)) / math.log(growth) + 1e-9)
            length = self.period * tf.pow(tf.constant(growth, tf.float64), cycle)
            start = (length - self.period) / (growth - 1.0)
        wave = 0.5 * (1.0 + tf.cos(math.pi * (since - start) / length))
        scale = tf.pow(tf.constant(self.shrink, tf.float64), cycle)
        decayed = scale * (self.floor + (self.peak - self.floor) * wave)
        warm = warm_up(step, self.initial, self.peak, self.warmup_steps)
        return tf.cast(tf.where(step < self.warmup_steps, warm, decayed), tf.float32)

    def get_config(self) -> dict[str, Any]:
        names = ("peak", "warmup_steps", "period", "floor", "initial", "period_growth", "shrink")
        return {name: getattr(self, name) for name in names}


@SCHEDULES.register
@section
class CosineConfig(ScheduleConfig):
    """Linear warm-up, then half cosines from `peak` to `floor`.

    Args:
        period: Updates of the first half cosine; `None` means all updates of the run that follow the warm-up.
        floor: Learning rate at the end of a period.
        period_growth: Each period is that many times as long as the one before.
        shrink: Each restart multiplies the rates by it.
    """

    kind: Literal["cosine"] = "cosine"
    period: PositiveInt | None = None
    floor: NonNegativeFloat = 1e-7
    period_growth: Annotated[float, Interval(ge=1)] = 1.0
    shrink: Annotated[float, Interval(gt=0, le=1)] = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.floor <= self.peak, "floor", f"must not exceed peak, {self.peak:g}", self.floor)

    def build(self, total_updates: int) -> CosineDecay:
        warm_up = self.warm_up_of(total_updates)
        period = self.period or max(1, total_updates - warm_up)
        return CosineDecay(self.peak, warm_up, period, self.floor, self.initial, self.period_growth, self.shrink)
