"""Training, validation and test pairs of (document, summary): from files, a known data set, or embedded docstrings."""

from __future__ import annotations

from lite_transformer_tf.data.files import SUFFIXES
from lite_transformer_tf.data.formats import PAIR_NAMES, names_like, record_suffixes
from lite_transformer_tf.data.found import Found, NoSuchSplitError, find_parts, folder_of, listing, stems_of
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.splits import TranslationSplits, find_records, find_split, pair_splits
from lite_transformer_tf.files import PathLike

Fields = tuple[str, str]
KNOWN_FIELDS = PAIR_NAMES


def find_summaries(directory: PathLike, split: str, fields: Fields = KNOWN_FIELDS[0]) -> ParallelText:
    """The pairs of a split in a data directory.

    Args:
        directory: Directory of the files `train.jsonl`, `train.tsv`, `train.csv`, or `train.document` and
            `train.summary`, plain or packed.
        split: `"train"`; `"valid"`, also named `val` or `dev`; `"test"`; or the exact beginning of another name.
        fields: Names of the fields in records, and suffixes of two files.

    Raises:
        NoSuchSplitError: The split has no files.
        FileNotFoundError: There is only one of two files, or no directory.
        ValueError: The split has more than one file of records, so that it is not clear which is meant.
    """
    folder, stems = folder_of(directory), stems_of(split)
    if (records := find_records(folder, split, fields)) is not None:
        return records
    for endings in names_like(fields):
        if any(
            (folder / f"{stem}.{ending}{suffix}").is_file()
            for stem in stems
            for ending in endings
            for suffix in SUFFIXES
        ):
            return find_split(folder, split, *endings)  # type: ignore[misc]
    kinds = ", ".join(record_suffixes())
    looked_for = f"{{{','.join(stems)}}}{kinds}, or .{fields[0]} and .{fields[1]}, each plain, "
    received = f"{str(folder)!r}, which contains {listing(folder.iterdir())!r}"
    packed = " or ".join(SUFFIXES[1:])
    raise NoSuchSplitError(f"The {split} split must be files named {looked_for}{packed}. Received: {received}")


def find_summary_files(
    directory: PathLike, fields: Fields = KNOWN_FIELDS[0], *, test: str = "test", validation: bool = True
) -> Found[Pair]:
    """Training, validation and test pairs of a data directory, see `find_summaries` and `find_parts`."""
    return find_parts(lambda split: find_summaries(directory, split, fields), test, validation=validation)


def find_summary_splits(
    directory: PathLike, fields: Fields = KNOWN_FIELDS[0], *, test: str = "test"
) -> TranslationSplits:
    """Training, validation and, if there is one, test pairs of a data directory, see `find_summaries`.

    Args:
        test: Name of the test split.
    """
    return pair_splits(find_summary_files(directory, fields, test=test))


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
