"""The weight matrices of a file, and the types that store them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema

QUANTIZED_OPERATORS = ("FULLY_CONNECTED", "EMBEDDING_LOOKUP")


@dataclass(frozen=True)
class Storage:
    """How a file stores integers in [-128, 127], or in a smaller range.

    Args:
        type: Type of the tensor in the file.
        write: Converts int8 values of any shape to the bytes of a buffer.
        read: Converts the bytes of a buffer to int8 values (N), possibly followed by padding of the last byte.
    """

    type: int
    write: Callable[[np.ndarray], np.ndarray]
    read: Callable[[np.ndarray], np.ndarray]


def _write_bytes(integers: np.ndarray) -> np.ndarray:
    return integers.reshape(-1).view(np.uint8)


def _read_bytes(data: np.ndarray) -> np.ndarray:
    return data.view(np.int8)


def _write_nibbles(integers: np.ndarray) -> np.ndarray:
    """Two integers per byte, the low half first."""
    flat = _write_bytes(integers) & 15
    halves = np.pad(flat, (0, len(flat) % 2))
    return halves[::2] | halves[1::2] << 4


def _read_nibbles(data: np.ndarray) -> np.ndarray:
    integers = data.view(np.int8)
    return np.stack([integers << 4 >> 4, integers >> 4], -1).reshape(-1)


INTEGER_STORAGE = {
    "int8": Storage(schema.TensorType.INT8, _write_bytes, _read_bytes),
    "int4": Storage(schema.TensorType.INT4, _write_nibbles, _read_nibbles),
}
_FLOATS = {schema.TensorType.FLOAT32: "<f4", schema.TensorType.FLOAT16: "<f2"}
_BY_TYPE = {storage.type: storage for storage in INTEGER_STORAGE.values()}


def constant_matrices(
    model: schema.ModelT, graph: schema.SubGraphT
) -> Iterator[tuple[schema.OperatorT, schema.TensorT]]:
    """The operators whose second input is a constant weight matrix, and these matrices."""
    kinds = {getattr(schema.BuiltinOperator, name) for name in QUANTIZED_OPERATORS}
    for operator in graph.operators:
        if model.operatorCodes[operator.opcodeIndex].builtinCode in kinds:
            tensor = graph.tensors[int(operator.inputs[1])]
            if model.buffers[tensor.buffer].data is not None:
                yield operator, tensor


def is_integer(tensor: schema.TensorT) -> bool:
    """Whether the tensor has a type of `INTEGER_STORAGE`."""
    return tensor.type in _BY_TYPE


def is_readable(tensor: schema.TensorT) -> bool:
    """Whether `matrix_values` reads the type of a tensor."""
    return tensor.type in _FLOATS or is_integer(tensor)


def matrix_values(model: schema.ModelT, tensor: schema.TensorT) -> np.ndarray:
    """A constant matrix (rows, columns) as float32; integers are multiplied by the step of their row.

    Float constants may have any shape.
    """
    data = np.asarray(model.buffers[tensor.buffer].data, np.uint8)
    if tensor.type in _FLOATS:
        return data.view(_FLOATS[tensor.type]).reshape(tensor.shape).astype(np.float32, copy=False)
    integers = _BY_TYPE[tensor.type].read(data)[: np.prod(tensor.shape)].reshape(tensor.shape)
    return integers * np.asarray(tensor.quantization.scale, np.float32)[:, None]


def add_buffer(model: schema.ModelT, values: np.ndarray) -> int:
    """Adds a buffer with the bytes of an array and returns its index."""
    entry = schema.BufferT()
    entry.data = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
    model.buffers.append(entry)
    return len(model.buffers) - 1


def grid_levels(matrix: np.ndarray, candidates: Mapping[int, str]) -> int | None:
    """The smallest of `candidates` whose grid contains the rows of a float32 matrix, each with its own step.

    A grid of L levels consists of the integers from -L to L, and the largest magnitude of a row is L. `None` if no grid
    contains them.
    """
    largest = np.abs(matrix).max(1, keepdims=True)
    rows = matrix[largest[:, 0] > 0] / largest[largest > 0][:, None]
    for levels in sorted(candidates):
        integers = rows * levels
        if len(rows) and np.abs(integers - np.rint(integers)).max() < 1e-3:  # a scaled row is off by one rounding
            return levels
    return None
