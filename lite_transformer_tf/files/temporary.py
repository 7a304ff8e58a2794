"""Directories for the time of a block, which do not outlive a killed program for long."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lite_transformer_tf.files.leftovers import new_directory, remove_leftovers

NAME = "lite_transformer"


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """A new directory where the system keeps temporary files, removed with all that it holds when the block ends.

    What killed programs left there is removed first; a program that is alive holds a lock on its own.

    Yields:
        The directory.

    Example:
        with temporary_directory() as folder:
            (folder / "answers.txt").write_text("...")
    """
    target = Path(tempfile.gettempdir()) / NAME
    remove_leftovers(target.parent, NAME)
    descriptor, folder = new_directory(target)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)
