"""The parts of a data set as they were found, before anything is read: training, validation and test texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from lite_transformer_tf.data.corpus import Corpus, Item, one_error
from lite_transformer_tf.data.hold_out import hold_out
from lite_transformer_tf.files import PathLike

T = TypeVar("T")
STEMS = {"train": ("train",), "valid": ("valid", "val", "dev"), "test": ("test",)}
LISTED = 20  # names of a directory in a message


class NoSuchSplitError(FileNotFoundError):
    """A data directory has none of the files of a split."""


def stems_of(split: str) -> tuple[str, ...]:
    """Beginnings of the names of a split's files."""
    return STEMS.get(split, (split,))


def folder_of(directory: PathLike) -> Path:
    """A data directory.

    Raises:
        FileNotFoundError: It does not exist.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise FileNotFoundError(f"A data directory must exist. Received: {str(folder)!r}")
    return folder


def listing(files: Iterable[Path]) -> list[str]:
    """The first names of a directory's files, for messages."""
    return sorted(path.name for path in files)[:LISTED]


def all_told(tries: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all calls; when some fail, one error with the sentences of all of them, each once.

    Raises:
        FileNotFoundError, ValueError: A single error as it is; of several the kind of the first.
    """
    found: list[T] = []
    errors: list[Exception] = []
    for attempt in tries:
        try:
            found.append(attempt())
        except (OSError, ValueError) as error:
            if str(error) not in map(str, errors):
                errors.append(error)
    if errors:
        raise one_error(errors)
    return found


@dataclass(frozen=True)
class Found(Generic[Item]):
    """The parts of a data set.

    Args:
        train: Training texts.
        valid: Validation texts; `None` when there are none.
        test: Test texts; `None` when there are none.
    """

    train: Corpus[Item]
    valid: Corpus[Item] | None = None
    test: Corpus[Item] | None = None

    def complete(self, share: float | None = None) -> tuple[Corpus[Item], Corpus[Item] | tuple[Item, ...], str]:
        """Training texts, validation texts, and a notice for the log.

        Without a validation set some of the training texts are held out, see `hold_out`.

        Args:
            share: Share of the training texts; `None` chooses by their number.
        """
        if self.valid is not None:
            return self.train, self.valid, ""
        parts = hold_out(self.train, share)
        return parts.train, parts.valid, parts.notice


def find_parts(find: Callable[[str], Corpus[Item]], test: str = "test", *, validation: bool = True) -> Found[Item]:
    """Training, validation and test texts.

    Args:
        find: Finds a split by its name.
        test: Name of the test split. Only a split of the name `test` may be missing.
        validation: Whether the validation split must be there.

    Raises:
        FileNotFoundError, ValueError: Splits are missing, or not clear; all of them are told.
    """

    def optional(split: str, needed: bool) -> Corpus[Item] | None:
        try:
            return find(split)
        except NoSuchSplitError:
            if needed:
                raise
            return None

    splits = (("train", True), ("valid", validation), (test, test != "test"))
    train, valid, tested = all_told([lambda split=split: optional(*split) for split in splits])  # type: ignore[misc]
    assert train is not None
    return Found(train, valid, tested)
