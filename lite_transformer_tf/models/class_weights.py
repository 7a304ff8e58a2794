"""`class_weight` of Keras for sequences of labels."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.ops.labels import token_labels, token_weights

_FIT = inspect.signature(keras.Model.fit)
_TRAIN_ON_BATCH = inspect.signature(keras.Model.train_on_batch)


class ClassWeightedModel(keras.Model):
    """A Keras model that predicts a class at each position, whose `class_weight` weighs labels (B, T).

    Keras itself takes labels of two dimensions for one-hot vectors.
    """

    _class_factors: tf.Tensor | None = None

    @property
    def output_size(self) -> int:
        """Number of classes of a prediction: the size of the target vocabulary."""
        raise NotImplementedError

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """`keras.Model.fit`, whose `class_weight` may also weigh labels (B, T); ids that it does not name weigh 1."""
        arguments = _FIT.bind(self, *args, **kwargs)
        with self._classes_weighted(arguments.arguments.pop("class_weight", None)):
            return super().fit(*arguments.args[1:], **arguments.kwargs)

    def train_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """`keras.Model.train_on_batch`, with the `class_weight` of `fit`."""
        arguments = _TRAIN_ON_BATCH.bind(self, *args, **kwargs)
        with self._classes_weighted(arguments.arguments.pop("class_weight", None)):
            return super().train_on_batch(*arguments.args[1:], **arguments.kwargs)

    @contextmanager
    def _classes_weighted(self, class_weight: dict[int, float] | None) -> Iterator[None]:
        if class_weight is None:
            yield
            return
        self._class_factors, self.train_function = class_factors(class_weight, self.output_size), None
        try:
            yield
        finally:
            self._class_factors = self.train_function = None  # traced with these factors

    def with_class_weights(self, labels: tf.Tensor, weights: tf.Tensor | None) -> tf.Tensor | None:
        """The weights of a batch, with those of its labels' classes while `class_weight` is in force."""
        if self._class_factors is None:
            return weights
        one_hot = labels.shape.rank == 3 and labels.shape[-1] != 1
        classes = tf.argmax(labels, -1, tf.int32) if one_hot else token_labels(labels)
        factors = tf.gather(self._class_factors, classes)
        return factors if weights is None else factors * token_weights(weights, classes)


def class_factors(class_weight: dict[int, float] | None, classes: int) -> tf.Tensor | None:
    """Weights (V,) float32 of all labels; ids that `class_weight` does not name weigh 1.

    Raises:
        ValueError: A key is no id of the vocabulary.
    """
    if class_weight is None:
        return None
    if wrong := [key for key in class_weight if isinstance(key, bool) or int(key) != key or not 0 <= key < classes]:
        raise ValueError(f"class_weight: keys must be ids of the vocabulary, in [0, {classes}). Received: {wrong[:5]}")
    factors = [float(class_weight.get(label, 1.0)) for label in range(classes)]
    return tf.constant(factors, tf.float32)
