"""What stands at a path, in a word for messages."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lite_transformer_tf.files.errors import PathLike

KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a disk"),
    (stat.S_ISCHR, "a device"),
)


def opened_at_once(path: str, flags: int) -> int:
    """An `opener` for `open`, which does not wait until another program opens the other end of a pipe."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(descriptor, True)
    return descriptor


def received(path: PathLike) -> str:
    """A path for a message: quoted, and with what it is unless that is a regular file, or nothing.

    Example:
        >>> received("/")
        "'/', a directory"
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return repr(str(path))
    kind = next((f", {name}" for holds, name in KINDS if holds(mode)), "")
    return f"{str(Path(path))!r}{kind}"
