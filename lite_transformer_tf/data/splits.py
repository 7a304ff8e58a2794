"""Training, validation and test text: found in a data directory by the files' names, or embedded in the library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.files import PathLike

STEMS = {"train": ("train",), "valid": ("valid", "val", "dev"), "test": ("test",)}
SUFFIXES = ("", ".gz")


@dataclass(frozen=True)
class TranslationSplits:
    """The texts of one translation task; `test` is `None` without test data."""

    train: ParallelText
    valid: ParallelText
    test: ParallelText | None


def _find(directory: Path, stem: str, language: str) -> Path | None:
    candidates = (directory / f"{stem}.{language}{suffix}" for suffix in SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


def _find_pair(directory: Path, stem: str, languages: tuple[str, str]) -> ParallelText | None:
    """The pair of files of this stem, `None` when there is neither; one without the other is an error."""
    found = [_find(directory, stem, language) for language in languages]
    if found[0] is not None and found[1] is not None:
        return ParallelText.from_files(found[0], found[1])
    for path, missing in zip(found, reversed(languages)):
        if path is not None:
            raise FileNotFoundError(
                f"{path.name} needs its other side. "
                f"Received: no {stem}.{missing} or {stem}.{missing}.gz in {str(directory)!r}"
            )
    return None


def _test_stems(directory: Path, languages: tuple[str, str]) -> list[str]:
    """Stems that begin with `test` and have a file in either language."""
    pattern = re.compile(rf"(test.*)\.(?:{re.escape(languages[0])}|{re.escape(languages[1])})(?:\.gz)?")
    matches = (pattern.fullmatch(path.name) for path in directory.iterdir())
    return sorted({match[1] for match in matches if match})


def find_split(directory: PathLike, split: str, source: str, target: str) -> ParallelText:
    """The two files of a split in a data directory, such as `train.en.gz` and `train.de.gz`.

    Args:
        directory: Directory of the files.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`, also any single name that begins with `test`;
            or the exact beginning of another name, such as `"test_2016_flickr"`.
        source, target: Languages as in the files' names.

    Raises:
        FileNotFoundError: the split has no files, or only one side.
        ValueError: several test sets, or equal languages.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise FileNotFoundError(f"A data directory must exist. Received: {str(folder)!r}")
    if source == target:
        raise ValueError(f"The source and the target language must differ. Received: {source!r} and {target!r}")
    languages = (source, target)
    stems = STEMS.get(split, (split,))
    for stem in stems:
        found = _find_pair(folder, stem, languages)
        if found is not None:
            return found
    if split == "test":
        others = _test_stems(folder, languages)
        if len(others) > 1:
            raise ValueError(f"There are several test sets; name one of them. Received: {others!r}")
        if others:
            found = _find_pair(folder, others[0], languages)
            assert found is not None
            return found
    looked_for = ", ".join(f"{stem}.{{{source},{target}}}[.gz]" for stem in stems)
    there = sorted(path.name for path in folder.iterdir())[:20]
    raise FileNotFoundError(
        f"The {split} split must be files named {looked_for}. Received: {str(folder)!r}, which contains {there!r}"
    )


def find_splits(directory: PathLike, source: str, target: str, *, test: str = "test") -> TranslationSplits:
    """Training, validation and, if there is one, test text of a data directory, see `find_split`.

    Args:
        test: Name of the test split, when there are several.
    """
    train, valid = (find_split(directory, split, source, target) for split in ("train", "valid"))
    try:
        return TranslationSplits(train, valid, find_split(directory, test, source, target))
    except FileNotFoundError:
        if test != "test" or _test_stems(Path(directory), (source, target)):
            raise
        return TranslationSplits(train, valid, None)


def embedded_splits() -> TranslationSplits:
    """The travel phrases that come with the library, for programs without a data directory."""
    from lite_transformer_tf.data.travel_phrases import travel_phrases

    train, valid, test = (
        ParallelText.from_pairs(
            ((pair.source, pair.target) for pair in travel_phrases(split)), f"travel phrases ({split})"
        )
        for split in ("train", "valid", "test")
    )
    return TranslationSplits(train, valid, test)
