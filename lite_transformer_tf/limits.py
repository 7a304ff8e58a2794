"""How much a file that may come from a stranger can cost, and the reader that looks at a size before it reads.

docs/untrusted.md has the rules. Every function that opens a model or a bundle takes `Limits`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.files import opened_at_once, received

PIECE = 1 << 20  # bytes of a pipe that are read at once


class TooLargeError(ValueError):
    """A file has, or would unpack to, more bytes than its reader takes."""


@dataclass(frozen=True)
class Limits:
    """What a reader takes of a file before it refuses it. Larger numbers are for files of which you know the origin.

    Args:
        json_bytes: Bytes of a JSON file: a manifest, a configuration, a card. Defaults to 16 MiB.
        bundle_bytes: Bytes of all files of a bundle, unpacked. Defaults to 1 GiB.
        expansion: Unpacked bytes for each packed byte, of a download and of compressed arrays, beyond the first 1 MiB.
            Defaults to `128`.
        vocabulary_bytes: Bytes of a vocabulary's file. Defaults to 64 MiB.
        weights_bytes: Bytes of all arrays of a model directory. Defaults to 4 GiB.

    Raises:
        ValueError: A limit is no positive whole number.

    Example:
        >>> Limits(bundle_bytes=10_000_000).bundle_bytes
        10000000
    """

    json_bytes: int = 1 << 24
    bundle_bytes: int = 1 << 30
    expansion: int = 128
    vocabulary_bytes: int = 1 << 26
    weights_bytes: int = 1 << 32

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if type(value) is not int or value < 1:
                raise ValueError(f"The limit {name} must be a positive whole number. Received: {value!r}")

    def unpacked(self, packed: int) -> int:
        """Bytes to which this number of packed bytes may unpack."""
        return self.expansion * packed + FREE_EXPANSION


FREE_EXPANSION = 1 << 20
"""Bytes that may unpack from next to none, such as a few zeros."""

DEFAULT_LIMITS = Limits()


def read_limited(path: str | os.PathLike[str], most: int, what: str = "", *, pipes: bool = False) -> bytes:
    """The bytes of a file, whose size is looked at first.

    Args:
        path: A regular file, or a link to one.
        most: Bytes that it may have.
        what: Name in the message. Defaults to `""`: that of the file.
        pipes: Whether it may be a pipe or a device too, as a file that its user names may. Defaults to `False`.

    Raises:
        TooLargeError: It is larger.
        OSError: It is missing, cannot be read, or is no regular file.
    """
    found = os.stat(path)
    name = what or Path(path).name
    if not pipes and not stat.S_ISREG(found.st_mode):
        raise OSError(f"{name} must be a regular file. Received: {received(path)}")
    if found.st_size > most:
        raise TooLargeError(f"{name} must have at most {most:,} bytes. Received: {found.st_size:,} in {str(path)!r}")
    with open(path, "rb", opener=opened_at_once) as stream:
        content = stream.read(min(most, found.st_size) + 1)  # a larger number would take as much memory at once
        while len(content) <= most and (more := stream.read(min(most + 1 - len(content), PIECE))):
            content += more
    if len(content) > most:  # it has grown since, or is a pipe
        raise TooLargeError(f"{name} must have at most {most:,} bytes. Received: more in {str(path)!r}")
    return content


def file_sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file in hexadecimal digits; it is read in pieces.

    Raises:
        OSError: It cannot be read, or is no regular file, such as a device without an end.
    """
    with open(path, "rb", opener=opened_at_once) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(f"{Path(path).name} must be a regular file. Received: {received(path)}")
        return hashlib.file_digest(stream, "sha256").hexdigest()
