"""LayerNorm without residual connection, for pre-norm layers."""

from __future__ import annotations

import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import positive
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.ops.normalization import layer_norm

EVOLVED_EPSILON = 1e-6
"""Epsilon of every LayerNorm of the Evolved Transformer."""


class ScaleAndShift(Composite):
    """Base of the two LayerNorms: their weights.

    Args:
        epsilon: Float. Added to the variance. Defaults to `1e-5`.
    """

    def __init__(self, epsilon: float = 1e-5, **kwargs) -> None:
        super().__init__(**kwargs)
        self.epsilon = positive(self, "epsilon", epsilon)

    @property
    def parts(self) -> dict[str, str]:
        return {"gamma": "gamma", "beta": "beta"}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self.gamma = self.add_weight("gamma", [input_shape[-1]], initializer="ones", experimental_autocast=False)
        self.beta = self.add_weight("beta", [input_shape[-1]], initializer="zeros", experimental_autocast=False)

    def get_config(self) -> dict:
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.utils.register_keras_serializable(PACKAGE)
class LayerNorm(ScaleAndShift):
    """LayerNorm over the last axis (Ba et al. 2016).

    Args:
        epsilon: Float. Added to the variance. Defaults to `1e-5`.

    Call arguments:
        inputs: (..., D).
        mask: Bool (B, T) as Keras hands it on. It goes on to the next layer.

    Returns:
        (..., D). Statistics are computed in float32 under any policy.

    Example:
        >>> LayerNorm()(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    ranks = {"min_ndim": 2}

    def call(self, inputs, mask=None):
        return with_mask(layer_norm(inputs, self.gamma, self.beta, epsilon=self.epsilon), mask)
