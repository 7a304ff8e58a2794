"""Named arrays in an .npz file: names, types and shapes are read from the headers before any array is.

Nothing is unpickled, and no array is read that its reader does not want.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np

from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, TooLargeError

SUFFIX = ".npy"
KINDS = "fiub"
"""Kinds of elements: floats, integers with and without a sign, booleans."""
LONGEST_HEADER = 10_000  # bytes
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
SHOWN = 5  # names in a message


def read_arrays(
    path: str | os.PathLike[str],
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by name.

    Args:
        path: The file.
        shapes: Names and shapes of the arrays that it must have, no more and no fewer. `None` takes any.
        limits: Bytes that all arrays may have.

    Returns:
        Arrays of numbers or booleans.

    Raises:
        TooLargeError: The arrays have more bytes than the limits allow.
        ValueError: The file is damaged, has other arrays, or other things than plain arrays.
        OSError: It is missing or cannot be read.
        zipfile.BadZipFile: It is no zip file, or a damaged one.
    """
    with zipfile.ZipFile(path) as archive:
        members = _members(archive, Path(path).stat().st_size, limits)
        found = {name: _shape(archive, member) for name, member in members.items()}
        if shapes is not None:
            check_shapes(found, shapes)
        return {name: _array(archive, member) for name, member in members.items()}


def check_shapes(found: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Raises ValueError unless both have the same names with the same shapes."""
    if found.keys() != expected.keys():
        missing, unknown = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
        rule = "These weights belong to another model: their names must be the model's"
        raise ValueError(f"{rule}. Received: missing {missing[:SHOWN]}, unknown {unknown[:SHOWN]}")
    for name, shape in expected.items():
        if found[name] != tuple(shape):
            raise ValueError(f"Weight {name!r} must have the shape {tuple(shape)}. Received: {found[name]}")


def check_finite(weights: Mapping[str, np.ndarray]) -> None:
    """Raises ValueError where a weight is NaN or infinite: such a model answers nothing, or nonsense."""
    for name, value in weights.items():
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            wrong = int((~np.isfinite(value)).sum())
            raise ValueError(f"Weights must be finite numbers. Received: {wrong} of {value.size} are not in {name!r}")


def _members(archive: zipfile.ZipFile, size: int, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The members of an archive by the name of their array, whose sizes together are within the limits."""
    members = {info.filename.removesuffix(SUFFIX): info for info in archive.infolist()}
    if len(members) < len(archive.infolist()):
        raise ValueError("An .npz file must name each array once. Received: a name twice")
    other = [
        info.filename
        for info in archive.infolist()
        if not info.filename.endswith(SUFFIX) or info.compress_type not in METHODS
    ]
    if other:
        raise ValueError(f"An .npz file must have arrays only, stored or deflated. Received: {other[:SHOWN]}")
    total = sum(info.file_size for info in members.values())
    most = min(limits.weights_bytes, limits.unpacked(size))
    if total > most:
        rule = f"The arrays of an .npz file of {size:,} bytes may have at most {most:,} bytes"
        raise TooLargeError(f"{rule}, unless its reader allows more. Received: {total:,}")
    return members


def _shape(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, ...]:
    """The shape in an array's header, which must agree with the member's size."""
    with archive.open(member) as stream:
        shape, dtype = _header(stream, member.filename)
        size = stream.tell() + int(np.prod(shape, dtype=object)) * dtype.itemsize
    if size != member.file_size:
        rule = f"{member.filename!r} must have {size:,} bytes, as its header says"
        raise ValueError(f"{rule}. Received: {member.file_size:,}")
    return shape


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"{name!r} must be an array of version 1.0 or 2.0. Received: {version}")
    shape, _, dtype = readers[version](stream, max_header_size=LONGEST_HEADER)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise ValueError(f"{name!r} must have plain numbers. Received: {dtype}")
    return tuple(shape), dtype


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)
