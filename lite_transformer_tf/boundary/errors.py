"""Errors that programs raise on purpose, and the exit codes."""

from __future__ import annotations

FAILED, WRONG, FAULT, INTERRUPTED, CLOSED_PIPE = 1, 2, 70, 130, 141


class CommandError(ValueError):
    """A mistake of the caller; its message is shown in one line, and the program exits with code 2."""


class Failure(Exception):
    """Something was tried and failed; its message is shown in one line, and the program exits with code 1."""
