"""Magnitude pruning during training (Zhu and Gupta 2017, arXiv 1710.01878) with TFMOT's wrapper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_wrapper import PruneLowMagnitude
from tensorflow_model_optimization.sparsity.keras import ConstantSparsity, PolynomialDecay, PruningSchedule

from lite_transformer_tf.compression.places import (
    Place,
    WeightWrapper,
    find_places,
    float32,
    forget_graphs,
    replace,
    require_plain,
)
from lite_transformer_tf.compression.selection import per_layer

_SELECTOR = "get_prunable_weights"  # TFMOT asks the layer itself
_NO_CALLBACK = "A pruned model must be trained with the callback PruningStep: model.fit(..., callbacks=[PruningStep()])"


class GradualSparsity(PolynomialDecay):
    """TFMOT's schedule, which also prunes at its last step if `frequency` does not divide it, to reach the sparsity."""

    def _should_prune_in_step(self, step, begin_step, end_step, frequency):
        return tf.logical_or(
            super()._should_prune_in_step(step, begin_step, end_step, frequency), tf.equal(step, end_step)
        )


class PrunedLayer(WeightWrapper, PruneLowMagnitude):
    """`PruneLowMagnitude` with masks that change only between batches.

    TFMOT counts steps and changes masks in the forward pass. Here a step may have several forward passes (towers, tied
    tables), so `PruningStep` updates all masks after each update, and calls use the weights as they are.
    """

    def __init__(self, layer: keras.layers.Layer, weight: str, pruning_schedule: PruningSchedule) -> None:
        vars(layer)[_SELECTOR] = lambda: [getattr(layer, weight)]
        super().__init__(layer, pruning_schedule=pruning_schedule, dtype=layer.dtype_policy)

    def call(self, inputs, training=None, **kwargs):
        if training:
            tf.debugging.assert_greater_equal(self.pruning_step, np.int64(0), message=_NO_CALLBACK)
        return self.layer.call(inputs, **kwargs)

    def advance(self, step: tf.Tensor) -> None:
        """Sets the number of updates, changes the mask if the schedule says so, and applies the mask to the weights."""
        self.pruning_step.assign(step)
        self.pruning_obj.conditional_mask_update()
        self.pruning_obj.weight_mask_op()

    def masked(self) -> tf.Tensor:
        ((weight, mask, _),) = self.pruning_vars
        return float32(weight) * float32(mask)

    def baked(self) -> tf.Tensor:
        return self.masked()


def prune(
    model: keras.Model,
    sparsity: float | Mapping[str, float],
    *,
    schedule: Literal["polynomial", "constant"] = "polynomial",
    begin_step: int = 0,
    end_step: int | None = None,
    frequency: int = 100,
    initial_sparsity: float = 0.0,
    power: float = 3.0,
    embeddings: bool = False,
) -> keras.Model:
    """Wraps the layers with weights so that `model.fit(..., callbacks=[PruningStep()])` prunes them.

    In each layer the smallest single weights become zero ("fine-grained"). Biases, norms and the taps of lightweight
    convolutions are not pruned. Compile the model afterwards.

    Args:
        model: One of this library's models, or a `tf_keras` model made of its layers, with its weights.
        sparsity: Share of zeros in [0, 1) of every layer. Or a mapping from layer names or patterns to shares, such as
            the result of `allocate`; layers without an entry are not pruned.
        schedule: `"polynomial"` raises the share from `initial_sparsity` to `sparsity` between `begin_step` and
            `end_step`, fast at first; `"constant"` keeps it at `sparsity` from `begin_step` on.
        begin_step, end_step: Updates of the optimizer (its `iterations`). A constant schedule without `end_step` keeps
            selecting the smallest weights again.
        frequency: Number of updates between two selections.
        initial_sparsity, power: Of the polynomial.
        embeddings: Whether a single `sparsity` also applies to embedding tables.

    Returns:
        The model, changed in place. `strip` removes the wrappers and keeps the zeros.

    Raises:
        ValueError: nothing can be pruned, a layer is already wrapped, or a setting is out of range. The model is
            unchanged.
    """
    places = find_places(model)
    require_plain(places)
    chosen = per_layer(sparsity, places, _check_sparsity, embeddings=embeddings)
    schedules = {
        name: make_schedule(schedule, value, begin_step, end_step, frequency, initial_sparsity, power)
        for name, value in chosen.items()
    }
    with model.distribute_strategy.scope():
        for name in chosen:
            _wrap(places[name], schedules[name])
    forget_graphs(model)
    return model


