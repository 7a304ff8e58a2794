"""One layer of a language model."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import CacheSpec
from lite_transformer_tf.composite import PACKAGE, Composite
from lite_transformer_tf.layers.feed_forward import FeedForward
from lite_transformer_tf.layers.layer_norm import LayerNorm
from lite_transformer_tf.layers.long_short_range_attention import LongShortRangeAttention
from lite_transformer_tf.ops.dropout import dropout


@keras.utils.register_keras_serializable(PACKAGE)
class PreNormLayer(Composite):
    """Causal LSRA and feed-forward, each as `x + dropout(f(LayerNorm(x)))` (pre-norm, as the paper's language model has it).

    Args:
        branches: See `LongShortRangeAttention`; one attention branch makes it the plain Transformer's layer.
        feed_forward_dim: Hidden width of the feed-forward network.
        dropout, attention_dropout, weight_dropout, activation_dropout: Rates.

    Call arguments:
        inputs: (B, T, D), B texts of T positions; there are no pads, for position t sees only positions up to t.
        cache: From `initial_cache` or the call before; then the result is (outputs, new cache).

    Returns:
        (B, T, D).
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
        self.dropout = dropout
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
        """A cache that holds no position yet. The layer must be built."""
        return self.lsra.initial_cache(batch_size)

    def call(self, inputs, cache=None, training=None):
        normed = self.lsra_norm(inputs)
        if cache is None:
            update = self.lsra(normed, training=training)
        else:
            update, cache = self.lsra(normed, cache=cache, training=training)
        states = inputs + dropout(update, self.dropout, training)
        update = self.feed_forward(self.feed_forward_norm(states), training=training)
        outputs = states + dropout(update, self.dropout, training)
        return outputs if cache is None else (outputs, cache)

    def get_config(self) -> dict:
        return {**super().get_config(), "branches": self.lsra.get_config()["branches"], **self._config}
