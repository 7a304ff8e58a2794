"""The optimizers of the recipes: Adam, Muon or SGD with decoupled weight decay, a schedule, and clipping by the global norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.adam import FusedAdamW
from lite_transformer_tf.training.config import ScheduleConfig, TrainingConfig
from lite_transformer_tf.training.muon import Muon
from lite_transformer_tf.training.schedules import CosineDecay, InverseSquareRoot

MOMENTUM = {"sgd": 0.99, "muon": 0.95}


def build_schedule(settings: ScheduleConfig, total_updates: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """The learning-rate schedule that the settings name, for a run of `total_updates`."""
    if settings.kind == "inverse_sqrt":
        return InverseSquareRoot(settings.peak, settings.warmup_steps, settings.initial)
    period = settings.period or max(1, total_updates - settings.warmup_steps)
    return CosineDecay(
        settings.peak,
        settings.warmup_steps,
        period,
        settings.floor,
        settings.initial,
        settings.period_growth,
        settings.shrink,
    )


def build_optimizer(
    settings: TrainingConfig, variables: Sequence[tf.Variable], total_updates: int
) -> keras.optimizers.Optimizer:
    """AdamW as fairseq has it (weight decay times the learning rate, outside the moments; epsilon 1e-8), Muon or SGD, with its slots made.

    Args:
        settings: its `optimizer` and `schedule` sections, and `precision`: float16 wraps it in a `LossScaleOptimizer`.
        variables: the model's trainable variables; slots are made for them now, so that a checkpoint can be restored at once.
        total_updates: of the run, the length of a cosine without a period of its own.

    Returns:
        the optimizer.
    """
    chosen = settings.optimizer
    momentum = chosen.momentum if chosen.momentum is not None else MOMENTUM.get(chosen.kind, 0.0)
    common: dict[str, Any] = {
        "learning_rate": build_schedule(settings.schedule, total_updates),
        "weight_decay": chosen.weight_decay,
        "global_clipnorm": chosen.clip_norm,
    }
    if chosen.kind == "sgd":
        optimizer = keras.optimizers.SGD(momentum=momentum, nesterov=chosen.nesterov, jit_compile=False, **common)
    elif chosen.kind == "muon":
        optimizer = Muon(
            beta_1=chosen.beta_1, beta_2=chosen.beta_2, epsilon=chosen.epsilon, momentum=momentum, **common
        )
    else:
        optimizer = FusedAdamW(beta_1=chosen.beta_1, beta_2=chosen.beta_2, epsilon=chosen.epsilon, **common)
    if not chosen.decay_biases_and_norms:
        optimizer.exclude_from_weight_decay(var_list=[variable for variable in variables if variable.shape.rank < 2])
    if settings.precision == "mixed_float16":
        optimizer = keras.mixed_precision.LossScaleOptimizer(optimizer)
    optimizer.build(variables)
    return optimizer


def learning_rate_at(optimizer: Any, update: int) -> float:
    """The learning rate of the update that follows `update` finished ones."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = inner._learning_rate  # the schedule itself: the public property is already evaluated
    return float(rate(update) if callable(rate) else rate)
