"""Writes a TFLite file operator by operator, with the schema's own object classes.

Without a converter, every operator is a builtin one by construction, and equal constants of all signatures share one
buffer of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

FILE_IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3
BUFFER_ALIGNMENT = 16
TYPES = {"float32": schema.TensorType.FLOAT32, "int32": schema.TensorType.INT32}
OPERATOR_NAMES = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}


@dataclass(frozen=True)
class Tensor:
    """A tensor of one signature's graph, with its index in the graph and its static shape."""

    index: int
    shape: tuple[int, ...]
    dtype: str
    name: str


class _AlignedBuffer(schema.BufferT):
    """A buffer aligned to 16 bytes, as the schema requires. The generated class aligns to 4."""

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802 (the generated name)
        data = np.frombuffer(memoryview(self.data), np.uint8)
        builder.StartVector(1, len(data), BUFFER_ALIGNMENT)
        builder.head = builder.head - len(data)  # type: ignore[method-assign, operator, assignment]
        builder.Bytes[builder.head : builder.head + len(data)] = data.tobytes()  # type: ignore[index, misc, operator]
        vector = builder.EndVector()
        schema.BufferStart(builder)
        schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)


class _SharedQuantization(schema.QuantizationParametersT):
    """Scales and zero points that all tensors share. A table of 10,000 rows has 120 KB of them."""

    written: dict[tuple[bytes, ...], int]
    key: tuple[bytes, ...]

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802 (the generated name)
        if self.key not in self.written:
            self.written[self.key] = super().Pack(builder)
        return self.written[self.key]


def _shared_quantization(
    parameters: schema.QuantizationParametersT | None, written: dict
) -> schema.QuantizationParametersT | None:
    if parameters is None or parameters.scale is None or not len(parameters.scale) or parameters.details is not None:
        return parameters if parameters is not None and parameters.details is not None else None
    parts = (parameters.min, parameters.max, parameters.scale, parameters.zeroPoint, [parameters.quantizedDimension])
    parameters.__class__ = _SharedQuantization
    parameters.written = written
    parameters.key = tuple(b"" if part is None else np.asarray(part).tobytes() for part in parts)
    return parameters


def pack(model: schema.ModelT) -> bytes:
    """The file of a model object, with equal buffers stored once and all buffers aligned."""
    share_buffers(model)
    for buffer in model.buffers:
        if buffer.data is not None and len(buffer.data):
            buffer.__class__ = _AlignedBuffer
    shared: dict[tuple[bytes, ...], int] = {}
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.quantization = _shared_quantization(tensor.quantization, shared)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def require_tflite(content: bytes) -> None:
    """Raises ValueError unless the content is that of a TFLite file."""
    if len(content) < 8 or content[4:8] != FILE_IDENTIFIER:
        rule = f"This is no TFLite file: it must have the identifier {FILE_IDENTIFIER!r} at byte 4"
        raise ValueError(f"{rule}. Received: {content[4:8]!r}")


def unpack(content: bytes) -> schema.ModelT:
    """The model object of a TFLite file.

    Raises:
        ValueError: The content is not a TFLite file.
    """
    require_tflite(content)
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    for buffer in model.buffers:
        if buffer.offset > 1:  # bytes after the tables, as ai-edge-quantizer writes them
            buffer.data = np.frombuffer(content, np.uint8, buffer.size, buffer.offset)
            buffer.offset = buffer.size = 0
    return model


def share_buffers(model: schema.ModelT) -> None:
    """Merges equal buffers and drops unused ones. Buffer 0 stays empty."""
    kept, by_hash, moved = [schema.BufferT()], {}, {}
    used = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors} | {
        entry.buffer for entry in model.metadata or ()
    }
    for index, buffer in enumerate(model.buffers):
        if index not in used or buffer.data is None or not len(buffer.data):
            moved[index] = 0
            continue
        key = hashlib.sha256(memoryview(buffer.data)).digest()
        if key not in by_hash:
            by_hash[key] = len(kept)
            kept.append(buffer)
        moved[index] = by_hash[key]
    model.buffers = kept
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.buffer = moved[tensor.buffer]
    for entry in model.metadata or ():
        entry.buffer = moved[entry.buffer]


def add_operator_code(model: schema.ModelT, builtin: int, version: int) -> int:
    """Adds an operator code and returns its index."""
    code = schema.OperatorCodeT()
    code.builtinCode, code.version = builtin, version
    code.deprecatedBuiltinCode = min(builtin, 127)  # for runtimes that only read the old 8-bit field
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1


