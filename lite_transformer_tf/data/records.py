"""Texts from one file of records: tab- or comma-separated values, or JSON Lines; plain or packed, streamed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.corpus import Corpus, LeftOut, usable
from lite_transformer_tf.data.files import SUFFIXES, check_readable, file_digest
from lite_transformer_tf.data.formats import PAIR_NAMES, Format, Layout, format_of, record_suffixes
from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.files import PathLike

KNOWN_FIELDS = PAIR_NAMES
LINE_ENDS = re.compile(r"\r\n|\n|\r")


def record_file(path: PathLike, given: Format | None = None) -> tuple[Path, Format]:
    """A file of records and its format, the given one or that of its name.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: Its name tells no format.
    """
    file = Path(path)
    found = given or format_of(file)
    if found is None:
        rule = f"A file of records must be named {', '.join(record_suffixes())}, or one of these with "
        raise ValueError(f"{rule}{' or '.join(SUFFIXES[1:])}. Received: {str(file)!r}")
    if not file.is_file():
        raise FileNotFoundError(f"A file of records must exist. Received: {str(file)!r}")
    check_readable(file)
    return file, found


def _digest(path: Path, layout: Layout) -> str:
    """SHA-256 over the file and where its texts lie."""
    parts = [file_digest(path), *(layout.fields or layout.names)]
    parts += [repr(value) for value in (layout.columns, layout.header) if value is not None]
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class RecordText(StreamedText):
    """A `ParallelText` whose pairs are the records of one file; build it with `from_file`.

    JSON Lines: one object per line, whose fields are the texts. Tab-separated values: columns, not quoted.
    Comma-separated values: quoted as Python's csv module reads them. Line breaks in a text are kept. Texts may be
    empty: cleaning counts and drops them.

    Args:
        path: Path of the file.
        format: Format of the file.
        layout: Where the two texts of a record lie.
    """

    path: Path = Path()
    format: Format | None = None
    layout: Layout = Layout(KNOWN_FIELDS[0])

    @classmethod
    def from_file(
        cls, path: PathLike, fields: tuple[str, str] = KNOWN_FIELDS[0], *, layout: Layout | None = None,
        format: Format | None = None,
    ) -> RecordText:  # fmt: skip
        """The records of a file.

        Args:
            path: Path of the file.
            fields: Names of the source's and the target's field, or other usual names, see `names_like`.
            layout: Where the texts lie, instead of `fields`.
            format: Format of the file. `None` takes that of its name.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: Its name tells no format.
        """
        file, found = record_file(path, format)
        return cls(str(file), path=file, format=found, layout=layout or Layout(tuple(fields)))

    def read(self, left_out: LeftOut) -> Iterator[tuple[str, str]]:
        """Pairs in order.

        Raises:
            ValueError: A line is not a JSON object, lacks a field, has one that is not text, or has the wrong number
                of columns; the message names file and line. See also `read_lines`.
        """
        assert self.format is not None
        records = self.format.read(self.path, self.layout, left_out)
        return usable(records, str(self.path), left_out)  # type: ignore[arg-type]

    def digest(self) -> str:
        """SHA-256 over the file and the names of the fields."""
        return _digest(self.path, self.layout)


@dataclass(frozen=True)
class RecordLines(Corpus[str]):
    """Running text from the records of one file: each line of each text; see `RecordText`.

    Args:
        path: Path of the file.
        format: Format of the file.
        layout: Where the text of a record lies.
    """

    path: Path
    format: Format
    layout: Layout

    @property
    def name(self) -> str:  # type: ignore[override]
        return str(self.path)

    def read(self, left_out: LeftOut) -> Iterator[str]:
        for text in usable(self.format.read(self.path, self.layout, left_out), self.name, left_out):
            yield from LINE_ENDS.split(text[0])

    def digest(self) -> str:
        return _digest(self.path, self.layout)
