"""Texts as lines, by one rule for all files and streams.

A line ends at LF or CR LF; a last line needs no end. Only a text without any LF in its first MiB, as old Macs wrote it,
has its lines end at CR. Everything else that some readers break lines at (U+2028, U+0085, form feeds, a CR in a text
with LF) is part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Protocol

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 24  # bytes, so that a file of zeros in a few packed kilobytes fills no memory
HEAD = 1 << 20  # bytes in which the first LF is looked for
CHUNK = 1 << 20

Line = tuple[int, str | None]
"""Number of a line, from 1, and its text; `None` where it is not UTF-8."""


class LineTooLongError(ValueError):
    """A line has more than `LONGEST_LINE` bytes.

    Args:
        number: Number of the line, from 1.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"A line must have at most {LONGEST_LINE} bytes. Received: line {number}, which has more")
        self.number = number


class ByteStream(Protocol):
    """A binary stream that is read forwards."""

    def readline(self, limit: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...


def split_lines(stream: ByteStream) -> Iterator[bytes]:
    """The lines of a binary stream without their ends; a byte order mark before the first is skipped.

    Raises:
        LineTooLongError: A line has more than `LONGEST_LINE` bytes.
    """
    first = stream.readline(HEAD)
    if not first:
        return
    at_returns = not first.endswith(b"\n") and b"\r" in first
    head = first.removeprefix(BYTE_ORDER_MARK)
    yield from (_ending_at_return if at_returns else _ending_at_newline)(head, stream)


def _ending_at_newline(line: bytes, stream: ByteStream) -> Iterator[bytes]:
    for number in count(1):
        if not line.endswith(b"\n"):  # the last line, or one that was cut by a limit
            line += stream.readline(LONGEST_LINE + 3 - len(line))
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(line) > LONGEST_LINE:
            raise LineTooLongError(number)
        yield line
        line = stream.readline(LONGEST_LINE)
        if not line:
            return


def _ending_at_return(rest: bytes, stream: ByteStream) -> Iterator[bytes]:
    number, chunk, rest = 1, rest, b""
    while chunk:
        while chunk.endswith(b"\r") and (behind := stream.read(1)):  # a LF behind it belongs to it
            chunk += behind
        *lines, rest = (rest + chunk.replace(b"\r\n", b"\r")).split(b"\r")
        for line in lines:
            if len(line) > LONGEST_LINE:
                raise LineTooLongError(number)
            yield line
            number += 1
        if len(rest) > LONGEST_LINE:
            raise LineTooLongError(number)
        chunk = stream.read(CHUNK)
    if rest:
        yield rest


def decode_lines(stream: ByteStream) -> Iterator[Line]:
    """Numbered lines of a binary stream."""
    return decoded(split_lines(stream))


def decoded(lines: Iterable[bytes]) -> Iterator[Line]:
    """Numbered texts of lines of bytes."""
    for number, line in enumerate(lines, start=1):
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