class ModelBuilder:
    """Collects the graphs of a file's signatures. `finish` returns the file."""

    def __init__(self, description: str) -> None:
        self.model = schema.ModelT()
        self.model.version = SCHEMA_VERSION
        self.model.description = description.encode()
        self.model.operatorCodes, self.model.subgraphs, self.model.signatureDefs = [], [], []
        self.model.buffers = [schema.BufferT()]
        self._codes: dict[tuple[int, int], int] = {}
        self._constants: dict[bytes, int] = {}

    def buffer(self, array: np.ndarray) -> int:
        """Index of the buffer with the bytes of this array."""
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        key = hashlib.sha256(data.tobytes()).digest()
        if key not in self._constants:
            entry = schema.BufferT()
            entry.data = data
            self._constants[key] = len(self.model.buffers)
            self.model.buffers.append(entry)
        return self._constants[key]

    def operator_code(self, builtin: int, version: int) -> int:
        if (builtin, version) not in self._codes:
            self._codes[builtin, version] = add_operator_code(self.model, builtin, version)
        return self._codes[builtin, version]

    def finish(self) -> bytes:
        return pack(self.model)


class SignatureBuilder:
    """The graph of one signature. `operators.Graph` adds one method per operator."""

    def __init__(self, parent: ModelBuilder, signature: str) -> None:
        self.parent, self.signature = parent, signature
        self.graph = schema.SubGraphT()
        self.graph.name = signature.encode()
        self.graph.tensors, self.graph.operators, self.graph.inputs, self.graph.outputs = [], [], [], []
        self._constants: dict[tuple[int, tuple[int, ...], str], Tensor] = {}
        definition = schema.SignatureDefT()
        definition.signatureKey, definition.subgraphIndex = signature.encode(), len(parent.model.subgraphs)
        definition.inputs, definition.outputs = [], []
        self.definition = definition
        parent.model.subgraphs.append(self.graph)
        parent.model.signatureDefs.append(definition)

    def tensor(self, shape: Sequence[int], dtype: str, name: str, buffer: int = 0) -> Tensor:
        entry = schema.TensorT()
        entry.shape = np.asarray(shape, np.int32)
        entry.type, entry.buffer, entry.hasRank = TYPES[dtype], buffer, True
        entry.name = f"{self.signature}/{name}".encode()
        entry.quantization = schema.QuantizationParametersT()
        self.graph.tensors.append(entry)
        return Tensor(len(self.graph.tensors) - 1, tuple(int(size) for size in shape), dtype, name)

    def input(self, name: str, shape: Sequence[int], dtype: str = "float32") -> Tensor:
        tensor = self.tensor(shape, dtype, name)
        self.graph.inputs.append(tensor.index)
        self.definition.inputs.append(_tensor_map(name, tensor.index))
        return tensor

    def output(self, name: str, tensor: Tensor) -> None:
        self.graph.outputs.append(tensor.index)
        self.definition.outputs.append(_tensor_map(name, tensor.index))

    def constant(self, array: np.ndarray, name: str) -> Tensor:
        """A constant float32 or int32 tensor. Equal constants of a graph are one tensor, those of a file one buffer."""
        array = np.asarray(array)
        if array.dtype not in (np.float32, np.int32):
            raise TypeError(f"A constant must be float32 or int32. Received: {array.dtype!r} for {name!r}")
        key = (self.parent.buffer(array), array.shape, array.dtype.name)
        if key not in self._constants:
            self._constants[key] = self.tensor(
                array.shape, array.dtype.name, f"{name}_{len(self.graph.tensors)}", key[0]
            )
        return self._constants[key]

    def operator(
        self,
        name: str,
        inputs: Sequence[Tensor],
        shapes: Sequence[Sequence[int]],
        dtypes: Sequence[str],
        options: object = None,
        version: int = 1,
    ) -> list[Tensor]:
        """Appends a builtin operator and returns its output tensors."""
        entry = schema.OperatorT()
        entry.opcodeIndex = self.parent.operator_code(getattr(schema.BuiltinOperator, name), version)
        entry.inputs = np.asarray([tensor.index for tensor in inputs], np.int32)
        outputs = [
            self.tensor(shape, dtype, f"{name.lower()}_{len(self.graph.tensors)}")
            for shape, dtype in zip(shapes, dtypes, strict=True)
        ]
        entry.outputs = np.asarray([tensor.index for tensor in outputs], np.int32)
        if options is not None:
            entry.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__.removesuffix("T"))
            entry.builtinOptions = options
        self.graph.operators.append(entry)
        return outputs


def _tensor_map(name: str, index: int) -> schema.TensorMapT:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), index
    return entry
