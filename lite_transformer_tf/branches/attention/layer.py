"""Multi-head attention, over the sequence itself or over an encoder's output, with an explicit cache."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.arguments import count, positive, rate
from lite_transformer_tf.composite.masks import mask_of, merged, with_mask
from lite_transformer_tf.ops.attention import attention, causal_bias, merge_heads, padding_bias, split_heads


def _joined(cache: dict[str, tf.Tensor], memory: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Keys, values and masks of the cached positions followed by those of new ones."""
    joined = {name: tf.concat([cache[name], memory[name]], 2) for name in ("key", "value")}
    if "mask" in cache or "mask" in memory:
        masks = [part.get("mask", tf.ones(tf.shape(part["key"])[0:3:2], tf.bool)) for part in (cache, memory)]
        joined["mask"] = tf.concat(masks, 1)
    return joined


@keras.utils.register_keras_serializable(PACKAGE)
class MultiHeadAttention(Composite):
    """Multi-head attention (Vaswani et al. 2017), the long-range branch of LSRA and the decoder's cross-attention.

    Args:
        num_heads: Integer. Number of heads H, each over consecutive channels.
        causal: Bool. Whether position t sees only positions up to t, as in a decoder. Defaults to `False`.
        dropout: Float. Dropout rate on the attention weights. Defaults to `0.0`.
        use_bias: Bool. Whether the four projections have biases. Defaults to `True`.
        projection_gain: Float. Gain of the initialization of the projections to queries, keys and values. Defaults to
            `2**-0.5`, as if the three were one matrix.

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        context: (B, S, E) to attend to, or the result of `context_cache`. `None` attends to `inputs`.
        padding_mask: Bool (B, S), true at real positions of `context`, or of `inputs` without one. `None` if all are
            real.
        cache: `key` and `value`, (B, H, S, C / H) each, of the positions before `inputs` (self-attention). If some of
            them are pads, also `mask`, bool (B, S).
        mask: Bool (B, T), the mask of `inputs` as Keras hands it on, for example from `Embedding(mask_zero=True)`. A
            position is real if no given mask says otherwise. It goes on to the next layer, which `padding_mask` does
            not. The mask that Keras attached to `context` hides its pads in the same way.

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

    def __init__(
        self,
        num_heads: int,
        causal: bool = False,
        dropout: float = 0.0,
        use_bias: bool = True,
        projection_gain: float = 2**-0.5,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        self.num_heads = count(self, "num_heads", num_heads)
        self.causal = causal
        self.dropout = rate(self, "dropout", dropout)
        self.use_bias = use_bias
        self.projection_gain = positive(self, "projection_gain", projection_gain)

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
        bias, gain = self.use_bias, self.projection_gain
        self.query = dense(self, channels, use_bias=bias, gain=gain, name="query")
        self.key = dense(self, channels, use_bias=bias, gain=gain, name="key")
        self.value = dense(self, channels, use_bias=bias, gain=gain, name="value")
        self.output_projection = dense(self, channels, use_bias=bias, name="output")
        super().build(input_shape)

    def initial_cache(self, batch_size: tf.Tensor | int) -> dict[str, tf.Tensor]:
        """A cache that contains no position yet. The layer must be built."""
        empty = tf.zeros([batch_size, self.num_heads, 0, self._channels // self.num_heads], self.compute_dtype)
        return {"key": empty, "value": empty}

    def context_cache(self, context: tf.Tensor) -> dict[str, tf.Tensor]:
        """Keys and values of a context (B, S, E), with the mask that Keras attached: computed once, used at every step.

        Raises:
            ValueError: The context is not (B, S, E).
        """
        mask = mask_of(context)
        context = tf.cast(context, self.compute_dtype)
        if context.shape.rank != 3:
            raise ValueError(f"MultiHeadAttention: a context must be (B, S, E). Received: {context.shape}")
        return self._keys_and_values(context, mask)

    def _keys_and_values(self, context: tf.Tensor, mask: tf.Tensor | None) -> dict[str, tf.Tensor]:
        return {
            "key": split_heads(project(self.key, context), self.num_heads),
            "value": split_heads(project(self.value, context), self.num_heads),
            **({} if mask is None else {"mask": tf.cast(mask, tf.bool)}),
        }

    def _memory(self, inputs, context, padding_mask, cache, mask) -> dict[str, tf.Tensor]:
        """Keys, values and, if any of them are pads, their mask (B, S)."""
        if context is None:
            memory = self._keys_and_values(inputs, merged(inputs.shape, padding_mask, mask))
        else:
            memory = dict(context) if isinstance(context, dict) else self.context_cache(context)
            real = merged(memory["key"].shape[::2], padding_mask, memory.pop("mask", None))
            memory |= {} if real is None else {"mask": real}
        return memory if cache is None else _joined(cache, memory)

    def call(self, inputs, context=None, padding_mask=None, cache=None, training=None, mask=None):
        query = split_heads(project(self.query, inputs), self.num_heads)
        memory = self._memory(inputs, context, padding_mask, cache, mask)
        bias = padding_bias(memory["mask"], query.dtype) if "mask" in memory else None
        if self.causal:
            causal = causal_bias(tf.shape(query)[2], tf.shape(memory["key"])[2], query.dtype)
            bias = causal if bias is None else bias + causal
        attended = attention(query, memory["key"], memory["value"], bias=bias, rate=self.dropout, training=training)
        outputs = with_mask(project(self.output_projection, merge_heads(attended)), mask)
        return outputs if cache is None else (outputs, memory)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "causal": self.causal,
            "dropout": self.dropout,
            "use_bias": self.use_bias,
            "projection_gain": self.projection_gain,
        }
