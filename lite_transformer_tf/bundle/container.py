"""Several files in one: what a `.ltpk` file is, byte by byte. docs/download.md is the specification.

Large constants of the model are entropy-coded, each with a table of its own, so that a pruned zero costs only its
information content; LZMA packs the rest.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.bundle.checking import Name
from lite_transformer_tf.bundle.codec.entropy import deflate
from lite_transformer_tf.bundle.codec.errors import PackedDataError, damaged
from lite_transformer_tf.bundle.codec.segments import METHODS, pack_smallest
from lite_transformer_tf.bundle.manifest import MODEL_NAME
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, TooLargeError
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.settings.findings import problem

MAGIC, VERSION = b"LTPK", 2
TFLITE = b"TFL3"  # at byte 4 of a TFLite file
HEAD = struct.Struct("<4sBI")
SMALLEST_CONSTANT = 1024  # bytes; smaller ones stay with the description of the graph
LARGEST = (1 << 30) - 1  # bytes of a file or a segment, whatever a caller allows
LARGEST_HEAD = 1 << 20  # bytes that the list of files may have

_Size = Annotated[int, Field(strict=True, ge=0, le=LARGEST)]
_Number = Annotated[int, Field(strict=True, ge=0, lt=len(METHODS))]


@dataclass(frozen=True)
class PackedFile:
    """One entry of the head.

    Args:
        name: Name of the file.
        size: Its bytes, unpacked.
        sha256: SHA-256 of the unpacked file in hexadecimal digits.
        segments: Number of the method, bytes before and bytes after packing, of each segment.
    """

    name: Name
    size: _Size
    sha256: str
    segments: tuple[tuple[_Number, _Size, _Size], ...]

    def __post_init__(self) -> None:
        if sum(size for _, size, _ in self.segments) != self.size:
            raise ValueError(f"segments of {self.name!r} must add up to its size")


@dataclass(frozen=True)
class PackedHead:
    """The list of files at the beginning of a packed file."""

    files: tuple[PackedFile, ...]

    def __post_init__(self) -> None:
        if len({entry.name for entry in self.files}) != len(self.files):
            raise ValueError("must name each file once")


def pack_file(files: Mapping[str, bytes]) -> bytes:
    """Packs the files of a bundle, its manifest included, into one."""
    entries, payload = [], []
    for name, content in files.items():
        segments = []
        for part in _parts(name, content):
            method, packed = pack_smallest(part)
            segments.append([method, len(part), len(packed)])
            payload.append(packed)
        entries.append(
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "segments": segments}
        )
    head = deflate(json.dumps({"files": entries}, separators=(",", ":")).encode())
    return HEAD.pack(MAGIC, VERSION, len(head)) + head + b"".join(payload)


def unpack_file(data: bytes, names: Collection[str] | None = None, limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """Inverse of `pack_file`. All sizes are checked before the first byte is unpacked.

    Args:
        data: The packed file.
        names: Files to unpack. None unpacks all.
        limits: Bytes to which it may unpack.

    Raises:
        PackedDataError: It is another kind of file, another version, or damaged.
        TooLargeError: It would unpack to more than the limits allow.
    """
    entries, place = _read_head(data)
    _check_sizes(entries, place, len(data), limits)
    files: dict[str, bytes] = {}
    for entry in entries:
        parts, wanted = [], names is None or entry.name in names
        for method, size, packed in entry.segments:
            if wanted:
                parts.append(METHODS[method].unpack(data[place : place + packed], size))
            place += packed
        if wanted:
            files[entry.name] = content = b"".join(parts)
            if hashlib.sha256(content).hexdigest() != entry.sha256:
                raise damaged(f"{entry.name!r} has another SHA-256 than the head says")
    return files


def _check_sizes(entries: tuple[PackedFile, ...], place: int, end: int, limits: Limits) -> None:
    """Raises unless the segments fill the file and unpack to no more than the limits allow.

    Up to the end of each segment a file may unpack to `limits.unpacked` of its packed bytes, so that a reader of a
    stream can follow the same rule.
    """
    unpacked, begin = 0, place
    for entry in entries:
        for _, size, packed in entry.segments:
            unpacked, place = unpacked + size, place + packed
            if unpacked > limits.unpacked(place - begin):
                rule = f"at most {limits.expansion} bytes for each packed one"
                raise damaged(f"{place - begin} packed bytes would give {unpacked}; {rule} are taken")
    if place != end:
        raise damaged(f"the last segment ends at byte {place}, the file at {end}")
    if unpacked > limits.bundle_bytes:
        rule = f"A download may unpack to at most {limits.bundle_bytes:,} bytes, unless its reader allows more"
        raise TooLargeError(f"{rule}. Received: one of {unpacked:,} bytes")


def packed_limit(limits: Limits) -> int:
    """Bytes of a download that unpacks to what the limits allow: no method makes a segment longer than it is."""
    return limits.bundle_bytes + LARGEST_HEAD + HEAD.size


def packed_sizes(data: bytes) -> dict[str, dict[str, Any]]:
    """What each file takes in a packed one: `size`, `packed`, and packed bytes by method."""
    entries, _ = _read_head(data)
    table = {}
    for entry in entries:
        methods: dict[str, int] = {}
        for number, _, packed in entry.segments:
            name = METHODS[number].name
            methods[name] = methods.get(name, 0) + packed
        table[entry.name] = {"size": entry.size, "packed": sum(methods.values()), "methods": methods}
    return table


def packed_digests(data: bytes) -> dict[str, str]:
    """The SHA-256 of each unpacked file by name; nothing is unpacked. Raises as `unpack_file`."""
    return {entry.name: entry.sha256 for entry in _read_head(data)[0]}


def _read_head(data: bytes) -> tuple[tuple[PackedFile, ...], int]:
    """The entries of the head, and where the first segment begins."""
    if len(data) < HEAD.size or data[:4] != MAGIC:
        raise PackedDataError(f"A packed bundle must begin with {MAGIC!r}. Received: {data[:4]!r}")
    _, version, length = HEAD.unpack_from(data)
    if version != VERSION:
        rule = f"This program unpacks version {VERSION}; use the program that wrote the file, or a newer one"
        raise PackedDataError(f"{rule}. Received: {version}")
    place = HEAD.size + length
    try:
        head = PackedHead(**_object(_inflate(data[HEAD.size : place])))
    except ValidationError as error:
        raise damaged(f"in its list of files, {problem(error)}") from error
    return head.files, place


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = parse_json(text)
    except ValueError as error:
        raise damaged(f"its list of files is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise damaged(f"its list of files is of the kind {type(value).__name__}")
    return {"files": value["files"]} if "files" in value else {}


def _inflate(data: bytes) -> bytes:
    """The bytes of a head, from raw deflate."""
    unpacker = zlib.decompressobj(-15)
    try:
        result = unpacker.decompress(data, LARGEST_HEAD + 1)
    except zlib.error as error:
        raise damaged(f"its list of files cannot be inflated: {error}") from error
    if len(result) > LARGEST_HEAD or not unpacker.eof or unpacker.unused_data:
        raise damaged(f"its list of files must be whole and have at most {LARGEST_HEAD} bytes")
    return result


def _parts(name: str, content: bytes) -> Iterator[bytes]:
    """The parts of a file that are packed separately: the larger constants of the model, and what lies between them."""
    place = 0
    for begin, end in _constants(content) if name == MODEL_NAME else []:
        if begin > place:
            yield content[place:begin]
        yield content[begin:end]
        place = end
    if place < len(content) or not content:
        yield content[place:]


def _constants(content: bytes) -> list[tuple[int, int]]:
    """Begin and end of the larger constants in a TFLite file, ascending, none within another; none in other files."""
    if content[4:8] != TFLITE:
        return []
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    ranges = []
    for index in range(model.BuffersLength()):
        buffer = model.Buffers(index)
        if buffer.DataLength() >= SMALLEST_CONSTANT:
            begin = buffer._tab.Vector(buffer._tab.Offset(4))  # noqa: SLF001 (the generated classes give no offset)
            ranges.append((begin, begin + buffer.DataLength()))
        elif buffer.Size() >= SMALLEST_CONSTANT:  # behind the flatbuffer
            ranges.append((buffer.Offset(), buffer.Offset() + buffer.Size()))
    kept: list[tuple[int, int]] = []
    for begin, end in sorted(set(ranges)):
        if not kept or begin >= kept[-1][1]:
            kept.append((begin, end))
    return kept
