"""The decoder cell of the Evolved Transformer."""

from __future__ import annotations

from functools import partial

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import CacheSpec
from lite_transformer_tf.branches.attention.graph import CACHE as ROWS
from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.branches.convolution.graph import CACHE as WINDOW
from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import count, require_called
from lite_transformer_tf.composite.masks import merged, with_mask
from lite_transformer_tf.layers.evolved_layer import EvolvedLayer, widened
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.layer_norm import EVOLVED_EPSILON, LayerNorm
from lite_transformer_tf.layers.separable_convolution import SeparableConvolution
from lite_transformer_tf.ops.dropout import dropout

LEFT_KERNEL, RIGHT_KERNEL, OUTPUT_KERNEL = 11, 7, 7


def wide_heads(num_heads: int) -> int:
    """Number of heads of the decoder cell's first self-attention: twice as many, but at most 16 unless all have."""
    return max(min(2 * num_heads, 16), num_heads)


class DecoderConvolutions(Composite):
    """The convolutions of the decoder cell, behind its LayerNorm: (B, T, D) -> (B, T, D).

    Two separable convolutions side by side, LayerNorm over 2 D channels, a third separable convolution. The cache has
    the last inputs of the first two, and those of the third.
    """

    def __init__(self, embed_dim: int, dropout: float, **kwargs) -> None:
        super().__init__(**kwargs)
        self.embed_dim, self.dropout, policy = embed_dim, dropout, self.dtype_policy
        self.left = SeparableConvolution(2 * embed_dim, LEFT_KERNEL, True, "relu", name="left", dtype=policy)
        self.right = SeparableConvolution(embed_dim // 2, RIGHT_KERNEL, True, name="right", dtype=policy)
        self.inner_norm = LayerNorm(EVOLVED_EPSILON, name="inner_norm", dtype=policy)
        self.output_convolution = SeparableConvolution(embed_dim, OUTPUT_KERNEL, True, name="output", dtype=policy)

    @property
    def parts(self) -> dict[str, str]:
        return {"left": "left", "right": "right", "inner_norm": "inner_norm", "output": "output_convolution"}

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros, as before the first position. The layer must be built."""
        return self.left.initial_cache(batch_size), self.output_convolution.initial_cache(batch_size)

    def call(self, inputs, padding_mask=None, cache=None, training=None):
        if cache is None:
            left = self.left(inputs, padding_mask=padding_mask)
            right = self.right(inputs, padding_mask=padding_mask)
        else:
            first, second = cache
            last = first[:, LEFT_KERNEL - RIGHT_KERNEL :]
            right, _ = self.right(inputs, padding_mask=padding_mask, cache=last)
            left, first = self.left(inputs, padding_mask=padding_mask, cache=first)
        left, right = (dropout(part, self.dropout, training) for part in (left, right))
        normed = self.inner_norm(left + widened(right, 2 * self.embed_dim))
        if cache is None:
            return self.output_convolution(normed, padding_mask=padding_mask)
        outputs, second = self.output_convolution(normed, padding_mask=padding_mask, cache=second)
        return outputs, (first, second)


@keras.utils.register_keras_serializable(PACKAGE)
class EvolvedDecoderLayer(EvolvedLayer):
    """Decoder cell of the Evolved Transformer (So et al. 2019, figure 3).

    Self-attention beside cross-attention, causal convolutions, self-attention, cross-attention and a feed-forward
    network with swish, each as `x + dropout(f(LayerNorm(x)))`. Without an encoder the cross-attentions are left out.

    Args:
        embed_dim: Integer. Width D, an even number.
        num_heads: Integer. Number of heads H of the second self-attention. The first one has max(min(2 H, 16), H).
        cross_attention_heads: Integer or `None`. Number of heads of both attentions to the encoder's output. `None`
            leaves them out. Defaults to `None`.
        dropout: Float. Dropout rate after and inside each sub-layer. Defaults to `0.0`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        output_norm: Bool. Whether a LayerNorm follows, as it does after the last cell of a stack. Defaults to `False`.

    Call arguments:
        inputs, memory, memory_mask, cache, mask: Those of `TransformerDecoderLayer`.

    Returns:
        (B, T, D). With a cache: (outputs, new cache).

    Example:
        >>> layer = EvolvedDecoderLayer(embed_dim=32, num_heads=4, cross_attention_heads=4)
        >>> layer(tf.zeros([2, 5, 32]), memory=tf.zeros([2, 9, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        cross_attention_heads: int | None = None,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        output_norm: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(embed_dim, dropout, output_norm, **kwargs)
        num_heads, policy = count(self, "num_heads", num_heads), self.dtype_policy
        self._crossed = cross_attention_heads is not None
        heads = {"wide_attention": wide_heads(num_heads), "self_attention": num_heads}
        if cross_attention_heads is not None:
            heads |= dict.fromkeys(("first_cross_attention", "second_cross_attention"), cross_attention_heads)
        for part, number in heads.items():
            causal = "cross" not in part
            attention = MultiHeadAttention(number, causal, attention_dropout, False, 1.0, name=part, dtype=policy)
            setattr(self, part, attention)
        self.convolutions = DecoderConvolutions(self.embed_dim, self.dropout, name="convolutions", dtype=policy)
        self.feed_forward = FeedForward(
            4 * self.embed_dim, self.dropout, "swish", True, name="feed_forward", dtype=policy
        )
        self.add_norms()
        self._config = {
            "num_heads": num_heads,
            "cross_attention_heads": cross_attention_heads,
            "attention_dropout": attention_dropout,
        }

    @property
    def parts(self) -> dict[str, str]:
        crossed = self._crossed
        names = [
            *("attention_norm", "wide_attention"),
            *(["first_cross_attention"] if crossed else []),
            *("convolutions_norm", "convolutions"),
            *("self_attention_norm", "self_attention"),
            *(["second_cross_attention_norm", "second_cross_attention"] if crossed else []),
            *("feed_forward_norm", "feed_forward"),
            *(["output_norm"] if self._ends else []),
        ]
        return {name: name for name in names}

    def create_weights(self) -> None:
        if self._crossed:
            require_called(self, self.first_cross_attention)
        super().create_weights()

    @property
    def cache_specs(self) -> tuple[CacheSpec, ...]:
        """How the parts of the cache grow: first self-attention, the two windows, second self-attention."""
        return ROWS, WINDOW, WINDOW, ROWS

    def initial_cache(self, memory: tf.Tensor | int):
        """The cache before the first step, for an encoder's output (B, S, E). The layer must be built.

        Without an encoder, the argument is the number of sequences.
        """
        batch_size = tf.shape(memory)[0] if self._crossed else memory
        first, second = self.convolutions.initial_cache(batch_size)
        wide, narrow = (part.initial_cache(batch_size) for part in (self.wide_attention, self.self_attention))
        cache = (wide, first, second, narrow)
        if not self._crossed:
            return cache
        attentions = (self.first_cross_attention, self.second_cross_attention)
        return {"cell": cache, "memory": tuple(attention.context_cache(memory) for attention in attentions)}

    def call(self, inputs, memory=None, memory_mask=None, cache=None, training=None, mask=None):
        if self._crossed and memory is None and cache is None:
            raise ValueError("EvolvedDecoderLayer: memory must be given without a cache. Received: None")
        states = cache["cell"] if self._crossed and cache is not None else cache
        memories = cache["memory"] if self._crossed and cache is not None else (memory, memory)
        x, states = self._cell(inputs, memories, memory_mask, states, training, merged(inputs.shape, mask))
        outputs = with_mask(self.output_norm(x) if self._ends else x, mask)
        if cache is None:
            return outputs
        return outputs, ({"cell": states, "memory": memories} if self._crossed else states)

    def _cell(self, inputs, memories, memory_mask, cache, training, real):
        """The sub-layers, and the new cache if there is one."""
        wide_cache, *windows, narrow_cache = (None,) * 4 if cache is None else cache
        windows, add = None if cache is None else tuple(windows), partial(self.residual, training=training)

        def part(layer, states: tf.Tensor, part_cache):
            result = layer(states, padding_mask=real, cache=part_cache, training=training)
            return (result, None) if part_cache is None else result

        def cross(layer, states: tf.Tensor, context) -> tf.Tensor:
            return layer(states, context=context, padding_mask=memory_mask, training=training)

        normed = self.attention_norm(inputs)
        update, wide_cache = part(self.wide_attention, normed, wide_cache)
        x = add(inputs, update)
        if self._crossed:
            x = add(x, cross(self.first_cross_attention, normed, memories[0]))
        update, windows = part(self.convolutions, self.convolutions_norm(x), windows)
        x = add(x, update)
        update, narrow_cache = part(self.self_attention, self.self_attention_norm(x), narrow_cache)
        x = add(x, update)
        if self._crossed:
            x = add(x, cross(self.second_cross_attention, self.second_cross_attention_norm(x), memories[1]))
        x = add(x, self.feed_forward(self.feed_forward_norm(x), training=training))
        return x, None if cache is None else (wide_cache, *windows, narrow_cache)
