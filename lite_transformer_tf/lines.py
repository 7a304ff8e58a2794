"""Texts as lines, by one rule for all files and streams: a line ends at LF or CR LF; other separators are text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Line = tuple[int, str | None]
"""Number of a line, from 1, and its text; `None` where it is not UTF-8."""


def split_lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a binary stream without their ends; a byte order mark before the first is skipped."""
    for number, line in enumerate(stream):
        if number == 0:
            line = line.removeprefix(BYTE_ORDER_MARK)
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def decode_lines(stream: Iterable[bytes]) -> Iterator[Line]:
    """Numbered lines of a binary stream."""
    for number, line in enumerate(split_lines(stream), start=1):
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError:
            yield number, None


def one_line(text: str) -> str:
    """The text with every tab, and everything that any reader may take for a line break, replaced by a space.

    This makes files with one text per line. What a model reads of a text is another matter: docs/text.md.
    """
    return " ".join(text.splitlines()).replace("\t", " ")


def as_lines(texts: Iterable[str]) -> str:
    """The content of a file with one line per text."""
    return "".join(f"{one_line(text)}\n" for text in texts)
