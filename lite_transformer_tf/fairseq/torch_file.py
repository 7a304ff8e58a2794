"""The two forms of files that `torch.save` writes, read without torch: a zip archive, and the one before torch 1.6."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from lite_transformer_tf.fairseq.errors import CheckpointError, shown
from lite_transformer_tf.fairseq.plain_data import Inert, Name
from lite_transformer_tf.fairseq.plain_pickle import Machine
from lite_transformer_tf.files import PathLike

ZIP_MAGIC = b"PK\x03\x04"
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_START = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
LEGACY_PROTOCOL = 1001
LARGEST_PICKLE = 64 * 2**20
BIGGEST = 2**48
MOST_AXES = 8
DTYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "BFloat16Storage": "<u2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "<u1",
}
BRAIN_FLOAT = "BFloat16Storage"


@dataclass(eq=False)
class Storage:
    """Numbers of a file, which are read when they are needed.

    Args:
        kind: Class of torch, such as "FloatStorage".
        count: Number of its elements.
        read: Reads its bytes.
    """

    kind: str
    count: int
    read: Callable[[], bytes]

    @property
    def size(self) -> int:
        """Number of its bytes."""
        return self.count * np.dtype(DTYPES[self.kind]).itemsize

    def array(self) -> np.ndarray:
        """Its elements; brain floats as float32."""
        content = self.read()
        if len(content) != self.size:
            rule = f"A storage of the checkpoint must have {self.size} bytes"
            raise CheckpointError(f"{rule}; the file is damaged. Received: {len(content)}")
        values = np.frombuffer(content, DTYPES[self.kind])
        return (values.astype(np.uint32) << 16).view(np.float32) if self.kind == BRAIN_FLOAT else values


@dataclass(eq=False)
class Tensor:
    """A tensor of a file: a view of a storage, whose place and size were checked.

    Args:
        storage: The storage.
        offset: Element at which it begins.
        shape: Its shape.
        strides: Elements between neighbours along each axis.
    """

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def view(self) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
        """Which numbers of the file it has."""
        return id(self.storage), self.offset, self.shape, self.strides

    @property
    def size(self) -> int:
        """Number of its bytes in the file."""
        return math.prod(self.shape) * np.dtype(DTYPES[self.storage.kind]).itemsize

    def array(self) -> np.ndarray:
        """A contiguous copy. Numbers that are not float32 are converted to it.

        Raises:
            CheckpointError: The file is damaged, or the numbers are not finite.
        """
        flat = self.storage.array()
        strides = [stride * flat.itemsize for stride in self.strides]
        values = np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, strides)
        with np.errstate(over="ignore"):
            made = np.array(values, np.float32, order="C")
        if not np.isfinite(made).all():
            raise CheckpointError("The numbers of a checkpoint must be finite. Received: a tensor with others")
        return made


def _whole(value: Any, what: str) -> int:
    if type(value) is not int or not 0 <= value < BIGGEST:
        raise CheckpointError(f"{what} of a tensor must be a whole number. Received: {shown(value)}")
    return value


def _axes(value: Any, what: str) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_AXES:
        raise CheckpointError(f"{what} of a tensor must have at most {MOST_AXES} numbers. Received: {shown(value)}")
    return tuple(_whole(entry, what) for entry in value)


def _tensor(arguments: Sequence[Any]) -> Tensor:
    """What `torch._utils._rebuild_tensor` and `_rebuild_tensor_v2` make."""
    if len(arguments) < 4 or not isinstance(arguments[0], Storage):
        raise CheckpointError(
            f"A tensor must have a storage, an offset, a shape and strides. Received: {len(arguments)}"
        )
    storage, offset = arguments[0], _whole(arguments[1], "The offset")
    shape, strides = _axes(arguments[2], "The shape"), _axes(arguments[3], "The strides")
    count = math.prod(shape)
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides)) if count else offset
    if len(shape) != len(strides) or count > storage.count or last > storage.count - (1 if count else 0):
        rule = f"A tensor must lie in its storage of {storage.count} numbers"
        raise CheckpointError(f"{rule}; the file is damaged. Received: shape {shown(shape)}, offset {offset}")
    return Tensor(storage, offset, shape, strides)


def _parameter(arguments: Sequence[Any]) -> Any:
    return arguments[0] if arguments else Inert("torch._utils._rebuild_parameter")


CALLS = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
}


class _Storages:
    """Makes storages of persistent ids, one per key."""

    def __init__(self, make: Callable[[str, str, int], Storage]) -> None:
        self._make = make
        self.found: dict[str, Storage] = {}

    def __call__(self, identity: Any) -> Storage:
        if not isinstance(identity, tuple) or len(identity) not in (5, 6) or identity[0] != "storage":
            raise CheckpointError(f"A tensor of a checkpoint must name its storage. Received: {shown(identity)}")
        kind, key, count = identity[1], identity[2], _whole(identity[4], "The storage")
        name = kind.name.removeprefix("torch.").removeprefix("cuda.") if isinstance(kind, Name) else shown(kind)
        if name not in DTYPES:
            raise CheckpointError(f"A storage must have one of the types {list(DTYPES)}. Received: {shown(name)}")
        if not isinstance(key, str) or len(identity) == 6 and identity[5] is not None:
            raise CheckpointError(f"A storage must have a name, and be no view. Received: {shown(key)}")
        known = self.found.get(key)
        if known is None:
            known = self.found[key] = self._make(key, name, count)
        elif (known.kind, known.count) != (name, count):
            raise CheckpointError(f"A storage must have one type and size. Received: {key!r} with two")
        return known


@contextmanager
def open_checkpoint(path: PathLike) -> Iterator[Any]:
    """The object that `torch.save` wrote, as plain data with `Tensor`s, while the file is open.

    Nothing of the file is executed, whatever it contains. Memory is bounded: a pickle has at most `LARGEST_PICKLE`
    bytes, and tensors are read one by one.

    Args:
        path: The file.

    Raises:
        CheckpointError: It is no file of `torch.save`, damaged, or uses what no checkpoint needs.
        FileNotFoundError: There is none.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"A checkpoint must be a file that exists. Received: {str(file)!r}")
    with file.open("rb") as stream:
        with one_sentence(str(file)):
            start = stream.read(len(LEGACY_START))
            if not start.startswith(ZIP_MAGIC) and start != LEGACY_START:
                rule = "A checkpoint must be a file that torch.save wrote"
                raise CheckpointError(f"{rule}. Received: {str(file)!r}, which begins with {start[:4]!r}")
            found = _read_zip(stream) if start.startswith(ZIP_MAGIC) else _read_legacy(stream, file.stat().st_size)
        yield found


