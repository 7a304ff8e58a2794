"""Temporary files and directories, and those that killed programs left behind.

A temporary one is named `.TARGET.xxxxxxxx.tmp` and lies beside its target. Its program holds a lock on it, which the
system takes away when the program ends, however it ends: one without a lock belongs to nobody. A file system without
locks keeps its left-overs.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TEMPORARY, RETIRED = ".tmp", ".old"
LONGEST = 120  # bytes of the target's name in the temporary one
_NAME = re.compile(rf"\.(.+)\.[a-z0-9_]{{8}}(?:{re.escape(TEMPORARY)}|{re.escape(RETIRED)})", re.DOTALL)


def _shortened(name: str) -> str:
    return os.fsencode(name)[:LONGEST].decode("utf-8", "ignore")


def _prefix(target: Path) -> str:
    return f".{_shortened(target.name)}."


def is_leftover(name: str, *targets: str) -> bool:
    """Whether a name is that of a temporary file or directory.

    Args:
        name: The name, without its directory.
        *targets: Names of the files that it may stand for. Defaults to any.
    """
    match = _NAME.fullmatch(name)
    return match is not None and (not targets or match[1] in map(_shortened, targets))


def hold(descriptor: int) -> bool:
    """Locks a file or directory as long as its descriptor is open; False where another one holds it, or none can."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def new_file(target: Path) -> tuple[int, str]:
    """A new temporary file beside its target, locked: descriptor and path."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=_prefix(target), suffix=TEMPORARY, dir=target.parent)
        hold(descriptor)
        if os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)  # another program took it for a left-over before the lock


def new_directory(target: Path) -> tuple[int | None, Path]:
    """A new temporary directory beside its target, locked: a descriptor, where the system has them, and the path."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_prefix(target), suffix=TEMPORARY, dir=target.parent))
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # see `new_file`
        except OSError:  # Windows opens no directories
            return None, path
        hold(descriptor)
        if path.exists():
            return descriptor, path
        os.close(descriptor)


def remove_leftovers(folder: Path, target: str | None = None) -> list[str]:
    """Removes what killed programs left in a directory.

    A directory that was moved away for its successor, which never came, is moved back.

    Args:
        folder: The directory.
        target: Name of the file or directory that was to be written. Defaults to all.

    Returns:
        The names that were removed.
    """
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(folder))
        found = [name for name in names if is_leftover(name, *([] if target is None else [target]))]
        return [name for name in found if _remove(folder / name)]
    return []


def _remove(path: Path) -> bool:
    """Removes a left-over; False when its program is alive, or nobody can tell."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        return hold(descriptor) and _take_away(path)
    finally:
        os.close(descriptor)


def _take_away(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    assert match is not None
    target = path.with_name(match[1])
    try:
        if path.suffix == RETIRED and not target.exists():
            os.rename(path, target)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True
