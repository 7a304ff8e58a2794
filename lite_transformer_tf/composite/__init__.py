"""Base of composite layers: named parts, which give stable weight names, and products on rank-2 tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite.arguments import require_dense
from lite_transformer_tf.ops.shapes import shape_of

PACKAGE = "lite_transformer_tf"
MATRICES = ("kernel", "table")
"""Names of weight matrices among the parts of a layer."""


class Composite(keras.layers.Layer):
    """A layer made of named parts. A weight's name is the path of its parts: `lsra/attention/query/kernel`.

    A part can be wrapped or replaced: `setattr(layer, layer.parts["query"], replacement)`. Every use of a part's
    weights, even transposed, is therefore a call of the part.

    Every call takes Keras' `mask` and attaches it to the outputs. Unless a subclass says otherwise, inputs and outputs
    are (B, T, C).
    """

    rounds_activations = False
    """Whether quantization-aware training may round the inputs and outputs of its Dense layers to 8 bits."""
    ranks: dict[str, int] = {"ndim": 3}
    """Arguments of the `keras.layers.InputSpec` of the inputs, or none if inputs of several ranks have a meaning."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        if self.ranks:
            self.input_spec = keras.layers.InputSpec(**self.ranks)

    @property
    def parts(self) -> dict[str, str]:
        """Attribute names by part name, in the order of the computation. A part is a weight or a layer with weights."""
        raise NotImplementedError

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args:
            require_dense(self, args[0])
        return super().__call__(*args, **kwargs)

    def build(self, input_shape: Any) -> None:
        if self.ranks:
            width = tf.TensorShape(input_shape)[-1]
            if width is None:
                raise ValueError(
                    f"{type(self).__name__}: the inputs' last axis must have a known size. Received: {input_shape}"
                )
            self.input_spec = keras.layers.InputSpec(**self.ranks, axes={-1: width})
        super().build(input_shape)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = keras.regularizers.serialize(self.activity_regularizer)
        return config

    def compute_output_shape(self, input_shape: Any) -> tf.TensorShape:
        return tf.TensorShape(input_shape)

    def get_prunable_weights(self) -> list[tf.Variable]:
        """The kernels and tables below the layer, which `tfmot.sparsity.keras.prune_low_magnitude` asks for.

        Biases, norms and the taps of lightweight convolutions are not pruned.
        """
        self.create_weights()
        return [getattr(owner, attribute) for owner, attribute in matrices(self)]

    def create_weights(self) -> None:
        """Creates the weights that a built layer would create in its first call."""
        if not all(layer.built for layer in self.submodules if isinstance(layer, keras.layers.Layer)):
            shape = self.get_build_config()["input_shape"]
            tf.function(self, autograph=False).get_concrete_function(tf.TensorSpec(shape, self.compute_dtype))


def matrices(layer: keras.layers.Layer) -> Iterator[tuple[keras.layers.Layer, str]]:
    """Yields (owner, attribute) of every kernel and table below `layer`."""
    while isinstance(layer, keras.layers.Wrapper):
        layer = layer.layer
    parts = layer.parts if isinstance(layer, Composite) else {"kernel": "kernel"}
    for name, attribute in parts.items():
        part = getattr(layer, attribute)
        if isinstance(part, keras.layers.Layer):
            yield from matrices(part)
        elif name in MATRICES:
            yield layer, attribute


def named_variables(layer: keras.layers.Layer, prefix: str = "") -> Iterator[tuple[str, tf.Variable]]:
    """Yields (name, variable) for all weights below `layer`, except those of wrappers, which have no names."""
    while isinstance(layer, keras.layers.Wrapper):
        layer = layer.layer
    if isinstance(layer, Composite):
        parts = layer.parts
    elif isinstance(layer, keras.layers.Dense):
        parts = {"kernel": "kernel", "bias": "bias"} if layer.use_bias else {"kernel": "kernel"}
    else:
        raise TypeError(f"Only weights of Composite and Dense layers have names. Received: {layer!r}")
    for name, attribute in parts.items():
        part = getattr(layer, attribute)
        if isinstance(part, keras.layers.Layer):
            yield from named_variables(part, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", part


def dense(
    owner: keras.layers.Layer,
    units: int,
    *,
    activation: str | None = None,
    use_bias: bool = True,
    gain: float = 1.0,
    name: str,
    kind: type[keras.layers.Dense] = keras.layers.Dense,
) -> keras.layers.Dense:
    """A Dense layer with the owner's dtype policy, Xavier initialization with this gain, and zero bias."""
    initializer = keras.initializers.VarianceScaling(gain**2, "fan_avg", "uniform")
    return kind(units, activation, use_bias, kernel_initializer=initializer, name=name, dtype=owner.dtype_policy)


def project(layer: keras.layers.Layer, inputs: tf.Tensor) -> tf.Tensor:
    """Applies a Dense layer to (B, T, C) as one product of (B T, C), so that TensorFlow fuses bias and activation."""
    batch, length, channels = shape_of(inputs)
    outputs = layer(tf.reshape(inputs, [-1, channels]))
    return tf.reshape(outputs, [batch, length, outputs.shape[-1]])
