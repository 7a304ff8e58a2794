"""The last steps for every file: operator versions that match its weights, and no names of inner tensors."""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import add_operator_code, pack

PER_ROW_VERSIONS = {schema.BuiltinOperator.FULLY_CONNECTED: 12, schema.BuiltinOperator.EMBEDDING_LOOKUP: 4}
"""Operator versions for weights with one scale per row.

Older runtimes only use the first scale: they would load a file with lower versions and compute wrong results without an
error.
"""


def finish(model: schema.ModelT) -> bytes:
    """The file of a model.

    Sets operator versions, drops unused operator codes and the names of inner tensors, and shares equal buffers.
    """
    _set_per_row_versions(model)
    _drop_unused_codes(model)
    for graph in model.subgraphs:
        ends = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(graph.tensors):
            if index not in ends and tensor.buffer == 0:
                tensor.name = None
    return pack(model)


def _set_per_row_versions(model: schema.ModelT) -> None:
    codes = {(code.builtinCode, code.version): index for index, code in enumerate(model.operatorCodes)}
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


def _drop_unused_codes(model: schema.ModelT) -> None:
    used = sorted({operator.opcodeIndex for graph in model.subgraphs for operator in graph.operators})
    renumbered = {index: new for new, index in enumerate(used)}
    model.operatorCodes = [model.operatorCodes[index] for index in used]
    for graph in model.subgraphs:
        for operator in graph.operators:
            operator.opcodeIndex = renumbered[operator.opcodeIndex]
