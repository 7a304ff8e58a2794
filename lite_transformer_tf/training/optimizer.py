"""The optimizer of a run: what its settings name, with a schedule, its slots made."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.config import TrainingConfig


def build_optimizer(
    settings: TrainingConfig, variables: Sequence[tf.Variable], total_updates: int
) -> keras.optimizers.Optimizer:
    """The optimizer that the settings name, with its slots made.

    Args:
        settings: Its `optimizer` and `schedule` sections, and `precision`: float16 wraps the optimizer in a
            `LossScaleOptimizer`.
        variables: The model's trainable variables; slots are made for them now, so that a checkpoint can be restored at
            once.
        total_updates: Of the run, the length of a cosine without a period of its own.

    Returns:
        The Keras optimizer.
    """
    optimizer: keras.optimizers.Optimizer = settings.optimizer.build(settings.schedule.build(total_updates))
    if not settings.optimizer.decay_biases_and_norms:
        optimizer.exclude_from_weight_decay(var_list=[variable for variable in variables if variable.shape.rank < 2])
    if settings.precision == "mixed_float16":
        optimizer = keras.mixed_precision.LossScaleOptimizer(optimizer)
    optimizer.build(variables)
    return optimizer


def learning_rate_at(optimizer: keras.optimizers.Optimizer, update: int) -> float:
    """The learning rate of the update that follows `update` finished ones."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    rate = inner._learning_rate  # the schedule itself: the public property is already evaluated
    return float(rate(update) if callable(rate) else rate)
