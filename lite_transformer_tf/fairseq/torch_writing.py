"""Files that `torch.load` reads, written without torch: the zip archive of torch 1.6 and later."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from lite_transformer_tf.fairseq.pickle_writing import Call, Global, Persistent, dumps, ordered
from lite_transformer_tf.files import PathLike, atomic_file

ALIGNMENT = 64
REBUILD = Global("torch._utils", "_rebuild_tensor_v2")
FLOATS = Global("torch", "FloatStorage")


def write_checkpoint(path: PathLike, values: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> None:
    """Writes a checkpoint, completely or not at all: `values`, and the tensors as "model".

    Args:
        path: The file.
        values: Plain data by name, see `pickle_writing`.
        tensors: float32 arrays by name. An array that has several names is stored once, as tied weights are.
    """
    keys = {id(array): str(index) for index, array in enumerate({id(a): a for a in tensors.values()}.values())}
    model = {name: _tensor(array, keys[id(array)]) for name, array in tensors.items()}
    found = {**values, "model": ordered(model)}
    with atomic_file(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "archive/data.pkl", dumps({"args": found.pop("args"), "model": found.pop("model"), **found}))
        _add(archive, "archive/byteorder", b"little")
        for array in {id(a): a for a in tensors.values()}.values():
            content = np.ascontiguousarray(array, "<f4").tobytes()
            _add(archive, f"archive/data/{keys[id(array)]}", content)
        _add(archive, "archive/version", b"3\n")


def _tensor(array: np.ndarray, key: str) -> Call:
    strides = [int(np.prod(array.shape[axis + 1 :])) for axis in range(array.ndim)]
    storage = Persistent(("storage", FLOATS, key, "cpu", array.size))
    return Call(REBUILD, (storage, 0, tuple(array.shape), tuple(strides), False, ordered({})))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Adds an entry that begins at a multiple of `ALIGNMENT`, as torch's own do, without a time."""
    entry = zipfile.ZipInfo(name)
    assert archive.fp is not None
    begin = archive.fp.tell() + 30 + len(name) + 4
    padding = -begin % ALIGNMENT
    entry.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
    archive.writestr(entry, content)
