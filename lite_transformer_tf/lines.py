"""Texts as lines of a file."""

from __future__ import annotations


def one_line(text: str) -> str:
    """The text with every line break and tab (what any reader may take for one) replaced by a space."""
    return " ".join(text.splitlines()).replace("\t", " ")
