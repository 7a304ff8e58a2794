"""Attention to an encoder's output in phone graphs: its keys and values are the encoder's last act, its queries the decoder's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.litert.builder.linear import Linear, Weights, from_heads, linear, norm, to_heads


@dataclass(frozen=True)
class CrossAttention:
    """query (heads * head_dim, D), output (D, heads * head_dim)."""

    heads: int
    head_dim: int
    query: Linear
    output: Linear
    norm: tuple[np.ndarray, np.ndarray]


def fuse_cross_attention(weights: Weights, name: str, dim: int, heads: int, head_dim: int) -> CrossAttention:
    """The attention `name` of a layer of width `dim`, its heads widened to `head_dim` by zeros; the scale is folded into queries."""
    query = linear(weights, f"{name}/query", (dim // heads) ** -0.5)
    output = linear(weights, f"{name}/output")
    return CrossAttention(
        heads,
        head_dim,
        to_heads(query, heads, head_dim),
        from_heads(output, heads, head_dim),
        norm(weights, f"{name}_norm"),
    )
