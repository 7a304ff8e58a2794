"""Damages files in place, for the suites of what reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.hard.damage import damaged


def flip(path: Path, seed: int = 0) -> None:
    """Changes one bit of a file; which one follows from the seed."""
    path.write_bytes(damaged(path.read_bytes(), "one bit flipped", seed))


def truncate(path: Path, seed: int = 0) -> None:
    """Cuts the end of a file off."""
    path.write_bytes(damaged(path.read_bytes(), "the end cut off", seed))


def empty(path: Path, seed: int = 0) -> None:
    """What a power cut leaves of a file that was not flushed."""
    path.write_bytes(b"")


def remove(path: Path, seed: int = 0) -> None:
    """Removes a file."""
    path.unlink()


DAMAGES: dict[str, Callable[[Path, int], None]] = {
    "flip": flip,
    "truncate": truncate,
    "empty": empty,
    "remove": remove,
}


def contents(folder: Path, names: Sequence[str] = ("",)) -> dict[str, bytes]:
    """The bytes of files by their relative paths.

    Args:
        folder: Where they lie.
        names: Files in it, or directories with all that is below. Defaults to all of the folder.
    """
    found = (path for name in names for path in (folder / name, *sorted((folder / name).rglob("*"))))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}
