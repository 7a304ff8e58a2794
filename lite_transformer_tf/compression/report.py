"""Sizes and sparsity of a model's layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

import numpy as np
import tf_keras as keras

from lite_transformer_tf.compression.places import find_places


class Figures(TypedDict):
    """Zeros among some weights."""

    zeros: int
    weights: int
    sparsity: float


class Sparsity(TypedDict):
    """Zeros by layer, of all layers, and of all layers except the embedding tables."""

    layers: dict[str, Figures]
    total: Figures
    without_embeddings: Figures


def compressible_layers(model: keras.Model) -> dict[str, int]:
    """Number of weights by name, of all layers that can be pruned and quantised."""
    return {name: place.size for name, place in find_places(model).items()}


def sparsity(model: keras.Model) -> Sparsity:
    """Zeros in the weight matrices of a model, wrapped or not.

    Small weights that rounding turns into zeros count only after `strip`.

    Returns:
        A dictionary for JSON. `layers` has `zeros`, `weights` and `sparsity` by layer name; `total` has the same of all
        layers, `without_embeddings` of all layers except the tables.
    """
    layers, tables = {}, []
    for name, place in find_places(model).items():
        layers[name] = _figures(place.size - int(np.count_nonzero(place.masked())), place.size)
        if place.is_table:
            tables.append(name)
    others = [figures for name, figures in layers.items() if name not in tables]
    return {"layers": layers, "total": _sum(layers.values()), "without_embeddings": _sum(others)}


def _sum(parts: Iterable[Figures]) -> Figures:
    parts = list(parts)
    return _figures(sum(part["zeros"] for part in parts), sum(part["weights"] for part in parts))


def _figures(zeros: int, weights: int) -> Figures:
    return {"zeros": zeros, "weights": weights, "sparsity": zeros / weights if weights else 0.0}
