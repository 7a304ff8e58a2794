"""A model's named weights as the inference graphs read them: fused, transposed, scaled and padded.

All changes are exact up to one rounding of float32: projections that read the same tensor share one matrix, the scale
`head_dim ** -0.5` is folded into the query's projection, kernels become `(out, in)`, and attention heads narrower than
the widest of the stack are padded with zero columns, so that the caches of all layers are one tensor. Rows scaled by a
constant keep their int8 values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.cells import CellConfig, cell_of
from lite_transformer_tf.cells.base import FusedCell
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear, stacked, to_heads


@dataclass(frozen=True)
class GraphWeights:
    """Weights that the graphs of all buckets share.

    Args:
        encoder, decoder: Cells.
        memory: (2 * cross_heads * cross_dim, D), the projection to the keys of all cross-attentions, then the values.
        cross_heads: Number of heads of all cross-attentions together.
        cross_dim: Width of each of these heads.
        source_table, target_table, output_table: (rows, D). Shared tables are one array. The output table, and tables
            shared with it, are padded with zeros to `rows`, a multiple of `group`.
        output_bias: Keeps the padding from being chosen. `None` without padding.
        group: Group size, see `vocabulary_groups`.
        positions: (capacity + 1, D). Row 0 is zero (a pad), row i + 1 is position i.
    """

    encoder: tuple[FusedCell, ...]
    decoder: tuple[FusedCell, ...]
    memory: Linear
    cross_heads: int
    cross_dim: int
    source_table: np.ndarray
    target_table: np.ndarray
    output_table: np.ndarray
    output_bias: np.ndarray | None
    group: int
    positions: np.ndarray


def prepare_weights(config: LiteTransformerConfig, weights: Weights, capacity: int) -> GraphWeights:
    """Fuses `weights` (names and shapes of `model.named_weights()`) for graphs of at most `capacity` positions."""
    cross = cross_attentions(config)
    cross_dim = max(config.embed_dim // heads for _, heads in cross)
    group, rows = vocabulary_groups(config.target_vocabulary_size)
    tables = {name: np.asarray(weights[name], np.float32) for name in config.embedding_names}
    output_name = config.embedding_names[2]
    tables[output_name] = np.pad(tables[output_name], ((0, rows - config.target_vocabulary_size), (0, 0)))
    bias = None
    if rows > config.target_vocabulary_size:
        bias = np.where(np.arange(rows) < config.target_vocabulary_size, 0.0, -1e9).astype(np.float32)
    source, target, output = (tables[name] for name in config.embedding_names)
    keys_and_values = [
        to_heads(linear(weights, f"{name}/{part}"), heads, cross_dim)
        for part in ("key", "value")
        for name, heads in cross
    ]
    return GraphWeights(
        encoder=fuse_stack(weights, "encoder", config.encoder, config.default_cell),
        decoder=fuse_stack(weights, "decoder", config.decoder, config.default_cell, cross_dim),
        memory=stacked(keys_and_values),
        cross_heads=sum(heads for _, heads in cross),
        cross_dim=cross_dim,
        source_table=source,
        target_table=target,
        output_table=output,
        output_bias=bias,
        group=group,
        positions=np.concatenate([np.zeros((1, config.embed_dim), np.float32), sinusoids(capacity, config.embed_dim)]),
    )


def fuse_stack(
    weights: Weights, name: str, layers: Sequence[CellConfig], default_cell: str, cross_dim: int = 0
) -> tuple[FusedCell, ...]:
    """Fuses the cells `name/layer_0`, `name/layer_1`, ... `cross_dim` is the width of the heads of cross-attentions."""
    return tuple(
        cell_of(layer, default_cell).fuse(layer, weights, f"{name}/layer_{index}", layers, cross_dim)
        for index, layer in enumerate(layers)
    )


def cross_attentions(config: LiteTransformerConfig) -> list[tuple[str, int]]:
    """(path, heads) of all attentions to the encoder's output, in the order in which a step calls them."""
    return [
        (f"decoder/layer_{index}/{part}", heads)
        for index, layer in enumerate(config.decoder)
        for part, heads in cell_of(layer, config.default_cell).cross_attentions(layer)
    ]


def vocabulary_groups(size: int) -> tuple[int, int]:
    """The group size near the square root that wastes the fewest rows, and the number of rows in whole groups.

    The largest logit is found in two stages: the largest of each group, then the best within the best group. All
    groups have the same size.
    """
    root = math.isqrt(size)
    candidates = range(max(1, root // 2), max(2, 2 * root) + 1)
    group = min(candidates, key=lambda g: (-(-size // g) * g, abs(g - root)))
    return group, -(-size // group) * group


def sinusoids(length: int, dim: int) -> np.ndarray:
    """(length, dim): `[sin half | cos half]` of positions 2, 3, ..., which real tokens read; 0 and 1 belong to pads."""
    half = dim // 2
    frequencies = np.exp(-math.log(10000.0) / max(half - 1, 1) * np.arange(half, dtype=np.float64))
    angles = (np.arange(length, dtype=np.float64)[:, None] + 2) * frequencies
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
