"""What files were made from, in a record beside them: they are used again only for the same, as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.readers.json_text import read_object

SUFFIX = ".made.json"
"""End of a record's name, after that of the file, or of the directory, that was made."""


@dataclass(frozen=True)
class MadeFrom:
    """A record, and the files that it is about. It is written after them.

    Args:
        path: The record.
        files: Files that were made, by the name of their SHA-256 in the record.
    """

    path: Path
    files: Mapping[str, Path]

    def stored(self) -> dict[str, Any] | None:
        """The record; None when it is missing or damaged."""
        try:
            fields: dict[str, type] = {"key": dict, **dict.fromkeys(self.files, str)}
            return read_object(self.path, "What a file was made from", fields)
        except (OSError, ValueError):
            return None

    def different(self, key: Mapping[str, Any]) -> list[str] | None:
        """Names of what the files were made from otherwise than a key says; None without a record."""
        stored = self.stored()
        return None if stored is None else [name for name, value in key.items() if stored["key"].get(name) != value]

    def as_written(self, name: str) -> bool:
        """Whether a file is there, with the bytes that were written."""
        stored, path = self.stored(), self.files[name]
        return stored is not None and path.is_file() and file_digest(path) == stored[name]

    def holds(self, key: Mapping[str, Any]) -> bool:
        """Whether every file is there, as it was written, and made from what a key says."""
        return self.different(key) == [] and all(map(self.as_written, self.files))

    def write(self, key: Mapping[str, Any]) -> None:
        """Says what the files that are there were made from, in plain values."""
        digests = {name: file_digest(path) for name, path in self.files.items()}
        atomic_write_json(self.path, {"key": dict(key), **digests})
