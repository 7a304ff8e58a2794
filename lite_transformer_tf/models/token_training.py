"""The training step of models that predict tokens: towers, gradient accumulation, seeded dropout."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.accumulation import GradientAccumulator
from lite_transformer_tf.models.class_weights import ClassWeightedModel
from lite_transformer_tf.models.compiling import (
    require_counts,
    require_logits,
    require_token_loss,
    single_weight,
    token_loss,
)
from lite_transformer_tf.models.figures import TokenFigures
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.ops.labels import token_labels, token_weights
from lite_transformer_tf.ops.randomness import dropout_seeds

_SEEDS_PER_TOWER = 4096  # seeds reserved for the dropout calls of one tower in one step
_COMPILE = inspect.signature(keras.Model.compile)


@dataclass(frozen=True)
class StepSettings:
    """What `TokenTrainingModel.compile` takes in addition to Keras' own arguments; see there."""

    towers: int = 1
    accumulation_steps: int = 1
    seed: int = 1


class Batch(NamedTuple):
    """A batch or a part of it: inputs, labels (B, T) int32, and factors of the labels' losses, or None."""

    inputs: Any
    labels: tf.Tensor
    weights: tf.Tensor | None


class TokenTrainingModel(ClassWeightedModel):
    """A Keras model whose `fit` minimizes the mean loss over target tokens.

    `compile` takes four arguments in addition to Keras' own:
        towers: Integer. Number of parts of a batch, each with its own forward and backward pass. They run in parallel
            if TensorFlow has at least that many inter-op threads, which is much faster on a few CPU cores than threads
            inside small products. Defaults to `1`.
        accumulation_steps: Integer. Number of batches whose gradients are added before an update. Defaults to `1`.
        seed: Integer. Determines every dropout mask, together with the number of the step. Defaults to `1`.
        teacher: `Teacher` to learn from in addition to the labels. Defaults to `None`.

    A loss with `token_losses`, such as `LabelSmoothedCrossEntropy`, is averaged over all target tokens of a batch, and
    `fit` and `evaluate` report `loss` and `nll` per token and the number of `tokens`. Any other loss is Keras' own
    affair: its reduction, its reports, one tower.
    """

    _teacher: Teacher | None = None
    _token_loss: Any = None
    _figures: Any = None  # TokenFigures, when the loss is one of tokens
    _accumulator: Any = None  # GradientAccumulator, when gradients are added up and a step was prepared
    _step = StepSettings()

    def compile(
        self,
        *args: Any,
        towers: int = 1,
        accumulation_steps: int = 1,
        seed: int = 1,
        teacher: Teacher | None = None,
        **kwargs: Any,
    ) -> None:
        given = _COMPILE.bind(self, *args, **kwargs).arguments
        loss, metrics = given.get("loss"), [given.get("metrics"), given.get("weighted_metrics")]
        require_counts(towers=towers, accumulation_steps=accumulation_steps)
        require_logits(loss, metrics)
        minimized = token_loss(loss)
        if minimized is None:
            require_token_loss(loss, towers, accumulation_steps, teacher)
        weight = None if minimized is None else single_weight(given.get("loss_weights"))
        self.check_compile(bool(given.get("jit_compile")))
        super().compile(*args, **kwargs)
        self._token_loss, self._loss_weight, self._teacher = minimized, weight, teacher
        self._step = StepSettings(towers, accumulation_steps, seed)
        self._has_metrics = any(metric is not None for metric in tf.nest.flatten(metrics))
        self._figures = None if minimized is None else TokenFigures()
        self._accumulator = None

    def check_compile(self, jit_compile: bool) -> None:
        """Raises ValueError if the model cannot be compiled in this way."""

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        if self._figures is None:
            return super().metrics
        totals = [id(metric) for metric in self.compiled_loss.metrics]  # our loss takes their place
        others = [metric for metric in super().metrics if id(metric) not in totals]
        return [self._figures.loss, *others, self._figures.nll, self._figures.tokens]

    def initialize(self) -> None:
        """Creates the weights."""
        raise NotImplementedError

    def make_train_function(self, force=False):
        self._create_training_state()
        return super().make_train_function(force)

    def train_step(self, data) -> dict[str, tf.Tensor]:
        inputs, labels, weights = keras.utils.unpack_x_y_sample_weight(data)
        weights = self.with_class_weights(labels, weights)
        if self._token_loss is None:
            with dropout_seeds(self._tower_seed(0)):
                return super().train_step((inputs, labels, weights))
        batch = self._batch(inputs, labels, weights)
        predictions = self._train(batch)
        return self._report(batch, predictions)

    @tf.autograph.experimental.do_not_convert  # not needed here; tracing is three times faster without it
    def _train(self, batch: Batch) -> list[Any]:
        """Updates weights and figures. Returns the predictions of each tower, or None."""
        variables = self.trainable_variables
        counts = tf.reduce_sum(tf.cast(self._token_loss.token_mask(batch.labels), tf.float32))
        tokens = tf.maximum(counts, 1.0)
        gradients, loss, nll, predictions = self._gradients(batch, tokens, variables)
        if self._accumulator is None:
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        else:
            self._accumulator.add(
                gradients, tokens, lambda means: self.optimizer.apply_gradients(zip(means, variables, strict=True))
            )
        self._figures.update(loss, nll, counts)
        return predictions

    def test_step(self, data) -> dict[str, tf.Tensor]:
        if self._token_loss is None:
            return super().test_step(data)
        batch = self._batch(*keras.utils.unpack_x_y_sample_weight(data))
        predictions = self._test(batch)
        return self._report(batch, predictions)

    @tf.autograph.experimental.do_not_convert
    def _test(self, batch: Batch) -> list[Any]:
        losses, nlls, predictions = self.token_predictions(batch.inputs, batch.labels, False, self._has_metrics)
        counts = tf.reduce_sum(tf.cast(self._token_loss.token_mask(batch.labels), tf.float32))
        tokens = tf.maximum(counts, 1.0)
        loss = self._objective(losses, batch.weights, tokens)
        self._figures.update(self._with_penalties(loss, 0), tf.reduce_sum(nlls) / tokens, counts)
        return [predictions]

    def token_losses(self, inputs, labels: tf.Tensor, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Training loss and negative log-likelihood of each label (B, T); both (B, T) float32, zero at pads."""
        return self.token_predictions(inputs, labels, training)[:2]

    def token_predictions(
        self, inputs, labels: tf.Tensor, training: bool = False, needed: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor | None]:
        """The `token_losses`, and the predictions (B, T, V), which may be None unless they are `needed`.

        Models that do not compute all logits override it.
        """
        logits = self(inputs, training=training)
        losses, nlls = self._token_loss.token_losses(labels, logits)
        if training and self._teacher is not None:
            mixed = self._teacher.mix(losses, logits, self._teacher.model(inputs, training=False))
            losses = tf.where(self._token_loss.token_mask(labels), mixed, 0.0)
        return losses, nlls, logits

    def _batch(self, inputs: Any, labels: Any, weights: Any) -> Batch:
        if labels is None:
            raise ValueError(f"The loss {self._token_loss!r} needs labels (B, T). Received: no labels")
        labels = token_labels(labels)
        if weights is not None:
            weights = token_weights(weights, labels)
            weights = weights if weights.shape.rank else tf.fill(tf.shape(labels), weights)
        return Batch(inputs, labels, weights)

    def _part(self, batch: Batch, tower: int) -> Batch:
        """The rows of a batch that a tower computes."""
        rows = tf.shape(batch.labels)[0]
        begin, end = (rows * number // self._step.towers for number in (tower, tower + 1))
        return tf.nest.map_structure(lambda tensor: None if tensor is None else tensor[begin:end], batch)

    def _gradients(self, batch: Batch, tokens: tf.Tensor, variables) -> tuple[list, tf.Tensor, tf.Tensor, list]:
        """Gradients of the mean loss over `tokens`, the loss and the mean negative log-likelihood, each summed over the
        towers, and the predictions of each tower."""
        parts = [self._tower(tower, self._part(batch, tower), tokens, variables) for tower in range(self._step.towers)]
        gradients = [
            tf.add_n(list(towers)) if len(towers) > 1 else towers[0]
            for towers in zip(*(part[0] for part in parts), strict=True)
        ]
        return gradients, *(tf.add_n([part[k] for part in parts]) for k in (1, 2)), [part[3] for part in parts]

    def _tower(self, tower: int, batch: Batch, tokens: tf.Tensor, variables) -> tuple[list, tf.Tensor, tf.Tensor, Any]:
        with tf.GradientTape() as tape, dropout_seeds(self._tower_seed(tower)):
            losses, nlls, predictions = self.token_predictions(batch.inputs, batch.labels, True, self._has_metrics)
            loss = self._with_penalties(self._objective(losses, batch.weights, tokens), tower)
            objective = self.optimizer.get_scaled_loss(loss) if self._scales_loss else loss
        found = tape.gradient(objective, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        gradients = [tf.convert_to_tensor(gradient) for gradient in found]
        if self._scales_loss:
            gradients = self.optimizer.get_unscaled_gradients(gradients)
        return gradients, loss, tf.reduce_sum(nlls) / tokens, predictions

    def _objective(self, losses: tf.Tensor, weights: tf.Tensor | None, tokens: tf.Tensor) -> tf.Tensor:
        """The share of some losses (B, T) in the mean over `tokens`."""
        loss = tf.reduce_sum(losses if weights is None else losses * weights) / tokens
        return loss if self._loss_weight is None else loss * self._loss_weight

    def _with_penalties(self, loss: tf.Tensor, tower: int) -> tf.Tensor:
        """Adds what `add_loss` and regularizers ask for, in the first tower."""
        penalties = self.losses
        if self._step.towers > 1 and not all(getattr(penalty, "_unconditional_loss", False) for penalty in penalties):
            raise ValueError(
                "With towers above 1, add_loss may only depend on weights, because a tower sees a part of the batch. "
                f"Received: towers={self._step.towers} and a loss that depends on inputs"
            )
        return (
            loss + tf.add_n([tf.cast(penalty, loss.dtype) for penalty in penalties])
            if penalties and not tower
            else loss
        )

    def _report(self, batch: Batch, predictions: list[Any]) -> dict[str, tf.Tensor]:
        """Updates the metrics that the user compiled with the predictions of all towers."""
        if self._has_metrics:
            whole = predictions[0]
            if len(predictions) > 1:
                whole = tf.concat(predictions, 0)
                whole._keras_mask = tf.concat([part._keras_mask for part in predictions], 0)
            self.compiled_metrics.update_state(batch.labels, whole, batch.weights)
        return self.get_metrics_result()

    @property
    def _scales_loss(self) -> bool:
        return hasattr(self.optimizer, "get_scaled_loss")

    def _tower_seed(self, tower: int) -> tf.Tensor:
        batch = tf.cast(self.optimizer.iterations, tf.int64) * self._step.accumulation_steps
        if self._accumulator is not None:
            batch += tf.cast(self._accumulator.batches, tf.int64)
        return tf.stack(
            [tf.constant(self._step.seed, tf.int64), (batch * self._step.towers + tower) * _SEEDS_PER_TOWER]
        )

    def _create_training_state(self) -> None:
        """Creates all variables of a step in advance, so that its graph is traced only once."""
        self.initialize()
        optimizer = self.optimizer.inner_optimizer if self._scales_loss else self.optimizer
        if isinstance(optimizer, keras.optimizers.legacy.Optimizer):
            optimizer._create_all_weights(self.trainable_variables)
        else:
            optimizer.build(self.trainable_variables)
        if self._step.accumulation_steps > 1 and self._accumulator is None:
            self._accumulator = GradientAccumulator(self, self.trainable_variables, self._step.accumulation_steps)
