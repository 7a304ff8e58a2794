"""Pairs of texts from tensorflow-datasets, which this package does not install. Nothing is downloaded unasked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lite_transformer_tf.data.corpus import LeftOut, usable
from lite_transformer_tf.data.formats import PAIR_NAMES, names_like
from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.files import PathLike

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

SPLIT_NAMES = {"train": ("train",), "valid": ("validation", "valid", "val", "dev"), "test": ("test",)}


def open_builder(
    name: str, data_directory: PathLike | None = None, *, download: bool = False
) -> tfds.core.DatasetBuilder:
    """The builder of a data set, prepared for reading.

    Args:
        name: Such as `"cnn_dailymail"` or, with its version, `"cnn_dailymail:3.4.0"`.
        data_directory: Directory of prepared data sets. `None` uses tensorflow-datasets' default.
        download: Whether a missing data set may be downloaded and prepared.

    Raises:
        ValueError: tensorflow-datasets is not installed or does not know the data set, or the data set is missing and
            may not be downloaded.
    """
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise ValueError(
            f"A data set's name needs the package tensorflow-datasets: pip install tensorflow-datasets. "
            f"Received: {name!r} ({error})"
        ) from error
    try:
        builder = tfds.builder(name, data_dir=None if data_directory is None else str(data_directory))
    except (tfds.core.registered.DatasetNotFoundError, AssertionError, ValueError) as error:
        raise ValueError(
            f"tensorflow-datasets must know the data set. Received: {name!r} ({str(error).splitlines()[0]})"
        ) from error
    if not builder.info.splits:
        if not download:
            rule = "A data set must be prepared on this machine, unless you ask to download it (--download)"
            raise ValueError(f"{rule}. Received: {name!r}, not found in {str(builder.data_path)!r}")
        builder.download_and_prepare()
    return builder


@dataclass(frozen=True)
class DatasetText(StreamedText):
    """A `ParallelText` whose pairs are the examples of one split, streamed.

    Args:
        builder: See `open_builder`.
        split: Name of the split.
        fields: Names of the two text features.
    """

    builder: tfds.core.DatasetBuilder = field(default=None, repr=False)
    split: str = "train"
    fields: tuple[str, str] = PAIR_NAMES[0]

    def read(self, left_out: LeftOut) -> Iterator[tuple[str, str]]:
        return usable(enumerate(self._examples(), start=1), self.name, left_out)

    def _examples(self) -> Iterator[tuple[str, str]]:
        for example in self.builder.as_dataset(split=self.split, shuffle_files=False).as_numpy_iterator():
            yield example[self.fields[0]].decode("utf-8"), example[self.fields[1]].decode("utf-8")

    def digest(self) -> str:
        """SHA-256 of name, version, split, its sizes and field names, because the texts may be many gigabytes."""
        info = self.builder.info.splits[self.split]
        facts = (self.builder.info.full_name, self.split, info.num_examples, info.num_bytes, *self.fields)
        return hashlib.sha256("\n".join(map(str, facts)).encode("utf-8")).hexdigest()


def dataset_text(
    builder: tfds.core.DatasetBuilder, split: str, fields: tuple[str, str] = PAIR_NAMES[0]
) -> DatasetText | None:
    """The pairs of a split, `None` when the data set lacks it.

    Args:
        builder: See `open_builder`.
        split: `"train"`, `"valid"`, `"test"`, or a name that the data set defines.
        fields: As those of `RecordText`. A data set without these fields gives the input and output that it declares.

    Raises:
        ValueError: it has no such fields and declares none.
    """
    name = next((name for name in SPLIT_NAMES.get(split, (split,)) if name in builder.info.splits), None)
    if name is None:
        return None
    features = sorted(builder.info.features)
    found = next((pair for pair in names_like(fields) if set(pair) <= set(features)), builder.info.supervised_keys)
    if found is None or not set(found) <= set(features):
        raise ValueError(
            f"A data set must have the fields {fields[0]!r} and {fields[1]!r}. "
            f"Received: {builder.info.full_name}, which has {features}"
        )
    return DatasetText(f"{builder.info.full_name} ({name})", builder=builder, split=name, fields=(found[0], found[1]))
