"""What a model consists of, and how much of it is zero."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import tf_keras as keras

from lite_transformer_tf.compression.places import find_places


def compressible_layers(model: keras.Model) -> dict[str, int]:
    """The layers that can be pruned and quantised, by their names, and how many weights each has."""
    return {name: place.size for name, place in find_places(model).items()}


def sparsity(model: keras.Model) -> dict[str, Any]:
    """Zeros in the weight matrices of a model, wrapped or not.

    Zeros that rounding makes of small weights count once they are in the model, after `strip`.

    Returns:
        `layers`: `zeros`, `weights` and `sparsity` by layer name; `total`: the same of all layers; `without_embeddings`: of all
        but the tables. Ready for JSON.
    """
    layers, tables = {}, []
    for name, place in find_places(model).items():
        layers[name] = _figures(place.size - int(np.count_nonzero(place.masked())), place.size)
        if place.is_table:
            tables.append(name)
    others = [figures for name, figures in layers.items() if name not in tables]
    return {"layers": layers, "total": _sum(layers.values()), "without_embeddings": _sum(others)}


def _sum(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    parts = list(parts)
    return _figures(sum(part["zeros"] for part in parts), sum(part["weights"] for part in parts))


def _figures(zeros: int, weights: int) -> dict[str, Any]:
    return {"zeros": zeros, "weights": weights, "sparsity": zeros / weights if weights else 0.0}
