"""The training step of models that predict tokens: towers, gradient accumulation, seeded dropout."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.ops.randomness import dropout_seeds

_SEEDS_PER_TOWER = 4096  # seeds reserved for the dropout calls of one tower in one step


class TokenTrainingModel(keras.Model):
    """A Keras model whose `fit` minimizes the mean loss over target tokens.

    `compile` takes four arguments in addition to Keras' own:
        towers: Integer. Number of parts of a batch, each with its own forward and backward pass. They run in parallel
            if TensorFlow has at least that many inter-op threads, which is much faster on a few CPU cores than threads
            inside small products. Defaults to `1`.
        accumulation_steps: Integer. Number of batches whose gradients are added before an update. Defaults to `1`.
        seed: Integer. Determines every dropout mask, together with the number of the step. Defaults to `1`.
        teacher: `Teacher` to learn from in addition to the labels. Defaults to `None`.
    """

    _teacher: Teacher | None = None

    def compile(
        self,
        *args: object,
        towers: int = 1,
        accumulation_steps: int = 1,
        seed: int = 1,
        teacher: Teacher | None = None,
        **kwargs: Any,
    ) -> None:
        for name, value in (("towers", towers), ("accumulation_steps", accumulation_steps)):
            if value < 1:
                raise ValueError(f"compile: {name} must be at least 1. Received: {value}")
        super().compile(*args, **kwargs)
        if self.loss is not None and not hasattr(self.loss, "token_losses"):
            raise ValueError(
                "compile: loss must have a method `token_losses`, like LabelSmoothedCrossEntropy. "
                f"Received: {self.loss!r}"
            )
        self._towers, self._accumulation_steps, self._seed, self._teacher = towers, accumulation_steps, seed, teacher
        self._accumulators: list[tf.Variable] = []
        self._loss_mean, self._nll_mean = keras.metrics.Mean("loss"), keras.metrics.Mean("nll")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [*super().metrics, self._loss_mean, self._nll_mean] if hasattr(self, "_loss_mean") else super().metrics

    def make_train_function(self, force=False):
        self._create_training_state()
        return super().make_train_function(force)

    @tf.autograph.experimental.do_not_convert  # not needed here; tracing is three times faster without it
    def train_step(self, data) -> dict[str, tf.Tensor]:
        inputs, labels = data[:2]
        variables = self.trainable_variables
        counts = tf.cast(self.loss.token_mask(labels), tf.float32)
        tokens = tf.maximum(tf.reduce_sum(counts), 1.0)
        gradients, loss, nll = self._gradients(inputs, labels, tokens, variables)
        if self._accumulation_steps == 1:
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        else:
            self._accumulate(gradients, tokens, variables)
        return self._update_metrics(loss, nll, tokens)

    @tf.autograph.experimental.do_not_convert
    def test_step(self, data) -> dict[str, tf.Tensor]:
        inputs, labels = data[:2]
        losses, nlls = self.token_losses(inputs, labels, training=False)
        tokens = tf.maximum(tf.reduce_sum(tf.cast(self.loss.token_mask(labels), tf.float32)), 1.0)
        return self._update_metrics(tf.reduce_sum(losses) / tokens, tf.reduce_sum(nlls) / tokens, tokens)

    def token_losses(self, inputs, labels: tf.Tensor, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Training loss and negative log-likelihood of each label (B, T); both (B, T) float32, zero at pads.

        Models that do not compute all logits (B, T, V) override it.
        """
        logits = self(inputs, training=training)
        losses, nlls = self.loss.token_losses(labels, logits)
        if training and self._teacher is not None:
            mixed = self._teacher.mix(losses, logits, self._teacher.model(inputs, training=False))
            losses = tf.where(self.loss.token_mask(labels), mixed, 0.0)
        return losses, nlls

    def _update_metrics(self, loss: tf.Tensor, nll: tf.Tensor, tokens: tf.Tensor) -> dict[str, tf.Tensor]:
        self._loss_mean.update_state(loss, sample_weight=tokens)
        self._nll_mean.update_state(nll, sample_weight=tokens)
        return {"loss": self._loss_mean.result(), "nll": self._nll_mean.result(), "tokens": tokens}

    def _gradients(self, inputs, labels, tokens, variables) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor]:
        """Gradients of the mean loss over `tokens`, summed over the towers; mean loss; mean negative log-likelihood."""
        parts = []
        rows = tf.shape(labels)[0]
        for tower in range(self._towers):
            begin, end = rows * tower // self._towers, rows * (tower + 1) // self._towers
            share = tf.nest.map_structure(lambda tensor: tensor[begin:end], inputs)  # noqa: B023 (used at once)
            parts.append(self._tower(tower, share, labels[begin:end], tokens, variables))
        gradients = [
            tf.add_n(list(towers)) if len(towers) > 1 else towers[0]
            for towers in zip(*(part[0] for part in parts), strict=True)
        ]
        return gradients, tf.add_n([part[1] for part in parts]), tf.add_n([part[2] for part in parts])

    def _tower(self, tower: int, inputs, labels, tokens, variables) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape, dropout_seeds(self._tower_seed(tower)):
            losses, nlls = self.token_losses(inputs, labels, training=True)
            loss = tf.reduce_sum(losses) / tokens
            objective = self.optimizer.get_scaled_loss(loss) if self._scales_loss else loss
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(objective, variables)]
        if self._scales_loss:
            gradients = self.optimizer.get_unscaled_gradients(gradients)
        return gradients, loss, tf.reduce_sum(nlls) / tokens

    @property
    def _scales_loss(self) -> bool:
        return hasattr(self.optimizer, "get_scaled_loss")

    def _tower_seed(self, tower: int) -> tf.Tensor:
        batch = tf.cast(self.optimizer.iterations, tf.int64) * self._accumulation_steps
        if self._accumulation_steps > 1:
            batch += tf.cast(self._batches, tf.int64)
        return tf.stack([tf.constant(self._seed, tf.int64), (batch * self._towers + tower) * _SEEDS_PER_TOWER])

    def _create_training_state(self) -> None:
        """Creates all variables of a step in advance, so that its graph is traced only once."""
        self.initialize()
        optimizer = self.optimizer.inner_optimizer if self._scales_loss else self.optimizer
        optimizer.build(self.trainable_variables)
        if self._accumulation_steps > 1 and not self._accumulators:
            self._batches = tf.Variable(0, trainable=False, name="accumulated_batches")
            self._tokens = tf.Variable(0.0, trainable=False, name="accumulated_tokens")
            self._accumulators = [
                tf.Variable(tf.zeros(v.shape, v.dtype), trainable=False) for v in self.trainable_variables
            ]

    def initialize(self) -> None:
        """Creates the weights."""
        raise NotImplementedError

    def _accumulate(self, gradients, tokens, variables) -> None:
        for accumulator, gradient in zip(self._accumulators, gradients, strict=True):
            accumulator.assign_add(gradient * tokens)
        self._tokens.assign_add(tokens)
        self._batches.assign_add(1)

        def update() -> None:
            means = [accumulator / self._tokens for accumulator in self._accumulators]
            self.optimizer.apply_gradients(zip(means, variables, strict=True))
            for state in (*self._accumulators, self._tokens, self._batches):
                state.assign(tf.zeros_like(state))

        tf.cond(self._batches >= self._accumulation_steps, update, lambda: None)
