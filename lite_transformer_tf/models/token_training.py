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
    require_r_drop,
    require_replicas,
    require_token_loss,
    single_weight,
    token_loss,
)
from lite_transformer_tf.models.consistency import TokenPredictions, consistent
from lite_transformer_tf.models.figures import TokenFigures
from lite_transformer_tf.models.replicas import part_of_rows, replica_count, replica_number, summed
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
    r_drop: float = 0.0


class Batch(NamedTuple):
    """A batch or a part of it: inputs, labels (B, T) int32, and factors of the labels' losses, or None."""

    inputs: Any
    labels: tf.Tensor
    weights: tf.Tensor | None


class TokenTrainingModel(ClassWeightedModel):
    """A Keras model whose `fit` minimizes the mean loss over target tokens.

    `compile` takes five arguments in addition to Keras' own:
        towers: Integer. Number of parts of a batch, each with its own forward and backward pass. They run in parallel
            if TensorFlow has at least that many inter-op threads, which is much faster on a few CPU cores than threads
            inside small products. Defaults to `1`.
        accumulation_steps: Integer. Number of batches whose gradients are added before an update. Defaults to `1`.
        seed: Integer. Determines every dropout mask, together with the number of the step. Defaults to `1`.
        teacher: `Teacher` to learn from in addition to the labels. Defaults to `None`.
        r_drop: Float. Weight of R-Drop (Liang et al. 2021): with a weight above zero every batch passes twice with
            different dropout, and the two predictions are drawn together; an update then costs twice as much. The paper
            takes 5 for translation. Defaults to `0.0`.

    A loss with `token_losses`, such as `LabelSmoothedCrossEntropy`, is averaged over all target tokens of a batch, and
    `fit` and `evaluate` report `loss` and `nll` per token and the number of `tokens`. Any other loss is Keras' own
    affair: its reduction, its reports, one tower.

    Under a `tf.distribute` strategy each replica computes some rows of the batch; losses and gradients are those of the
    whole batch, divided by its tokens in all replicas. N replicas use the dropout masks of one device with N towers.
    """

    _teacher: Teacher | None = None
    _token_loss: Any = None
    _figures: Any = None  # TokenFigures, when the loss is one of tokens
    _accumulator: Any = None  # GradientAccumulator, when gradients are added up and a step was prepared
    _step = StepSettings()
    distribute_reduction_method: str

    def compile(
        self,
        *args: Any,
        towers: int = 1,
        accumulation_steps: int = 1,
        seed: int = 1,
        teacher: Teacher | None = None,
        r_drop: float = 0.0,
        **kwargs: Any,
    ) -> None:
        given = _COMPILE.bind(self, *args, **kwargs).arguments
        loss, metrics = given.get("loss"), [given.get("metrics"), given.get("weighted_metrics")]
        require_counts(towers=towers, accumulation_steps=accumulation_steps)
        require_r_drop(r_drop)
        require_logits(loss, metrics)
        minimized = token_loss(loss)
        if minimized is None:
            require_token_loss(loss, towers, accumulation_steps, teacher, r_drop)
        weight = None if minimized is None else single_weight(given.get("loss_weights"))
        self.check_compile(bool(given.get("jit_compile")))
        require_replicas(self.distribute_strategy, bool(given.get("jit_compile")), accumulation_steps)
        super().compile(*args, **kwargs)
        if self.distribute_reduction_method == "auto":
            self.distribute_reduction_method = "first"  # figures are those of all replicas; Keras would add them up
        self._token_loss, self._loss_weight, self._teacher = minimized, weight, teacher
        self._step = StepSettings(towers, accumulation_steps, seed, float(r_drop))
        self._has_metrics = any(metric is not None for metric in tf.nest.flatten(metrics))
        with self.distribute_strategy.scope():
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
        tokens = tf.maximum(summed([counts])[0], 1.0)
        gradients, loss, nll, predictions = self._gradients(batch, tokens, variables)
        *gradients, loss, nll = summed([*gradients, loss, nll])
        if self._accumulator is None:
            self._update(gradients)
        else:
            self._accumulator.add(gradients, tokens, self._update)
        self._figures.update(loss, nll, counts)
        return predictions

    def _update(self, gradients: list[tf.Tensor]) -> None:
        """Updates the weights with gradients that are sums over all replicas already."""
        whole: dict[str, bool] = {}
        if replica_count() > 1:
            legacy = isinstance(self.optimizer, keras.optimizers.legacy.Optimizer)
            whole = {"experimental_aggregate_gradients": False} if legacy else {"skip_gradients_aggregation": True}
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True), **whole)

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
        return part_of_rows(batch, tower, self._step.towers)

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
            losses, nlls, predictions = self._training_predictions(batch)
            loss = self._with_penalties(self._objective(losses, batch.weights, tokens), tower, replica_count())
            objective = self.optimizer.get_scaled_loss(loss) if self._scales_loss else loss
        found = tape.gradient(objective, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        gradients = [tf.convert_to_tensor(gradient) for gradient in found]
        if self._scales_loss:
            gradients = self.optimizer.get_unscaled_gradients(gradients)
        return gradients, loss, tf.reduce_sum(nlls) / tokens, predictions

    def _training_predictions(self, batch: Batch) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor | None]:
        """Losses, negative log-likelihoods and predictions of one pass with dropout, or of two with R-Drop."""
        weight = self._step.r_drop
        needed = self._has_metrics or weight > 0
        first = TokenPredictions(*self.token_predictions(batch.inputs, batch.labels, True, needed))
        if not weight:
            return first
        second = TokenPredictions(*self.token_predictions(batch.inputs, batch.labels, True, needed))
        return consistent(first, second, weight, self._token_loss.token_mask(batch.labels))

    def _objective(self, losses: tf.Tensor, weights: tf.Tensor | None, tokens: tf.Tensor) -> tf.Tensor:
        """The share of some losses (B, T) in the mean over `tokens`."""
        loss = tf.reduce_sum(losses if weights is None else losses * weights) / tokens
        return loss if self._loss_weight is None else loss * self._loss_weight

    def _with_penalties(self, loss: tf.Tensor, tower: int, replicas: int = 1) -> tf.Tensor:
        """Adds what `add_loss` and regularizers ask for, in the first tower, and a share of it in each replica."""
        penalties, towers = self.losses, self._step.towers
        alike = all(getattr(penalty, "_unconditional_loss", False) for penalty in penalties)
        if (towers > 1 or replicas > 1) and not alike:
            raise ValueError(
                "With towers or replicas above 1, add_loss may only depend on weights, because each of them sees a "
                f"part of the batch. Received: towers={towers}, replicas={replicas} and a loss that depends on inputs"
            )
        if not penalties or tower:
            return loss
        added = tf.add_n([tf.cast(penalty, loss.dtype) for penalty in penalties])
        return loss + (added if replicas == 1 else added / replicas)

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
        towers, number = self._step.towers, tf.constant(tower, tf.int64)
        if (replicas := replica_count()) > 1:
            towers, number = towers * replicas, replica_number() * towers + number
        return tf.stack([tf.constant(self._step.seed, tf.int64), (batch * towers + number) * _SEEDS_PER_TOWER])

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
