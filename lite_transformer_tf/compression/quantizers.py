"""The grids to which weights and activations are rounded during training."""

from __future__ import annotations

import tensorflow as tf
from tensorflow_model_optimization.python.core.quantization.keras.quantizers import (
    LastValueQuantizer,
    MovingAverageQuantizer,
)

from lite_transformer_tf.compression.places import float32
from lite_transformer_tf.litert.quantize.widths import WIDTHS

BITS = tuple(sorted({width.bits for width in WIDTHS.values()}))
ACTIVATION_BITS = 8
DECAY = 0.95


def grid_step(weights: tf.Tensor, bits: int, axis: int) -> tf.Tensor:
    """Distance of neighbouring values of the grid: the largest magnitude along `axis` over 2^(bits - 1) - 1.

    It is rounded to 17 significant bits, a relative change of less than 1e-5. Then every value of an 8-bit grid is
    exactly a float32, and a quantiser of the rounded weights finds the same step and the same integers.
    """
    step = tf.reduce_max(tf.abs(weights), axis, keepdims=True) * (1.0 / (2 ** (bits - 1) - 1))
    return tf.bitcast(tf.bitwise.bitwise_and(tf.bitcast(step, tf.int32) + 64, -128), tf.float32)


def round_weights(weights: tf.Tensor, bits: int, axis: int) -> tf.Tensor:
    """Weights (rows, columns) float32 as they are stored; the gradient passes as if they were not rounded.

    4 and 8 bits: integers in [-7, 7] or [-127, 127] times one step per slice along `axis`. 16: float16. 32: unchanged.
    """
    if bits == 32:
        return weights

    @tf.custom_gradient
    def forward(values: tf.Tensor):
        if bits == 16:
            rounded = tf.cast(tf.cast(values, tf.float16), tf.float32)
        else:
            step = grid_step(values, bits, axis)  # |values / step| < levels + 1/2: nothing to clip
            rounded = tf.round(tf.math.divide_no_nan(values, step)) * step
        return rounded, lambda upstream: upstream

    return forward(weights)


class WeightQuantizer(LastValueQuantizer):
    """TFMOT's symmetric, narrow quantizer with one range per channel, and a mask that keeps zeros.

    Its range is that of the weights at every call, in training and in inference. TFMOT's inference uses the range of
    the last training step, from before the last update; then the stored integers would differ from the evaluated ones.

    Args:
        bits: One of `BITS`.
        axis: Axis along which weights share a step: 0 for a kernel (in, out), hence one step per output; 1 for a table
            (rows, dim).
    """

    def __init__(self, bits: int, axis: int) -> None:
        super().__init__(num_bits=bits, per_axis=True, symmetric=True, narrow_range=True)
        self.axis = axis

    def build(self, tensor_shape, name: str, layer) -> dict[str, tf.Variable]:
        mask = layer.add_weight(
            f"{name}_mask", tensor_shape, tf.float32, "ones", trainable=False, experimental_autocast=False
        )
        return {"mask": mask}

    def __call__(self, inputs, training, weights, **kwargs) -> tf.Tensor:
        return round_weights(float32(inputs) * weights["mask"], self.num_bits, self.axis)

    def get_config(self) -> dict[str, int]:
        return {"bits": self.num_bits, "axis": self.axis}


class ActivationQuantizer(MovingAverageQuantizer):
    """TFMOT's quantizer for whole tensors of activations, 8 bits, asymmetric, zero on the grid.

    The range is a moving average (decay 0.95, for short fine-tuning). It begins with the first training batch, not at
    [-6, 6]; before that nothing is rounded.
    """

    def __init__(self) -> None:
        super().__init__(num_bits=ACTIVATION_BITS, per_axis=False, symmetric=False, narrow_range=False)

    def build(self, tensor_shape, name: str, layer) -> dict[str, tf.Variable]:
        def edge(which: str) -> tf.Variable:
            return layer.add_weight(
                f"{name}_{which}", [], tf.float32, "zeros", trainable=False, experimental_autocast=False
            )

        return {"min_var": edge("min"), "max_var": edge("max")}

    def __call__(self, inputs, training, weights, **kwargs) -> tf.Tensor:
        values = tf.cast(inputs, tf.float32)
        low, high = weights["min_var"], weights["max_var"]
        if training:
            self._follow(tf.stop_gradient(values), low, high)
        rounded = tf.quantization.fake_quant_with_min_max_vars(values, low, high, num_bits=self.num_bits)
        return tf.cast(tf.where(low < high, rounded, values), inputs.dtype)

    @staticmethod
    def _follow(values: tf.Tensor, low: tf.Variable, high: tf.Variable) -> None:
        batch_low, batch_high = tf.minimum(tf.reduce_min(values), 0.0), tf.maximum(tf.reduce_max(values), 0.0)
        begun = low < high
        new_low = tf.where(begun, DECAY * low + (1 - DECAY) * batch_low, batch_low)
        new_high = tf.where(begun, DECAY * high + (1 - DECAY) * batch_high, batch_high)
        low.assign(new_low)
        high.assign(new_high)

    def get_config(self) -> dict[str, int]:
        return {}
