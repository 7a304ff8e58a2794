"""Pairs of texts from one file of records: JSON Lines or tab-separated values, plain or gzip, streamed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.files import file_digest, read_lines
from lite_transformer_tf.data.parallel_text import StreamedText, is_text
from lite_transformer_tf.files import PathLike

JSON_LINES, TAB_SEPARATED = ".jsonl", ".tsv"
KNOWN_FIELDS = (("document", "summary"), ("article", "highlights"))  # the second as CNN/DailyMail has them


def record_format(path: Path) -> str | None:
    """`".jsonl"` or `".tsv"` by the file's name, with `.gz` behind it or not; `None` for another name."""
    suffix = Path(path.name.removesuffix(".gz")).suffix
    return suffix if suffix in (JSON_LINES, TAB_SEPARATED) else None


def field_pairs(fields: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The pairs of field names to look for: the given ones, and when those are the usual ones, other usual ones too."""
    return KNOWN_FIELDS if fields == KNOWN_FIELDS[0] else (fields,)


@dataclass(frozen=True)
class RecordText(StreamedText):
    """A `ParallelText` whose pairs are the records of one file; build it with `from_file`.

    JSON Lines: one object per line, whose fields `fields` are the texts. Tab-separated values: two columns, not quoted.
    Line breaks in a text are kept. Texts may be empty: cleaning counts and drops them.

    Args:
        path: the file.
        fields: Names of the source's and the target's field; `document` and `summary` also mean `article` and
            `highlights`.
    """

    path: Path = Path()
    fields: tuple[str, str] = KNOWN_FIELDS[0]

    @classmethod
    def from_file(cls, path: PathLike, fields: tuple[str, str] = KNOWN_FIELDS[0]) -> RecordText:
        """The records of a file whose name ends in .jsonl or .tsv, or in one of these and .gz.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: its name ends otherwise.
        """
        file = Path(path)
        if record_format(file) is None:
            raise ValueError(
                f"A file of records must be named .jsonl, .jsonl.gz, .tsv or .tsv.gz. Received: {str(file)!r}"
            )
        if not file.is_file():
            raise FileNotFoundError(f"A file of records must exist. Received: {str(file)!r}")
        return cls(str(file), path=file, fields=tuple(fields))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Pairs in order.

        Raises:
            ValueError: A line is not a JSON object, lacks a field, has one that is not text, or does not have two
                columns; the message names file and line. See also `read_lines`.
        """
        parse = self._object if record_format(self.path) == JSON_LINES else self._columns
        for number, line in enumerate(read_lines(self.path), start=1):
            yield parse(number, line)

    def _object(self, number: int, line: str) -> tuple[str, str]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"A line of a .jsonl file must be JSON. Received: {self._place(number)}: {error}"
            ) from error
        if not isinstance(record, dict):
            received = f"{self._place(number)}: {type(record).__name__}"
            raise ValueError(f"A line of a .jsonl file must be a JSON object. Received: {received}")
        names = next(
            (pair for pair in field_pairs(self.fields) if pair[0] in record and pair[1] in record), self.fields
        )
        missing = [name for name in names if name not in record]
        if missing:
            rule = f"A record must have the fields {self.fields[0]!r} and {self.fields[1]!r}"
            raise ValueError(f"{rule}. Received: {self._place(number)}: no {missing[0]!r}, but {sorted(record)[:12]}")
        for name in names:
            if not is_text(record[name]):
                raise ValueError(
                    f"The field {name!r} must be text. Received: {self._place(number)}: {str(record[name])[:80]!r}"
                )
        return record[names[0]], record[names[1]]

    def _columns(self, number: int, line: str) -> tuple[str, str]:
        columns = line.split("\t")
        if len(columns) != 2:
            rule = f"A line of a .tsv file must have two columns, {' and '.join(self.fields)}"
            raise ValueError(f"{rule}. Received: {self._place(number)}: {len(columns)}")
        return columns[0], columns[1]

    def _place(self, number: int) -> str:
        return f"{str(self.path)!r}, line {number}"

    def digest(self) -> str:
        """SHA-256 over the file and the names of the fields."""
        return hashlib.sha256("\n".join((file_digest(self.path), *self.fields)).encode("utf-8")).hexdigest()
