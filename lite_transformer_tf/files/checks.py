"""What is checked before long work: that its results can be written."""

from __future__ import annotations

import os
from pathlib import Path

from lite_transformer_tf.files.atomic import is_stream
from lite_transformer_tf.files.errors import PathLike, named


def check_writable(path: PathLike, *, directory: bool) -> None:
    """Raises unless a file, or files in a directory, can be written at `path`. Call it before long work.

    Args:
        path: The path to write; missing parent directories can be made. A file may be a device or a pipe.
        directory: Whether it is a directory.

    Raises:
        FileExistsError: It is a file where a directory is needed, or the other way round.
        NotADirectoryError: A parent is a file.
        PermissionError: The place may not be written.
        OutputError: It is a disk, a socket, or a link that leads to itself.
    """
    target = Path(path)
    with named(target):
        exists = target.exists()
    if exists and target.is_dir() != directory:
        kinds = ("a directory", "a file") if directory else ("a file", "a directory")
        raise FileExistsError(f"The output must be {kinds[0]}. Received: {str(target)!r}, which is {kinds[1]}")
    real = Path(os.path.realpath(target))
    if directory and target.is_symlink() and not real.exists():
        rule = "The output must be a directory"
        raise FileExistsError(f"{rule}. Received: {str(target)!r}, a link to {str(real)!r}, which does not exist")
    place = real if directory else real.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        rule = "The output must lie in a directory"
        raise NotADirectoryError(f"{rule}. Received: {str(target)!r}, but {str(place)!r} is a file")
    if not directory and is_stream(target):
        place = target
    if not os.access(place, os.W_OK if place == target and not directory else os.W_OK | os.X_OK):
        rule = "The output must lie where you may write"
        raise PermissionError(f"{rule}. Received: {str(target)!r}, but {str(place)!r} is read-only")


def check_output(path: PathLike, *, overwrite: bool = False, marker: str | None = None) -> None:
    """Raises unless a directory may be written at `path`. Call it before long work, so that the error comes first.

    Args:
        path: The directory to write. A missing or empty one is always accepted.
        overwrite: Whether an existing directory may be replaced as a whole.
        marker: Name of a file that marks directories which may be replaced, so that a mistyped path deletes nothing.

    Raises:
        FileExistsError: it exists, and it may not be replaced.
    """
    target = Path(path)
    with named(target):
        exists = target.exists()
    if not exists and not target.is_symlink():
        return
    if not target.is_dir():
        raise FileExistsError(
            f"The output must be a directory, but a file of this name exists. Received: {str(target)!r}"
        )
    if not any(target.iterdir()):
        return
    if not overwrite:
        raise FileExistsError(
            f"The output directory must be new or empty, unless you ask to overwrite it. Received: {str(target)!r}"
        )
    if marker is not None and not (target / marker).is_file():
        raise FileExistsError(
            f"Only a directory with a file {marker!r} is overwritten. Received: {str(target)!r}, which has none"
        )
