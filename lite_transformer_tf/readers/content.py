"""The bytes of a small file, and their text: sizes come before reading."""

from __future__ import annotations

import os
import stat

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import TooLargeError, read_limited
from lite_transformer_tf.readers.errors import DocumentError


def bounded_bytes(path: PathLike, largest: int) -> bytes:
    """The content of a file, or of a pipe that a program writes to, such as `<(...)` of a shell.

    Args:
        path: The file, or a pipe.
        largest: Bytes that it may have.

    Raises:
        DocumentError: It has more, or it is a pipe to which nothing is written.
        OSError: It cannot be read.
    """
    try:
        content = read_limited(path, largest, pipes=True)
    except TooLargeError as error:
        raise DocumentError(f"it has more than {largest} bytes") from error
    if not content and stat.S_ISFIFO(os.stat(path).st_mode):
        raise DocumentError("it is a pipe to which nothing is written")
    return content


def decoded_text(content: str | bytes) -> str:
    """The text of bytes in UTF-8; a byte order mark before it is skipped.

    Raises:
        DocumentError: It is another encoding.
    """
    try:
        text = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError as error:
        raise DocumentError(str(error)) from error
    return text.removeprefix("\ufeff")
