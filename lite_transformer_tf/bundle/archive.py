"""The download form of a bundle: one file, unpacked once, bit by bit the same; zeros and rare values cost only what they tell.

docs/download.md describes every byte. Constants of the model are entropy-coded each with a table of its own; LZMA packs the rest.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.bundle.codec import lzma_code
from lite_transformer_tf.bundle.codec.entropy import PackedDataError, decode, deflate, encode
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, MODEL_NAME
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_file

MAGIC, VERSION, SUFFIX = b"LTPK", 2, ".ltpk"
STORED, LZMA, SYMBOLS, NIBBLES, PLANES = range(5)
METHODS = ("stored", "lzma", "symbols", "nibbles", "planes")
SMALLEST_CONSTANT = 1024  # bytes; smaller ones stay with the description of the graph
HEAD = struct.Struct("<4sBI")
LARGEST = 1 << 30  # bytes that an unpacked bundle may have
LARGEST_HEAD = 1 << 24  # bytes that its list of files may have


def pack_file(files: Mapping[str, bytes]) -> bytes:
    """One file of several: the names and bytes of a bundle's files, its manifest included."""
    entries, payload = [], []
    for name, content in files.items():
        segments = []
        for part in _parts(name, content):
            method, packed = _smallest(part)
            segments.append([method, len(part), len(packed)])
            payload.append(packed)
        entries.append(
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "segments": segments}
        )
    head = deflate(json.dumps({"files": entries}, separators=(",", ":")).encode())
    return HEAD.pack(MAGIC, VERSION, len(head)) + head + b"".join(payload)


def unpack_file(data: bytes, names: Collection[str] | None = None) -> dict[str, bytes]:
    """Inverse of `pack_file`.

    Args:
        data: the packed file.
        names: unpacks these files only; `None` means all.

    Raises:
        PackedDataError: another kind of file, another version, or a damaged one.
    """
    entries, place = _read_head(data)
    files: dict[str, bytes] = {}
    for entry in entries:
        parts, wanted = [], names is None or entry["name"] in names
        for method, size, packed in entry["segments"]:
            if wanted:
                parts.append(_unpack(method, data[place : place + packed], size))
            place += packed
        if not wanted:
            continue
        content = b"".join(parts)
        if len(content) != entry["size"] or hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise PackedDataError(
                f"A packed file must be what its head says. Received: another {entry['name']!r}; the download is damaged, fetch it again"
            )
        files[entry["name"]] = content
    if place != len(data):
        raise PackedDataError(
            f"A packed bundle must end behind its last segment, at byte {place}. Received: {len(data)} bytes"
        )
    return files


def pack_bundle(directory: PathLike, path: PathLike) -> dict[str, Any]:
    """Writes the download form of a bundle, whole or not at all.

    Args:
        directory: the bundle; its files are checked first.
        path: of the new file, by custom with the ending `.ltpk`.

    Returns:
        bytes of each file before and after, and of the whole.

    Raises:
        BundleError: the bundle is incomplete or damaged.
    """
    from lite_transformer_tf.bundle.directory import read_files, read_manifest

    files = {
        MANIFEST_NAME: (Path(directory) / MANIFEST_NAME).read_bytes(),
        **read_files(directory, read_manifest(directory)),
    }
    data = pack_file(files)
    if unpack_file(data) != files:
        raise PackedDataError(
            "A packed bundle must unpack to the same bytes. Received: other ones; nothing was written"
        )
    with atomic_file(path) as stream:
        stream.write(data)
    return {"bytes": len(data), "unpacked": sum(map(len, files.values())), "files": packed_sizes(data)}


def unpack_bundle(path: PathLike, directory: PathLike, *, overwrite: bool = False) -> None:
    """Makes a bundle directory of a download, whole or not at all.

    Raises:
        PackedDataError: see `unpack_file`.
        BundleError: what comes out is no bundle of this version.
        FileExistsError: `directory` may not be written.
    """
    from lite_transformer_tf.litert.runtime.open import open_bundle

    files = unpack_file(Path(path).read_bytes())
    with atomic_directory(directory, overwrite=overwrite, marker=MANIFEST_NAME) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        open_bundle(temporary)


def packed_sizes(data: bytes) -> dict[str, dict[str, Any]]:
    """What each file takes in a packed bundle: `size`, `packed`, and packed bytes by method."""
    entries, _ = _read_head(data)
    table = {}
    for entry in entries:
        methods: dict[str, int] = {}
        for method, _, packed in entry["segments"]:
            methods[METHODS[method]] = methods.get(METHODS[method], 0) + packed
        table[entry["name"]] = {"size": entry["size"], "packed": sum(methods.values()), "methods": methods}
    return table


