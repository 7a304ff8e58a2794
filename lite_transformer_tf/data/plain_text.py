"""Running text for language models: files or lines in memory, and the three splits of a data directory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lite_transformer_tf.data.corpus import Corpus, LeftOut, usable
from lite_transformer_tf.data.files import SUFFIXES, check_readable, file_digest, read_lines
from lite_transformer_tf.data.formats import Layout, format_of
from lite_transformer_tf.data.found import Found, NoSuchSplitError, find_parts, folder_of, listing, stems_of
from lite_transformer_tf.data.records import RecordLines, record_file
from lite_transformer_tf.files import PathLike

FIELDS = ("text",)
"""Name of the text in records of running text."""


@dataclass(frozen=True)
class PlainText(Corpus[str]):
    """A text that can be read again and again, line by line; build it with `from_file` or `from_lines`.

    Args:
        name: Name in messages.
        path: Path of the file.
        lines: Lines of a text in memory, without line ends.
        corpus: Another corpus of lines, whose text it is.
    """

    name: str
    path: Path | None = None
    lines: tuple[str, ...] = field(default=(), repr=False)
    corpus: Corpus[str] | None = None

    @classmethod
    def from_file(cls, path: PathLike) -> PlainText:
        """A text file, plain or packed, UTF-8. It is streamed, never held in memory.

        Raises:
            FileNotFoundError: it is missing.
        """
        file = Path(path)
        if not file.is_file():
            raise FileNotFoundError(f"A text file must exist. Received: {str(file)!r}")
        check_readable(file)
        return cls(str(file), file)

    @classmethod
    def from_lines(cls, lines: Iterable[str], name: str = "text in memory") -> PlainText:
        """A text in memory.

        Raises:
            ValueError: a line is no text, or holds a line break.
        """
        checked = tuple(lines)
        for line in checked:
            if not isinstance(line, str) or "\n" in line:
                raise ValueError(f"A line must be text without line breaks. Received: {line!r}")
        return cls(name, None, checked)

    @classmethod
    def of(cls, corpus: Corpus[str]) -> PlainText:
        """A corpus of lines as a `PlainText`."""
        return corpus if isinstance(corpus, PlainText) else cls(corpus.name, corpus=corpus)

    @property
    def parts(self) -> tuple[tuple[Corpus[str], float], ...]:
        return ((self, 1.0),) if self.corpus is None else self.corpus.parts

    def read(self, left_out: LeftOut) -> Iterator[str]:
        """The lines; see `read_lines` for the errors of a file."""
        if self.corpus is not None:
            return self.corpus.read(left_out)
        lines = self.lines if self.path is None else read_lines(self.path)
        return usable(enumerate(lines, start=1), self.name, left_out)

    def first(self, count: int) -> PlainText:
        """The first lines, held in memory."""
        return PlainText(self.name, None, tuple(islice(self, count)))

    def digest(self) -> str:
        """SHA-256 over the contents, of a file as it lies on the disk."""
        if self.corpus is not None:
            return self.corpus.digest()
        if self.path is not None:
            return file_digest(self.path)
        return hashlib.sha256("".join(f"{line}\n" for line in self.lines).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class TextSplits:
    """The texts of one language-model task.

    Args:
        train, valid: Training and validation text.
        test: Test text; `None` when there is none.
        notice: A sentence for the log about where the validation text comes from; empty when it was given.
    """

    train: PlainText
    valid: PlainText
    test: PlainText | None
    notice: str = ""


def find_text(directory: PathLike, split: str) -> PlainText:
    """The one text file of a split, such as `wiki.train.tokens.gz`: a part of its name between dots is the split's.

    Args:
        directory: where the files lie.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`; or any other part of a name.

    Raises:
        NoSuchSplitError: no such file; the message says what was looked for.
        FileNotFoundError: no such directory.
        ValueError: several.
    """
    folder, stems = folder_of(directory), stems_of(split)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = [path for path in files if set(re.split(r"\.", path.name)) & set(stems)]
    if len(found) > 1:
        raise ValueError(
            f"The {split} text must be one file. Received: {[path.name for path in found]!r} in {str(folder)!r}"
        )
    if not found:
        names = " or ".join(f"{stem}.txt[{'|'.join(SUFFIXES[1:])}]" for stem in stems)
        received = f"{str(folder)!r}, which holds {listing(files)!r}"
        raise NoSuchSplitError(f"The {split} text must be a file such as {names}. Received: {received}")
    return open_text(found[0])


def open_text(path: PathLike) -> PlainText:
    """The text of one file: its lines, or the field `text` of its records when its name tells a format of records.

    Raises:
        FileNotFoundError: It is missing.
    """
    if format_of(Path(path)) is None:
        return PlainText.from_file(path)
    return PlainText.of(RecordLines(*record_file(path), Layout(FIELDS)))


def find_text_files(directory: PathLike, *, validation: bool = True) -> Found[str]:
    """Training, validation and test text of a data directory, see `find_text` and `find_parts`."""
    return find_parts(lambda split: find_text(directory, split), validation=validation)


def find_text_splits(directory: PathLike) -> TextSplits:
    """Training, validation and, if there is one, test text of a data directory, see `find_text`."""
    return text_splits(find_text_files(directory))


def text_splits(found: Found[str], hold_out: float | None = None) -> TextSplits:
    """The texts as a training takes them; a missing validation text is held out, see `Found.complete`."""
    train, valid, notice = found.complete(hold_out)
    held = valid if isinstance(valid, Corpus) else PlainText.from_lines(valid, f"{train.name}, held out")
    test = None if found.test is None else PlainText.of(found.test)
    return TextSplits(PlainText.of(train), PlainText.of(held), test, notice)
