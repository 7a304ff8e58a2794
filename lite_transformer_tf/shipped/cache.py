"""Directories that are made once and used by every later program: `$XDG_CACHE_HOME/lite-transformer-tf`.

Nothing but these directories is written there. It may be deleted at any time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lite_transformer_tf.files import atomic_directory


def cache_directory() -> Path:
    """Where made directories are kept: below `$XDG_CACHE_HOME`, or `~/.cache` without it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lite-transformer-tf"


def made_once(key: str, make: Callable[[Path], None], check: Callable[[Path], bool]) -> Path | None:
    """The directory of this key, made now unless it is there already.

    Args:
        key: Name of the directory; another content needs another one.
        make: Fills a new directory. Another program that makes the same one at the same time does no harm.
        check: Whether a directory that is there is whole; otherwise it is made again.

    Returns:
        The directory, or None where none can be written.
    """
    try:
        folder = cache_directory() / key
        if folder.is_dir() and check(folder):
            return folder
        with atomic_directory(folder, overwrite=True) as temporary:
            make(temporary)
        return folder
    except (OSError, RuntimeError):  # read-only, full, no home directory, or another program was faster
        return folder if _is_whole(key, check) else None


def _is_whole(key: str, check: Callable[[Path], bool]) -> bool:
    try:
        folder = cache_directory() / key
        return folder.is_dir() and check(folder)
    except (OSError, RuntimeError):
        return False
