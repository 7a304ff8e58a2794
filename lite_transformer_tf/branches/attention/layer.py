"""Multi-head attention, over the sequence itself or over an encoder's output, with an explicit cache."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.ops.attention import attention, causal_bias, merge_heads, padding_bias, split_heads


@keras.utils.register_keras_serializable(PACKAGE)
class MultiHeadAttention(Composite):
    """Multi-head attention (Vaswani et al. 2017), the long-range branch of LSRA and the decoder's cross-attention.

    Args:
        num_heads: Integer. Number of heads H, each over consecutive channels.
        causal: Bool. Whether position t sees only positions up to t, as in a decoder. Defaults to `False`.
        dropout: Float. Dropout rate on the attention weights. Defaults to `0.0`.

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        context: (B, S, E) to attend to, or the result of `context_cache`. `None` attends to `inputs`.
        padding_mask: Bool (B, S), true at real positions of the keys. `None` if all are real.
        cache: `key` and `value`, (B, H, S, C / H) each, of the positions before `inputs` (self-attention).

    Returns:
        (B, T, C). With a cache: (outputs, new cache).

    Example:
        >>> layer = MultiHeadAttention(num_heads=4, causal=True)
        >>> x = tf.random.normal([2, 5, 32])
        >>> outputs = layer(x)
        >>> first, cache = layer(x[:, :1], cache=layer.initial_cache(2))
        >>> bool(tf.reduce_max(tf.abs(first - outputs[:, :1])) < 1e-5)
        True
    """

    rounds_activations = True

    def __init__(self, num_heads: int, causal: bool = False, dropout: float = 0.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.causal = causal
        self.dropout = dropout

    @property
    def parts(self) -> dict[str, str]:
        return {"query": "query", "key": "key", "value": "value", "output": "output_projection"}

    def build(self, input_shape) -> None:
        channels = input_shape[-1]
        if channels is None or channels % self.num_heads:
            raise ValueError(
                "MultiHeadAttention: num_heads must divide the channels. "
                f"Received: {self.num_heads} heads, {channels} channels"
            )
        self._channels = channels
        self.query = dense(self, channels, gain=2**-0.5, name="query")
        self.key = dense(self, channels, gain=2**-0.5, name="key")
        self.value = dense(self, channels, gain=2**-0.5, name="value")
        self.output_projection = dense(self, channels, name="output")
        super().build(input_shape)

    def initial_cache(self, batch_size: tf.Tensor | int) -> dict[str, tf.Tensor]:
        """A cache that contains no position yet. The layer must be built."""
        empty = tf.zeros([batch_size, self.num_heads, 0, self._channels // self.num_heads], self.compute_dtype)
        return {"key": empty, "value": empty}

    def context_cache(self, context: tf.Tensor) -> dict[str, tf.Tensor]:
        """Keys and values of a context (B, S, E): computed once, used at every step."""
        context = tf.cast(context, self.compute_dtype)
        return {
            "key": split_heads(project(self.key, context), self.num_heads),
            "value": split_heads(project(self.value, context), self.num_heads),
        }

    def call(self, inputs, context=None, padding_mask=None, cache=None, training=None):
        query = split_heads(project(self.query, inputs), self.num_heads)
        memory = context if isinstance(context, dict) else self.context_cache(inputs if context is None else context)
        if cache is not None:
            memory = {name: tf.concat([cache[name], memory[name]], 2) for name in ("key", "value")}
        bias = None if padding_mask is None else padding_bias(padding_mask, query.dtype)
        if self.causal:
            causal = causal_bias(tf.shape(query)[2], tf.shape(memory["key"])[2], query.dtype)
            bias = causal if bias is None else bias + causal
        attended = attention(query, memory["key"], memory["value"], bias=bias, rate=self.dropout, training=training)
        outputs = project(self.output_projection, merge_heads(attended))
        return outputs if cache is None else (outputs, memory)

    def get_config(self) -> dict:
        return {**super().get_config(), "num_heads": self.num_heads, "causal": self.causal, "dropout": self.dropout}
