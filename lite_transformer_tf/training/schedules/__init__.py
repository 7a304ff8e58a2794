"""Learning-rate schedules of the paper's recipes, as functions of the number of updates already made.

All begin with a linear warm-up from `initial` to `peak`; update `n` (counted from 0) uses `schedule(n)`, as fairseq has
it. Each kind is one module here, with its settings and its Keras class; a new kind is a new module that registers a
section with `SCHEDULES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite_transformer_tf.settings import Kinds, NonNegativeFloat, NonNegativeInt, PositiveFloat, require, section

if TYPE_CHECKING:
    import tensorflow as tf
    import tf_keras as keras


@section
class ScheduleConfig:
    """What every schedule has.

    Args:
        kind: Which one.
        peak: Learning rate at the end of the warm-up.
        warmup_steps: Updates until then.
        initial: Learning rate of the first update.
    """

    kind: str
    peak: PositiveFloat = 5e-4
    warmup_steps: NonNegativeInt = 4000
    initial: NonNegativeFloat = 1e-7

    def __post_init__(self) -> None:
        require(self.initial <= self.peak, "initial", f"must not exceed peak, {self.peak:g}", self.initial)

    def build(self, total_updates: int) -> keras.optimizers.schedules.LearningRateSchedule:
        """The schedule of a run of `total_updates`."""
        raise NotImplementedError


SCHEDULES: Kinds[ScheduleConfig] = Kinds(__name__)


def warm_up(step: tf.Tensor, initial: float, peak: float, warmup_steps: int) -> tf.Tensor:
    """The linear part, `initial` at step 0 and `peak` at `warmup_steps`; scalar float64."""
    return initial + step * ((peak - initial) / max(warmup_steps, 1))
