"""Converts a file with integer weights to float32: the same weights, without rounding of activations."""

from __future__ import annotations

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import pack, unpack
from lite_transformer_tf.litert.builder.matrices import add_buffer, constant_matrices, is_integer, matrix_values


def dequantize(content: bytes) -> bytes:
    """The file with its integer weights as float32, each integer times the step of its row.

    Its results differ from those of `content` only by the rounding of activations.

    Raises:
        ValueError: The file has no such weights.
    """
    model = unpack(content)
    singles: dict[tuple[int, bytes], int] = {}
    for graph in model.subgraphs:
        for _, tensor in constant_matrices(model, graph):
            if not is_integer(tensor):
                continue
            key = tensor.buffer, np.asarray(tensor.quantization.scale, np.float32).tobytes()
            if key not in singles:
                singles[key] = add_buffer(model, matrix_values(model, tensor))
            tensor.buffer, tensor.type, tensor.quantization = singles[key], schema.TensorType.FLOAT32, None
    if not singles:
        raise ValueError("Cannot dequantize: the file has no int8 or int4 weights.")
    return pack(model)


def compare_weights(content: bytes, expected: bytes) -> dict[str, float]:
    """Compares the weights of a file with those of its float32 original, each matrix once.

    Returns:
        Dict with `weights`, the number of weights; `equal`, the number of identical weights; and `largest_difference`,
        relative to the largest magnitude of a row. Weights that were rounded in training differ by at most one rounding
        of float32.
    """
    models = unpack(content), unpack(expected)
    matrices = (
        [tensor for graph in model.subgraphs for _, tensor in constant_matrices(model, graph)] for model in models
    )
    pairs = {mine.buffer: (mine, other) for mine, other in zip(*matrices, strict=True)}
    total, equal, largest = 0, 0, 0.0
    for tensors in pairs.values():
        stored, wanted = (matrix_values(model, tensor) for model, tensor in zip(models, tensors, strict=True))
        total, equal = total + stored.size, equal + int(np.count_nonzero(stored == wanted))
        rows = np.maximum(np.abs(wanted).max(1), np.finfo(np.float32).tiny)
        largest = max(largest, float((np.abs(stored - wanted).max(1) / rows).max()))
    return {"weights": total, "equal": equal, "largest_difference": largest}
