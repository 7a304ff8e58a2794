"""The gated linear unit."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.masks import with_mask


@keras.utils.register_keras_serializable(PACKAGE)
class GatedLinearUnit(Composite):
    """`values(x) * sigmoid(gates(x))` (Dauphin et al. 2017), position by position; values and gates are Dense layers.

    Call arguments:
        inputs: (B, T, D).
        mask: Bool (B, T) as Keras hands it on. It goes on to the next layer.

    Returns:
        (B, T, D).

    Example:
        >>> GatedLinearUnit()(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    rounds_activations = True

    @property
    def parts(self) -> dict[str, str]:
        return {"values": "values", "gates": "gates"}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.values = dense(self, input_shape[-1], name="values")
        self.gates = dense(self, input_shape[-1], name="gates")

    def call(self, inputs, mask=None):
        return with_mask(project(self.values, inputs) * tf.sigmoid(project(self.gates, inputs)), mask)
