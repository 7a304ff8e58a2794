"""Where the texts of a task come from, by the section `data` of a run and the command line; nothing is read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.corpus import Corpus, Item
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.named_files import find_named
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.options import OptionError

if TYPE_CHECKING:
    from lite_transformer_tf.data.config import DataSection

Section = TypeVar("Section", bound="DataSection")
Text = TypeVar("Text", covariant=True)


def needs_directory(corpus: str, directory: PathLike | None, embedded: str) -> PathLike | None:
    """`directory`, given for files and not for an embedded corpus; `embedded` says where that comes from.

    Raises:
        SettingsError: It is missing, or there is one too many.
    """
    if corpus == "files" and directory is None:
        rule = "A configuration with data.corpus: files needs a data directory (--data-dir DIR), or data.files"
        raise SettingsError(f"{rule}. Received: none")
    if corpus != "files" and directory is not None:
        rule = f"The corpus {corpus} {embedded} and needs no data directory"
        raise SettingsError(f"{rule}. Received: {str(directory)!r}")
    return directory


def locate_files(
    settings: DataSection,
    directory: PathLike | None,
    embedded: str,
    open_corpus: Callable[[CorpusConfig], Corpus[Item]],
    find: Callable[[PathLike, bool], Found[Item]],
) -> Found[Item] | None:
    """The files of the data, see `Task.locate`.

    Args:
        settings, directory: See `Task.locate`.
        embedded: Where an embedded corpus comes from, in words.
        open_corpus: Finds a corpus whose files the configuration names.
        find: Finds the splits in a directory; its second argument is whether the validation split must be there.

    Raises:
        see `Task.locate`.
    """
    if not settings.files.train:
        found = needs_directory(settings.corpus, directory, embedded)
        return None if found is None else find(found, settings.hold_out == 0)
    if directory is not None:
        rule = "This configuration names its files in data.files, and needs no data directory"
        raise SettingsError(f"{rule}. Received: {str(directory)!r}")
    return find_named(settings.files, open_corpus)


def own_section(settings: DataSection, kind: type[Section]) -> Section:
    """`settings`, the section `data` of a run's configuration, which must be of a task's own class.

    Raises:
        TypeError: It is another task's.
    """
    if not isinstance(settings, kind):
        raise TypeError(f"The section data must be a {kind.__name__}. Received: {settings!r}")
    return settings


class Splits(Protocol[Text]):
    """The parts of an embedded corpus."""

    @property
    def train(self) -> Text: ...

    @property
    def valid(self) -> Text: ...

    @property
    def test(self) -> Text | None: ...


def of_split(corpus: Callable[[], Splits[Text]], split: str) -> Text:
    """The part of an embedded corpus that `--split` names.

    Raises:
        OptionError: There is none of that name.
    """
    if split not in ("train", "valid", "test"):
        raise OptionError(f"--split must be train, valid or test without a data directory. Received: {split!r}")
    return getattr(corpus(), split)
