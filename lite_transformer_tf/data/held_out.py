"""Texts of validation and test files, which nothing that is made for training may contain."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lite_transformer_tf.data.files import file_digest, read_lines, unpacked_name
from lite_transformer_tf.data.formats import format_of, record_suffixes
from lite_transformer_tf.data.found import folder_of, stems_of
from lite_transformer_tf.data.hold_out import key_of
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.readers.json_text import json_lines


@dataclass(frozen=True)
class HeldOutTexts:
    """The texts of some files, compared without regard to case, width and white space; see `key_of`.

    Args:
        keys: Keys of the texts.
        digests: SHA-256 of the files, in the order in which they were given.
    """

    keys: frozenset[str] = field(default=frozenset(), repr=False)
    digests: tuple[str, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[PathLike]) -> HeldOutTexts:
        """The texts of files: lines, cells of .tsv and .csv files, strings of .jsonl files; plain or packed.

        Raises:
            FileNotFoundError: A file is missing.
            ValueError: A file is damaged, or is not what its name says.
        """
        files = [Path(path) for path in paths]
        keys = {key for file in files for text in texts_in(file) if (key := key_of(text))}
        return cls(frozenset(keys), tuple(file_digest(file) for file in files))

    def __contains__(self, text: str) -> bool:
        return bool(self.keys) and key_of(text) in self.keys


def texts_in(path: Path) -> Iterator[str]:
    """Every text in a file, see `HeldOutTexts.read`."""
    found = format_of(path)
    lines = read_lines(path)
    if found is None:
        yield from lines
    elif found.name == "csv":
        for row in csv.reader(f"{line}\n" for line in lines):
            yield from row
    elif found.columns:
        for line in lines:
            yield from line.split("\t")
    else:
        for value in json_lines(path, lines, f"A line of a {found.suffixes[0]} file"):
            yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def held_out_files(directory: PathLike, languages: Iterable[str]) -> list[Path]:
    """The validation and test files of a data directory, by their names; empty when there are none.

    Args:
        directory: Directory of the data.
        languages: Ends of the names of its files of lines.
    """
    beginnings = (*stems_of("valid"), *stems_of("test"))
    ends = (*(f".{language}" for language in languages), *record_suffixes())
    return sorted(
        path
        for path in folder_of(directory).iterdir()
        if path.is_file() and path.name.startswith(beginnings) and unpacked_name(path.name).endswith(ends)
    )
