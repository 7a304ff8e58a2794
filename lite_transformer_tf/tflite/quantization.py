"""Variants of a compiled file: float32 as it is, int8 by ai-edge-quantizer.

Only FULLY_CONNECTED and EMBEDDING_LOOKUP are quantised: symmetric int8 weights with one scale for each row, activations quantised for each
call by the runtime, everything between in float32. Baked weights of quantisation-aware training keep their values exactly.
"""

from __future__ import annotations

import contextlib
import io

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.tflite.flatbuffer import pack, unpack

VARIANTS = ("float32", "int8")
QUANTIZED_OPERATORS = ("FULLY_CONNECTED", "EMBEDDING_LOOKUP")
# Versions that stand for weights with a scale of their own for each row. Older runtimes compute with the first scale alone: a file
# that said less than this would load there and answer nonsense, without an error.
PER_ROW_VERSIONS = {schema.BuiltinOperator.FULLY_CONNECTED: 12, schema.BuiltinOperator.EMBEDDING_LOOKUP: 4}
DESCRIPTIONS = {
    "float32": {"weights": "float32", "activations": "float32"},
    "int8": {
        "weights": "int8, symmetric, one scale for each row, in FULLY_CONNECTED and EMBEDDING_LOOKUP; other constants float32",
        "activations": "float32; quantised to int8 for each call inside FULLY_CONNECTED",
    },
}


def make_variant(content: bytes, variant: str) -> bytes:
    """The file of a variant from what `compile_model` gave.

    Args:
        content: the float32 file.
        variant: one of `VARIANTS`.

    Returns:
        the finished file, with names of inner tensors dropped.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {VARIANTS}. Received: {variant!r}")
    return _finish(_quantize(content, bits=8) if variant == "int8" else content)


def _quantize(content: bytes, bits: int) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager  # heavy, and needed for export alone

    recipes = recipe_manager.RecipeManager()
    for name in QUANTIZED_OPERATORS:
        operation = qtyping.TFLOperationName[name]
        recipes.add_dynamic_config(".*", operation, bits, granularity=qtyping.QuantGranularity.CHANNELWISE)
    tool = quantizer.Quantizer(content)
    tool.load_quantization_recipe(recipes.get_quantization_recipe())
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):  # it prints tables and bars
        result = tool.quantize().quantized_model
    assert result is not None
    return bytes(result)


def _finish(content: bytes) -> bytes:
    """Sets operator versions, shares buffers again and drops the names of inner tensors, which only the quantiser needs."""
    model = unpack(content)
    _set_per_row_versions(model)
    for graph in model.subgraphs:
        ends = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(graph.tensors):
            if index not in ends and tensor.buffer == 0:
                tensor.name = None
    return pack(model)


def _set_per_row_versions(model: schema.ModelT) -> None:
    codes: dict[tuple[int, int], int] = {(code.builtinCode, code.version): index for index, code in enumerate(model.operatorCodes)}
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
                code = schema.OperatorCodeT()
                code.builtinCode, code.version, code.deprecatedBuiltinCode = builtin, key[1], min(builtin, 127)
                codes[key] = len(model.operatorCodes)
                model.operatorCodes.append(code)
            operator.opcodeIndex = codes[key]
    _drop_unused_codes(model)


def _drop_unused_codes(model: schema.ModelT) -> None:
    used = sorted({operator.opcodeIndex for graph in model.subgraphs for operator in graph.operators})
    places = {index: place for place, index in enumerate(used)}
    model.operatorCodes = [model.operatorCodes[index] for index in used]
    for graph in model.subgraphs:
        for operator in graph.operators:
            operator.opcodeIndex = places[operator.opcodeIndex]
