"""The layer of a decoder."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import require_called
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.layers.residual_norm import ResidualNorm


@keras.utils.register_keras_serializable(PACKAGE)
class TransformerDecoderLayer(Composite):
    """Causal LSRA, cross-attention and feed-forward, each followed by residual connection and LayerNorm (post-norm).

    Args:
        branches: Branches of the layer, see `LongShortRangeAttention`. A single attention branch gives the plain
            Transformer's layer.
        feed_forward_dim: Integer. Hidden width of the feed-forward network.
        cross_attention_heads: Integer. Number of heads of the attention to the encoder's output.
        dropout: Float. Dropout rate after each sub-layer. Defaults to `0.0`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Float. Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        activation_dropout: Float. Dropout rate inside the feed-forward network. Defaults to `0.0`.

    Call arguments:
        inputs: (B, T, D).
        memory: The encoder's output (B, S, E). Not needed with a cache.
        memory_mask: Bool (B, S), true at real source positions. `None` if all are real. The mask that Keras attached to
            `memory`, also in `initial_cache`, is read too: a position is real if no mask says otherwise.
        cache: The result of `initial_cache` or of the previous call.
        mask: Bool (B, T), true at real positions of `inputs`, as Keras hands it on. Pads at any place are hidden, and
            the mask goes on to the next layer.

    Returns:
        (B, T, D). With a cache: (outputs, new cache).

    Example:
        >>> branches = [BranchConfig("attention", 16, 4), BranchConfig("lightweight", 16, 4, kernel_size=7)]
        >>> layer = TransformerDecoderLayer(branches, feed_forward_dim=32, cross_attention_heads=4)
        >>> layer(tf.zeros([2, 5, 32]), memory=tf.zeros([2, 9, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(
        self,
        branches,
        feed_forward_dim: int,
        cross_attention_heads: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        weight_dropout: float = 0.0,
        activation_dropout: float = 0.0,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        policy = self.dtype_policy
        self.lsra = LongShortRangeAttention(
            branches, True, attention_dropout, weight_dropout, name="lsra", dtype=policy
        )
        self.lsra_norm = ResidualNorm(dropout, name="lsra_norm", dtype=policy)
        self.cross_attention = MultiHeadAttention(
            cross_attention_heads, False, attention_dropout, name="cross_attention", dtype=policy
        )
        self.cross_attention_norm = ResidualNorm(dropout, name="cross_attention_norm", dtype=policy)
        self.feed_forward = FeedForward(feed_forward_dim, activation_dropout, name="feed_forward", dtype=policy)
        self.feed_forward_norm = ResidualNorm(dropout, name="feed_forward_norm", dtype=policy)
        self._config = {
            "feed_forward_dim": feed_forward_dim,
            "cross_attention_heads": cross_attention_heads,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "weight_dropout": weight_dropout,
            "activation_dropout": activation_dropout,
        }

    @property
    def parts(self) -> dict[str, str]:
        names = ("lsra", "lsra_norm", "cross_attention", "cross_attention_norm", "feed_forward", "feed_forward_norm")
        return {name: name for name in names}

    def create_weights(self) -> None:
        require_called(self, self.cross_attention)

    def initial_cache(self, memory: tf.Tensor) -> dict:
        """The cache before the first step, for an encoder's output (B, S, D). The layer must be built."""
        return {
            "lsra": self.lsra.initial_cache(tf.shape(memory)[0]),
            "memory": self.cross_attention.context_cache(memory),
        }

    def call(self, inputs, memory=None, memory_mask=None, cache=None, training=None, mask=None):
        if memory is None and cache is None:
            raise ValueError("TransformerDecoderLayer: memory must be given without a cache. Received: None")
        if cache is None:
            update = self.lsra(inputs, training=training, mask=mask)
        else:
            update, lsra_cache = self.lsra(inputs, cache=cache["lsra"], training=training, mask=mask)
            memory = cache["memory"]
        states = self.lsra_norm(inputs, update, training=training)
        update = self.cross_attention(states, context=memory, padding_mask=memory_mask, training=training)
        states = self.cross_attention_norm(states, update, training=training)
        outputs = self.feed_forward_norm(states, self.feed_forward(states, training=training), training=training)
        outputs = with_mask(outputs, mask)
        return outputs if cache is None else (outputs, {"lsra": lsra_cache, "memory": cache["memory"]})

    def get_config(self) -> dict:
        return {**super().get_config(), "branches": self.lsra.get_config()["branches"], **self._config}
