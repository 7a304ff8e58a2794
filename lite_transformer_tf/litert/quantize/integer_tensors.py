"""Integer tensors of a graph beside its float tensors, their scales, and the conversions between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import OPERATOR_NAMES, add_operator_code
from lite_transformer_tf.litert.builder.matrices import add_buffer
from lite_transformer_tf.litert.quantize.ranges import Range

LEVELS, WEIGHT_LEVELS = 32767, 127
# Smallest scale of a row relative to the largest of its matrix, so that the bias of a row of zeros has a scale.
SMALLEST_SCALE = 1e-4
# Activations may be this many times larger than in the calibration; int16 has bits to spare.
HEADROOM = 2.0
# Assumed magnitude of activations that were all zero in the calibration: a tiny scale aborts the runtime.
UNSEEN = 1.0
VERSIONS = {
    "ADD": 3,
    "BATCH_MATMUL": 3,
    "CONCATENATION": 3,
    "DEQUANTIZE": 3,
    "GATHER": 4,
    "LOGISTIC": 3,
    "MEAN": 3,
    "MUL": 4,
    "PAD": 3,
    "QUANTIZE": 2,
    "RSQRT": 3,
    "SOFTMAX": 3,
    "SUB": 5,
    "TRANSPOSE": 5,
}
"""Versions of operators for int16 (tensorflow/lite/tools/versioning/op_version.cc). Others have version 1.

