"""Arithmetic of each type of layer, computed from the built layer: the shapes of its kernels, its heads, its taps.

There is one function per type, chosen by the layer's class. A new type has a method `operations(use)`, like branches,
or registers a function with `@layer_operations.register`. A layer that consists of known parts, all applied to the
same tokens, needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

import tf_keras as keras

from lite_transformer_tf.composite import Composite
from lite_transformer_tf.layers import (
    AdaptiveEmbedding,
    AdaptiveSoftmax,
    FeedForward,
    LayerNorm,
    PreNormLayer,
    ResidualNorm,
    SinusoidalPositions,
    TokenEmbedding,
    TransformerDecoderLayer,
)
from lite_transformer_tf.operation_counts import SOFTMAX, Kind, Operation, Use, below, dense_operations


@singledispatch
def layer_operations(layer: keras.layers.Layer, use: Use) -> Iterator[Operation]:
    """Operations of a built layer for one sentence without pads, at inference.

    Raises:
        TypeError: Nothing is registered for this type of layer.
    """
    raise TypeError(
        f"Operations can only be counted for layers whose type is registered with layer_operations. Received: {layer!r}"
    )


@layer_operations.register
def _composite(layer: Composite, use: Use) -> Iterator[Operation]:
    if hasattr(layer, "operations"):
        yield from layer.operations(use)
        return
    for name, attribute in layer.parts.items():
        part = getattr(layer, attribute)
        if not isinstance(part, keras.layers.Layer):
            raise TypeError(
                "A layer with weights of its own must be registered with layer_operations. "
                f"Received: {layer!r}, with the weight {name!r}"
            )
        yield from below(name, layer_operations(part, use))


@layer_operations.register
def _wrapper(layer: keras.layers.Wrapper, use: Use) -> Iterator[Operation]:
    yield from layer_operations(layer.layer, use)


@layer_operations.register
def _dense(layer: keras.layers.Dense, use: Use) -> Iterator[Operation]:
    yield from dense_operations(layer, use)


@layer_operations.register
def _feed_forward(layer: FeedForward, use: Use) -> Iterator[Operation]:
    yield from below("inner", layer_operations(layer.inner, use))
    yield Operation("inner", Kind.ACTIVATION, layer.hidden_dim * use.tokens)
    yield from below("outer", layer_operations(layer.outer, use))


def norm_operations(dim: int, tokens: int) -> Iterator[Operation]:
    """Operations of LayerNorm over `dim` channels: scale with shift, and the statistics.

    The statistics take four operations per channel (sum, centering, sum of squares, scaling) and four per token (two
    divisions by `dim`, the addition of epsilon and the inverse square root).
    """
    yield Operation("", Kind.LAYER_NORM, dim * tokens)
    yield Operation("", Kind.STATISTICS, (4 * dim + 4) * tokens)


@layer_operations.register
def _residual_norm(layer: ResidualNorm, use: Use) -> Iterator[Operation]:
    (dim,) = layer.gamma.shape
    yield Operation("", Kind.RESIDUAL, dim * use.tokens)
    yield from norm_operations(dim, use.tokens)


@layer_operations.register
def _layer_norm(layer: LayerNorm, use: Use) -> Iterator[Operation]:
    yield from norm_operations(layer.gamma.shape[0], use.tokens)


@layer_operations.register
def _token_embedding(layer: TokenEmbedding, use: Use) -> Iterator[Operation]:
    rows, dim = layer.table.shape
    yield (
        Operation("", Kind.OUTPUT, rows * dim * use.tokens)
        if use.reverse
        else Operation("", Kind.EMBEDDING, dim * use.tokens)
    )


@layer_operations.register
def _adaptive_embedding(layer: AdaptiveEmbedding, use: Use) -> Iterator[Operation]:
    """Counts every token as if it were in the first band, whose rows are the widest."""
    yield Operation("", Kind.LINEAR, layer.bands[0].dim * layer.embed_dim * use.tokens)
    yield Operation("", Kind.EMBEDDING, layer.embed_dim * use.tokens)


@layer_operations.register
def _adaptive_softmax(layer: AdaptiveSoftmax, use: Use) -> Iterator[Operation]:
    """Counts the whole vocabulary.

    Products are those with the first band's rows and the classes, and each tail's projection and rows. Then come the
    softmaxes and, for each token of a tail, the sum of two logarithms.
    """
    assert use.embedding is not None
    first, *tails = use.embedding.bands
    dim = use.embedding.embed_dim
    products = first.size * dim + layer.tails * dim + sum(tail.dim * (dim + tail.size) for tail in tails)
    in_tails = sum(tail.size for tail in tails)
    yield Operation("", Kind.OUTPUT, products * use.tokens)
    yield Operation("", Kind.SOFTMAX, (SOFTMAX * (first.size + layer.tails + in_tails) + in_tails) * use.tokens)


def position_operations(dim: int, tokens: int) -> Iterator[Operation]:
    """Operations of position encodings: D / 2 angles, D sines and cosines, and the sum with the embedding."""
    yield Operation("", Kind.EMBEDDING, (dim // 2 + 2 * dim) * tokens)


@layer_operations.register
def _positions(layer: SinusoidalPositions, use: Use) -> Iterator[Operation]:
    yield from position_operations(layer.embed_dim, use.tokens)


@layer_operations.register
def _decoder_layer(layer: TransformerDecoderLayer, use: Use) -> Iterator[Operation]:
    """Counts the encoder's output only in the cross-attention."""
    for name, attribute in layer.parts.items():
        yield from below(
            name, layer_operations(getattr(layer, attribute), use if name == "cross_attention" else Use(use.tokens))
        )


@layer_operations.register
def _pre_norm_layer(layer: PreNormLayer, use: Use) -> Iterator[Operation]:
    yield from _composite(layer, use)
    yield Operation("residual", Kind.RESIDUAL, 2 * layer.lsra_norm.gamma.shape[0] * use.tokens)
