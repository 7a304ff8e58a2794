"""Lightweight convolution: the short-range branch of LSRA with one kernel per head."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.arguments import count, rate
from lite_transformer_tf.composite.masks import merged, with_mask
from lite_transformer_tf.ops.convolution import lightweight_convolution
from lite_transformer_tf.ops.dropout import dropout


@keras.utils.register_keras_serializable(PACKAGE)
class LightweightConvolution(Composite):
    """Projection, depthwise convolution with softmaxed kernels, projection (paper, section 4; Wu et al. 2019).

    Args:
        kernel_size: Integer. Number of taps K of each kernel.
        num_heads: Integer. Number of kernels H, each for C / H consecutive channels.
        causal: Bool. Whether position t sees only positions up to t; otherwise K // 2 taps are left of it. Defaults to
            `False`.
        glu: Bool. Whether the input projection is gated, a * sigmoid(b). Defaults to `False`.
        weight_dropout: Float. Dropout rate on the softmaxed taps. Defaults to `0.0`.
        pads_leak: Bool. `True` zeroes pads before the input projection, as the reference implementation does, so that
            the projection's bias reaches real positions; `False` zeroes them after it. Defaults to `False`.

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        padding_mask: Bool (B, T), true at real positions. `None` if all are real.
        cache: (B, K - 1, C), the convolution's last inputs (causal layers).
        mask: The same as Keras hands it on, for example from `Embedding(mask_zero=True)`. A position is real if no
            given mask says otherwise. It goes on to the next layer, which `padding_mask` does not.

    Returns:
        (B, T, C). With a cache: (outputs, new cache).

    Example:
        >>> layer = LightweightConvolution(kernel_size=7, num_heads=4)
        >>> layer(tf.zeros([2, 5, 32]), padding_mask=tf.ones([2, 5], tf.bool)).shape
        TensorShape([2, 5, 32])
    """

    rounds_activations = True

    def __init__(
        self,
        kernel_size: int,
        num_heads: int,
        causal: bool = False,
        glu: bool = False,
        weight_dropout: float = 0.0,
        pads_leak: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size = count(self, "kernel_size", kernel_size)
        self.num_heads = count(self, "num_heads", num_heads)
        self.causal = causal
        self.glu = glu
        self.weight_dropout = rate(self, "weight_dropout", weight_dropout)
        self.pads_leak = pads_leak

    @property
    def parts(self) -> dict[str, str]:
        return {"input": "input_projection", "taps": "taps", "output": "output_projection"}

    @property
    def left(self) -> int:
        """Number of taps left of a position."""
        return self.kernel_size - 1 if self.causal else self.kernel_size // 2

    def build(self, input_shape) -> None:
        channels = input_shape[-1]
        if channels is None or channels % self.num_heads:
            raise ValueError(
                f"{type(self).__name__}: num_heads must divide the channels. "
                f"Received: {self.num_heads} heads, {channels} channels"
            )
        self._channels = channels
        self.input_projection = dense(self, channels * (2 if self.glu else 1), name="input")
        self.output_projection = dense(self, channels, name="output")
        self._build_taps()
        super().build(input_shape)

    def _build_taps(self) -> None:
        self.taps = self.add_weight("taps", [self.num_heads, self.kernel_size], initializer="glorot_uniform")

    def _softmaxed_taps(self, raw: tf.Tensor, training: bool | None) -> tf.Tensor:
        weights = tf.cast(tf.nn.softmax(tf.cast(raw, tf.float32)), self.compute_dtype)
        return dropout(weights, self.weight_dropout, training)

    def _convolve(self, inputs: tf.Tensor, history: tf.Tensor | None, training: bool | None) -> tf.Tensor:
        return lightweight_convolution(
            inputs, self._softmaxed_taps(self.taps, training), left=self.left, history=history
        )

    def initial_cache(self, batch_size: tf.Tensor | int) -> tf.Tensor:
        """A cache that contains no position yet: zeros, as before the first position. The layer must be built."""
        return tf.zeros([batch_size, self.kernel_size - 1, self._channels], self.compute_dtype)

    def _convolution_input(self, inputs: tf.Tensor, padding_mask: tf.Tensor | None) -> tf.Tensor:
        mask = None if padding_mask is None else tf.cast(padding_mask, inputs.dtype)[:, :, None]
        if mask is not None and self.pads_leak:
            inputs *= mask
        projected = project(self.input_projection, inputs)
        if self.glu:
            values, gates = tf.split(projected, 2, -1)
            projected = values * tf.sigmoid(gates)
        return projected if mask is None or self.pads_leak else projected * mask

    def call(self, inputs, padding_mask=None, cache=None, training=None, mask=None):
        if cache is not None and not self.causal:
            raise ValueError(f"{type(self).__name__}: a cache needs causal=True. Received: causal={self.causal!r}")
        entering = self._convolution_input(inputs, merged(inputs.shape, padding_mask, mask))
        outputs = with_mask(project(self.output_projection, self._convolve(entering, cache, training)), mask)
        return outputs if cache is None else (outputs, tf.concat([cache, entering], 1)[:, tf.shape(entering)[1] :])

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "num_heads": self.num_heads,
            "causal": self.causal,
            "glu": self.glu,
            "weight_dropout": self.weight_dropout,
            "pads_leak": self.pads_leak,
        }
