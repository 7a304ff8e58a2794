"""Inspects a TFLite file: its operators, the runtime that they need, and its constants."""

from __future__ import annotations

from collections import Counter

from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.litert.builder.flatbuffer import OPERATOR_NAMES, unpack

# First TensorFlow Lite release that supports each operator version, from TensorFlow's
# tools/versioning/runtime_version.cc.
FIRST_RUNTIME = {
    ("ADD", 1): "1.5.0",
    ("ADD", 3): "2.4.0",
    ("ARG_MAX", 1): "1.9.0",
    ("BATCH_MATMUL", 1): "2.3.0",
    ("BATCH_MATMUL", 3): "2.4.0",
    ("CAST", 1): "1.5.0",
    ("CONCATENATION", 1): "1.5.0",
    ("CONCATENATION", 3): "2.3.0",
    ("DEQUANTIZE", 3): "1.15.0",
    ("EMBEDDING_LOOKUP", 1): "1.13.0",
    ("EMBEDDING_LOOKUP", 4): "2.18.0",
    ("FLOOR_DIV", 1): "1.13.0",
    ("FULLY_CONNECTED", 1): "1.5.0",
    ("FULLY_CONNECTED", 6): "2.1.0",
    ("FULLY_CONNECTED", 12): "2.17.0",
    ("GATHER", 1): "1.6.0",
    ("GATHER", 4): "2.4.0",
    ("LOG", 1): "1.14.0",
    ("LOGISTIC", 1): "1.14.0",
    ("LOGISTIC", 3): "2.3.0",
    ("MAXIMUM", 1): "1.14.0",
    ("MEAN", 1): "1.6.0",
    ("MEAN", 3): "2.4.0",
    ("MINIMUM", 1): "1.14.0",
    ("MUL", 1): "1.5.0",
    ("MUL", 4): "2.3.0",
    ("PAD", 1): "1.5.0",
    ("PAD", 3): "2.4.0",
    ("QUANTIZE", 2): "2.4.0",
    ("REDUCE_MAX", 1): "1.11.0",
    ("RESHAPE", 1): "1.5.0",
    ("RSQRT", 1): "1.10.0",
    ("RSQRT", 3): "2.18.0",
    ("SOFTMAX", 1): "1.5.0",
    ("SOFTMAX", 3): "2.3.0",
    ("SQUARED_DIFFERENCE", 1): "1.13.1",
    ("STRIDED_SLICE", 1): "1.6.0",
    ("SUB", 1): "1.6.0",
    ("SUB", 5): "2.4.0",
    ("SUM", 1): "1.10.0",
    ("TOPK_V2", 1): "1.7.0",
    ("TRANSPOSE", 1): "1.6.0",
    ("TRANSPOSE", 5): "2.4.0",
}


def operator_counts(content: bytes) -> Counter[tuple[str, int]]:
    """Number of operators in all signatures by (name, version).

    Raises:
        ValueError: An operator is not builtin (a custom or Flex operator).
    """
    model = unpack(content)
    names = []
    for code in model.operatorCodes:
        builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
        if builtin == schema.BuiltinOperator.CUSTOM or code.customCode:
            raise ValueError(f"Every operator must be a builtin one. Received: {code.customCode!r}")
        names.append((OPERATOR_NAMES[builtin], code.version))
    return Counter(names[operator.opcodeIndex] for graph in model.subgraphs for operator in graph.operators)


def minimum_runtime(content: bytes) -> str:
    """The first TensorFlow Lite version that runs every operator of the file.

    Raises:
        ValueError: An operator version is not in `FIRST_RUNTIME`.
    """
    newest = (0, 0, 0)
    for entry in operator_counts(content):
        if entry not in FIRST_RUNTIME:
            rule = "Cannot determine the runtime that this file needs: FIRST_RUNTIME must list its operator versions"
            raise ValueError(f"{rule}. Received: {entry!r}")
        major, minor, patch = (int(part) for part in FIRST_RUNTIME[entry].split("."))
        newest = max(newest, (major, minor, patch))
    return ".".join(str(part) for part in newest)


def constants_of_shape(content: bytes, shape: tuple[int, ...]) -> dict[int, set[str]]:
    """The element types of constants of this shape, by index of their buffer."""
    types = {code: name for name, code in vars(schema.TensorType).items() if not name.startswith("_")}
    found: dict[int, set[str]] = {}
    model = unpack(content)
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            if tensor.buffer and model.buffers[tensor.buffer].data is not None and tuple(tensor.shape) == shape:
                found.setdefault(tensor.buffer, set()).add(types[tensor.type])
    return found


def constant_bytes(content: bytes) -> int:
    """Number of bytes of all constants. The rest of the file describes its graphs."""
    return sum(len(buffer.data) for buffer in unpack(content).buffers if buffer.data is not None)
