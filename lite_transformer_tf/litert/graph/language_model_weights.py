"""A language model's named weights as its graphs read them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.cells.base import FusedCell
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear
from lite_transformer_tf.litert.graph.weights import fuse_stack, sinusoids


@dataclass(frozen=True)
class BandTable:
    """A band of the vocabulary and its table, which embedding and softmax share.

    Args:
        begin, end: Range of ids, `end` excluded.
        table: (end - begin, dim).
        widen: (D, dim), times sqrt(D), the projection of rows to the model's width. `None` without cutoffs.
        narrow: (dim, D), the projection of states to the width of the rows. `None` in the first band, whose rows are
            multiplied with the states themselves.
    """

    begin: int
    end: int
    table: np.ndarray
    widen: Linear | None
    narrow: Linear | None


@dataclass(frozen=True)
class LanguageModelWeights:
    """Weights that the graphs of all buckets share.

    Args:
        layers: Cells.
        bands: Bands of the vocabulary; a single one without cutoffs.
        classes: (bands - 1, D), the kernel of the later bands' classes in the head. `None` for a single band.
        positions: (capacity, D). Row i is position i.
    """

    layers: tuple[FusedCell, ...]
    bands: tuple[BandTable, ...]
    classes: Linear | None
    positions: np.ndarray


def prepare_language_model_weights(
    config: LanguageModelConfig, weights: Weights, capacity: int
) -> LanguageModelWeights:
    """Fuses `weights` (names and shapes of `model.named_weights()`) for graphs of at most `capacity` positions."""
    if config.adaptive:
        bands = tuple(_band(weights, config, index) for index in range(len(config.bands)))
        classes = linear(weights, "adaptive_softmax/classes")
    else:
        bands = (BandTable(0, config.vocabulary_size, np.asarray(weights["embedding/table"], np.float32), None, None),)
        classes = None
    return LanguageModelWeights(
        fuse_stack(weights, "decoder", config.decoder, config.default_cell),
        bands,
        classes,
        sinusoids(capacity, config.embed_dim),
    )


def _band(weights: Weights, config: LanguageModelConfig, index: int) -> BandTable:
    band, name = config.bands[index], f"embedding/band_{index}"
    narrow = Linear(np.asarray(weights[f"{name}/projection/kernel"], np.float32), None) if index else None
    table = np.asarray(weights[f"{name}/table"], np.float32)
    return BandTable(
        band.begin, band.end, table, linear(weights, f"{name}/projection", math.sqrt(config.embed_dim)), narrow
    )
