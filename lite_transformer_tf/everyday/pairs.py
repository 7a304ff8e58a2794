"""The files of several language pairs in one directory: `en-fr/train.en.gz` and `en-fr/train.fr.gz`, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.files import file_digest, read_lines
from lite_transformer_tf.data.found import folder_of, listing, stems_of
from lite_transformer_tf.data.held_out import HeldOutTexts, held_out_files
from lite_transformer_tf.data.hold_out import key_of
from lite_transformer_tf.data.made_from import SUFFIX, MadeFrom
from lite_transformer_tf.data.splits import find_file
from lite_transformer_tf.files import atomic_file

_FOLDER = re.compile(r"([a-z]{2,3})-([a-z]{2,3})")


@dataclass(frozen=True)
class LanguagePair:
    """The folder of a language pair.

    Args:
        folder: Such as `en-fr`.
        languages: The two in the folder's name.
    """

    folder: Path
    languages: tuple[str, str]

    def file(self, split: str, language: str) -> Path | None:
        """One side of a split; `None` when it is not there."""
        found = (find_file(self.folder, stem, language) for stem in stems_of(split))
        return next((path for path in found if path is not None), None)

    def needed(self, split: str, language: str) -> Path:
        """The same.

        Raises:
            FileNotFoundError: It is not there.
        """
        found = self.file(split, language)
        if found is None:
            rule = f"{split}.{language} must be there, plain or packed"
            raise FileNotFoundError(f"{rule}. Received: {str(self.folder)!r}, {listing(self.folder.iterdir())!r}")
        return found

    @property
    def held_out(self) -> list[Path]:
        """The validation and test files of both sides."""
        return held_out_files(self.folder, self.languages)


def find_pairs(directory: str | Path) -> list[LanguagePair]:
    """The language pairs of a directory, by their folders' names."""
    folders = [(path, _FOLDER.fullmatch(path.name)) for path in sorted(folder_of(directory).iterdir())]
    return [LanguagePair(path, (name[1], name[2])) for path, name in folders if name and path.is_dir()]


def find_pair(directory: str | Path, source: str, target: str) -> LanguagePair:
    """The pair of two languages, in either order.

    Raises:
        FileNotFoundError: The directory has no such folder.
    """
    for pair in find_pairs(directory):
        if set(pair.languages) == {source, target}:
            return pair
    names = [pair.folder.name for pair in find_pairs(directory)]
    rule = f"A folder {source}-{target} or {target}-{source} must hold the pairs"
    raise FileNotFoundError(f"{rule}. Received: {str(directory)!r} with {names!r}")


def _lines(paths: Iterator[Path | None]) -> Iterator[str]:
    for path in paths:
        if path is not None:
            yield from read_lines(path)


def keep_further_texts(directory: str | Path, pair: LanguagePair, language: str, path: Path) -> None:
    """Writes the same unless they are there, as they were written, and were made from the same files.

    Args:
        directory, pair, language, path: See `write_further_texts`. PATH.made.json says what the file was made from.
    """
    made = MadeFrom(path.with_name(path.name + SUFFIX), {"sha256": path})
    files = [
        file for other in find_pairs(directory) for file in (other.file("train", language), *other.held_out) if file
    ]
    own = pair.file("train", language)
    key = {"own": file_digest(own) if own else None, "files": [file_digest(file) for file in files]}
    if not made.holds(key):
        write_further_texts(directory, pair, language, path)
        made.write(key)


def write_further_texts(directory: str | Path, pair: LanguagePair, language: str, path: Path) -> int:
    """Writes the training texts of a language that only other pairs have, each once; held-out texts of all pairs stay
    out.

    Args:
        directory: Directory of all pairs.
        pair: The pair whose own texts are left out.
        language: One of its languages.
        path: File of lines, written whole or not at all.

    Returns:
        The number of texts.
    """
    pairs = find_pairs(directory)
    others = [other for other in pairs if other.folder != pair.folder and language in other.languages]
    seen = {key_of(line) for line in _lines(iter([pair.file("train", language)]))}
    seen |= HeldOutTexts.read(file for other in pairs for file in other.held_out).keys
    count = 0
    with atomic_file(path) as stream:
        for line in _lines(other.file("train", language) for other in others):
            key = key_of(line)
            if key and key not in seen:
                seen.add(key)
                stream.write(f"{line}\n".encode())
                count += 1
    return count
