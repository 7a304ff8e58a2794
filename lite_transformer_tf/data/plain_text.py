"""Running text for language models: files or lines in memory, and the three splits of a data directory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lite_transformer_tf.data.files import file_digest, read_lines
from lite_transformer_tf.files import PathLike

STEMS = {"train": ("train",), "valid": ("valid", "val", "dev"), "test": ("test",)}


@dataclass(frozen=True)
class PlainText:
    """A text that can be read again and again, line by line; build it with `from_file` or `from_lines`.

    Args:
        name: how messages call it.
        path: the file; `None` for a text in memory.
        lines: of a text in memory, without line ends.
    """

    name: str
    path: Path | None = None
    lines: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_file(cls, path: PathLike) -> PlainText:
        """A text file, plain or gzip, UTF-8. It is streamed, never held in memory.

        Raises:
            FileNotFoundError: it is missing.
        """
        file = Path(path)
        if not file.is_file():
            raise FileNotFoundError(f"A text file must exist. Received: {str(file)!r}")
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

    def __iter__(self) -> Iterator[str]:
        """The lines; see `read_lines` for the errors of a file."""
        return iter(self.lines) if self.path is None else read_lines(self.path)

    def first(self, count: int) -> PlainText:
        """The first lines, held in memory."""
        return PlainText(self.name, None, tuple(islice(self, count)))

    def digest(self) -> str:
        """SHA-256 over the contents, of a file as it lies on the disk."""
        if self.path is not None:
            return file_digest(self.path)
        return hashlib.sha256("".join(f"{line}\n" for line in self.lines).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class TextSplits:
    """The texts of one language-model task; `test` is `None` when the data directory has none."""

    train: PlainText
    valid: PlainText
    test: PlainText | None


def find_text(directory: PathLike, split: str) -> PlainText:
    """The one text file of a split, such as `wiki.train.tokens.gz`: a part of its name between dots is the split's.

    Args:
        directory: where the files lie.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`; or any other part of a name.

    Raises:
        FileNotFoundError: no such file; the message says what was looked for.
        ValueError: several.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise FileNotFoundError(f"A data directory must exist. Received: {str(folder)!r}")
    stems = STEMS.get(split, (split,))
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = [path for path in files if set(re.split(r"\.", path.name)) & set(stems)]
    if len(found) > 1:
        raise ValueError(
            f"The {split} text must be one file. Received: {[path.name for path in found]!r} in {str(folder)!r}"
        )
    if not found:
        names = " or ".join(f"{stem}.txt[.gz]" for stem in stems)
        received = f"{str(folder)!r}, which holds {[path.name for path in files][:20]!r}"
        raise FileNotFoundError(f"The {split} text must be a file such as {names}. Received: {received}")
    return PlainText.from_file(found[0])


def find_text_splits(directory: PathLike) -> TextSplits:
    """Training, validation and, if there is one, test text of a data directory, see `find_text`."""
    train, valid = find_text(directory, "train"), find_text(directory, "valid")
    try:
        return TextSplits(train, valid, find_text(directory, "test"))
    except FileNotFoundError:
        return TextSplits(train, valid, None)
