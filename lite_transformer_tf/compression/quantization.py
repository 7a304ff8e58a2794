"""Quantisation-aware training with TFMOT's wrapper: the model is trained while it computes with rounded weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tensorflow_model_optimization.quantization.keras import QuantizeConfig, QuantizeWrapperV2

from lite_transformer_tf.compression.places import (
    Place,
    WeightWrapper,
    find_places,
    float32,
    forget_graphs,
    replace,
    require_plain,
)
from lite_transformer_tf.compression.quantizers import BITS, ActivationQuantizer, WeightQuantizer
from lite_transformer_tf.compression.selection import per_layer


class LayerQuantization(QuantizeConfig):
    """Quantisation of a layer with one weight matrix, for TFMOT's wrapper.

    Args:
        weight: Attribute of the matrix.
        quantizer: Quantizer of the matrix.
        activations: Whether input and output are rounded too.
    """

    def __init__(self, weight: str, quantizer: WeightQuantizer, activations: bool) -> None:
        self.weight, self.quantizer, self.activations = weight, quantizer, activations

    def get_weights_and_quantizers(self, layer):
        return [(getattr(layer, self.weight), self.quantizer)]

    def get_activations_and_quantizers(self, layer):
        return []

    def set_quantize_weights(self, layer, quantize_weights) -> None:
        """Bypasses Keras' bookkeeping: the variable remains the layer's weight, with its name in checkpoints."""
        vars(layer)[self.weight] = tf.cast(quantize_weights[0], layer.compute_dtype)

    def set_quantize_activations(self, layer, quantize_activations) -> None:
        pass

    def get_output_quantizers(self, layer):
        return [ActivationQuantizer()] if self.activations else []

    def get_config(self) -> dict[str, object]:
        return {"weight": self.weight, "quantizer": self.quantizer.get_config(), "activations": self.activations}


class QuantizedLayer(WeightWrapper, QuantizeWrapperV2):
    """`QuantizeWrapperV2` that can also round its input, and that restores the layer's variable after every call."""

    def __init__(self, layer: keras.layers.Layer, quantize_config: LayerQuantization) -> None:
        super().__init__(layer, quantize_config, dtype=layer.dtype_policy)
        self._input_quantizer = ActivationQuantizer() if quantize_config.activations else None

    def build(self, input_shape) -> None:
        super().build(input_shape)
        ((weight, _, variables),) = self._weight_vars
        variables["mask"].assign(tf.cast(float32(weight) != 0, tf.float32))
        if self._input_quantizer is not None:
            self._input_range = self._input_quantizer.build(input_shape, "input", self)

    def call(self, inputs, training=None, **kwargs):
        training = bool(training)
        if self._input_quantizer is not None:
            inputs = self._input_quantizer(inputs, training, self._input_range)
        name = self.quantize_config.weight
        variable = vars(self.layer)[name]
        try:
            return super().call(inputs, training=training, **kwargs)
        finally:
            vars(self.layer)[name] = variable

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def masked(self) -> tf.Tensor:
        ((weight, _, variables),) = self._weight_vars
        return float32(weight) * variables["mask"]

    def baked(self) -> tf.Tensor:
        ((weight, quantizer, variables),) = self._weight_vars
        return quantizer(weight, False, weights=variables)


def quantize_aware(
    model: keras.Model, bits: int | Mapping[str, int] = 8, *, embeddings: bool = True, activations: bool = False
) -> keras.Model:
    """Wraps the layers with weights so that `model.fit` trains weights that can be stored in few bits without loss.

    Weights that are zero now stay zero, so a pruned model keeps its sparsity. Biases, norms and the taps of lightweight
    convolutions stay float32. Compile the model afterwards.

    Args:
        model: One of this library's models, or a `tf_keras` model made of its layers, with its weights.
        bits: Bits of all weights: 4, 8, 16 (float16) or 32. Or a mapping from layer names or patterns to bits, such as
            the result of `allocate`; layers without an entry have 32.
        embeddings: Whether a single `bits` also applies to embedding tables.
        activations: Whether to round inputs and outputs of the 4-bit and 8-bit Dense layers in attention, convolution
            and feed-forward to 8 bits, in ranges that training tracks. Embeddings, logits and the rest stay float.

    Returns:
        The model, changed in place. `bake` gives the rounded weights; `strip` removes the wrappers and keeps them.

    Raises:
        ValueError: nothing can be quantised, a layer is already wrapped, or the bits are invalid. The model is
            unchanged.
    """
    places = find_places(model)
    require_plain(places)
    chosen = per_layer(bits, places, _check_bits, embeddings=embeddings)
    replicas = model.distribute_strategy.num_replicas_in_sync
    if activations and replicas > 1:
        rule = "activations must be False under a strategy: each replica would track ranges of its part of a batch"
        raise ValueError(f"{rule}. Received: activations=True with {replicas} replicas")
    with model.distribute_strategy.scope():
        for name, place in places.items():
            _wrap(place, chosen.get(name, 32), activations)
    forget_graphs(model)
    return model


def _wrap(place: Place, bits: int, activations: bool) -> None:
    rounds = activations and bits <= 8 and getattr(place.owner, "rounds_activations", False)
    quantizer = WeightQuantizer(bits, axis=1 if place.is_table else 0)
    wrapper = QuantizedLayer(place.layer, LayerQuantization(place.weight, quantizer, rounds))
    with tf.name_scope(wrapper.name):
        wrapper.build(tf.TensorShape([None, place.variable.shape[0]]))
    replace(place, wrapper)


def _check_bits(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value not in BITS:
        raise ValueError(f"bits must be one of {BITS}. Received: {value!r}")
    return int(value)
