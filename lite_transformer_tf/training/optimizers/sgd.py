"""Stochastic gradient descent with momentum, as the paper trains its language model."""

from __future__ import annotations

from typing import Literal

import tf_keras as keras

from lite_transformer_tf.settings import Share, section
from lite_transformer_tf.training.optimizers import OPTIMIZERS, OptimizerConfig


@OPTIMIZERS.register
@section
class SgdConfig(OptimizerConfig):
    """Gradient descent.

    Args:
        momentum: Share of the step before that is repeated.
        nesterov: Whether the gradient is that of the point to which the momentum leads.
    """

    kind: Literal["sgd"] = "sgd"
    momentum: Share = 0.99
    nesterov: bool = True

    def build(self, learning_rate: keras.optimizers.schedules.LearningRateSchedule) -> keras.optimizers.Optimizer:
        return keras.optimizers.SGD(
            learning_rate, self.momentum, self.nesterov, jit_compile=False, **self.shared_arguments()
        )
