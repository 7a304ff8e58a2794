"""Files that are written whole or not at all."""

from __future__ import annotations

import io
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lite_transformer_tf.files.errors import OutputError, PathLike, named
from lite_transformer_tf.files.leftovers import new_file, remove_leftovers
from lite_transformer_tf.files.syncing import sync_directory


def default_mode(mode: int) -> int:
    """Default permissions of a new file (0o666) or directory (0o777); temporary ones are private instead."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask


def is_stream(path: Path) -> bool:
    """Whether a path is a device or a pipe, which takes bytes but cannot be replaced; False where nothing is there.

    Raises:
        IsADirectoryError: It is a directory.
        OutputError: It is a disk or a socket, or the system cannot tell.
    """
    with named(path):
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:  # also a link to a file that is still to be made
            return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"The path of a file to write must not be a directory. Received: {str(path)!r}")
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        rule = "The output must be a file, a pipe, or a device that takes text"
        raise OutputError(f"{rule}. Received: {str(path)!r}, a {'disk' if stat.S_ISBLK(mode) else 'socket'}")
    return not stat.S_ISREG(mode)


class _Output(io.FileIO):
    """An open file whose errors name its path."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "wb")
        self._path = path

    def write(self, data: Any) -> int:
        with named(self._path):
            return super().write(data)


@contextmanager
def atomic_file(path: PathLike) -> Iterator[IO[bytes]]:
    """A binary file to write, which replaces `path` when the block succeeds and is removed when it raises.

    A link stays, and what it leads to is replaced. A device or a pipe cannot be replaced: the bytes go into it.

    Args:
        path: The file to write. Missing parent directories are made; an existing file is replaced.

    Yields:
        The open temporary file, a sibling of `path`.

    Raises:
        IsADirectoryError: `path` is a directory.
        OutputError: It is a disk or a socket, or the system cannot write it.
    """
    target = Path(path)
    with _through(target) if is_stream(target) else _replacing(target) as stream:
        yield stream


@contextmanager
def _through(target: Path) -> Iterator[IO[bytes]]:
    with named(target):
        descriptor = os.open(target, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
    with io.BufferedWriter(_Output(descriptor, target)) as stream:
        yield stream


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    real = Path(os.path.realpath(target))
    with named(target):
        real.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(real.parent, real.name)
        descriptor, name = new_file(real)
    try:
        with io.BufferedWriter(_Output(descriptor, target)) as stream:
            yield stream
            stream.flush()
            with named(target):
                os.fsync(descriptor)
                os.chmod(name, default_mode(0o666))
                os.replace(name, real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_directory(real.parent)


def atomic_write_bytes(path: PathLike, data: bytes) -> None:
    """Writes `data` to `path`, completely or not at all."""
    with atomic_file(path) as stream:
        stream.write(data)


def atomic_write_text(path: PathLike, text: str) -> None:
    """Writes `text` to `path` in UTF-8 with its newlines as they are, completely or not at all."""
    atomic_write_bytes(path, text.encode("utf-8"))


def atomic_write_json(path: PathLike, value: object) -> None:
    """Writes `value` to `path` as indented JSON, completely or not at all.

    Raises:
        ValueError: `value` contains NaN or an infinity, which JSON cannot express.
        TypeError: `value` contains something else that JSON cannot express.
    """
    atomic_write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