def _wrap(place: Place, schedule: PruningSchedule) -> None:
    wrapper = PrunedLayer(place.layer, place.weight, schedule)
    with tf.name_scope(wrapper.name):
        wrapper.build([None, place.variable.shape[0]])
    replace(place, wrapper)


def _check_sparsity(value: object) -> float:
    if not isinstance(value, (int, float, np.number)) or not 0 <= value < 1:
        raise ValueError(f"A sparsity must lie in [0, 1). Received: {value!r}")
    return float(value)


def make_schedule(
    kind: str,
    sparsity: float,
    begin_step: int,
    end_step: int | None,
    frequency: int,
    initial_sparsity: float,
    power: float,
) -> PruningSchedule:
    """The schedule of one layer; see `prune`."""
    if kind not in ("polynomial", "constant"):
        raise ValueError(f"schedule must be 'polynomial' or 'constant'. Received: {kind!r}")
    if begin_step < 0 or (end_step is not None and end_step <= begin_step):
        raise ValueError(
            f"Steps must be 0 <= begin_step < end_step. Received: begin_step={begin_step!r}, end_step={end_step!r}"
        )
    if frequency < 1:
        raise ValueError(f"frequency must be at least 1. Received: {frequency!r}")
    if kind == "constant":
        return ConstantSparsity(sparsity, begin_step, -1 if end_step is None else end_step, frequency)
    if end_step is None:
        raise ValueError("A polynomial schedule must have an end_step, where it reaches the sparsity. Received: None")
    return GradualSparsity(
        min(_check_sparsity(initial_sparsity), sparsity), sparsity, begin_step, end_step, power, frequency
    )


def pruned_layers(model: keras.Model) -> list[PrunedLayer]:
    """All pruning wrappers of a model."""
    return [place.held for place in find_places(model).values() if isinstance(place.held, PrunedLayer)]


def _advance_function(layers: list[PrunedLayer]) -> tf.types.experimental.PolymorphicFunction:
    @tf.function(autograph=False, input_signature=[tf.TensorSpec([], tf.int64)])
    def advance(step: tf.Tensor) -> None:
        for layer in layers:
            layer.advance(step)

    return advance


class PruningStep(keras.callbacks.Callback):
    """Advances the schedules of a pruned model after each update of the optimizer, and applies the masks.

    After each batch the weights have exactly the zeros of the masks, so a callback that saves them must come after this
    one. The number of updates is the optimizer's `iterations`: a restored checkpoint resumes the schedule, and batches
    whose gradients are only accumulated do not count.

    Raises:
        ValueError: the model was not wrapped by `prune`, or is compiled with `steps_per_execution` above 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self._layers: list[PrunedLayer] = []

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        layers = pruned_layers(self.model)
        if not layers:
            raise ValueError(
                f"PruningStep must have a model wrapped by `prune`. "
                f"Received: {self.model.name!r}, which has no pruned layer"
            )
        if self.model._steps_per_execution is not None and int(self.model._steps_per_execution.numpy()) > 1:
            raise ValueError(
                f"PruningStep must see each batch: steps_per_execution must be 1. "
                f"Received: {int(self.model._steps_per_execution.numpy())}"
            )
        if layers != self._layers:
            self._layers, self._advance = layers, _advance_function(layers)
        self._step = int(layers[0].pruning_step.numpy())
        self._follow()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        self._follow()

    def _follow(self) -> None:
        step = int(self.model.optimizer.iterations.numpy())
        if step != self._step:
            self._advance(tf.constant(step, tf.int64))
            self._step = step
