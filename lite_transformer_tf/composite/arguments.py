"""Checks of the arguments of layers, made before a layer has weights."""

from __future__ import annotations

import math
import numbers
from typing import Any

import tensorflow as tf
import tf_keras as keras


def count(layer: keras.layers.Layer, name: str, value: Any) -> int:
    """`value` as an integer. Raises ValueError unless it is a positive whole number."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{type(layer).__name__}: {name} must be a positive whole number. Received: {value!r}")
    return int(value)


def even(layer: keras.layers.Layer, name: str, value: Any) -> int:
    """`value` as an integer. Raises ValueError unless it is a positive even number."""
    if count(layer, name, value) % 2:
        raise ValueError(f"{type(layer).__name__}: {name} must be even. Received: {value!r}")
    return int(value)


def rate(layer: keras.layers.Layer, name: str, value: Any) -> float:
    """`value` as a float. Raises ValueError unless it lies in [0, 1)."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 <= float(value) < 1:
        raise ValueError(f"{type(layer).__name__}: {name} must be in [0, 1). Received: {value!r}")
    return float(value)


def positive(layer: keras.layers.Layer, name: str, value: Any) -> float:
    """`value` as a float. Raises ValueError unless it is a finite positive number."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 < float(value) < math.inf:
        raise ValueError(f"{type(layer).__name__}: {name} must be a positive number. Received: {value!r}")
    return float(value)


def row(layer: keras.layers.Layer, name: str, value: Any, rows: int) -> int | None:
    """`value` as an integer, or `None`. Raises ValueError unless it is `None` or lies in [0, rows)."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if value is not None and not (whole and 0 <= value < rows):
        raise ValueError(
            f"{type(layer).__name__}: {name} must be None or a whole number in [0, {rows}). Received: {value!r}"
        )
    return None if value is None else int(value)


def require_dense(layer: keras.layers.Layer, inputs: Any) -> None:
    """Raises ValueError if `inputs` is a ragged or sparse tensor."""
    kind = getattr(inputs, "type_spec", inputs)  # a symbolic tensor of a functional model has a `type_spec`
    if isinstance(kind, (tf.RaggedTensor, tf.RaggedTensorSpec, tf.SparseTensor, tf.SparseTensorSpec)):
        raise ValueError(
            f"{type(layer).__name__}: inputs must be a dense tensor with a mask at its pads; ragged ones have "
            f"`to_tensor()`. Received: {type(inputs).__name__}"
        )


def require_called(layer: keras.layers.Layer, attention: keras.layers.Layer) -> None:
    """Raises ValueError unless the layer was called, which its attention to an encoder's output needs for its width."""
    if not attention.built:
        raise ValueError(
            f"{type(layer).__name__}: call the layer once before a wrapper of TFMOT builds it, because only a call "
            "tells the width of `memory`; or prune a whole model with "
            "`lite_transformer_tf.compression.pruning.prune`. Received: a layer without weights"
        )


def require_ids(layer: keras.layers.Layer, ids: tf.Tensor) -> None:
    """Raises ValueError unless `ids` are integers."""
    if not ids.dtype.is_integer:
        raise ValueError(
            f"{type(layer).__name__}: ids must be whole numbers, for example of keras.Input([None], dtype='int32'). "
            f"Received: {ids.dtype.name}"
        )
