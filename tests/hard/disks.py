"""Small and read-only disks, where this process may mount them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


def _call(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def mounted(folder: Path, size: int | str) -> Iterator[Path]:
    """A file system in memory that holds `size` bytes.

    Raises:
        PermissionError: This user must not mount one.
    """
    folder.mkdir(exist_ok=True)
    if not _call("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)):
        raise PermissionError("no right to mount a disk")
    try:
        yield folder
    finally:
        _call("umount", "-l", str(folder))


@contextmanager
def small_disk(folder: Path, size: str = "64k") -> Iterator[Path]:
    """A disk with little space; the test is skipped where none can be mounted."""
    with ExitStack() as stack:
        try:
            disk = stack.enter_context(mounted(folder, size))
        except PermissionError as error:
            pytest.skip(str(error))
        yield disk


def make_read_only(disk: Path) -> None:
    """Makes a mounted disk read-only."""
    assert _call("mount", "-o", "remount,ro", str(disk))
