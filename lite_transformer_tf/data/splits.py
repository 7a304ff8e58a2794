"""Training, validation and test pairs: found in a data directory by the files' names, or embedded in the library."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from lite_transformer_tf.data.corpus import Corpus
from lite_transformer_tf.data.embedded import EmbeddedText
from lite_transformer_tf.data.files import SUFFIXES
from lite_transformer_tf.data.formats import record_suffixes
from lite_transformer_tf.data.found import STEMS, Found, NoSuchSplitError, find_parts, folder_of, listing, stems_of
from lite_transformer_tf.data.opus import opus_archive, opus_stems
from lite_transformer_tf.data.parallel_text import Pair, ParallelText, StreamedText
from lite_transformer_tf.data.records import RecordText
from lite_transformer_tf.files import PathLike

__all__ = ["STEMS", "TranslationSplits", "embedded_splits", "find_split", "find_splits", "pair_splits"]
PACKED = "|".join(SUFFIXES[1:])


@dataclass(frozen=True)
class TranslationSplits:
    """The texts of one task of pairs.

    Args:
        train, valid: Training and validation pairs.
        test: Test pairs; `None` when there are none.
        notice: A sentence for the log about where the validation pairs come from; empty when they were given.
    """

    train: ParallelText
    valid: ParallelText
    test: ParallelText | None
    notice: str = ""

    def with_judges_in_memory(self) -> TranslationSplits:
        """The same with the validation and the test set in memory."""
        return replace(self, valid=self.valid.in_memory(), test=self.test.in_memory() if self.test else None)


def find_file(directory: Path, stem: str, language: str) -> Path | None:
    """One side of a corpus by its stem, such as `train.en` or `train.en.gz`; `None` when it is not there."""
    candidates = (directory / f"{stem}.{language}{suffix}" for suffix in SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


def find_two_files(directory: Path, stem: str, languages: tuple[str, str]) -> ParallelText | None:
    """The two files of this stem, packed or not, `None` when there is neither.

    Raises:
        FileNotFoundError: There is one without the other.
    """
    found = [find_file(directory, stem, language) for language in languages]
    if found[0] is not None and found[1] is not None:
        return ParallelText.from_files(found[0], found[1])
    for path, missing in zip(found, reversed(languages)):
        if path is not None:
            names = [f"{stem}.{missing}{suffix}" for suffix in SUFFIXES]
            tried = f"no {', '.join(names[:-1])} or {names[-1]} in {str(directory)!r}"
            raise FileNotFoundError(f"{path.name} needs its other side. Received: {tried}")
    return None


def find_records(directory: Path, split: str, names: tuple[str, str]) -> RecordText | None:
    """The one file of records of a split, such as `train.tsv` or `dev.jsonl.gz`; `None` when there is none.

    Raises:
        ValueError: There are several.
    """
    tried = [f"{stem}{kind}{suffix}" for stem in stems_of(split) for kind in record_suffixes() for suffix in SUFFIXES]
    found = [directory / name for name in tried if (directory / name).is_file()]
    if len(found) > 1:
        received = f"{[path.name for path in found]} in {str(directory)!r}"
        raise ValueError(f"There must be one file of the {split} split. Received: {received}")
    return RecordText.from_file(found[0], names) if found else None


def _test_stems(directory: Path, languages: tuple[str, str]) -> list[str]:
    """Stems that begin with `test` and have a file in either language."""
    suffixes = "|".join(map(re.escape, SUFFIXES[1:]))
    pattern = re.compile(rf"(test.*)\.(?:{re.escape(languages[0])}|{re.escape(languages[1])})(?:{suffixes})?")
    matches = (pattern.fullmatch(path.name) for path in directory.iterdir())
    return sorted({match[1] for match in matches if match})


def _find_opus(folder: Path, languages: tuple[str, str]) -> ParallelText | None:
    """The one corpus of OPUS in a directory: two files, or the archive that OPUS delivers.

    Raises:
        ValueError: There are several.
    """
    stems, archives = opus_stems(folder, languages), opus_archive(folder, languages)
    if len(stems) + len(archives) > 1:
        rule = "There are several corpora from OPUS; name them in the configuration, data.files.train"
        raise ValueError(f"{rule}. Received: {[*stems, *(path.name for path, _ in archives)]} in {str(folder)!r}")
    if archives:
        return ParallelText.from_files(*archives[0][1])
    return find_two_files(folder, stems[0], languages) if stems else None


def find_split(directory: PathLike, split: str, source: str, target: str) -> ParallelText:
    """The pairs of a split in a data directory, such as `train.en.gz` and `train.de.gz`.

    Two files are looked for first, then one file of records (`train.tsv`, `.csv`, `.jsonl`), then, for training, a
    corpus from OPUS (`Tatoeba.de-en.de` and `Tatoeba.de-en.en`, or `de-en.txt.zip`); each plain or packed.

    Args:
        directory: Directory of the files.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`, also any single name that begins with `test`;
            or the exact beginning of another name, such as `"test_2016_flickr"`.
        source, target: Languages as in the files' names.

    Raises:
        NoSuchSplitError: The split has no files.
        FileNotFoundError: There is only one side, or no directory.
        ValueError: There are several test sets, or equal languages.
    """
    folder = folder_of(directory)
    if source == target:
        raise ValueError(f"The source and the target language must differ. Received: {source!r} and {target!r}")
    languages, stems = (source, target), stems_of(split)
    for stem in stems:
        found = find_two_files(folder, stem, languages)
        if found is not None:
            return found
    if split == "test":
        others = _test_stems(folder, languages)
        if len(others) > 1:
            raise ValueError(f"There are several test sets; name one of them. Received: {others!r}")
        if others and (found := find_two_files(folder, others[0], languages)) is not None:
            return found
    if (records := find_records(folder, split, languages)) is not None:
        return records
    if split == "train" and (opus := _find_opus(folder, languages)) is not None:
        return opus
    looked_for = ", ".join(f"{stem}.{{{source},{target}}}[{PACKED}]" for stem in stems)
    kinds = ", ".join(record_suffixes())
    received = f"{str(folder)!r}, which contains {listing(folder.iterdir())!r}"
    raise NoSuchSplitError(f"The {split} split must be files named {looked_for}, or one {kinds}. Received: {received}")


def find_splits(directory: PathLike, source: str, target: str, *, test: str = "test") -> TranslationSplits:
    """Training, validation and, if there is one, test text of a data directory, see `find_split`.

    Args:
        test: Name of the test split, when there are several.
    """
    return pair_splits(find_parts(lambda split: find_split(directory, split, source, target), test))


def pair_splits(found: Found[Pair], hold_out: float | None = None) -> TranslationSplits:
    """The pairs as a training takes them; a missing validation set is held out, see `Found.complete`."""
    train, valid, notice = found.complete(hold_out)
    held = valid if isinstance(valid, Corpus) else ParallelText.from_pairs(valid, f"{train.name}, held out")
    test = None if found.test is None else StreamedText.of(found.test)
    return TranslationSplits(StreamedText.of(train), StreamedText.of(held), test, notice)


def embedded_splits(name: str = "travel_phrases", languages: tuple[str, str] = ("en", "fr")) -> TranslationSplits:
    """A corpus that comes with the library, for programs without a data directory; see `EmbeddedText`."""
    train, valid, test = (EmbeddedText(name, split, languages).in_memory() for split in ("train", "valid", "test"))
    return TranslationSplits(train, valid, test)
