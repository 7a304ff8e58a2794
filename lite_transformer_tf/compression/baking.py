"""From wrapped layers back to plain weights."""

from __future__ import annotations

import numpy as np
import tf_keras as keras

from lite_transformer_tf.compression.places import all_weights, find_places, float32, forget_graphs, replace


def bake(model: keras.Model) -> dict[str, np.ndarray]:
    """All weights by stable name, float32, with masks and rounding applied, for `assign_named_weights`.

    The model is unchanged and may be wrapped or not. In a `tf_keras` model, weight names begin with layer names.
    """
    weights = {name: float32(variable).numpy() for name, variable in all_weights(model).items()}
    return {**weights, **{place.weight_name: place.baked() for place in find_places(model).values()}}


def strip(model: keras.Model) -> keras.Model:
    """Removes the wrappers and leaves the baked weights in a plain model: pruned ones masked, quantised ones rounded.

    Returns:
        The model, changed in place; a model without wrappers is unchanged.
    """
    for place in find_places(model).values():
        if place.wrapped:
            place.variable.assign(place.baked())
            replace(place, place.layer)
            vars(place.layer).pop("get_prunable_weights", None)
    forget_graphs(model)
    return model
