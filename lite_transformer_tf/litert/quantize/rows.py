"""Weights as integers with one step per row, symmetric around zero. The runtime rounds activations at each call.

`quantize_rows` equals ai-edge-quantizer's dynamic recipes with one scale per row, bit by bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.matrices import (
    INTEGER_STORAGE,
    add_buffer,
    constant_matrices,
    grid_levels,
    matrix_values,
)

SMALLEST_MAGNITUDE = 1e-9  # of a row, so that zeros have a step
_Key = tuple[int, tuple[int, ...]]  # buffer and shape of a matrix: zeros of two shapes may be one buffer


def quantize_rows(matrix: np.ndarray, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Quantizes a matrix (rows, columns) to int8 integers in [-levels, levels] and float32 steps (rows)."""
    magnitudes = np.maximum(np.abs(matrix).max(1), np.float32(SMALLEST_MAGNITUDE))
    steps = magnitudes / np.float32(levels)
    return np.clip(np.rint(matrix / steps[:, None]), -levels, levels).astype(np.int8), steps


def store_integers(model: schema.ModelT, levels: int, grids: Mapping[int, str]) -> None:
    """Rounds the weight matrices of a float32 model to `levels` and stores them as integers, in place.

    If training rounded some matrices to this grid and others to a wider one, the latter keep their grid.

    Args:
        model: Float32 model, changed in place.
        levels: Largest integer.
        grids: Names in `INTEGER_STORAGE` of all grids, by their levels.
    """
    groups: dict[_Key, list[schema.TensorT]] = {}
    for graph in model.subgraphs:
        for _, tensor in constant_matrices(model, graph):
            groups.setdefault((tensor.buffer, tuple(tensor.shape)), []).append(tensor)
    values = {key: matrix_values(model, tensors[0]) for key, tensors in groups.items()}
    chosen = _choose_levels(values, levels, grids)
    shared = _shared_buffers(model, groups)
    for (buffer, shape), tensors in groups.items():
        storage = INTEGER_STORAGE[grids[chosen[buffer, shape]]]
        integers, steps = quantize_rows(values[buffer, shape], chosen[buffer, shape])
        if buffer in shared:
            buffer = add_buffer(model, storage.write(integers))
        else:
            model.buffers[buffer].data = storage.write(integers)
        for tensor in tensors:
            tensor.buffer, tensor.type, tensor.quantization = buffer, storage.type, _quantization(steps)


def _shared_buffers(model: schema.ModelT, groups: Mapping[_Key, list[schema.TensorT]]) -> set[int]:
    """Buffers that are also read by a tensor of another shape or by one that is no weight matrix."""
    matrices = {id(tensor) for tensors in groups.values() for tensor in tensors}
    found = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors if id(tensor) not in matrices}
    counts = Counter(buffer for buffer, _ in groups)
    return found | {buffer for buffer, count in counts.items() if count > 1}


def _choose_levels(values: Mapping[_Key, np.ndarray], levels: int, grids: Mapping[int, str]) -> dict[_Key, int]:
    """Levels of each matrix."""
    wider = {candidate: name for candidate, name in grids.items() if candidate >= levels}
    found = {key: grid_levels(matrix, wider) for key, matrix in values.items()}
    mixed = levels in found.values()
    return {key: grid if mixed and grid is not None else levels for key, grid in found.items()}


def _quantization(steps: np.ndarray) -> schema.QuantizationParametersT:
    quantization = schema.QuantizationParametersT()
    quantization.scale, quantization.zeroPoint = steps, np.zeros(len(steps), np.int64)
    return quantization
