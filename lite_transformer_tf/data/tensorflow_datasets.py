"""Pairs of texts from the tensorflow-datasets package, which is not installed with this one. Nothing is downloaded unless asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.data.records import KNOWN_FIELDS, field_pairs
from lite_transformer_tf.files import PathLike

SPLIT_NAMES = {"train": ("train",), "valid": ("validation", "valid", "val", "dev"), "test": ("test",)}


def open_builder(name: str, data_directory: PathLike | None = None, *, download: bool = False) -> Any:
    """The builder of a data set, prepared for reading.

    Args:
        name: such as `"cnn_dailymail"` or, with its version, `"cnn_dailymail:3.4.0"`.
        data_directory: where prepared data sets lie; `None` for tensorflow-datasets' own place.
        download: whether a data set that is not there may be downloaded and prepared.

    Raises:
        ValueError: tensorflow-datasets is not installed, knows no such data set, or it is not prepared and may not be downloaded.
    """
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise ValueError(
            f"A data set's name needs the package tensorflow-datasets: pip install tensorflow-datasets. Received: {name!r} ({error})"
        ) from error
    try:
        builder = tfds.builder(name, data_dir=None if data_directory is None else str(data_directory))
    except (tfds.core.registered.DatasetNotFoundError, AssertionError, ValueError) as error:
        raise ValueError(
            f"tensorflow-datasets must know the data set. Received: {name!r} ({str(error).splitlines()[0]})"
        ) from error
    if not builder.info.splits:
        if not download:
            rule = "A data set must be prepared on this machine, unless downloading it is asked for (--download)"
            raise ValueError(f"{rule}. Received: {name!r}, not found in {str(builder.data_path)!r}")
        builder.download_and_prepare()
    return builder


@dataclass(frozen=True)
class DatasetText(StreamedText):
    """A `ParallelText` whose pairs are the examples of one split, streamed.

    Args:
        builder: see `open_builder`.
        split: name of a split.
        fields: names of the two text features.
    """

    builder: Any = field(default=None, repr=False)
    split: str = "train"
    fields: tuple[str, str] = KNOWN_FIELDS[0]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for example in self.builder.as_dataset(split=self.split, shuffle_files=False).as_numpy_iterator():
            yield example[self.fields[0]].decode("utf-8"), example[self.fields[1]].decode("utf-8")

    def digest(self) -> str:
        """SHA-256 over name, version, split, its sizes and the names of the fields: the texts themselves may be many gigabytes."""
        info = self.builder.info.splits[self.split]
        facts = (self.builder.info.full_name, self.split, info.num_examples, info.num_bytes, *self.fields)
        return hashlib.sha256("\n".join(map(str, facts)).encode("utf-8")).hexdigest()


def dataset_text(builder: Any, split: str, fields: tuple[str, str] = KNOWN_FIELDS[0]) -> DatasetText | None:
    """The pairs of a split, `None` when the data set lacks it.

    Args:
        builder: see `open_builder`.
        split: `"train"`, `"valid"`, `"test"`, or a name of the data set's own.
        fields: as those of `RecordText`; when the data set has none of them, the input and output that it declares are taken.

    Raises:
        ValueError: it has no such fields and declares none.
    """
    name = next((name for name in SPLIT_NAMES.get(split, (split,)) if name in builder.info.splits), None)
    if name is None:
        return None
    features = sorted(builder.info.features)
    found = next((pair for pair in field_pairs(fields) if set(pair) <= set(features)), builder.info.supervised_keys)
    if found is None or not set(found) <= set(features):
        raise ValueError(
            f"A data set must have the fields {fields[0]!r} and {fields[1]!r}. Received: {builder.info.full_name}, which has {features}"
        )
    return DatasetText(f"{builder.info.full_name} ({name})", builder=builder, split=name, fields=(found[0], found[1]))
