"""Weights as float16, each followed by a DEQUANTIZE that the runtime computes once."""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import add_operator_code
from lite_transformer_tf.litert.builder.matrices import add_buffer, constant_matrices, matrix_values

DEQUANTIZE_VERSION = 3  # of the operator that reads float16


def store_halves(model: schema.ModelT) -> None:
    """Stores the weight matrices of a float32 model as float16, in place."""
    opcode = add_operator_code(model, schema.BuiltinOperator.DEQUANTIZE, DEQUANTIZE_VERSION)
    halves: dict[int, int] = {}
    for graph in model.subgraphs:
        singles: dict[int, int] = {}
        before = []
        for operator, _ in list(constant_matrices(model, graph)):
            index = int(operator.inputs[1])
            if index not in singles:
                singles[index] = _halve(model, graph, index, halves)
                before.append(_dequantize(opcode, index, singles[index]))
            operator.inputs = [operator.inputs[0], singles[index], *operator.inputs[2:]]
        graph.operators = [*before, *graph.operators]


def _halve(model: schema.ModelT, graph: schema.SubGraphT, index: int, halves: dict[int, int]) -> int:
    """Converts a constant to float16 and returns the index of a new float32 tensor for its values."""
    tensor = graph.tensors[index]
    if tensor.buffer not in halves:
        halves[tensor.buffer] = add_buffer(model, matrix_values(model, tensor).astype("<f2"))
    single = schema.TensorT()
    single.shape, single.type, single.buffer, single.name = tensor.shape, schema.TensorType.FLOAT32, 0, tensor.name
    tensor.type, tensor.buffer = schema.TensorType.FLOAT16, halves[tensor.buffer]
    graph.tensors.append(single)
    return len(graph.tensors) - 1


def _dequantize(opcode: int, source: int, target: int) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = opcode, [source], [target]
    operator.builtinOptionsType = schema.BuiltinOptions.DequantizeOptions
    operator.builtinOptions = schema.DequantizeOptionsT()
    return operator
