"""Text files, plain or gzip, read line by line in strict UTF-8."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.lines import split_lines

GZIP_MAGIC = b"\x1f\x8b"


def open_bytes(path: PathLike) -> IO[bytes]:
    """Opens a file for reading its bytes, unpacked when its first two bytes are those of gzip.

    Raises:
        FileNotFoundError: there is no such file.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"A text file must exist. Received: {str(file)!r}")
    with file.open("rb") as stream:
        packed = stream.read(2) == GZIP_MAGIC
    return cast(IO[bytes], gzip.open(file, "rb")) if packed else file.open("rb")


def read_lines(path: PathLike) -> Iterator[str]:
    """The lines of a text file, see `lines.split_lines`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is not UTF-8, or a gzip file is damaged; the message names file and line.
    """
    number = 0
    with open_bytes(path) as stream:
        try:
            for line in split_lines(stream):
                number += 1
                yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            place = f"{str(path)!r}, line {number}, byte {error.start + 1} of the line"
            raise ValueError(f"A text file must be UTF-8. Received: {place}: {error.reason}") from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            received = f"{str(path)!r}, damaged after line {number}: {error}"
            raise ValueError(f"A gzip file must be whole. Received: {received}") from error


def count_lines(path: PathLike) -> int:
    """Number of lines; a last one without a line end counts."""
    return sum(1 for _ in read_lines(path))


def file_digest(path: PathLike) -> str:
    """SHA-256 of the file's bytes as they lie on the disk."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
