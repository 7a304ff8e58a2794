"""Writing files and directories so that a reader never sees a half-written one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PathLike = str | os.PathLike[str]


def _default_mode(mode: int) -> int:
    """Default permissions of a new file (0o666) or directory (0o777); temporary ones are private instead."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask


@contextmanager
def atomic_file(path: PathLike) -> Iterator[IO[bytes]]:
    """A binary file to write, which replaces `path` when the block succeeds and is removed when it raises.

    Args:
        path: The file to write. Missing parent directories are made; an existing file is replaced.

    Yields:
        The open temporary file, a sibling of `path`.

    Raises:
        IsADirectoryError: `path` is a directory.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"The path of a file to write must not be a directory. Received: {str(target)!r}")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, _default_mode(0o666))
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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


def check_writable(path: PathLike, *, directory: bool) -> None:
    """Raises unless a file, or files in a directory, can be written at `path`. Call it before long work.

    Args:
        path: The path to write; missing parent directories can be made.
        directory: Whether it is a directory.

    Raises:
        FileExistsError: It is a file where a directory is needed, or the other way round.
        NotADirectoryError: A parent is a file.
        PermissionError: The place may not be written.
    """
    target = Path(path)
    if target.exists() and target.is_dir() != directory:
        kinds = ("a directory", "a file") if directory else ("a file", "a directory")
        raise FileExistsError(f"The output must be {kinds[0]}. Received: {str(target)!r}, which is {kinds[1]}")
    place = target if directory else target.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        rule = "The output must lie in a directory"
        raise NotADirectoryError(f"{rule}. Received: {str(target)!r}, but {str(place)!r} is a file")
    if not os.access(place, os.W_OK | os.X_OK):
        rule = "The output must lie where you may write"
        raise PermissionError(f"{rule}. Received: {str(target)!r}, but {str(place)!r} is read-only")


def check_output(path: PathLike, *, overwrite: bool = False, marker: str | None = None) -> None:
    """Raises unless a directory may be written at `path`. Call it before long work, so that the error comes first.

    Args:
        path: The directory to write. A missing or empty one is always accepted.
        overwrite: Whether an existing directory may be replaced as a whole.
        marker: Name of a file that marks directories which may be replaced, so that a mistyped path deletes nothing.

    Raises:
        FileExistsError: it exists, and it may not be replaced.
    """
    target = Path(path)
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise FileExistsError(
            f"The output must be a directory, but a file of this name exists. Received: {str(target)!r}"
        )
    if not any(target.iterdir()):
        return
    if not overwrite:
        raise FileExistsError(
            f"The output directory must be new or empty, unless you ask to overwrite it. Received: {str(target)!r}"
        )
    if marker is not None and not (target / marker).is_file():
        raise FileExistsError(
            f"Only a directory with a file {marker!r} is overwritten. Received: {str(target)!r}, which has none"
        )


@contextmanager
def atomic_directory(path: PathLike, *, overwrite: bool = False, marker: str | None = None) -> Iterator[Path]:
    """A directory to fill, which replaces `path` when the block succeeds and is removed when it raises.

    Args:
        path: The directory to write. Missing parents are made.
        overwrite, marker: When an existing directory may be replaced, see `check_output`.

    Yields:
        The temporary directory, a sibling of `path`.

    Raises:
        FileExistsError: see `check_output`.
    """
    target = Path(path)
    check_output(target, overwrite=overwrite, marker=marker)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    retired = temporary.with_suffix(".old")
    try:
        yield temporary
        os.chmod(temporary, _default_mode(0o777))
        check_output(target, overwrite=overwrite, marker=marker)
        if target.exists():
            os.rename(target, retired)
        os.rename(temporary, target)
    except BaseException:
        if retired.exists() and not target.exists():
            os.rename(retired, target)
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    shutil.rmtree(retired, ignore_errors=True)
