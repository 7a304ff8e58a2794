"""Linear warm-up, then decay with the inverse square root of the updates."""

from __future__ import annotations

import math
from typing import Any, Literal

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.settings import section
from lite_transformer_tf.training.schedules import SCHEDULES, ScheduleConfig, warm_up


@keras.saving.register_keras_serializable(PACKAGE)
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
        InverseSquareRootConfig(peak=peak, warmup_steps=warmup_steps, initial=initial)  # checks the numbers
        self.peak, self.warmup_steps, self.initial = float(peak), int(warmup_steps), float(initial)

    def __call__(self, step: tf.Tensor | int) -> tf.Tensor:
        step = tf.cast(step, tf.float64)
        warm = warm_up(step, self.initial, self.peak, self.warmup_steps)
        decayed = self.peak * math.sqrt(max(self.warmup_steps, 1)) / tf.sqrt(tf.maximum(step, 1.0))
        return tf.cast(tf.where(step < self.warmup_steps, warm, decayed), tf.float32)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "warmup_steps": self.warmup_steps, "initial": self.initial}


@SCHEDULES.register
@section
class InverseSquareRootConfig(ScheduleConfig):
    """Linear warm-up, then `peak * sqrt(warmup_steps / step)`."""

    kind: Literal["inverse_sqrt"] = "inverse_sqrt"

    def build(self, total_updates: int) -> InverseSquareRoot:
        return InverseSquareRoot(self.peak, self.warm_up_of(total_updates), self.initial)
