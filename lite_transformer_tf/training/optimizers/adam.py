"""Adam with decoupled weight decay, one fused operation per variable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.settings import PositiveFloat, Share, section
from lite_transformer_tf.training.optimizers import OPTIMIZERS, OptimizerConfig


@keras.utils.register_keras_serializable(PACKAGE)
class FusedAdamW(keras.optimizers.AdamW):
    """`keras.optimizers.AdamW` (Loshchilov and Hutter 2019) with TensorFlow's fused kernel for updates.

    The same function of the same arguments: it builds a graph of a twentieth of the operations, so that the first step
    comes sooner. Gradients must be dense and `amsgrad` off. XLA is off by default: it gains nothing in an element-wise
    update on a CPU.
    """

    def __init__(self, *args: Any, jit_compile: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, jit_compile=jit_compile, **kwargs)

    def build(self, var_list: list[tf.Variable]) -> None:
        if self.amsgrad:
            raise ValueError(f"FusedAdamW: amsgrad must be off. Received: {self.amsgrad}")
        super().build(var_list)

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[tf.Tensor, tf.Variable]],
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
        **kwargs: Any,
    ) -> tf.Variable:
        step = tf.cast(self.iterations + 1, tf.float32)
        self._powers = (tf.pow(self.beta_1, step), tf.pow(self.beta_2, step))
        return super().apply_gradients(grads_and_vars, name, skip_gradients_aggregation, **kwargs)

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable) -> None:
        index = self._index_dict[self._var_key(variable)]
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].handle,
            v=self._velocities[index].handle,
            beta1_power=self._powers[0],
            beta2_power=self._powers[1],
            lr=tf.cast(self.learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


@section
class AdamSettings(OptimizerConfig):
    """What Adam and its relatives have.

    Args:
        beta_1, beta_2: Decay of the two moments per update.
        epsilon: Added to the root of the second moment.
    """

    beta_1: Share = 0.9
    beta_2: Share = 0.98
    epsilon: PositiveFloat = 1e-8

    def adam_arguments(self) -> dict[str, Any]:
        """Arguments of `FusedAdamW`."""
        return {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon, **self.shared_arguments()}


@OPTIMIZERS.register
@section
class AdamConfig(AdamSettings):
    """Adam as fairseq has it: weight decay times the learning rate, outside the moments; the recipes' numbers."""

    kind: Literal["adam"] = "adam"

    def build(self, learning_rate: keras.optimizers.schedules.LearningRateSchedule) -> keras.optimizers.Optimizer:
        return FusedAdamW(learning_rate, **self.adam_arguments())
