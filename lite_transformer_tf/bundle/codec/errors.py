"""What a reader of packed bytes raises."""

from __future__ import annotations


class PackedDataError(ValueError):
    """The bytes are damaged, of another version, or no download at all; the message says which."""


def damaged(detail: str) -> PackedDataError:
    """One sentence for whoever downloaded the file; the detail is for whoever repairs the program."""
    return PackedDataError(f"This download is damaged ({detail}). Fetch it again.")
