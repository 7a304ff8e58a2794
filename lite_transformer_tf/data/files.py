"""The one reader of text files: plain, gzip or zstd, or a member of a zip archive; strict UTF-8, line by line."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from lite_transformer_tf.files import PathLike, received
from lite_transformer_tf.limits import file_sha256
from lite_transformer_tf.lines import LONGEST_LINE, Line, LineTooLongError, decoded, split_lines

PACKED = 1024  # bytes of a zstd file that are unpacked at once: at most some 32 MiB come of them
BUFFER = 1 << 17
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class DamagedFileError(ValueError):
    """A packed file ends too early, or its contents are damaged."""


@dataclass(frozen=True)
class ZipMember:
    """A text file inside a zip archive.

    Args:
        archive: Path of the archive.
        name: Name of the member.
    """

    archive: Path
    name: str

    def __str__(self) -> str:
        return f"{self.archive}/{self.name}"

    def is_file(self) -> bool:
        """Whether the archive is there; `find_member` has looked into it."""
        return self.archive.is_file()


TextFile = PathLike | ZipMember


@dataclass(frozen=True)
class Packing:
    """A way in which text files are packed.

    Args:
        name: Name for messages.
        suffix: End of the names of such files; only names are guessed by it, contents are told by `magic`.
        magic: First bytes of such files.
        open: Opens a file for reading what was packed.
    """

    name: str
    suffix: str
    magic: bytes
    open: Callable[[Path], IO[bytes]]


class _ZstdStream(io.RawIOBase):
    """What a zstd file holds, in all of its frames; a file that ends within a frame is damaged."""

    def __init__(self, path: Path, zstandard: Any) -> None:
        self._file, self._module = path.open("rb"), zstandard
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._unpacked, self._within = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._unpacked:
            packed = self._file.read(PACKED)
            if not packed:
                if self._within:
                    raise DamagedFileError("it ends too early")
                return 0
            self._unpacked = self._unpack(packed)
        taken, self._unpacked = self._unpacked[: len(buffer)], self._unpacked[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _unpack(self, packed: bytes) -> bytes:
        parts = []
        try:
            while packed:
                self._within = True
                parts.append(self._frame.decompress(packed))
                packed = b""
                if self._frame.eof:
                    packed, self._within = self._frame.unused_data, False
                    self._frame = self._module.ZstdDecompressor().decompressobj()
        except self._module.ZstdError as error:
            raise DamagedFileError(str(error)) from error
        return b"".join(parts)

    def close(self) -> None:
        self._file.close()
        super().close()


def _open_zstd(path: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError as error:
        rule = "A .zst file needs the package zstandard: pip install 'lite-transformer-tf[zstd]'"
        raise ValueError(f"{rule}. Received: {str(path)!r}") from error
    return cast(IO[bytes], io.BufferedReader(_ZstdStream(path, zstandard), BUFFER))


PACKINGS = (
    Packing("gzip", ".gz", b"\x1f\x8b", lambda path: cast(IO[bytes], gzip.open(path, "rb"))),
    Packing("zstd", ".zst", b"\x28\xb5\x2f\xfd", _open_zstd),
)
SUFFIXES = ("", *(packing.suffix for packing in PACKINGS))
"""Ends of the names of text files: plain, and every packing."""


def unpacked_name(name: str) -> str:
    """A file's name without the end that says how it is packed."""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES[1:] if name.endswith(suffix)), name)


def _packing(file: Path) -> Packing | None:
    """The packing that a file's first bytes tell; `None` for a plain one."""
    with file.open("rb") as stream:
        begin = stream.read(4)
    return next((packing for packing in PACKINGS if begin.startswith(packing.magic)), None)


def open_bytes(path: TextFile) -> IO[bytes]:
    """Opens a file for reading its bytes, unpacked when its first bytes are those of gzip or zstd.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It needs a package that is not installed.
    """
    if isinstance(path, ZipMember):
        with zipfile.ZipFile(path.archive) as archive:  # the stream of the member keeps the file open
            return archive.open(path.name)
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"A text file must exist. Received: {received(file)}")
    packing = _packing(file)
    return file.open("rb") if packing is None else packing.open(file)


def packing_of(path: TextFile) -> str:
    """Name of the packing by the file's first bytes, for messages; "text" without one."""
    if isinstance(path, ZipMember):
        return "zip"
    packing = _packing(Path(path))
    return "text" if packing is None else packing.name


def check_readable(path: TextFile) -> None:
    """Raises what `open_bytes` raises, so that it is told before long work."""
    open_bytes(path).close()


def _raw_lines(path: TextFile) -> Iterator[bytes]:
    number = 0
    with open_bytes(path) as stream:
        try:
            for line in split_lines(stream):
                number += 1
                yield line
        except LineTooLongError as error:
            place = f"{str(path)!r}, line {error.number}"
            raise ValueError(f"A line must have at most {LONGEST_LINE} bytes. Received: {place}") from error
        except (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, DamagedFileError) as error:
            received = f"{str(path)!r}, damaged after line {number}: {error}"
            raise ValueError(f"A {packing_of(path)} file must be whole. Received: {received}") from error


def read_lines(path: TextFile) -> Iterator[str]:
    """The lines of a text file, see `lines`; memory holds one line at a time.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A line is not UTF-8, or longer than `LONGEST_LINE` bytes, or a packed file is damaged; the message
            names file and line.
    """
    for number, line in enumerate(_raw_lines(path), start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            place = f"{str(path)!r}, line {number}, byte {error.start + 1} of the line"
            hint = "; it begins as UTF-16 does" if number == 1 and line.startswith(UTF_16) else ""
            raise ValueError(f"A text file must be UTF-8. Received: {place}: {error.reason}{hint}") from error
        yield text


def numbered_lines(path: TextFile) -> Iterator[Line]:
    """The same with their numbers, from 1; `None` for a line that is not UTF-8."""
    return decoded(_raw_lines(path))


def count_lines(path: TextFile) -> int:
    """Number of lines; a last one without a line end counts."""
    return sum(1 for _ in read_lines(path))


def file_digest(path: TextFile) -> str:
    """SHA-256 of the file's bytes as they lie on the disk; of a zip's member, of its archive and its name."""
    if isinstance(path, ZipMember):
        return hashlib.sha256(f"{file_digest(path.archive)}\n{path.name}".encode()).hexdigest()
    return file_sha256(path)


def zip_members(archive: Path) -> list[str]:
    """Names of the files in a zip archive.

    Raises:
        ValueError: It is damaged, or no archive.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return [entry.filename for entry in opened.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile as error:
        raise ValueError(f"A zip file must be whole. Received: {str(archive)!r}: {error}") from error
