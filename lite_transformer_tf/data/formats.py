"""Formats of files with one record per line, or per row: TSV, CSV and JSON Lines; each says how a record is read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.files import read_lines, unpacked_name
from lite_transformer_tf.lines import LONGEST_LINE
from lite_transformer_tf.readers.json_text import json_lines

Record = tuple[int, tuple[str, ...]]
"""Number of its (last) line, from 1, and its texts."""

PAIR_NAMES = (("document", "summary"), ("article", "highlights"))  # the second as CNN/DailyMail has them
ATTRIBUTION = "CC-BY"  # begins the third column of pairs from Tatoeba
BLANK = "blank lines"


def names_like(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The names that a record's texts may have when nothing else is said: the given ones, and usual ones for pairs.

    `translation.en` is the field `en` inside the field `translation`, as Hugging Face's data sets have it.
    """
    if len(names) != 2:
        return (names,)
    usual = PAIR_NAMES[1:] if names == PAIR_NAMES[0] else ()
    nested = (f"translation.{names[0]}", f"translation.{names[1]}")
    return tuple(dict.fromkeys((names, *usual, ("source", "target"), nested)))


@dataclass(frozen=True)
class Layout:
    """Where the texts of a record lie.

    Args:
        names: Names of the texts, in messages; and of their fields, unless `fields` or `columns` are given.
        fields: Names of the fields in JSON, or of the columns in the header of a table; a dot leads into an object.
        columns: Numbers of the columns of a table, from 1.
        header: Whether the first row of a table names its columns. `None` looks whether it has the names.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...] | None = None
    columns: tuple[int, ...] | None = None
    header: bool | None = None

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """The names of fields to look for, in this order."""
        return (self.fields,) if self.fields else names_like(self.names)


@dataclass(frozen=True)
class Format:
    """How the records of a file are read.

    Args:
        name: Name in a configuration.
        suffixes: Ends of the names of such files.
        read: Reads the records of a file.
        columns: Whether its records have columns with numbers.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, Layout, LeftOut], Iterator[Record]]
    columns: bool = True


@dataclass
class _Table:
    """Finds the texts in the rows of one table."""

    name: str
    path: Path
    layout: Layout
    places: list[int] | None = field(init=False)
    width: int | None = None

    def __post_init__(self) -> None:
        columns = self.layout.columns
        self.places = None if columns is None else [number - 1 for number in columns]

    def place(self, number: int) -> str:
        return f"{str(self.path)!r}, line {number}"

    def is_header(self, number: int, row: list[str]) -> bool:
        """Whether the first row names the columns; finds their places."""
        layout = self.layout
        found = next((names for names in layout.choices if set(names) <= set(row)), None)
        wanted = layout.header if layout.header is not None else found is not None or layout.fields is not None
        if not wanted:
            return False
        if self.places is None:
            if found is None:
                columns = " and ".join(map(repr, layout.choices[0]))
                rule = f"The header of a {self.name} file must have the columns {columns}"
                raise ValueError(f"{rule}. Received: {self.place(number)}: {row[:12]}")
            self.places = [row.index(name) for name in found]
        self.width = len(row)
        return True

    def texts(self, number: int, row: list[str]) -> tuple[str, ...]:
        names = self.layout.names
        if self.places is None:
            attributed = len(row) == len(names) + 1 and row[-1].startswith(ATTRIBUTION)
            if len(row) != len(names) and not attributed:
                count = {1: "one column", 2: "two columns"}.get(len(names), f"{len(names)} columns")
                rule = f"A line of a {self.name} file must have {count}, {' and '.join(names)}"
                raise ValueError(f"{rule}. Received: {self.place(number)}: {len(row)}")
            return tuple(row[: len(names)])
        least = max(self.places) + 1
        if len(row) < least or self.width not in (None, len(row)):
            rule = f"A line must have {f'at least {least}' if self.width is None else self.width} columns"
            raise ValueError(f"{rule}. Received: {self.place(number)}: {len(row)}")
        return tuple(row[place] for place in self.places)


def _table(
    name: str, rows_of: Callable[[Path], Iterable[tuple[int, list[str]]]]
) -> Callable[[Path, Layout, LeftOut], Iterator[Record]]:
    """The reader of tables whose rows `rows_of` finds; a blank line is an empty row."""

    def read(path: Path, layout: Layout, left_out: LeftOut) -> Iterator[Record]:
        table, first = _Table(name, path, layout), True
        for number, row in rows_of(path):
            if not row:
                left_out.add(BLANK, table.place(number))
                continue
            if first and table.is_header(number, row):
                first = False
                continue
            first = False
            yield number, table.texts(number, row)

    return read


def _tab_separated(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(read_lines(path), start=1):
        yield number, line.split("\t") if line else []


def _comma_separated(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_LINE)
    rows = csv.reader((f"{line}\n" for line in read_lines(path)), strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        place = f"{str(path)!r}, line {rows.line_num}"
        raise ValueError(f"A row of a .csv file must be quoted rightly. Received: {place}: {error}") from error


def _json_lines(path: Path, layout: Layout, left_out: LeftOut) -> Iterator[Record]:
    for number, record in enumerate(json_lines(path, read_lines(path)), start=1):
        yield number, _texts_of_object(record, layout, f"{str(path)!r}, line {number}")


def _texts_of_object(record: object, layout: Layout, place: str) -> tuple[str, ...]:
    if not isinstance(record, dict):
        rule = "A line of a .jsonl file must be a JSON object"
        raise ValueError(f"{rule}. Received: {place}: {type(record).__name__}")
    names = next((names for names in layout.choices if all(_has(record, name) for name in names)), layout.choices[0])
    missing = [name for name in names if not _has(record, name)]
    if missing:
        fields = f"{'fields' if len(names) > 1 else 'field'} {' and '.join(map(repr, names))}"
        received = f"{place}: no {missing[0]!r}, but {sorted(record)[:12]}"
        raise ValueError(f"A record must have the {fields}. Received: {received}")
    texts = tuple(_value(record, name) for name in names)
    for name, text in zip(names, texts):
        if not isinstance(text, str):
            raise ValueError(f"The field {name!r} must be text. Received: {place}: {str(text)[:80]!r}")
    return texts  # type: ignore[return-value]


def _has(record: Mapping[str, object], name: str) -> bool:
    """Whether a record has a field; a dot in the name leads into an object unless a field has that very name."""
    outer, dot, inner = name.partition(".")
    within = record.get(outer)
    return name in record or (bool(dot) and isinstance(within, Mapping) and _has(within, inner))


def _value(record: Mapping[str, object], name: str) -> object:
    if name in record:
        return record[name]
    outer, _, inner = name.partition(".")
    return _value(record[outer], inner)  # type: ignore[arg-type]


FORMATS = {
    found.name: found
    for found in (
        Format("tsv", (".tsv",), _table(".tsv", _tab_separated)),
        Format("csv", (".csv",), _table(".csv", _comma_separated)),
        Format("jsonl", (".jsonl", ".ndjson"), _json_lines, columns=False),
    )
}
"""Formats of records by name; another one is one more entry."""


def record_suffixes() -> tuple[str, ...]:
    """Ends of the names of files of records."""
    return tuple(suffix for found in FORMATS.values() for suffix in found.suffixes)


def format_of(path: Path) -> Format | None:
    """The format that a file's name tells, packed or not; `None` for another name."""
    suffix = Path(unpacked_name(path.name)).suffix
    return next((found for found in FORMATS.values() if suffix in found.suffixes), None)
