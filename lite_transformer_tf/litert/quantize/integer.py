"""From the float32 file and the ranges of its tensors to one that computes in integers: int8 weights, int16 activations, fixed scales.

For accelerators that have no float unit, and those that are fastest without it. Integer: products, attention, convolutions, LayerNorm,
residuals, gates. Float32: the inputs and outputs of a signature, the rows that an embedding table gives (int8 in the file), and what follows
the logits. A QUANTIZE or DEQUANTIZE stands wherever one meets the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import OPERATOR_NAMES, add_operator_code, unpack
from lite_transformer_tf.litert.quantize.calibration import Range, Ranges

LEVELS, WEIGHT_LEVELS = 32767, 127
PRODUCTS = ("FULLY_CONNECTED", "BATCH_MATMUL")
KEEPS_SCALE = (
    "RESHAPE",
    "TRANSPOSE",
    "STRIDED_SLICE",
    "GATHER",
    "PAD",
)  # the output's scale is that of the first input
FIXED_SCALE = {"SOFTMAX": 1 / 32768, "LOGISTIC": 1 / 32768}  # what the runtime asks for
ARITHMETIC = ("ADD", "SUB", "MUL", "MEAN", "SUM", "RSQRT", "SQUARED_DIFFERENCE", "CONCATENATION")
INTEGER = (*PRODUCTS, *KEEPS_SCALE, *FIXED_SCALE, *ARITHMETIC)
SMALLEST_SCALE = 1e-4  # of a row, beside the largest in its matrix: a row of zeros has one that its bias can be told in
HEADROOM = 2.0  # activations may be so many times larger than all that were seen; int16 has bits to spare
# The versions of operators that know int16 (tensorflow/lite/tools/versioning/op_version.cc); FULLY_CONNECTED gets its own, for scales by row.
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


def to_integer(content: bytes, ranges: Ranges) -> schema.ModelT:
    """The integer form of a file.

    Args:
        content: float32, from `compile_model` or `compile_language_model`.
        ranges: of the tensors of every signature, see `calibration.observe`.

    Raises:
        ValueError: a signature did not run in the calibration.
    """
    model = unpack(content)
    writer = _Writer(model)
    for definition in model.signatureDefs:
        graph, name = model.subgraphs[definition.subgraphIndex], definition.signatureKey.decode()
        if name not in ranges:
            raise ValueError(f"Every signature must run in the calibration, on some text. Received: none for {name!r}")
        _IntegerGraph(writer, graph, ranges[name]).rewrite()
    return model


class _Writer:
    """What the graphs of a file share: buffers and operator codes."""

    def __init__(self, model: schema.ModelT) -> None:
        self.model = model
        self._weights: dict[int, tuple[int, np.ndarray]] = {}
        self._codes = {(code.builtinCode, code.version): index for index, code in enumerate(model.operatorCodes)}

    def name(self, operator: schema.OperatorT) -> str:
        return OPERATOR_NAMES[self.model.operatorCodes[operator.opcodeIndex].builtinCode]

    def code(self, name: str) -> int:
        builtin, version = getattr(schema.BuiltinOperator, name), VERSIONS.get(name, 1)
        if (builtin, version) not in self._codes:
            self._codes[builtin, version] = add_operator_code(self.model, builtin, version)
        return self._codes[builtin, version]

    def values(self, tensor: schema.TensorT) -> np.ndarray | None:
        """Of a float32 constant; `None` for a tensor that is computed."""
        data = self.model.buffers[tensor.buffer].data
        return None if data is None else np.asarray(data, np.uint8).view("<f4").reshape(tensor.shape)

    def constant(self, tensor: schema.TensorT) -> np.ndarray:
        values = self.values(tensor)
        assert values is not None
        return values

    def buffer(self, values: np.ndarray) -> int:
        entry = schema.BufferT()
        entry.data = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        self.model.buffers.append(entry)
        return len(self.model.buffers) - 1

    def weights(self, tensor: schema.TensorT) -> tuple[int, np.ndarray]:
        """int8 rows, each with a scale of its own: buffer and scales."""
        if tensor.buffer not in self._weights:
            rows = self.constant(tensor)
            scales = (np.abs(rows).max(1) / np.float32(WEIGHT_LEVELS)).astype(np.float32)
            scales = np.maximum(scales, np.float32(SMALLEST_SCALE) * (scales.max() or np.float32(1)))
            whole = np.clip(np.rint(rows / scales[:, None]), -WEIGHT_LEVELS, WEIGHT_LEVELS).astype(np.int8)
            self._weights[tensor.buffer] = self.buffer(whole), scales
        return self._weights[tensor.buffer]


class _IntegerGraph:
    """Rewrites the graph of one signature, operator by operator."""

    def __init__(self, writer: _Writer, graph: schema.SubGraphT, ranges: Mapping[int, Range]) -> None:
        self.writer, self.graph, self.ranges = writer, graph, ranges
        self.operators: list[schema.OperatorT] = []
        self.integers: dict[int, int] = {}  # float tensor -> the integer tensor that stands for it
        self.forms: dict[tuple[int, float], int] = {}  # (float tensor, scale) -> integer tensor
        self.matrices: dict[int, tuple[int, np.ndarray]] = {}  # float matrix -> int8 tensor and its scales
        self.floats = {int(tensor) for tensor in graph.inputs}

    def rewrite(self) -> None:
        old, head = self.graph.operators, self._head()
        for index, operator in enumerate(old):
            if index not in head and self._is_integer(operator):
                self._integer(operator)
            else:
                for tensor in operator.inputs:
                    self._float(int(tensor))
                if self.writer.name(operator) == "EMBEDDING_LOOKUP":
                    operator.inputs = np.asarray(
                        [operator.inputs[0], self._weights(int(operator.inputs[1]))[0]], np.int32
                    )
                self.operators.append(operator)
                self.floats.update(int(tensor) for tensor in operator.outputs)
        for tensor in self.graph.outputs:
            self._float(int(tensor))
        self.graph.operators = self.operators
        used = {int(tensor) for operator in self.operators for tensor in operator.inputs}
        for index, tensor in enumerate(self.graph.tensors):
            if index not in used:
                tensor.buffer = 0  # a constant whose float32 values nothing reads any more

    # What becomes integer

    def _head(self) -> set[int]:
        """The operators behind the logits: all that follow a product from which a LOG is reached with no other product between."""
        made = {
            int(tensor): index for index, operator in enumerate(self.graph.operators) for tensor in operator.outputs
        }
        before = [{made[int(t)] for t in operator.inputs if int(t) in made} for operator in self.graph.operators]
        names = [self.writer.name(operator) for operator in self.graph.operators]
        roots, todo = set(), [index for index, name in enumerate(names) if name == "LOG"]
        seen = set(todo)
        while todo:
            for index in before[todo.pop()] - seen:
                seen.add(index)
                if names[index] in PRODUCTS:
                    roots.add(index)
                else:
                    todo.append(index)
        head: set[int] = set()
        for index, sources in enumerate(before):  # operators stand in the order in which they run
            if sources & (roots | head) and index not in roots and names[index] not in PRODUCTS:
                head.add(index)
        return head

    def _is_integer(self, operator: schema.OperatorT) -> bool:
        name, output = self.writer.name(operator), int(operator.outputs[0])
        if name not in INTEGER or self.graph.tensors[output].type != schema.TensorType.FLOAT32:
            return False
        masked = [
            self._range(int(t)).masked
            for t in (*operator.inputs, output)
            if self.graph.tensors[int(t)].type == schema.TensorType.FLOAT32
        ]
        return not any(masked) or (name == "ADD" and sum(masked) == 2) or name in ("SOFTMAX", "FULLY_CONNECTED")

    def _range(self, tensor: int) -> Range:
        values = self.writer.values(self.graph.tensors[tensor])
        if values is not None:
            return Range.of(values)
        return self.ranges[tensor]

    # Tensors

    def _scale(self, tensor: int) -> float:
        constant = self.writer.values(self.graph.tensors[tensor]) is not None
        return max(self._range(tensor).magnitude, 1e-6) * (1.0 if constant else HEADROOM) / LEVELS

    def _tensor(self, like: int, kind: int, scales: Sequence[float] | np.ndarray, buffer: int = 0) -> int:
        entry, source = schema.TensorT(), self.graph.tensors[like]
        entry.shape, entry.type, entry.buffer, entry.hasRank = source.shape, kind, buffer, True
        entry.quantization = quantization = schema.QuantizationParametersT()
        quantization.scale = np.asarray(scales, np.float32)
        quantization.zeroPoint = np.zeros(len(scales), np.int64)
        self.graph.tensors.append(entry)
        return len(self.graph.tensors) - 1

    def _append(self, name: str, inputs: list[int], outputs: list[int], options: object = None) -> None:
        operator = schema.OperatorT()
        operator.opcodeIndex = self.writer.code(name)
        operator.inputs, operator.outputs = np.asarray(inputs, np.int32), np.asarray(outputs, np.int32)
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T"))
            operator.builtinOptions = options
        self.operators.append(operator)

    def _scale_of(self, integer: int) -> float:
        return float(self.graph.tensors[integer].quantization.scale[0])

    def _form(self, tensor: int, scale: float | None = None) -> int:
        """The integer tensor that stands for a float one, with this scale if one is given."""
        if scale is None:
            if tensor in self.integers:
                return self.integers[tensor]
            scale = self._scale(tensor)
        scale = float(np.float32(scale))
        if tensor in self.integers and self._scale_of(self.integers[tensor]) == scale:
            return self.integers[tensor]
        if (tensor, scale) not in self.forms:
            values = self.writer.values(self.graph.tensors[tensor])
            if values is not None:
                whole = np.clip(np.rint(values / scale), -LEVELS, LEVELS).astype("<i2")
                self.forms[tensor, scale] = self._tensor(
                    tensor, schema.TensorType.INT16, [scale], self.writer.buffer(whole)
                )
            else:
                self.forms[tensor, scale] = made = self._tensor(tensor, schema.TensorType.INT16, [scale])
                source = tensor if tensor in self.floats else self.integers[tensor]
                self._append("QUANTIZE", [source], [made], schema.QuantizeOptionsT())
        return self.forms[tensor, scale]

    def _float(self, tensor: int) -> None:
        """Writes the float values of a tensor that so far has integers alone."""
        if tensor in self.integers and tensor not in self.floats:
            self._append("DEQUANTIZE", [self.integers[tensor]], [tensor], schema.DequantizeOptionsT())
            self.floats.add(tensor)

    # Operators

    def _integer(self, operator: schema.OperatorT) -> None:
        name, output = self.writer.name(operator), int(operator.outputs[0])
        if name in ("SQUARED_DIFFERENCE", "SUM"):
            (self._square if name == "SQUARED_DIFFERENCE" else self._sum)(operator, output)
            return
        if name == "FULLY_CONNECTED":
            inputs, scale = self._dense(operator), self._scale(output)
        else:
            inputs, scale = self._others(name, operator, output)
        self.integers[output] = self._tensor(output, schema.TensorType.INT16, [scale])
        self._append(name, inputs, [self.integers[output]], operator.builtinOptions)

    def _square(self, operator: schema.OperatorT, output: int) -> None:
        """As a difference and its product with itself: the runtime has no squared difference of int16."""
        first, second = (int(tensor) for tensor in operator.inputs)
        difference = self._tensor(
            first, schema.TensorType.INT16, [HEADROOM * max(self._range(output).high, 1e-12) ** 0.5 / LEVELS]
        )
        self._append("SUB", [self._form(first), self._form(second)], [difference], schema.SubOptionsT())
        self.integers[output] = self._tensor(output, schema.TensorType.INT16, [self._scale(output)])
        self._append("MUL", [difference, difference], [self.integers[output]], schema.MulOptionsT())

    def _sum(self, operator: schema.OperatorT, output: int) -> None:
        """As a mean and its product with the number of terms: the runtime's plain kernel for sums of int16 is wrong."""
        source, axis = (int(tensor) for tensor in operator.inputs)
        count = np.prod(self.graph.tensors[source].shape) // np.prod(self.graph.tensors[output].shape)
        mean = self._tensor(output, schema.TensorType.INT16, [self._scale(output) / count])
        self._append("MEAN", [self._form(source), axis], [mean], operator.builtinOptions)
        factor = self._tensor(
            output, schema.TensorType.INT16, [count / LEVELS], self.writer.buffer(np.asarray([LEVELS], "<i2"))
        )
        self.graph.tensors[factor].shape = np.asarray([1], np.int32)
        self.integers[output] = self._tensor(output, schema.TensorType.INT16, [self._scale(output)])
        self._append("MUL", [mean, factor], [self.integers[output]], schema.MulOptionsT())

    def _weights(self, tensor: int) -> tuple[int, np.ndarray]:
        """The int8 tensor of a weight matrix, and the scales of its rows."""
        if tensor not in self.matrices:
            buffer, scales = self.writer.weights(self.graph.tensors[tensor])
            self.matrices[tensor] = self._tensor(tensor, schema.TensorType.INT8, scales, buffer), scales
        return self.matrices[tensor]

    def _dense(self, operator: schema.OperatorT) -> list[int]:
        x = self._form(int(operator.inputs[0]))
        kernel, scales = self._weights(int(operator.inputs[1]))
        inputs = [x, kernel]
        if len(operator.inputs) > 2:
            bias = int(operator.inputs[2])
            bias_scales = (np.float32(self._scale_of(x)) * scales).astype(np.float32)
            values = self.writer.constant(self.graph.tensors[bias]).astype(np.float64)
            lowest = (
                -8 * LEVELS * self._scale(int(operator.outputs[0]))
            )  # rows that are never chosen: enough for the least integer, no overflow
            whole = np.rint(np.maximum(values, lowest) / bias_scales).astype("<i8")
            inputs.append(self._tensor(bias, schema.TensorType.INT64, bias_scales, self.writer.buffer(whole)))
        return inputs

    def _others(self, name: str, operator: schema.OperatorT, output: int) -> tuple[list[int], float]:
        data = [int(t) for t in operator.inputs if self.graph.tensors[int(t)].type == schema.TensorType.FLOAT32]
        forced: float | None = None
        if name in KEEPS_SCALE:
            scale = self._scale_of(self._form(data[0]))
        elif name in FIXED_SCALE:
            scale = FIXED_SCALE[name]
        elif self._range(
            output
        ).masked:  # scores and their mask: what is masked becomes a number that the softmax makes nothing of
            reach = self._range(output).magnitude
            scale = (3 * HEADROOM * reach + 16) / LEVELS
        else:
            scale = self._scale(output)
        if name == "CONCATENATION":
            forced = scale
        inputs = []
        for tensor in (int(t) for t in operator.inputs):
            if tensor not in data:
                inputs.append(tensor)
            else:
                inputs.append(self._form(tensor, scale if self._range(tensor).masked and name == "ADD" else forced))
        return inputs, scale