@contextmanager
def one_sentence(name: str) -> Iterator[None]:
    """Errors of a damaged file as one `CheckpointError`."""
    try:
        yield
    except CheckpointError:
        raise
    except (Exception, RecursionError) as error:  # damaged files make zipfile, pickletools and NumPy raise any error
        text = " ".join(str(error).split())[:200]
        raise CheckpointError(f"This checkpoint is damaged: {name!r} ({type(error).__name__}: {text})") from error


def _read_zip(stream: IO[bytes]) -> Any:
    size = stream.seek(0, io.SEEK_END)
    archive = zipfile.ZipFile(stream)
    entries = {entry.filename: entry for entry in archive.infolist()}
    packed = next((name for name, entry in entries.items() if entry.compress_type != zipfile.ZIP_STORED), None)
    if packed is not None or sum(entry.file_size for entry in entries.values()) > size:
        raise CheckpointError(f"The entries of a checkpoint must not be compressed. Received: {shown(packed)}")
    pickles = [name for name in entries if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(pickles) != 1:
        raise CheckpointError(f"A checkpoint must have one data.pkl. Received: {len(pickles)} in a zip archive")
    if entries[pickles[0]].file_size > LARGEST_PICKLE:
        raise CheckpointError(f"data.pkl must have at most {LARGEST_PICKLE} bytes. Received: more")
    root = pickles[0].removesuffix("data.pkl")
    if f"{root}byteorder" in entries and archive.read(f"{root}byteorder") != b"little":
        raise CheckpointError("A checkpoint must have been written on a little-endian machine. Received: another one")

    def make(key: str, kind: str, count: int) -> Storage:
        name = f"{root}data/{key}"
        storage = Storage(kind, count, lambda: archive.read(name))
        if name not in entries or entries[name].file_size != storage.size:
            received = f"{entries[name].file_size if name in entries else 'none'}"
            raise CheckpointError(f"The file must have {storage.size} bytes for storage {key!r}. Received: {received}")
        return storage

    return Machine(CALLS, _Storages(make)).read(io.BytesIO(archive.read(pickles[0])))


def _read_legacy(stream: IO[bytes], size: int) -> Any:
    stream.seek(0)
    pickles = io.BytesIO(stream.read(LARGEST_PICKLE))
    head = [Machine().read(pickles) for _ in range(3)]
    system = head[2]
    if head[0] != LEGACY_MAGIC or head[1] != LEGACY_PROTOCOL or not isinstance(system, dict):
        raise CheckpointError(f"A checkpoint of the old form must have protocol 1001. Received: {shown(head[1])}")
    if system.get("little_endian") is not True:
        raise CheckpointError("A checkpoint must have been written on a little-endian machine. Received: another one")
    places: dict[str, int] = {}

    def make(key: str, kind: str, count: int) -> Storage:
        def read() -> bytes:
            if key not in places:
                raise CheckpointError(f"The file must have the numbers of storage {key!r}. Received: none")
            stream.seek(places[key])
            return stream.read(storage.size)

        storage = Storage(kind, count, read)
        if storage.size > size:
            raise CheckpointError(f"The file must have {storage.size} bytes for storage {key!r}. Received: {size}")
        return storage

    storages = _Storages(make)
    found = Machine(CALLS, storages).read(pickles)
    keys = Machine().read(pickles)
    if not isinstance(keys, list):
        raise CheckpointError(f"The storages of a checkpoint must be a list. Received: {shown(keys)}")
    place = pickles.tell()
    for key in keys:
        storage = storages.found.get(key) if isinstance(key, str) else None
        if storage is None or key in places:
            raise CheckpointError(f"A storage must be named once, and be used. Received: {shown(key)}")
        stream.seek(place)
        count = int.from_bytes(stream.read(8), "little")
        if count != storage.count or place + 8 + storage.size > size:
            raise CheckpointError(
                f"Storage {key!r} must have {storage.count} numbers. Received: {count}, or a cut file"
            )
        places[key] = place + 8
        place += 8 + storage.size
    return found
