"""Errors of the system with the rule and the path, as a user can act on them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

PathLike = str | os.PathLike[str]

WHOLE = "The output must be written whole"
RULES = {
    errno.EACCES: "The output must lie where you may write",
    errno.EDQUOT: "The output needs room in your disk quota",
    errno.EEXIST: "The output must lie in a directory",
    errno.ELOOP: "The output must not be a link that leads to itself",
    errno.ENAMETOOLONG: "The output needs a shorter name",
    errno.ENOSPC: "The output needs space on the disk",
    errno.ENOTDIR: "The output must lie in a directory",
    errno.EPERM: "The output must lie where you may write",
    errno.EROFS: "The output must lie on a disk that can be written",
}


class OutputError(OSError):
    """A result cannot be written; the message names the rule and the path.

    Args:
        message: "RULE. Received: PATH".
        number: Number of the system's error, see `errno`. Defaults to none.
    """

    def __init__(self, message: str, number: int | None = None) -> None:
        super().__init__(message)
        self.errno = number


def output_error(path: PathLike, error: OSError) -> OutputError:
    """The system's error about a path as an `OutputError`."""
    rule = RULES.get(error.errno or 0, WHOLE)
    return OutputError(f"{rule}. Received: {os.fspath(path)!r} ({error.strerror or error})", error.errno)


@contextmanager
def named(path: PathLike) -> Iterator[None]:
    """Errors of the system in the block name `path` and their rule; a closed pipe remains a `BrokenPipeError`.

    Raises:
        OutputError: The system refuses what the block does.
    """
    try:
        yield
    except (OutputError, BrokenPipeError):
        raise
    except OSError as error:
        raise output_error(path, error) from error
