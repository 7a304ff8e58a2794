"""Learning-rate schedules of the paper's recipes, as functions of the number of updates already made.

All begin with a linear warm-up from `initial` to `peak`; update `n` (counted from 0) uses `schedule(n)`, as fairseq has
it. Each kind is one module here, with its settings and its Keras class; a new kind is a new module that registers a
section with `SCHEDULES`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self

from lite_transformer_tf.settings import Kinds, NonNegativeFloat, NonNegativeInt, PositiveFloat, require, section

if TYPE_CHECKING:
    import tensorflow as tf
    import tf_keras as keras

LONGEST_WARM_UP = 4000  # updates, where it follows from the length of the run


@section
class ScheduleConfig:
    """What every schedule has.

    Args:
        kind: Which one.
        peak: Learning rate at the end of the warm-up.
        warmup_steps: Updates until then. `None` means a tenth of the run's updates, but at most 4,000.
        initial: Learning rate of the first update.
    """

    kind: str
    peak: PositiveFloat = 5e-4
    warmup_steps: NonNegativeInt | None = None
    initial: NonNegativeFloat = 1e-7

    def __post_init__(self) -> None:
        require(self.initial <= self.peak, "initial", f"must not exceed peak, {self.peak:g}", self.initial)

    def fitted(self, total_updates: int) -> Self:
        """The same with a number for `warmup_steps`, for a run of `total_updates`."""
        return dataclasses.replace(self, warmup_steps=self.warm_up_of(total_updates))

    def warm_up_of(self, total_updates: int) -> int:
        """Updates of the warm-up of a run of `total_updates`."""
        return min(LONGEST_WARM_UP, total_updates // 10) if self.warmup_steps is None else self.warmup_steps

    def build(self, total_updates: int) -> keras.optimizers.schedules.LearningRateSchedule:
        """The schedule of a run of `total_updates`."""
        raise NotImplementedError


SCHEDULES: Kinds[ScheduleConfig] = Kinds(__name__)


def warm_up(step: tf.Tensor, initial: float, peak: float, warmup_steps: int) -> tf.Tensor:
    """The linear part, `initial` at step 0 and `peak` at `warmup_steps`; scalar float64."""
    return initial + step * ((peak - initial) / max(warmup_steps, 1))
