"""Gradients that are added over several batches before an update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.replicas import merged


class GradientAccumulator:
    """Sums of gradients, kept beside the model: in its checkpoints, but in no list of its weights.

    Args:
        owner: The model whose checkpoints contain the sums.
        variables: What is trained.
        steps: Number of batches of an update.
    """

    NAMES = ("_batches", "_tokens", "_accumulators")  # in checkpoints

    def __init__(self, owner: keras.Model, variables: Sequence[tf.Variable], steps: int) -> None:
        self.steps = steps
        self.batches = tf.Variable(0, trainable=False, name="accumulated_batches")
        self.tokens = tf.Variable(0.0, trainable=False, name="accumulated_tokens")
        self.sums = [tf.Variable(tf.zeros(v.shape, v.dtype), trainable=False) for v in variables]
        numbered = tf.Module()
        for index, total in enumerate(self.sums):
            setattr(numbered, str(index), total)
        for name, part in zip(self.NAMES, (self.batches, self.tokens, numbered), strict=True):
            owner._track_trackable(part, name, overwrite=True)  # setattr would make them weights of the model

    @property
    def variables(self) -> list[tf.Variable]:
        """All that is kept between batches."""
        return [self.batches, self.tokens, *self.sums]

    def add(
        self, gradients: Sequence[tf.Tensor], tokens: tf.Tensor, update: Callable[[list[tf.Tensor]], object]
    ) -> None:
        """Adds the mean gradients of a batch of `tokens`. The last batch of an update calls it with the joint mean.

        Under a strategy the gradients are those of all replicas, and `update` is called in each of them.
        """

        def change(strategy: tf.distribute.Strategy, gradients: Sequence[Any], tokens: Any) -> None:
            def finish() -> None:
                strategy.extended.call_for_each_replica(lambda: update([total / self.tokens for total in self.sums]))
                for state in self.variables:
                    strategy.extended.update(state, lambda value: value.assign(tf.zeros_like(value)))

            for total, gradient in zip(self.sums, gradients, strict=True):
                strategy.extended.update(
                    total, lambda value, *parts: value.assign_add(parts[0] * parts[1]), (gradient, tokens)
                )
            strategy.extended.update(self.tokens, lambda value, more: value.assign_add(more), (tokens,))
            strategy.extended.update(self.batches, lambda value: value.assign_add(1))
            tf.cond(self.batches >= self.steps, finish, lambda: None)

        merged(change, list(gradients), tokens)