`finishing` sets the version of FULLY_CONNECTED, for one scale per row.
"""


def no_power_of_two(scale: float) -> float:
    """The scale, slightly larger if it is close to a power of two.

    If all scales of an ADD or SUB are powers of two (within 1e-3 of their logarithms), the runtime chooses another
    kernel, which aborts or rejects the file unless the scales also match each other.
    """
    exponent = math.log2(scale)
    return scale * 1.005 if abs(exponent - round(exponent)) < 2e-3 else scale


class IntegerFile:
    """The buffers, operator codes and int8 weights that the graphs of a file share."""

    def __init__(self, model: schema.ModelT) -> None:
        self.model = model
        self._weights: dict[tuple[int, tuple[int, ...]], tuple[int, np.ndarray]] = {}
        self._codes = {(code.builtinCode, code.version): index for index, code in enumerate(model.operatorCodes)}

    def names(self, graph: schema.SubGraphT) -> list[str]:
        return [self.name(operator) for operator in graph.operators]

    def name(self, operator: schema.OperatorT) -> str:
        return OPERATOR_NAMES[self.model.operatorCodes[operator.opcodeIndex].builtinCode]

    def code(self, name: str) -> int:
        builtin, version = getattr(schema.BuiltinOperator, name), VERSIONS.get(name, 1)
        if (builtin, version) not in self._codes:
            self._codes[builtin, version] = add_operator_code(self.model, builtin, version)
        return self._codes[builtin, version]

    def values(self, tensor: schema.TensorT) -> np.ndarray | None:
        """Values of a float32 constant, or `None` if the tensor is computed."""
        data = self.model.buffers[tensor.buffer].data
        return None if data is None else np.asarray(data, np.uint8).view("<f4").reshape(tensor.shape)

    def constant(self, tensor: schema.TensorT) -> np.ndarray:
        values = self.values(tensor)
        assert values is not None
        return values

    def buffer(self, values: np.ndarray) -> int:
        return add_buffer(self.model, values)

    def weights(self, tensor: schema.TensorT) -> tuple[int, np.ndarray]:
        """Index of the buffer of an int8 matrix, and the scales of its rows."""
        key = tensor.buffer, tuple(tensor.shape)  # zeros of two shapes may be one buffer
        if key not in self._weights:
            rows = self.constant(tensor)
            scales = (np.abs(rows).max(1) / np.float32(WEIGHT_LEVELS)).astype(np.float32)
            scales = np.maximum(scales, np.float32(SMALLEST_SCALE) * (scales.max() or np.float32(1)))
            whole = np.clip(np.rint(rows / scales[:, None]), -WEIGHT_LEVELS, WEIGHT_LEVELS).astype(np.int8)
            self._weights[key] = self.buffer(whole), scales
        return self._weights[key]


class IntegerTensors:
    """The tensors of one signature's graph: floats, their integer counterparts, and the conversions between them.

    Args:
        writer: Buffers and operator codes of the file.
        graph: Graph, to which tensors are appended.
        ranges: Range of each float tensor by index.
    """

    def __init__(self, writer: IntegerFile, graph: schema.SubGraphT, ranges: Mapping[int, Range]) -> None:
        self.writer, self.graph, self.ranges = writer, graph, ranges
        self.operators: list[schema.OperatorT] = []
        self.integers: dict[int, int] = {}  # float tensor -> its integer counterpart
        self.forms: dict[tuple[int, float], int] = {}  # (float tensor, scale) -> integer tensor
        self.matrices: dict[int, tuple[int, np.ndarray]] = {}  # float matrix -> int8 tensor and its scales
        self.floats = {int(tensor) for tensor in graph.inputs}

    def range_of(self, tensor: int) -> Range:
        values = self.writer.values(self.graph.tensors[tensor])
        if values is not None:
            return Range.of(values)
        return self.ranges[tensor]

    def scale_for(self, tensor: int) -> float:
        constant = self.writer.values(self.graph.tensors[tensor]) is not None
        magnitude = self.range_of(tensor).magnitude or UNSEEN
        return no_power_of_two(max(magnitude, 1e-6) * (1.0 if constant else HEADROOM) / LEVELS)

    def add_tensor(self, like: int, kind: int, scales: Sequence[float] | np.ndarray, buffer: int = 0) -> int:
        entry, source = schema.TensorT(), self.graph.tensors[like]
        entry.shape, entry.type, entry.buffer, entry.hasRank = source.shape, kind, buffer, True
        entry.quantization = quantization = schema.QuantizationParametersT()
        quantization.scale = np.asarray(scales, np.float32)
        quantization.zeroPoint = np.zeros(len(scales), np.int64)
        self.graph.tensors.append(entry)
        return len(self.graph.tensors) - 1

    def append(self, name: str, inputs: list[int], outputs: list[int], options: object = None) -> None:
        operator = schema.OperatorT()
        operator.opcodeIndex = self.writer.code(name)
        operator.inputs, operator.outputs = np.asarray(inputs, np.int32), np.asarray(outputs, np.int32)
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T"))
            operator.builtinOptions = options
        self.operators.append(operator)

    def scale_of(self, integer: int) -> float:
        return float(self.graph.tensors[integer].quantization.scale[0])

    def form(self, tensor: int, scale: float | None = None) -> int:
        """The integer counterpart of a float tensor, with this scale if one is given."""
        if scale is None:
            if tensor in self.integers:
                return self.integers[tensor]
            scale = self.scale_for(tensor)
        scale = float(np.float32(scale))
        if tensor in self.integers and self.scale_of(self.integers[tensor]) == scale:
            return self.integers[tensor]
        if (tensor, scale) not in self.forms:
            values = self.writer.values(self.graph.tensors[tensor])
            if values is not None:
                whole = np.clip(np.rint(values / scale), -LEVELS, LEVELS).astype("<i2")
                self.forms[tensor, scale] = self.add_tensor(
                    tensor, schema.TensorType.INT16, [scale], self.writer.buffer(whole)
                )
            else:
                self.forms[tensor, scale] = made = self.add_tensor(tensor, schema.TensorType.INT16, [scale])
                source = tensor if tensor in self.floats else self.integers[tensor]
                self.append("QUANTIZE", [source], [made], schema.QuantizeOptionsT())
        return self.forms[tensor, scale]

    def write_float(self, tensor: int) -> None:
        """Dequantizes a tensor that so far only has an integer counterpart."""
        if tensor in self.integers and tensor not in self.floats:
            self.append("DEQUANTIZE", [self.integers[tensor]], [tensor], schema.DequantizeOptionsT())
            self.floats.add(tensor)

    def weights(self, tensor: int) -> tuple[int, np.ndarray]:
        """The int8 tensor of a weight matrix, and the scales of its rows."""
        if tensor not in self.matrices:
            buffer, scales = self.writer.weights(self.graph.tensors[tensor])
            self.matrices[tensor] = self.add_tensor(tensor, schema.TensorType.INT8, scales, buffer), scales
        return self.matrices[tensor]
