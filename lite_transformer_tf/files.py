"""Writing files and directories so that a reader never meets a half-written one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PathLike = str | os.PathLike[str]


def _default_mode(mode: int) -> int:
    """Permissions that a newly created file (0o666) or directory (0o777) gets by default; temporary ones are private instead."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask


@contextmanager
def atomic_file(path: PathLike) -> Iterator[IO[bytes]]:
    """A binary file to write, which takes the place of `path` when the block ends well and vanishes when it does not.

    Args:
        path: the file to write; missing parent directories are made. An existing file is replaced.

    Yields:
        the open temporary file, a sibling of `path`.

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
    """Writes `data` to `path`, whole or not at all."""
    with atomic_file(path) as stream:
        stream.write(data)


def atomic_write_text(path: PathLike, text: str) -> None:
    """Writes `text` to `path` in UTF-8 with its newlines as they are, whole or not at all."""
    atomic_write_bytes(path, text.encode("utf-8"))


def atomic_write_json(path: PathLike, value: Any) -> None:
    """Writes `value` to `path` as indented JSON, whole or not at all; NaN and infinities are an error, for they are not JSON."""
    atomic_write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def check_output(path: PathLike, *, overwrite: bool = False, marker: str | None = None) -> None:
    """Raises unless a directory may be written at `path`: call it before long work, so that the refusal comes first.

    Args:
        path: the directory to write. Missing, or empty, is always good.
        overwrite: whether an existing one may be replaced as a whole.
        marker: name of a file that the directory must hold to be replaced, so that a mistyped path never deletes foreign files.

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
            f"The output directory must not exist or be empty, unless overwriting is asked for. Received: {str(target)!r}"
        )
    if marker is not None and not (target / marker).is_file():
        raise FileExistsError(
            f"Only a directory that holds {marker!r} is overwritten; this one does not. Received: {str(target)!r}"
        )


@contextmanager
def atomic_directory(path: PathLike, *, overwrite: bool = False, marker: str | None = None) -> Iterator[Path]:
    """A directory to fill, which takes the place of `path` when the block ends well and vanishes when it does not.

    Args:
        path: the directory to write; missing parents are made.
        overwrite, marker: when an existing directory may be replaced, see `check_output`.

    Yields:
        the temporary directory, a sibling of `path`.

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
