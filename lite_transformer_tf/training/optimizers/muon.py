"""Muon: orthogonalised momentum for the kernels of hidden layers, Adam for everything else."""

from __future__ import annotations

from typing import Any, Literal

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.settings import Share, section
from lite_transformer_tf.training.optimizers import OPTIMIZERS
from lite_transformer_tf.training.optimizers.adam import AdamSettings, FusedAdamW

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic that drives all singular values towards 1
RMS = (
    0.2  # of Adam's usual update, so that one learning rate and weight decay serve both (Liu et al. 2025, section 2.2)
)


def orthogonalize(matrix: tf.Tensor, steps: int = 5) -> tf.Tensor:
    """The nearest matrix with singular values of about 1, by Newton-Schulz iteration: (M, N) -> (M, N) float32."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = tf.transpose(matrix) if tall else matrix
    x = x / (tf.norm(x) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(steps):
        gram = tf.matmul(x, x, transpose_b=True)
        x = a * x + tf.matmul(b * gram + c * tf.matmul(gram, gram), x)
    return tf.transpose(x) if tall else x


@keras.utils.register_keras_serializable(PACKAGE)
class Muon(FusedAdamW):
    """Muon (Jordan et al. 2024) with AdamW for tables, biases, norms and taps.

    A kernel's update is its Nesterov momentum made orthogonal, scaled to the size of Adam's updates, so that every
    direction of a matrix learns equally fast. It costs some products of the kernel's own size, which is little beside a
    batch of a thousand tokens and more.

    Args:
        momentum: Of the kernels' gradients, in [0, 1); default 0.95.
        *args, **kwargs: Arguments of `FusedAdamW`.

    Example:
        model.compile(optimizer=Muon(1e-3, weight_decay=0.01), loss=...)
    """

    def __init__(self, *args: Any, momentum: float = 0.95, **kwargs: Any) -> None:
        if not 0 <= momentum < 1:
            raise ValueError(f"Muon: momentum must lie in [0, 1). Received: {momentum!r}")
        super().__init__(*args, **kwargs)
        self.momentum = momentum

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable) -> None:
        if variable.shape.rank != 2 or "kernel" not in variable.name:
            super().update_step(gradient, variable)
            return
        gradient = tf.convert_to_tensor(gradient)
        momentum = self._momentums[self._index_dict[self._var_key(variable)]]
        mean = momentum.assign(self.momentum * momentum + gradient)
        update = orthogonalize(gradient + self.momentum * mean)
        scale = RMS * max(variable.shape) ** 0.5
        variable.assign_sub(tf.cast(self.learning_rate, variable.dtype) * scale * update)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}


@OPTIMIZERS.register
@section
class MuonConfig(AdamSettings):
    """Orthogonalised momentum for kernels, Adam for the rest; see `Muon`."""

    kind: Literal["muon"] = "muon"
    momentum: Share = 0.95

    def build(self, learning_rate: keras.optimizers.schedules.LearningRateSchedule) -> keras.optimizers.Optimizer:
        return Muon(learning_rate, momentum=self.momentum, **self.adam_arguments())
