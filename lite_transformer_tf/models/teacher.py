"""Distillation: training on labels and on the predictions of a trained model."""

from __future__ import annotations

from dataclasses import dataclass

import tensorflow as tf
import tf_keras as keras


@dataclass(frozen=True)
class Teacher:
    """A trained model from which a student learns, token by token.

    The loss of a target token becomes `(1 - share) * loss + share * sum_v(-q_v log p_v)` with p of the student and q of
    the teacher. The teacher sees the same tokens without dropout and is not trained. The student's weights and
    checkpoints do not contain it.

    Args:
        model: Trained model of the same kind, with the same vocabulary; it may be larger.
        share: Float in (0, 1]. Weight of the teacher in the loss.

    References:
        Hinton et al. 2015, arXiv 1503.02531; "word-level" in Kim and Rush 2016, arXiv 1606.07947.

    Example:
        >>> student.compile(optimizer=..., loss=LabelSmoothedCrossEntropy(0.1), teacher=Teacher(big_model, 0.5))
    """

    model: keras.Model
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"A teacher's share of the loss must lie in (0, 1]. Received: {self.share!r}")

    def mix(self, losses: tf.Tensor, logits: tf.Tensor, teacher_logits: tf.Tensor) -> tf.Tensor:
        """The losses mixed with the teacher's.

        Args:
            losses: Losses of the labels (...), float32.
            logits: The student's logits (..., V).
            teacher_logits: The teacher's logits (..., V).

        Returns:
            Mixed losses (...), float32.

        Raises:
            ValueError: The vocabularies differ in size.
        """
        if logits.shape[-1] != teacher_logits.shape[-1]:
            raise ValueError(
                f"A teacher must have the student's vocabulary, {logits.shape[-1]} tokens. "
                f"Received: {teacher_logits.shape[-1]} tokens"
            )
        predicted = tf.stop_gradient(tf.nn.softmax(tf.cast(teacher_logits, tf.float32)))
        soft = tf.nn.softmax_cross_entropy_with_logits(labels=predicted, logits=tf.cast(logits, tf.float32))
        return (1 - self.share) * losses + self.share * soft
