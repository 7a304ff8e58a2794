"""The training loss."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.ops.cross_entropy import label_smoothed_cross_entropy


@keras.utils.register_keras_serializable(PACKAGE)
class LabelSmoothedCrossEntropy(keras.losses.Loss):
    """`(1 - e) nll + e / V sum_v(-log p_v)`, averaged over the target tokens that are not pads (Szegedy et al. 2016).

    Args:
        smoothing: e, in [0, 1).
        pad_id: label that does not count.
    """

    def __init__(
        self, smoothing: float = 0.1, pad_id: int = 1, name: str = "label_smoothed_cross_entropy", **kwargs
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not 0 <= smoothing < 1:
            raise ValueError(f"LabelSmoothedCrossEntropy: smoothing must be in [0, 1). Received: {smoothing}")
        self.smoothing = smoothing
        self.pad_id = pad_id

    def token_mask(self, labels: tf.Tensor) -> tf.Tensor:
        """Which labels (B, T) count."""
        return labels != self.pad_id

    def token_losses(self, labels: tf.Tensor, logits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Smoothed loss and negative log-likelihood of labels (B, T) under logits (B, T, V): (B, T), 0 at pads."""
        weights = tf.cast(self.token_mask(labels), tf.float32)
        flat = tf.reshape(logits, [-1, logits.shape[-1]])
        losses, nlls = label_smoothed_cross_entropy(tf.reshape(labels, [-1]), flat, self.smoothing)
        shape = tf.shape(labels)
        return tf.reshape(losses, shape) * weights, tf.reshape(nlls, shape) * weights

    def __call__(self, y_true, y_pred, sample_weight=None):
        losses, _ = self.token_losses(y_true, y_pred)
        weights = tf.cast(self.token_mask(y_true), tf.float32)
        if sample_weight is not None:
            weights *= tf.cast(sample_weight, tf.float32)
            losses *= tf.cast(sample_weight, tf.float32)
        return tf.math.divide_no_nan(tf.reduce_sum(losses), tf.reduce_sum(weights))

    def call(self, y_true, y_pred):
        return self.token_losses(y_true, y_pred)[0]

    def get_config(self) -> dict:
        return {**super().get_config(), "smoothing": self.smoothing, "pad_id": self.pad_id}
