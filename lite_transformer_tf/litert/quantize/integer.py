"""Integer arithmetic: int8 weights and int16 activations, from a float32 file and the ranges of its tensors.

For accelerators without a float unit, or faster without it. Products, attention, convolutions, LayerNorm, residual
connections and gates are integer. The inputs and outputs of a signature, embedded tokens (int8 in the file) and
everything after the logits are float32. QUANTIZE and DEQUANTIZE connect the two.
"""

from __future__ import annotations

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.quantize.integer_plan import FIXED_SCALE, INTEGER, KEEPS_SCALE, behind_logits
from lite_transformer_tf.litert.quantize.integer_tensors import HEADROOM, LEVELS, IntegerFile, IntegerTensors
from lite_transformer_tf.litert.quantize.ranges import Ranges


def to_integer(model: schema.ModelT, ranges: Ranges) -> None:
    """Converts a model to integer arithmetic.

    Args:
        model: Float32 model from `compile_model` or `compile_language_model`, changed in place.
        ranges: Ranges of the tensors of every signature, see `calibration.observe`.

    Raises:
        ValueError: A signature did not run in the calibration.
    """
    writer = IntegerFile(model)
    for definition in model.signatureDefs:
        graph, name = model.subgraphs[definition.subgraphIndex], definition.signatureKey.decode()
        if name not in ranges:
            rule = "The calibration must run every signature: add texts of other lengths"
            raise ValueError(f"{rule}. Received: no run of {name!r}")
        _IntegerGraph(writer, graph, ranges[name]).rewrite()


class _IntegerGraph(IntegerTensors):
    """Rewrites the graph of one signature, operator by operator."""

    def rewrite(self) -> None:
        old, head = self.graph.operators, behind_logits(self.writer.names(self.graph), self.graph)
        for index, operator in enumerate(old):
            if index not in head and self._is_integer(operator):
                self._integer(operator)
            else:
                for tensor in operator.inputs:
                    self.write_float(int(tensor))
                if self.writer.name(operator) == "EMBEDDING_LOOKUP":
                    operator.inputs = np.asarray(
                        [operator.inputs[0], self.weights(int(operator.inputs[1]))[0]], np.int32
                    )
                self.operators.append(operator)
                self.floats.update(int(tensor) for tensor in operator.outputs)
        for tensor in self.graph.outputs:
            self.write_float(int(tensor))
        self.graph.operators = self.operators
        used = {int(tensor) for operator in self.operators for tensor in operator.inputs}
        for index, tensor in enumerate(self.graph.tensors):
            if index not in used:
                tensor.buffer = 0  # a constant whose float32 values are no longer read

    def _is_integer(self, operator: schema.OperatorT) -> bool:
        name, output = self.writer.name(operator), int(operator.outputs[0])
        if name not in INTEGER or self.graph.tensors[output].type != schema.TensorType.FLOAT32:
            return False
        masked = [
            self.range_of(int(t)).masked
            for t in (*operator.inputs, output)
            if self.graph.tensors[int(t)].type == schema.TensorType.FLOAT32
        ]
        return not any(masked) or (name == "ADD" and sum(masked) == 2) or name in ("SOFTMAX", "FULLY_CONNECTED")

    def _integer(self, operator: schema.OperatorT) -> None:
        name, output = self.writer.name(operator), int(operator.outputs[0])
        if name in _REPLACED:
            _REPLACED[name](self, operator, output)
            return
        if name == "FULLY_CONNECTED":
            inputs, scale = self._dense(operator), self.scale_for(output)
        else:
            inputs, scale = self._others(name, operator, output)
        self.integers[output] = self.add_tensor(output, schema.TensorType.INT16, [scale])
        self.append(name, inputs, [self.integers[output]], operator.builtinOptions)

    def _square(self, operator: schema.OperatorT, output: int) -> None:
        """Writes a difference and its square: the runtime has no squared difference for int16."""
        first, second = (int(tensor) for tensor in operator.inputs)
        scale = HEADROOM * max(self.range_of(output).high, 1e-12) ** 0.5 / LEVELS
        difference = self.add_tensor(first, schema.TensorType.INT16, [scale])
        self.append("SUB", [self.form(first), self.form(second)], [difference], schema.SubOptionsT())
        self.integers[output] = self.add_tensor(output, schema.TensorType.INT16, [self.scale_for(output)])
        self.append("MUL", [difference, difference], [self.integers[output]], schema.MulOptionsT())

    def _sum(self, operator: schema.OperatorT, output: int) -> None:
        """Writes a mean times the number of terms: the runtime's reference kernel for sums of int16 is wrong."""
        source, axis = (int(tensor) for tensor in operator.inputs)
        count = np.prod(self.graph.tensors[source].shape) // np.prod(self.graph.tensors[output].shape)
        mean = self.add_tensor(output, schema.TensorType.INT16, [self.scale_for(output) / count])
        self.append("MEAN", [self.form(source), axis], [mean], operator.builtinOptions)
        factor = self.add_tensor(
            output, schema.TensorType.INT16, [count / LEVELS], self.writer.buffer(np.asarray([LEVELS], "<i2"))
        )
        self.graph.tensors[factor].shape = np.asarray([1], np.int32)
        self.integers[output] = self.add_tensor(output, schema.TensorType.INT16, [self.scale_for(output)])
        self.append("MUL", [mean, factor], [self.integers[output]], schema.MulOptionsT())

    def _dense(self, operator: schema.OperatorT) -> list[int]:
        x = self.form(int(operator.inputs[0]))
        kernel, scales = self.weights(int(operator.inputs[1]))
        inputs = [x, kernel]
        if len(operator.inputs) > 2:
            bias = int(operator.inputs[2])
            bias_scales = (np.float32(self.scale_of(x)) * scales).astype(np.float32)
            values = self.writer.constant(self.graph.tensors[bias]).astype(np.float64)
            # Bias of rows that are never chosen: low enough for the smallest integer, without overflow.
            lowest = -8 * LEVELS * self.scale_for(int(operator.outputs[0]))
            whole = np.rint(np.maximum(values, lowest) / bias_scales).astype("<i8")
            inputs.append(self.add_tensor(bias, schema.TensorType.INT64, bias_scales, self.writer.buffer(whole)))
        return inputs

    def _others(self, name: str, operator: schema.OperatorT, output: int) -> tuple[list[int], float]:
        data = [int(t) for t in operator.inputs if self.graph.tensors[int(t)].type == schema.TensorType.FLOAT32]
        forced: float | None = None
        if name in KEEPS_SCALE:
            scale = self.scale_of(self.form(data[0]))
        elif name in FIXED_SCALE:
            scale = FIXED_SCALE[name]
        elif self.range_of(output).masked:  # scores plus mask: the softmax of masked scores is 0
            reach = self.range_of(output).magnitude
            scale = (3 * HEADROOM * reach + 16) / LEVELS
        else:
            scale = self.scale_for(output)
        if name == "CONCATENATION":
            forced = scale
        inputs = []
        for tensor in (int(t) for t in operator.inputs):
            if tensor not in data:
                inputs.append(tensor)
            else:
                inputs.append(self.form(tensor, scale if self.range_of(tensor).masked and name == "ADD" else forced))
        return inputs, scale


_REPLACED = {"SQUARED_DIFFERENCE": _IntegerGraph._square, "SUM": _IntegerGraph._sum}
"""Operators that are replaced by others."""
