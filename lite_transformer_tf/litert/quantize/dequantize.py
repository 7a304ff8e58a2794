"""The float32 form of an int8 or int4 file: the very weights that it stores, in a graph that rounds no activations."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import pack, unpack
from lite_transformer_tf.litert.quantize.variants import constant_matrices

WIDENED = ("int8", "int4")  # variants whose activations the runtime rounds for each call, between float32 tensors


def widen(content: bytes) -> bytes:
    """The file with its int8 and int4 weights as float32, each integer times the step of its row; all else is as it was.

    What it answers differs from the answers of `content` by the rounding of activations alone.

    Raises:
        ValueError: the file has no such weights.
    """
    model = unpack(content)
    widened: dict[tuple[int, bytes], int] = {}
    for graph in model.subgraphs:
        for _, tensor in constant_matrices(model, graph):
            if tensor.type not in (schema.TensorType.INT8, schema.TensorType.INT4):
                continue
            key = tensor.buffer, np.asarray(tensor.quantization.scale, np.float32).tobytes()
            if key not in widened:
                entry = schema.BufferT()
                entry.data = _values(model, tensor).reshape(-1).view(np.uint8)
                widened[key] = len(model.buffers)
                model.buffers.append(entry)
            tensor.buffer, tensor.type, tensor.quantization = widened[key], schema.TensorType.FLOAT32, None
    if not widened:
        raise ValueError("A file that is to be widened must hold int8 or int4 weights. Received: one without any")
    return pack(model)


def compare_weights(content: bytes, expected: bytes) -> dict[str, Any]:
    """The weights that a file stores beside those of the float32 file that it was made of, each matrix once.

    Returns:
        `weights`: how many; `equal`: how many are the same bit by bit; `largest_difference`: from one to the other, relative to the
        largest magnitude in its row. Weights rounded in training differ by no more than one rounding of float32.
    """
    models = unpack(content), unpack(expected)
    matrices = (
        [tensor for graph in model.subgraphs for _, tensor in constant_matrices(model, graph)] for model in models
    )
    pairs = {mine.buffer: (mine, other) for mine, other in zip(*matrices, strict=True)}
    total, equal, largest = 0, 0, 0.0
    for tensors in pairs.values():
        stored, wanted = (_values(model, tensor) for model, tensor in zip(models, tensors, strict=True))
        total, equal = total + stored.size, equal + int(np.count_nonzero(stored == wanted))
        rows = np.maximum(np.abs(wanted).max(1), np.finfo(np.float32).tiny)
        largest = max(largest, float((np.abs(stored - wanted).max(1) / rows).max()))
    return {"weights": total, "equal": equal, "largest_difference": largest}


def _values(model: schema.ModelT, tensor: schema.TensorT) -> np.ndarray:
    """A constant (rows, columns) as float32."""
    data = np.asarray(model.buffers[tensor.buffer].data, np.uint8)
    if tensor.type == schema.TensorType.FLOAT32:
        return data.view("<f4").reshape(tensor.shape)
    integers = data.view(np.int8)
    if tensor.type == schema.TensorType.INT4:  # two in a byte, the low half first
        integers = np.stack([integers << 4 >> 4, integers >> 4], -1).reshape(-1)[: np.prod(tensor.shape)]
    return integers.reshape(tensor.shape) * np.asarray(tensor.quantization.scale, np.float32)[:, None]
