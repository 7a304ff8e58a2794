"""The error of all readers."""

from __future__ import annotations


class DocumentError(ValueError):
    """A text is not what its format asks for; the message says what is wrong, and where."""
