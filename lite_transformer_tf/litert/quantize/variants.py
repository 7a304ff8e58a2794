"""Variants of a compiled file: float32 as it is, float16 weights, int8 and int4 by ai-edge-quantizer, int16x8 for integer arithmetic.

In the first four only the weights of FULLY_CONNECTED and EMBEDDING_LOOKUP change. int8 and int4 are symmetric with one scale for each row,
activations are quantised for each call by the runtime, everything between is float32. Baked weights of quantisation-aware training keep
their values exactly; where it left some matrices in 4 bits and others in 8, int4 keeps the 8. int16x8 has the same int8 weights, and fixed
scales for int16 activations: see `integer`.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import add_operator_code, pack, unpack
from lite_transformer_tf.litert.quantize.calibration import Ranges
from lite_transformer_tf.litert.quantize.integer import to_integer

VARIANTS = ("float32", "float16", "int8", "int4", "int16x8")
BITS = {"int8": 8, "int4": 4}
QUANTIZED_OPERATORS = ("FULLY_CONNECTED", "EMBEDDING_LOOKUP")
# Versions that stand for weights with a scale of their own for each row. Older runtimes compute with the first scale alone: a file
# that said less than this would load there and answer nonsense, without an error.
PER_ROW_VERSIONS = {schema.BuiltinOperator.FULLY_CONNECTED: 12, schema.BuiltinOperator.EMBEDDING_LOOKUP: 4}
FLOAT16_DEQUANTIZE = 3  # version of the operator that reads float16
DESCRIPTIONS = {
    "float32": {"weights": "float32", "activations": "float32"},
    "float16": {
        "weights": "float16 in FULLY_CONNECTED and EMBEDDING_LOOKUP, widened once when the file is opened; other constants float32",
        "activations": "float32",
    },
    "int16x8": {
        "weights": "int8, symmetric, one scale for each row, in FULLY_CONNECTED and EMBEDDING_LOOKUP; other constants int16",
        "activations": "int16, symmetric, fixed scales from a calibration; inputs, outputs, embedded tokens and all behind the logits float32",
    },
    "int4": {
        "weights": "int4, int8 where it was trained so, symmetric, one scale for each row, in FULLY_CONNECTED and EMBEDDING_LOOKUP; other constants float32",
        "activations": "float32; quantised to int8 for each call inside FULLY_CONNECTED",
    },
    "int8": {
        "weights": "int8, symmetric, one scale for each row, in FULLY_CONNECTED and EMBEDDING_LOOKUP; other constants float32",
        "activations": "float32; quantised to int8 for each call inside FULLY_CONNECTED",
    },
}


def make_variant(content: bytes, variant: str, ranges: Ranges | None = None) -> bytes:
    """The file of a variant from what `compile_model` gave.

    Args:
        content: the float32 file.
        variant: one of `VARIANTS`.
        ranges: of its tensors, from a calibration; int16x8 alone needs them.

    Returns:
        the finished file, with names of inner tensors dropped.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {VARIANTS}. Received: {variant!r}")
    if variant == "int16x8":
        if not ranges:
            raise ValueError(f"An int16x8 file needs the ranges of a calibration. Received: {ranges!r}")
        return _finish(to_integer(content, ranges))
    model = unpack(_quantize(content, BITS[variant]) if variant in BITS else content)
    if variant == "float16":
        _halve_weights(model)
    return _finish(model)


def _quantize(content: bytes, bits: int) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager  # heavy, and needed for export alone

    recipes, kept_wide = recipe_manager.RecipeManager(), _kept_wide(content) if bits == 4 else []
    for name in QUANTIZED_OPERATORS:
        operation = qtyping.TFLOperationName[name]
        recipes.add_dynamic_config(".*", operation, bits, granularity=qtyping.QuantGranularity.CHANNELWISE)
        for output in kept_wide:
            recipes.add_dynamic_config(
                f"^{re.escape(output)};?$", operation, 8, granularity=qtyping.QuantGranularity.CHANNELWISE
            )
    tool = quantizer.Quantizer(content)
    tool.load_quantization_recipe(recipes.get_quantization_recipe())
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):  # it prints tables and bars
        result = tool.quantize().quantized_model
    assert result is not None
    return bytes(result)


def constant_matrices(
    model: schema.ModelT, graph: schema.SubGraphT
) -> Iterator[tuple[schema.OperatorT, schema.TensorT]]:
    """The operators whose second input is a constant matrix that variants store in another way, and these matrices."""
    kinds = {getattr(schema.BuiltinOperator, name) for name in QUANTIZED_OPERATORS}
    for operator in graph.operators:
        if model.operatorCodes[operator.opcodeIndex].builtinCode in kinds:
            tensor = graph.tensors[int(operator.inputs[1])]
            if model.buffers[tensor.buffer].data is not None:
                yield operator, tensor