def _read_head(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The entries of the head, their kinds checked, and where the first segment begins."""
    if len(data) < HEAD.size or data[:4] != MAGIC:
        raise PackedDataError(f"A packed bundle must begin with {MAGIC!r}. Received: {data[:4]!r}")
    _, version, length = HEAD.unpack_from(data)
    if version != VERSION:
        raise PackedDataError(
            f"This program unpacks version {VERSION}; use the program that wrote it, or a newer one. Received: {version}"
        )
    place = HEAD.size + length
    try:
        entries = json.loads(_inflate(data[HEAD.size : place], LARGEST_HEAD))["files"]
        for entry in entries:
            name = entry["name"]
            numbers = [value for segment in entry["segments"] for value in segment] + [entry["size"]]
            kinds = all(type(value) is int and 0 <= value < LARGEST for value in numbers) and all(
                len(segment) == 3 for segment in entry["segments"]
            )
            if not kinds or not name or Path(name).name != name or name in (".", ".."):
                raise ValueError(f"{name!r} has a segment, a size or a name of a wrong kind")
            if any(method >= len(METHODS) for method, _, _ in entry["segments"]):
                raise ValueError(f"{name!r} has a segment of an unknown method")
            if sum(size for _, size, _ in entry["segments"]) != entry["size"]:
                raise ValueError(f"the segments of {name!r} do not add up to its size")
        if sum(entry["size"] for entry in entries) > LARGEST:
            raise ValueError(f"the files have more than {LARGEST} bytes")
    except (ValueError, KeyError, TypeError) as error:
        raise PackedDataError(f"The head of a packed bundle must list its files. Received: {error}") from error
    return entries, place


def _parts(name: str, content: bytes) -> Iterator[bytes]:
    """The parts of a file that are packed each by itself: the larger constants of the model, and what lies between them."""
    place = 0
    for begin, end in _constants(content) if name == MODEL_NAME else []:
        if begin > place:
            yield content[place:begin]
        yield content[begin:end]
        place = end
    if place < len(content) or not content:
        yield content[place:]


def _constants(content: bytes) -> list[tuple[int, int]]:
    """Begin and end of the larger constants in a TFLite file, ascending, none within another."""
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


def _smallest(part: bytes) -> tuple[int, bytes]:
    """Method and bytes of the shortest form; of equals the simplest."""
    forms = [(STORED, part), (LZMA, lzma_code.compress(part))]
    if part:
        values = np.frombuffer(part, np.uint8)
        forms += [(SYMBOLS, encode(values))] + (
            [(NIBBLES, encode(_nibbles(values)))] if len(part) >= SMALLEST_CONSTANT else []
        )
        if len(part) % 4 == 0:
            forms.append((PLANES, _planes(values)))
    return min(forms, key=lambda form: len(form[1]))


def _nibbles(values: np.ndarray) -> np.ndarray:
    """(N,) -> (2 N,): the low half of each byte, then its high half."""
    return np.stack([values & 15, values >> 4], 1).reshape(-1)


def _planes(values: np.ndarray) -> bytes:
    """Float32 values by the significance of their bytes: four times the length (32 bits) and the symbols of one plane."""
    planes = [encode(values[plane::4]) for plane in range(4)]
    return b"".join(struct.pack("<I", len(plane)) + plane for plane in planes)


def _unpack(method: int, packed: bytes, size: int) -> bytes:
    if method == STORED:
        if len(packed) != size:
            raise PackedDataError(f"A stored segment must have {size} bytes. Received: {len(packed)}")
        return packed
    if method == LZMA:
        return lzma_code.decompress(packed, size)
    if method == SYMBOLS:
        return decode(packed, size).tobytes()
    if method == NIBBLES:
        halves = decode(packed, 2 * size).reshape(-1, 2)
        if halves.size and halves.max() > 15:
            raise PackedDataError(f"Half bytes must lie in [0, 15]. Received: {halves.max()}")
        return (halves[:, 0] | halves[:, 1] << 4).astype(np.uint8).tobytes()
    result, place = np.empty(size, np.uint8), 0
    for plane in range(4):
        if place + 4 > len(packed):
            raise PackedDataError(f"A segment of planes must hold four of them. Received: {plane}")
        (length,) = struct.unpack_from("<I", packed, place)
        result[plane::4] = decode(packed[place + 4 : place + 4 + length], len(result[plane::4]))
        place += 4 + length
    if place != len(packed):
        raise PackedDataError(
            f"A segment of planes must end behind the fourth. Received: {len(packed) - place} bytes more"
        )
    return result.tobytes()


def _inflate(data: bytes, most: int) -> bytes:
    """Raw deflate back, at most so many bytes."""
    unpacker = zlib.decompressobj(-15)
    try:
        result = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise PackedDataError(f"Deflated bytes must be readable. Received: {error}") from error
    if len(result) > most or not unpacker.eof or unpacker.unused_data:
        raise PackedDataError(
            f"Deflated bytes must be whole, and at most {most} bytes. Received: {len(result)} or more"
        )
    return result
