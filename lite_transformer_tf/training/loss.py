"""The training loss."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE
from lite_transformer_tf.ops.cross_entropy import label_smoothed_cross_entropy
from lite_transformer_tf.ops.labels import token_labels, token_weights


@keras.utils.register_keras_serializable(PACKAGE)
class LabelSmoothedCrossEntropy(keras.losses.Loss):
    """`(1 - e) nll + e / V sum_v(-log p_v)`, averaged over the target tokens that are not pads (Szegedy et al. 2016).

    With `smoothing=0` it is `keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=pad_id)`, for
    all weights and reductions.

    Args:
        smoothing: Float. e, in [0, 1). Defaults to `0.1`.
        pad_id: Integer. Label that does not count. Defaults to `1`.
        reduction: `"auto"` and `"sum_over_batch_size"` divide the sum of the weighted losses by the number of labels
            that count, `"sum"` does not divide, and `"none"` returns the weighted losses, zero at pads. Defaults to
            `"auto"`.
        name: String. Defaults to `"label_smoothed_cross_entropy"`.

    Call arguments:
        y_true: Labels (B, T), or (B, T, 1), of any type of numbers.
        y_pred: Logits (B, T, V). A Keras mask (B, T) that they carry leaves out further labels.
        sample_weight: Factors of the losses, (B,) for rows or (B, T) for labels. Defaults to `None`.

    Returns:
        Float32: a number, or (B, T) with the reduction `"none"`.

    Example:
        >>> loss = LabelSmoothedCrossEntropy(smoothing=0.1, pad_id=1)
        >>> float(loss(tf.constant([[5, 1]]), tf.zeros([1, 2, 8])))  # log(8), and a pad
        2.0794415473937988
    """

    def __init__(
        self,
        smoothing: float = 0.1,
        pad_id: int = 1,
        reduction: str = keras.losses.Reduction.AUTO,
        name: str | None = "label_smoothed_cross_entropy",
    ) -> None:
        super().__init__(reduction=reduction, name=name)
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
        labels, mask = token_labels(y_true, len(y_pred.shape) - 1), getattr(y_pred, "_keras_mask", None)
        counts = tf.cast(self.token_mask(labels), tf.float32)
        losses, _ = self.token_losses(labels, tf.convert_to_tensor(y_pred))
        if mask is not None:
            counts *= tf.cast(mask, tf.float32)
            losses *= tf.cast(mask, tf.float32)
        if sample_weight is not None:
            losses *= token_weights(sample_weight, labels)
        if self.reduction == keras.losses.Reduction.NONE:
            return losses
        total = tf.reduce_sum(losses)
        if self.reduction == keras.losses.Reduction.SUM:
            return total
        return tf.math.divide_no_nan(total, tf.reduce_sum(counts))

    def call(self, y_true, y_pred):
        return self.token_losses(token_labels(y_true, len(y_pred.shape) - 1), tf.convert_to_tensor(y_pred))[0]

    def get_config(self) -> dict:
        return {**super().get_config(), "smoothing": self.smoothing, "pad_id": self.pad_id}
