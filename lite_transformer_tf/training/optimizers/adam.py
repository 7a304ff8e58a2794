"""Adam with decoupled weight decay, one fused operation per variable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    comes sooner. `amsgrad` must be off.

    Args:
        *args, **kwargs: Arguments of `keras.optimizers.AdamW`.
        jit_compile: Bool. Whether XLA compiles each update by itself, which gains nothing in an element-wise update on
            a CPU. Defaults to `False`.
        excluded_from_weight_decay: Sequence of regular expressions. A variable whose name one of them matches does not
            decay. `exclude_from_weight_decay` replaces them. The configuration contains them, so that a saved optimizer
            has them too. Defaults to `()`.

    Example:
        >>> optimizer = FusedAdamW(1e-3, weight_decay=0.01, excluded_from_weight_decay=["bias"])
        >>> FusedAdamW.from_config(optimizer.get_config()).excluded_from_weight_decay
        ['bias']
    """

    def __init__(
        self,
        *args: Any,
        jit_compile: bool = False,
        excluded_from_weight_decay: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, jit_compile=jit_compile, **kwargs)
        if self.amsgrad:
            raise ValueError(f"{type(self).__name__}: amsgrad must be off. Received: {self.amsgrad}")
        self.excluded_from_weight_decay: list[str] = []
        if excluded_from_weight_decay:
            self.exclude_from_weight_decay(var_names=list(excluded_from_weight_decay))

    def exclude_from_weight_decay(
        self, var_list: Iterable[tf.Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """As Keras has it, and noted for the configuration, where a variable is known by its name."""
        variables, names = list(var_list or []), list(var_names or [])
        super().exclude_from_weight_decay(variables, names)
        self.excluded_from_weight_decay = names + [f"^{re.escape(variable.name)}$" for variable in variables]

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[tf.Tensor, tf.Variable]],
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
        **kwargs: Any,
    ) -> tf.Variable:
        object.__setattr__(self, "_powers", self._beta_powers())  # for all variables; no state of the optimizer
        return super().apply_gradients(grads_and_vars, name, skip_gradients_aggregation, **kwargs)

    def _beta_powers(self) -> tuple[tf.Tensor, tf.Tensor]:
        step = tf.cast(self.iterations + 1, tf.float32)
        return tf.pow(self.beta_1, step), tf.pow(self.beta_2, step)

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable) -> None:
        powers = self._beta_powers() if self.jit_compile else self._powers  # XLA's graph of a variable is made once
        index = self._index_dict[self._var_key(variable)]
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].handle,
            v=self._velocities[index].handle,
            beta1_power=tf.cast(powers[0], variable.dtype),
            beta2_power=tf.cast(powers[1], variable.dtype),
            lr=tf.cast(self.learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "excluded_from_weight_decay": list(self.excluded_from_weight_decay)}


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
