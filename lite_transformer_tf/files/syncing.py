"""Flushing files and directories to the disk, so that a power cut takes nothing back."""

from __future__ import annotations

import contextlib
import os

from lite_transformer_tf.files.errors import PathLike


def sync_file(path: PathLike) -> None:
    """Flushes the content of a file to the disk.

    Raises:
        OSError: The disk refuses it, for instance because it is full.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: PathLike) -> None:
    """Flushes the names in a directory to the disk, where the system can do it."""
    with contextlib.suppress(OSError):  # some file systems, and Windows, cannot open or flush a directory
        sync_file(path)


def sync_tree(path: PathLike) -> None:
    """Flushes a directory with all that it contains.

    Raises:
        OSError: See `sync_file`.
    """
    for folder, _, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)
            if not os.path.islink(file):
                sync_file(file)
        sync_directory(folder)
