"""Standard streams that are closed, broken or full."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import IO, Any

NAMES = ("stdin", "stdout", "stderr")


def prepare() -> None:
    """Makes the standard streams such that a program can use them, whatever its caller did.

    What the caller closed is opened, so that no file of the program takes the place of a standard stream: reading from
    a closed input, or writing to a closed output, then fails with "Bad file descriptor", as in other programs; messages
    to a closed standard error are lost. Names of files that are no Unicode are printed as the bytes that they are.
    """
    for number, name in enumerate(NAMES):
        if getattr(sys, name) is None:
            setattr(sys, name, _instead_of(number))
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="surrogateescape")


def _instead_of(number: int) -> IO[Any]:
    """A stream for a closed one, with its number unless another file has taken that."""
    opened = os.open(os.devnull, (os.O_WRONLY, os.O_RDONLY, os.O_RDWR)[number])
    try:
        os.fstat(number)
    except OSError:
        os.dup2(opened, number)
        os.close(opened)
        opened = number
    mode = "r" if number == 0 else "w"
    return open(opened, mode, encoding="utf-8", errors="backslashreplace", closefd=False)


def flush() -> OSError | None:
    """Writes what is left in the streams; returns the error of standard output, which is then discarded."""
    failed = None
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except (AttributeError, ValueError):  # none, or closed by the program
            pass
        except OSError as error:
            discard(name)
            failed = error if name == "stdout" else failed
    return failed


def discard(name: str) -> None:
    """Sends what is left in a stream nowhere, so that the end of the process does not try it again."""
    stream = getattr(sys, name)
    try:
        number = os.open(os.devnull, os.O_WRONLY)
        os.dup2(number, stream.fileno())
        os.close(number)
        stream.flush()
    except (AttributeError, OSError, ValueError):
        setattr(sys, name, io.StringIO())


def say(line: str) -> None:
    """Writes a line to standard error, if there is one."""
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
