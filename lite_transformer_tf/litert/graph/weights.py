"""A model's named weights in the form that the inference graphs read: fused, transposed, scaled and padded.

Everything here is exact up to one rounding of float32: projections that read the same tensor stand in one matrix, the scale
`head_dim ** -0.5` is folded into the query's, kernels become `(out, in)`, and attention heads narrower than the widest one of
the stack get zero columns, so that the caches of all layers are one tensor. Rows scaled by a constant keep their int8 values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lite_transformer_tf.config.encoder_decoder import BranchConfig, LayerConfig, LiteTransformerConfig

Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Linear:
    """kernel (O, I), bias (O,) or none: y = x @ kernel^T + bias."""

    kernel: np.ndarray
    bias: np.ndarray | None


@dataclass(frozen=True)
class AttentionBranch:
    """Self-attention over channels `begin : end`. projection: (3 * heads * head_dim, C), queries, keys, values; output: (C, heads * head_dim)."""

    begin: int
    end: int
    heads: int
    head_dim: int
    projection: Linear
    output: Linear


@dataclass(frozen=True)
class ConvolutionBranch:
    """Convolution over channels `begin : end`. taps: (heads, K), softmaxed, or none when `predictor` (heads * K, C) gives them for each position."""

    begin: int
    end: int
    heads: int
    kernel_size: int
    glu: bool
    input: Linear
    output: Linear
    taps: np.ndarray | None
    predictor: Linear | None

    @property
    def channels(self) -> int:
        return self.end - self.begin


Branch: TypeAlias = AttentionBranch | ConvolutionBranch


@dataclass(frozen=True)
class CrossAttention:
    """Attention to the source. query (heads * head_dim, D), output (D, heads * head_dim); keys and values are the encoder's last act."""

    heads: int
    head_dim: int
    query: Linear
    output: Linear
    norm: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Layer:
    """One layer: branches in channel order, their norm, cross-attention (translation's decoder), feed-forward and its norm.

    The norms follow what they belong to in an encoder-decoder and stand before it in a language model.
    """

    branches: tuple[Branch, ...]
    branches_norm: tuple[np.ndarray, np.ndarray]
    cross: CrossAttention | None
    inner: Linear
    outer: Linear
    feed_forward_norm: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class GraphWeights:
    """What the graphs of every bucket share.

    memory: (2 * sum of cross heads * head_dim, D): keys of all decoder layers, then values of all.
    source_table, target_table, output_table: (rows, D); shared tables are one array. The output table, and what is shared with it, has
    rows of zeros up to `rows`, a multiple of `group`. positions: (capacity + 1, D): row 0 zeros (a pad), row i + 1 is position i.
    """

    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    memory: Linear
    source_table: np.ndarray
    target_table: np.ndarray
    output_table: np.ndarray
    output_bias: np.ndarray | None
    group: int
    positions: np.ndarray


