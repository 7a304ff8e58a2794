"""Distillation: a model learns from what a trained model predicts, beside the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Teacher:
    """A trained model that another one learns from, token by token (Hinton et al. 2015, arXiv 1503.02531; "word-level" in Kim and Rush
    2016, arXiv 1606.07947).

    The loss of a target token becomes `(1 - share) * loss + share * sum_v(-q_v log p_v)` with p of the student and q of the teacher, which
    sees the same tokens without dropout and learns nothing. It is no part of the student: neither its weights nor its checkpoints hold it.

    Args:
        model: of the student's kind and vocabularies; its size is its own.
        share: of the teacher in the loss, in (0, 1].

    Example:
        >>> student.compile(optimizer=..., loss=LabelSmoothedCrossEntropy(0.1), teacher=Teacher(big_model, 0.5))
    """

    model: Any
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"A teacher's share of the loss must lie in (0, 1]. Received: {self.share!r}")

    def mix(self, losses: tf.Tensor, logits: tf.Tensor, teacher_logits: tf.Tensor) -> tf.Tensor:
        """The losses of tokens (...) float32, and of their logits (..., V) beside the teacher's (..., V).

        Raises:
            ValueError: the vocabularies differ in size.
        """
        if logits.shape[-1] != teacher_logits.shape[-1]:
            raise ValueError(
                f"A teacher must have the student's vocabulary, {logits.shape[-1]} tokens. Received: {teacher_logits.shape[-1]} tokens"
            )
        predicted = tf.stop_gradient(tf.nn.softmax(tf.cast(teacher_logits, tf.float32)))
        soft = tf.nn.softmax_cross_entropy_with_logits(labels=predicted, logits=tf.cast(logits, tf.float32))
        return (1 - self.share) * losses + self.share * soft
