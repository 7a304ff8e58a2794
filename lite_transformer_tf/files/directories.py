"""Directories that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lite_transformer_tf.files.atomic import default_mode
from lite_transformer_tf.files.checks import check_output
from lite_transformer_tf.files.errors import PathLike, named
from lite_transformer_tf.files.leftovers import RETIRED, hold, new_directory, remove_leftovers
from lite_transformer_tf.files.syncing import sync_directory, sync_tree

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # fcntl.h and stdio.h of Linux


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
        OutputError: The system cannot write it.
    """
    target = Path(path)
    check_output(target, overwrite=overwrite, marker=marker)
    target = target.resolve()
    with named(path):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent, target.name)
        descriptor, temporary = new_directory(target)
    try:
        yield temporary
        with named(path):
            sync_tree(temporary)
            os.chmod(temporary, default_mode(0o777))
        check_output(target, overwrite=overwrite, marker=marker)
        with named(path):
            _put(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)
    sync_directory(target.parent)


def _put(temporary: Path, target: Path) -> None:
    """Puts a new directory into its place; what was there is at `temporary` afterwards, or gone."""
    if not target.exists():
        os.rename(temporary, target)
    elif not exchange(temporary, target):
        put_by_two_renames(temporary, target)


def exchange(first: Path, second: Path) -> bool:
    """Exchanges two directories in one step, so that nobody sees neither; False where the system cannot."""
    import ctypes

    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return call(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0


def put_by_two_renames(temporary: Path, target: Path) -> None:
    """The same in two steps. A kill between them leaves the old directory aside; the next call moves it back."""
    retired = temporary.with_suffix(RETIRED)
    try:
        descriptor: int | None = os.open(target, os.O_RDONLY)
    except OSError:  # Windows opens no directories
        descriptor = None
    try:
        if descriptor is not None:
            hold(descriptor)
        os.rename(target, retired)
        try:
            os.rename(temporary, target)
        except BaseException:
            os.rename(retired, target)
            raise
        shutil.rmtree(retired, ignore_errors=True)
    finally:
        if descriptor is not None:
            os.close(descriptor)