def prepare_weights(config: LiteTransformerConfig, weights: Weights, capacity: int) -> GraphWeights:
    """Fuses `weights` (names and shapes of `model.named_weights()`) for graphs of at most `capacity` positions."""
    cross_dim = max(config.embed_dim // _cross_heads(layer) for layer in config.decoder)
    group, rows = vocabulary_groups(config.target_vocabulary_size)
    tables = {name: np.asarray(weights[name], np.float32) for name in config.embedding_names}
    output_name = config.embedding_names[2]
    tables[output_name] = np.pad(tables[output_name], ((0, rows - config.target_vocabulary_size), (0, 0)))
    bias = None
    if rows > config.target_vocabulary_size:
        bias = np.where(np.arange(rows) < config.target_vocabulary_size, 0.0, -1e9).astype(np.float32)
    source, target, output = (tables[name] for name in config.embedding_names)
    return GraphWeights(
        stack_of_layers(weights, "encoder", config.encoder),
        stack_of_layers(weights, "decoder", config.decoder, cross_dim),
        _memory(weights, config, cross_dim),
        source,
        target,
        output,
        bias,
        group,
        np.concatenate([np.zeros((1, config.embed_dim), np.float32), sinusoids(capacity, config.embed_dim)]),
    )


def stack_of_layers(
    weights: Weights, name: str, layers: tuple[LayerConfig, ...], cross_dim: int | None = None
) -> tuple[Layer, ...]:
    """The layers `name/layer_0`, `name/layer_1`, ...; `cross_dim` is the width of cross-attention's heads, none where there is no such thing."""
    head_dim = max(
        (b.channels // b.heads for layer in layers for b in layer.branches if not b.is_convolution), default=0
    )
    return tuple(_layer(weights, f"{name}/layer_{i}", layer, head_dim, cross_dim) for i, layer in enumerate(layers))


def vocabulary_groups(size: int) -> tuple[int, int]:
    """Group size near the square root that wastes the fewest rows, and the number of rows rounded up to whole groups.

    The largest logit is found in two stages (the largest of each group, then within the best group), which wants whole groups.
    """
    root = math.isqrt(size)
    candidates = range(max(1, root // 2), max(2, 2 * root) + 1)
    group = min(candidates, key=lambda g: (-(-size // g) * g, abs(g - root)))
    return group, -(-size // group) * group


def sinusoids(length: int, dim: int) -> np.ndarray:
    """(length, dim): `[sin half | cos half]` of positions 2, 3, ..., the rows that real tokens read (0 and 1 belong to pads)."""
    half = dim // 2
    frequencies = np.exp(-math.log(10000.0) / max(half - 1, 1) * np.arange(half, dtype=np.float64))
    angles = (np.arange(length, dtype=np.float64)[:, None] + 2) * frequencies
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _cross_heads(layer: LayerConfig) -> int:
    assert layer.cross_attention_heads is not None  # the config checks it for decoder layers
    return layer.cross_attention_heads


def linear(weights: Weights, name: str, scale: float = 1.0) -> Linear:
    """The Dense layer `name` with its kernel the other way round, both times `scale`."""
    kernel = np.asarray(weights[f"{name}/kernel"], np.float32).T * np.float32(scale)
    bias = weights.get(f"{name}/bias")
    return Linear(
        np.ascontiguousarray(kernel), None if bias is None else np.asarray(bias, np.float32) * np.float32(scale)
    )


def _norm(weights: Weights, name: str) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(weights[f"{name}/gamma"], np.float32), np.asarray(weights[f"{name}/beta"], np.float32)


def _to_heads(linear: Linear, heads: int, head_dim: int) -> Linear:
    """(heads * d, I) with zero rows for each head up to `head_dim`."""
    assert linear.bias is not None
    kernel = linear.kernel.reshape(heads, -1, linear.kernel.shape[1])
    missing = head_dim - kernel.shape[1]
    padded = np.pad(kernel, ((0, 0), (0, missing), (0, 0))).reshape(heads * head_dim, -1)
    return Linear(padded, np.pad(linear.bias.reshape(heads, -1), ((0, 0), (0, missing))).reshape(-1))


def _from_heads(linear: Linear, heads: int, head_dim: int) -> Linear:
    """(O, heads * d) with zero columns for each head up to `head_dim`."""
    kernel = linear.kernel.reshape(linear.kernel.shape[0], heads, -1)
    kernel = np.pad(kernel, ((0, 0), (0, 0), (0, head_dim - kernel.shape[2])))
    return Linear(kernel.reshape(linear.kernel.shape[0], heads * head_dim), linear.bias)


def _stack(linears: list[Linear]) -> Linear:
    return Linear(
        np.concatenate([linear.kernel for linear in linears]),
        np.concatenate([linear.bias for linear in linears if linear.bias is not None]),
    )


def _branch(weights: Weights, name: str, branch: BranchConfig, begin: int, head_dim: int) -> Branch:
    end = begin + branch.channels
    if not branch.is_convolution:
        scale = (branch.channels // branch.heads) ** -0.5
        parts = [
            linear(weights, f"{name}/query", scale),
            linear(weights, f"{name}/key"),
            linear(weights, f"{name}/value"),
        ]
        projection = _stack([_to_heads(part, branch.heads, head_dim) for part in parts])
        output = _from_heads(linear(weights, f"{name}/output"), branch.heads, head_dim)
        return AttentionBranch(begin, end, branch.heads, head_dim, projection, output)
    assert branch.kernel_size is not None  # the config checks it for convolutions
    taps = predictor = None
    if branch.kind == "lightweight":
        raw = np.asarray(weights[f"{name}/taps"], np.float64)
        taps = np.exp(raw - raw.max(axis=1, keepdims=True))
        taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    else:
        predictor = linear(weights, f"{name}/taps")
    ends = (linear(weights, f"{name}/input"), linear(weights, f"{name}/output"))
    return ConvolutionBranch(begin, end, branch.heads, branch.kernel_size, branch.glu, *ends, taps, predictor)


def _layer(weights: Weights, name: str, layer: LayerConfig, head_dim: int, cross_dim: int | None) -> Layer:
    branches, begin = [], 0
    for branch_name, branch in zip(layer.branch_names, layer.branches, strict=True):
        branches.append(_branch(weights, f"{name}/lsra/{branch_name}", branch, begin, head_dim))
        begin += branch.channels
    cross = None
    if cross_dim is not None:
        heads = _cross_heads(layer)
        query = linear(weights, f"{name}/cross_attention/query", (layer.dim // heads) ** -0.5)
        output = linear(weights, f"{name}/cross_attention/output")
        norm = _norm(weights, f"{name}/cross_attention_norm")
        cross = CrossAttention(
            heads, cross_dim, _to_heads(query, heads, cross_dim), _from_heads(output, heads, cross_dim), norm
        )
    return Layer(
        tuple(branches),
        _norm(weights, f"{name}/lsra_norm"),
        cross,
        linear(weights, f"{name}/feed_forward/inner"),
        linear(weights, f"{name}/feed_forward/outer"),
        _norm(weights, f"{name}/feed_forward_norm"),
    )


def _memory(weights: Weights, config: LiteTransformerConfig, head_dim: int) -> Linear:
    return _stack(
        [
            _to_heads(linear(weights, f"decoder/layer_{i}/cross_attention/{part}"), _cross_heads(layer), head_dim)
            for part in ("key", "value")
            for i, layer in enumerate(config.decoder)
        ]
    )
