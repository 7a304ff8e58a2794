"""Dynamic convolution: the short-range branch of LSRA with kernels predicted at every position."""

from __future__ import annotations

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches.convolution.lightweight_layer import LightweightConvolution
from lite_transformer_tf.composite import PACKAGE, dense, project
from lite_transformer_tf.ops.convolution import dynamic_convolution
from lite_transformer_tf.ops.shapes import shape_of


@keras.utils.register_keras_serializable(PACKAGE)
class DynamicConvolution(LightweightConvolution):
    """`LightweightConvolution` with taps that every position predicts (Wu et al. 2019, section 4).

    A Dense layer without bias predicts the taps from the convolution's input at that position. The paper's WMT,
    CNN/DailyMail and WikiText-103 models use it with `glu=True`.

    Arguments, call arguments and result are those of `LightweightConvolution`.

    Example:
        >>> DynamicConvolution(kernel_size=7, num_heads=4, glu=True)(tf.zeros([2, 5, 32])).shape
        TensorShape([2, 5, 32])
    """

    def _build_taps(self) -> None:
        self.taps = dense(self, self.num_heads * self.kernel_size, use_bias=False, name="taps")

    def _convolve(self, inputs: tf.Tensor, history: tf.Tensor | None, training: bool | None) -> tf.Tensor:
        batch, length, _ = shape_of(inputs)
        raw = tf.reshape(project(self.taps, inputs), [batch, length, self.num_heads, self.kernel_size])
        return dynamic_convolution(inputs, self._softmaxed_taps(raw, training), left=self.left, history=history)
