"""What TFMOT's `quantize_annotate_layer` and `quantize_apply` ask for the layers of this library."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tf_keras as keras
from tensorflow_model_optimization.quantization.keras import QuantizeConfig

from lite_transformer_tf.composite import PACKAGE, Composite, matrices
from lite_transformer_tf.compression.quantizers import BITS, WeightQuantizer


@keras.utils.register_keras_serializable(PACKAGE)
class KernelQuantizeConfig(QuantizeConfig):
    """Trains one layer of a functional model with rounded kernels and tables, in TFMOT's own calls.

    The grid is that of `quantize_aware`, which wraps a whole model at once, also a subclassed one, keeps the zeros of a
    pruned model, and can be undone by `strip`. Biases, norms, taps of lightweight convolutions and activations stay
    float32.

    Args:
        bits: Integer. Bits of a weight: 4, 8, 16 (float16) or 32. Defaults to `8`.

    Raises:
        ValueError: The bits are invalid, or the layer is not one of this library.

    Example:
        >>> annotate = tfmot.quantization.keras.quantize_annotate_layer
        >>> inputs = keras.Input([None, 32])
        >>> outputs = annotate(LongShortRangeAttention(branches), KernelQuantizeConfig(bits=4))(inputs)
        >>> model = tfmot.quantization.keras.quantize_apply(keras.Model(inputs, outputs))
    """

    def __init__(self, bits: int = 8) -> None:
        if isinstance(bits, bool) or bits not in BITS:
            raise ValueError(f"KernelQuantizeConfig: bits must be one of {BITS}. Received: {bits!r}")
        self.bits = bits

    def get_weights_and_quantizers(self, layer: keras.layers.Layer) -> list[tuple[tf.Variable, WeightQuantizer]]:
        if not isinstance(layer, Composite):
            raise ValueError(
                "KernelQuantizeConfig: the annotated layer must be one of lite_transformer_tf.layers. "
                f"Received: {layer!r}"
            )
        layer.create_weights()
        self._places = list(matrices(layer))
        return [
            (getattr(owner, attribute), WeightQuantizer(self.bits, axis=1 if attribute == "table" else 0))
            for owner, attribute in self._places
        ]

    def get_activations_and_quantizers(self, layer: keras.layers.Layer) -> list:
        return []

    def set_quantize_weights(self, layer: keras.layers.Layer, quantize_weights: list[tf.Tensor]) -> None:
        """Bypasses Keras' bookkeeping: the variables remain the layer's weights."""
        for (owner, attribute), weight in zip(self._places, quantize_weights, strict=True):
            vars(owner)[attribute] = tf.cast(weight, owner.compute_dtype)

    def set_quantize_activations(self, layer: keras.layers.Layer, quantize_activations: list) -> None:
        pass

    def get_output_quantizers(self, layer: keras.layers.Layer) -> list:
        return []

    def get_config(self) -> dict[str, Any]:
        return {"bits": self.bits}
