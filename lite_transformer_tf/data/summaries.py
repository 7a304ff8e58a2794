"""Training, validation and test pairs of (document, summary): from files, a known data set, or embedded docstrings."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.records import JSON_LINES, KNOWN_FIELDS, TAB_SEPARATED, RecordText, field_pairs
from lite_transformer_tf.data.splits import STEMS, SUFFIXES, TranslationSplits, find_split
from lite_transformer_tf.files import PathLike

Fields = tuple[str, str]


def find_summaries(directory: PathLike, split: str, fields: Fields = KNOWN_FIELDS[0]) -> ParallelText:
    """The pairs of a split in a data directory.

    Args:
        directory: Directory of the files `train.jsonl`, `train.tsv`, or `train.document` and `train.summary`, plain or
            .gz.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`; or the exact beginning of another name.
        fields: Names of the fields in JSON Lines, and suffixes of two files.

    Raises:
        FileNotFoundError: the split has no files.
        ValueError: the split has more than one file, so that it is not clear which is meant.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise FileNotFoundError(f"A data directory must exist. Received: {str(folder)!r}")
    stems = STEMS.get(split, (split,))
    names = [f"{stem}{kind}{suffix}" for stem in stems for kind in (JSON_LINES, TAB_SEPARATED) for suffix in SUFFIXES]
    found = [folder / name for name in names if (folder / name).is_file()]
    if len(found) > 1:
        raise ValueError(
            f"There must be one file of the {split} split. Received: {[path.name for path in found]} in {str(folder)!r}"
        )
    if found:
        return RecordText.from_file(found[0], fields)
    for endings in field_pairs(fields):
        if any(
            (folder / f"{stem}.{ending}{suffix}").is_file()
            for stem in stems
            for ending in endings
            for suffix in SUFFIXES
        ):
            return find_split(folder, split, *endings)
    looked_for = f"{{{','.join(stems)}}}.jsonl, .tsv, or .{fields[0]} and .{fields[1]}, each plain or .gz"
    there = sorted(path.name for path in folder.iterdir())[:20]
    raise FileNotFoundError(
        f"The {split} split must be files named {looked_for}. Received: {str(folder)!r}, which contains {there!r}"
    )


def find_summary_splits(
    directory: PathLike, fields: Fields = KNOWN_FIELDS[0], *, test: str = "test"
) -> TranslationSplits:
    """Training, validation and, if there is one, test pairs of a data directory, see `find_summaries`.

    Args:
        test: Name of the test split.
    """
    train, valid = (find_summaries(directory, split, fields) for split in ("train", "valid"))
    try:
        return TranslationSplits(train, valid, find_summaries(directory, test, fields))
    except FileNotFoundError:
        if test != "test":
            raise
        return TranslationSplits(train, valid, None)


def dataset_summary_splits(
    name: str,
    fields: Fields = KNOWN_FIELDS[0],
    *,
    test: str = "test",
    data_directory: PathLike | None = None,
    download: bool = False,
) -> TranslationSplits:
    """The splits of a data set that tensorflow-datasets knows, see `tensorflow_datasets.open_builder`.

    Raises:
        ValueError: it cannot be read, or has no training or validation split.
    """
    from lite_transformer_tf.data.tensorflow_datasets import dataset_text, open_builder

    builder = open_builder(name, data_directory, download=download)
    train, valid, tested = (dataset_text(builder, split, fields) for split in ("train", "valid", test))
    if train is None or valid is None:
        raise ValueError(
            f"A data set must have a training and a validation split. "
            f"Received: {name!r}, which has {sorted(builder.info.splits)}"
        )
    return TranslationSplits(train, valid, tested)


def docstring_splits() -> TranslationSplits:
    """The embedded corpus: docstrings of the installed packages, see `docstrings.docstring_pairs`."""
    from lite_transformer_tf.data.docstrings import docstring_pairs

    train, valid, test = (
        ParallelText.from_pairs(
            ((pair.document, pair.summary) for pair in docstring_pairs(split)), f"docstrings ({split})"
        )
        for split in ("train", "valid", "test")
    )
    return TranslationSplits(train, valid, test)
