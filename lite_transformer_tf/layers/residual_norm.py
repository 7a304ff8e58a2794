"""Residual connection, dropout and LayerNorm after a sub-layer."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.composite.arguments import rate
from lite_transformer_tf.composite.masks import mask_of, merged, with_mask
from lite_transformer_tf.layers.layer_norm import ScaleAndShift
from lite_transformer_tf.ops.normalization import residual_layer_norm


@keras.utils.register_keras_serializable(PACKAGE)
class ResidualNorm(ScaleAndShift):
    """`LayerNorm(residual + dropout(update))`, post-norm as in the reference's encoder-decoder.

    Args:
        dropout: Float. Dropout rate on the update. Defaults to `0.0`.
        epsilon: Float. Added to the variance. Defaults to `1e-5`.

    Call arguments:
        inputs: The residual (B, T, D).
        update: The sub-layer's output (B, T, D).
        mask: Bool (B, T), the mask of `inputs` as Keras hands it on. It goes on to the next layer, together with the
            mask that Keras attached to `update`.

    Returns:
        (B, T, D). Statistics are computed in float32 under any policy.

    Example:
        >>> ResidualNorm(dropout=0.1)(tf.zeros([2, 5, 32]), tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(self, dropout: float = 0.0, epsilon: float = 1e-5, **kwargs) -> None:
        super().__init__(epsilon, **kwargs)
        self.dropout = rate(self, "dropout", dropout)

    def call(self, inputs, update, training=None, mask=None):
        mask = merged(inputs.shape, mask, mask_of(update))
        update = tf.cast(update, inputs.dtype)
        outputs = residual_layer_norm(
            inputs, update, self.gamma, self.beta, rate=self.dropout, training=training, epsilon=self.epsilon
        )
        return with_mask(outputs, mask)

    def get_config(self) -> dict:
        return {**super().get_config(), "dropout": self.dropout}
