"""Attention to an encoder's output in phone graphs. The encoder's graph computes keys and values, the step queries."""

from __future__ import annotations

from dataclasses import dataclass

from lite_transformer_tf.litert.builder.linear import Linear, Weights, from_heads, linear, to_heads


@dataclass(frozen=True)
class CrossAttention:
    """The decoder's side of a cross-attention.

    Args:
        heads: Number of heads.
        head_dim: Width of a head, padding included.
        query: (heads * head_dim, D).
        output: (D, heads * head_dim).
    """

    heads: int
    head_dim: int
    query: Linear
    output: Linear


def fuse_cross_attention(weights: Weights, name: str, dim: int, heads: int, head_dim: int) -> CrossAttention:
    """Fuses the attention `name`: zeros pad its heads to `head_dim`, the scale goes into the queries' projection."""
    query = linear(weights, f"{name}/query", (dim // heads) ** -0.5)
    output = linear(weights, f"{name}/output")
    return CrossAttention(heads, head_dim, to_heads(query, heads, head_dim), from_heads(output, heads, head_dim))
