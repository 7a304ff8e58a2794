"""From wrapped layers back to plain weights."""

from __future__ import annotations

import numpy as np
import tf_keras as keras

from lite_transformer_tf.compression.places import all_weights, find_places, float32, forget_graphs, replace


def bake(model: keras.Model) -> dict[str, np.ndarray]:
    """All weights by their stable names, float32, masks and rounding applied: what `compile_model` and `assign_named_weights` take.

    The model stays as it is, and may be wrapped or not. Weights of a `tf_keras` model begin with the names of its layers.
    """
    weights = {name: float32(variable).numpy() for name, variable in all_weights(model).items()}
    return {**weights, **{place.weight_name: place.baked() for place in find_places(model).values()}}


def strip(model: keras.Model) -> keras.Model:
    """Takes the wrappers off and leaves the baked weights in a plain model: pruned ones masked, quantised ones rounded.

    Returns:
        the model, changed in place; one without wrappers is left alone.
    """
    for place in find_places(model).values():
        if place.wrapped:
            place.variable.assign(place.baked())
            replace(place, place.layer)
            vars(place.layer).pop("get_prunable_weights", None)
    forget_graphs(model)
    return model
