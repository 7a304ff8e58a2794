"""The layer of a language model."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import CacheSpec
from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.composite.arguments import rate
from lite_transformer_tf.composite.masks import with_mask
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.layer_norm import LayerNorm
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.ops.dropout import dropout


@keras.utils.register_keras_serializable(PACKAGE)
class PreNormLayer(Composite):
    """Causal LSRA and feed-forward, each as `x + dropout(f(LayerNorm(x)))` (pre-norm, like the paper's language model).

    Args:
        branches: Branches of the layer, see `LongShortRangeAttention`. A single attention branch gives the plain
            Transformer's layer.
        feed_forward_dim: Integer. Hidden width of the feed-forward network.
        dropout: Float. Dropout rate after each sub-layer. Defaults to `0.0`.
        attention_dropout: Float. Dropout rate on attention weights. Defaults to `0.0`.
        weight_dropout: Float. Dropout rate on the softmaxed convolution taps. Defaults to `0.0`.
        activation_dropout: Float. Dropout rate inside the feed-forward network. Defaults to `0.0`.

    Call arguments:
        inputs: (B, T, D), B texts of T positions. Pads on the right need no mask, since no real position sees them.
        cache: The result of `initial_cache` or of the previous call.
        mask: Bool (B, T), true at real positions, as Keras hands it on. Pads at any place are hidden, and the mask
            goes on to the next layer.

    Returns:
        (B, T, D). With a cache: (outputs, new cache).

    Example:
        >>> branches = [BranchConfig("attention", 16, 4), BranchConfig("dynamic", 16, 4, kernel_size=7, glu=True)]
        >>> PreNormLayer(branches, feed_forward_dim=32)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    def __init__(
        self,
        branches,
        feed_forward_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        weight_dropout: float = 0.0,
        activation_dropout: float = 0.0,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        policy = self.dtype_policy
        self.lsra_norm = LayerNorm(name="lsra_norm", dtype=policy)
        self.lsra = LongShortRangeAttention(
            branches, True, attention_dropout, weight_dropout, name="lsra", dtype=policy
        )
        self.feed_forward_norm = LayerNorm(name="feed_forward_norm", dtype=policy)
        self.feed_forward = FeedForward(feed_forward_dim, activation_dropout, name="feed_forward", dtype=policy)
        self.dropout = rate(self, "dropout", dropout)
        self._config = {
            "feed_forward_dim": feed_forward_dim,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "weight_dropout": weight_dropout,
            "activation_dropout": activation_dropout,
        }

    @property
    def parts(self) -> dict[str, str]:
        return {name: name for name in ("lsra_norm", "lsra", "feed_forward_norm", "feed_forward")}

    @property
    def cache_specs(self) -> tuple[CacheSpec, ...]:
        """How the cache of each branch grows."""
        return self.lsra.cache_specs

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple:
        """A cache that contains no position yet. The layer must be built."""
        return self.lsra.initial_cache(batch_size)

    def call(self, inputs, cache=None, training=None, mask=None):
        normed = self.lsra_norm(inputs)
        if cache is None:
            update = self.lsra(normed, training=training, mask=mask)
        else:
            update, cache = self.lsra(normed, cache=cache, training=training, mask=mask)
        states = inputs + dropout(update, self.dropout, training)
        update = self.feed_forward(self.feed_forward_norm(states), training=training)
        outputs = with_mask(states + dropout(update, self.dropout, training), mask)
        return outputs if cache is None else (outputs, cache)

    def get_config(self) -> dict:
        return {**super().get_config(), "branches": self.lsra.get_config()["branches"], **self._config}
