"""The files of a run's checkpoints: which belong together, and whether they are as they were written.

checkpoints/state.json  the checkpoints, oldest first, with the size and the SHA-256 of every file, of the snapshots
                        that they need, and of the run's vocabularies; it carries a SHA-256 of itself
checkpoints/damaged-*   files that were damaged, moved aside; nothing reads them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.readers.sealed_json import read_sealed, write_sealed

STATE_NAME, SEAL, VERSION = "state.json", "sha256", 1
LISTED_BEFORE = "checkpoint"  # by which earlier versions named their newest checkpoint
DAMAGED = "damaged-"
_FILE = re.compile(r"(ckpt-(?P<number>\d+))(?:\.index|\.data-\d+-of-\d+)")
_UNFINISHED = re.compile(r"ckpt-(?P<number>\d+)_temp.*")

Facts = Mapping[str, Any]
"""Size and hash of a file."""


class CheckpointError(ValueError):
    """A run has checkpoints, but none that it can resume from."""


def facts_of(path: Path) -> dict[str, Any]:
    """Size and hash of a file."""
    return {"size": path.stat().st_size, "sha256": file_digest(path)}


def fault_of(path: Path, facts: Facts) -> str | None:
    """What is wrong with a file; None when it is as it was written."""
    if not path.is_file():
        return f"{path.name} is missing"
    size = path.stat().st_size
    if size != facts["size"]:
        return f"{path.name} has {size} bytes, not {facts['size']}"
    return None if file_digest(path) == facts["sha256"] else f"{path.name} has other bytes than were written"


@dataclass(frozen=True)
class StoredCheckpoint:
    """One checkpoint.

    Args:
        name: Such as "ckpt-7".
        update: Updates made.
        files: Facts of its files by name.
        snapshots: Names of the weights that it needs.
    """

    name: str
    update: int
    files: Mapping[str, Facts]
    snapshots: tuple[str, ...] = ()

    def fault(self, folder: Path) -> str | None:
        """What is wrong with its files; None when all are whole."""
        faults = (fault_of(folder / name, facts) for name, facts in self.files.items())
        return next((fault for fault in faults if fault is not None), None)


@dataclass(frozen=True)
class CheckpointState:
    """What state.json says.

    Args:
        checkpoints: Oldest first.
        snapshots: Facts of the weights that they need, by name.
        vocabularies: SHA-256 of the run's vocabularies by name.
    """

    checkpoints: tuple[StoredCheckpoint, ...] = ()
    snapshots: Mapping[str, Facts] = field(default_factory=dict)
    vocabularies: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes state.json."""
        entries = [
            {**vars(entry), "files": dict(entry.files), "snapshots": list(entry.snapshots)}
            for entry in self.checkpoints
        ]
        content = {
            "version": VERSION,
            "checkpoints": entries,
            "snapshots": dict(self.snapshots),
            "vocabularies": dict(self.vocabularies),
        }
        write_sealed(folder / STATE_NAME, content, SEAL)


def read_state(folder: Path) -> CheckpointState | None:
    """What state.json says; None when there is none, or when it is not as it was written."""
    content = read_sealed(folder / STATE_NAME, SEAL)
    if content is None or content.get("version") != VERSION:
        return None
    try:
        entries = (
            StoredCheckpoint(**{**entry, "snapshots": tuple(entry["snapshots"])}) for entry in content["checkpoints"]
        )
        return CheckpointState(tuple(entries), content["snapshots"], content["vocabularies"])
    except (ValueError, KeyError, TypeError):
        return None


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def checkpoint_files(folder: Path) -> dict[str, list[Path]]:
    """The files of every checkpoint that is there, by its name, the newest first."""
    found: dict[str, list[Path]] = {}
    for name in _names(folder):
        if match := _FILE.fullmatch(name):
            found.setdefault(match[1], []).append(folder / name)
    return dict(sorted(found.items(), key=lambda entry: number_of(entry[0]), reverse=True))


def number_of(name: str) -> int:
    """7 of "ckpt-7"."""
    return int(name.removeprefix("ckpt-"))


def next_name(folder: Path) -> str:
    """A name that no checkpoint has had, not even a damaged or an unfinished one."""
    names = [name.removeprefix(DAMAGED) for name in _names(folder)]
    matches = [_FILE.fullmatch(name) or _UNFINISHED.fullmatch(name) for name in names]
    found = [int(match["number"]) for match in matches if match]
    return f"ckpt-{1 + max(found, default=0)}"


def has_checkpoints(folder: Path) -> bool:
    """Whether a run's directory of checkpoints has anything to lose: a checkpoint, whole or damaged, or a list."""
    known = (STATE_NAME, LISTED_BEFORE)
    return any(name in known or _FILE.fullmatch(name.removeprefix(DAMAGED)) for name in _names(folder))


def unfinished(folder: Path) -> list[Path]:
    """Folders in which a killed program was writing a checkpoint."""
    return [folder / name for name in _names(folder) if _UNFINISHED.fullmatch(name)]


def move_aside(paths: Iterable[Path]) -> None:
    """Renames damaged files, so that nothing reads them and nothing is lost."""
    for path in paths:
        if path.is_file():
            target, number = path.with_name(DAMAGED + path.name), 1
            while target.exists():
                target, number = path.with_name(f"{DAMAGED}{path.name}.{number}"), number + 1
            path.rename(target)