def _kept_wide(content: bytes) -> list[str]:
    """Names of what operators give whose matrix has a grid of 8 bits while another has one of 4: training chose it."""
    model = unpack(content)
    outputs: dict[int, list[str]] = {}
    bits: dict[int, int | None] = {}
    for graph in model.subgraphs:
        for operator, tensor in constant_matrices(model, graph):
            outputs.setdefault(tensor.buffer, []).append(graph.tensors[int(operator.outputs[0])].name.decode())
            if tensor.buffer not in bits:
                bits[tensor.buffer] = grid_bits(
                    np.asarray(model.buffers[tensor.buffer].data, np.uint8).view("<f4").reshape(tensor.shape)
                )
    return (
        [name for buffer, names in outputs.items() if bits[buffer] == 8 for name in names] if 4 in bits.values() else []
    )


def grid_bits(matrix: np.ndarray) -> int | None:
    """Bits of the grid that the rows of a float32 matrix lie on, 4 or 8, each row with its own step; `None`: on neither."""
    largest = np.abs(matrix).max(1, keepdims=True)
    rows = matrix[largest[:, 0] > 0] / largest[largest > 0][:, None]
    for bits in (4, 8):
        integers = rows * (2 ** (bits - 1) - 1)
        if len(rows) and np.abs(integers - np.rint(integers)).max() < 1e-3:  # a scaled row is off by one rounding
            return bits
    return None


def _finish(model: schema.ModelT) -> bytes:
    """Sets operator versions, shares buffers again and drops the names of inner tensors, which only the quantiser needs."""
    _set_per_row_versions(model)
    for graph in model.subgraphs:
        ends = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(graph.tensors):
            if index not in ends and tensor.buffer == 0:
                tensor.name = None
    return pack(model)


def _halve_weights(model: schema.ModelT) -> None:
    """Stores weights as float16, each behind a DEQUANTIZE, which the runtime computes once."""
    dequantize = add_operator_code(model, schema.BuiltinOperator.DEQUANTIZE, FLOAT16_DEQUANTIZE)
    halves: dict[int, int] = {}
    for graph in model.subgraphs:
        widened: dict[int, int] = {}
        before = []
        for operator, _ in list(constant_matrices(model, graph)):
            index = int(operator.inputs[1])
            if index not in widened:
                widened[index] = _widen(model, graph, index, halves)
                before.append(_dequantize(dequantize, index, widened[index]))
            operator.inputs = [operator.inputs[0], widened[index], *operator.inputs[2:]]
        graph.operators = [*before, *graph.operators]


def _widen(model: schema.ModelT, graph: schema.SubGraphT, index: int, halves: dict[int, int]) -> int:
    """Makes a constant float16; returns the index of a new float32 tensor for its values."""
    tensor = graph.tensors[index]
    if tensor.buffer not in halves:
        values = np.frombuffer(np.asarray(model.buffers[tensor.buffer].data, np.uint8).tobytes(), "<f4")
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.astype("<f2").tobytes(), np.uint8)
        halves[tensor.buffer] = len(model.buffers)
        model.buffers.append(buffer)
    wide = schema.TensorT()
    wide.shape, wide.type, wide.buffer, wide.name = tensor.shape, schema.TensorType.FLOAT32, 0, tensor.name
    tensor.type, tensor.buffer = schema.TensorType.FLOAT16, halves[tensor.buffer]
    graph.tensors.append(wide)
    return len(graph.tensors) - 1


def _dequantize(opcode: int, source: int, target: int) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = opcode, [source], [target]
    operator.builtinOptionsType, operator.builtinOptions = (
        schema.BuiltinOptions.DequantizeOptions,
        schema.DequantizeOptionsT(),
    )
    return operator


def _set_per_row_versions(model: schema.ModelT) -> None:
    codes: dict[tuple[int, int], int] = {
        (code.builtinCode, code.version): index for index, code in enumerate(model.operatorCodes)
    }
    for graph in model.subgraphs:
        for operator in graph.operators:
            builtin = model.operatorCodes[operator.opcodeIndex].builtinCode
            if builtin not in PER_ROW_VERSIONS:
                continue
            quantization = graph.tensors[operator.inputs[1]].quantization
            if quantization is None or quantization.scale is None or len(quantization.scale) < 2:
                continue
            key = (builtin, PER_ROW_VERSIONS[builtin])
            if key not in codes:
                codes[key] = add_operator_code(model, *key)
            operator.opcodeIndex = codes[key]
    _drop_unused_codes(model)


def _drop_unused_codes(model: schema.ModelT) -> None:
    used = sorted({operator.opcodeIndex for graph in model.subgraphs for operator in graph.operators})
    places = {index: place for place, index in enumerate(used)}
    model.operatorCodes = [model.operatorCodes[index] for index in used]
    for graph in model.subgraphs:
        for operator in graph.operators:
            operator.opcodeIndex = places[operator.opcodeIndex]
