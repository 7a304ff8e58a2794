"""Separable convolution: one kernel per channel, then a Dense layer."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import PACKAGE, Composite, dense, project
from lite_transformer_tf.composite.arguments import count
from lite_transformer_tf.composite.masks import merged, with_mask
from lite_transformer_tf.ops.convolution import depthwise_convolution

ACTIVATIONS = (None, "relu")


@keras.utils.register_keras_serializable(PACKAGE)
class SeparableConvolution(Composite):
    """A convolution over time with one kernel per channel, followed by a Dense layer over the channels.

    Args:
        units: Integer. Number of output channels.
        kernel_size: Integer. Number of taps K of each kernel.
        causal: Bool. Whether position t sees only positions up to t, as in a decoder. Defaults to `False`.
        activation: String or `None`. `"relu"`, or `None` for no activation. Defaults to `None`.

    Call arguments:
        inputs: (B, T, C), B sequences of T positions.
        padding_mask: Bool (B, T), true at real positions, the others are read as zeros. `None` if all are real.
        cache: (B, K - 1, C), the last inputs before `inputs`, zeros before the first position (causal only).
        mask: The same as `padding_mask`, as Keras hands it on. A position is real if no given mask says otherwise. It
            goes on to the next layer, which `padding_mask` does not.

    Returns:
        (B, T, units). With a cache: (outputs, new cache).

    Example:
        >>> SeparableConvolution(units=16, kernel_size=7)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 16])
    """

    rounds_activations = True

    def __init__(
        self, units: int, kernel_size: int, causal: bool = False, activation: str | None = None, **kwargs
    ) -> None:
        super().__init__(**kwargs)
        self.units = count(self, "units", units)
        self.kernel_size = count(self, "kernel_size", kernel_size)
        self.causal = causal
        if activation not in ACTIVATIONS:
            raise ValueError(f"SeparableConvolution: activation must be None or 'relu'. Received: {activation!r}")
        self.activation = activation

    @property
    def parts(self) -> dict[str, str]:
        return {"taps": "taps", "pointwise": "pointwise"}

    def build(self, input_shape) -> None:
        super().build(input_shape)
        self._channels = input_shape[-1]
        limit = (6 / (self.kernel_size * (self._channels + 1))) ** 0.5  # Glorot's, for a kernel (K, C, 1)
        initializer = keras.initializers.RandomUniform(-limit, limit)
        self.taps = self.add_weight("taps", [self.kernel_size, self._channels], initializer=initializer)
        self.pointwise = dense(self, self.units, activation=self.activation, name="pointwise")

    def compute_output_shape(self, input_shape) -> tf.TensorShape:
        return tf.TensorShape([*tf.TensorShape(input_shape)[:-1], self.units])

    def initial_cache(self, batch_size: tf.Tensor | int) -> tf.Tensor:
        """A cache that contains no position yet: zeros, as before the first position. The layer must be built."""
        return tf.zeros([batch_size, self.kernel_size - 1, self._channels], self.compute_dtype)

    def call(self, inputs, padding_mask=None, cache=None, mask=None):
        if cache is not None and not self.causal:
            raise ValueError(f"SeparableConvolution: a cache needs causal=True. Received: causal={self.causal!r}")
        real = merged(inputs.shape, padding_mask, mask)
        if real is not None:
            inputs *= tf.cast(real, inputs.dtype)[:, :, None]
        left = self.kernel_size - 1 if self.causal else self.kernel_size // 2
        mixed = depthwise_convolution(inputs, tf.cast(self.taps, inputs.dtype), left=left, history=cache)
        outputs = with_mask(project(self.pointwise, mixed), mask)
        return outputs if cache is None else (outputs, tf.concat([cache, inputs], 1)[:, tf.shape(inputs)[1] :])

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "kernel_size": self.kernel_size,
            "causal": self.causal,
            "activation": self.activation,
        }
