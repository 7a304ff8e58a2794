"""The corpora whose files a configuration names: found, with all that is missing told at once, before any is read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from lite_transformer_tf.data.config import CorpusConfig, FilesConfig
from lite_transformer_tf.data.corpus import Corpus, Item, mixture
from lite_transformer_tf.data.files import SUFFIXES, unpacked_name
from lite_transformer_tf.data.formats import FORMATS, Format, Layout, format_of, record_suffixes
from lite_transformer_tf.data.found import Found, all_told
from lite_transformer_tf.data.opus import members
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.plain_text import FIELDS, PlainText
from lite_transformer_tf.data.records import RecordLines, RecordText, record_file
from lite_transformer_tf.data.splits import find_two_files

ZIP = ".zip"


def find_named(files: FilesConfig, open_corpus: Callable[[CorpusConfig], Corpus[Item]]) -> Found[Item]:
    """The corpora of a configuration.

    Args:
        files: At least one corpus for training.
        open_corpus: Finds one corpus.

    Raises:
        FileNotFoundError, ValueError: Files are missing, or not what the configuration says; all of them are told.
    """
    parts = (files.train, files.validation, files.test)
    found = iter(all_told([partial(open_corpus, corpus) for part in parts for corpus in part]))
    corpora = [[(next(found), corpus.weight) for corpus in part] for part in parts]
    train, valid, test = (mixture(part) if part else None for part in corpora)
    assert train is not None
    return Found(train, valid, test)


def open_pairs(corpus: CorpusConfig, names: tuple[str, str]) -> Corpus[Pair]:
    """A corpus of pairs.

    Args:
        corpus: Its files.
        names: Source and target language, or what else the texts are called.

    Raises:
        FileNotFoundError: A file is missing; the message says which names were tried.
        ValueError: The files are not what `corpus` says.
    """
    path = Path(corpus.path)
    if corpus.target is not None:
        return ParallelText.from_files(path, corpus.target)
    if found := _format(corpus, path):
        return RecordText.from_file(path, layout=_layout(corpus, names), format=found)
    if path.suffix == ZIP:
        if not path.is_file():
            raise FileNotFoundError(f"A file of data must exist. Received: {str(path)!r}")
        return ParallelText.from_files(*members(path, names))
    stems = [path.name]
    stems += [
        name.removesuffix(f".{side}") for side in names if (name := unpacked_name(path.name)).endswith(f".{side}")
    ]
    for stem in stems:
        if (two := find_two_files(path.parent, stem, names)) is not None:
            return two
    if path.is_file():
        kinds = f"{', '.join(record_suffixes())} or {ZIP}, or have a format or a target"
        raise ValueError(f"A corpus of pairs in one file must be named {kinds}. Received: {str(path)!r}")
    tried = " and ".join(f"{stems[-1]}.{name}" for name in names)
    raise FileNotFoundError(
        f"A file of data must exist, or two files {tried}, plain or with {' or '.join(SUFFIXES[1:])}. "
        f"Received: {str(path)!r}"
    )


def open_lines(corpus: CorpusConfig) -> Corpus[str]:
    """A corpus of running text.

    Raises:
        FileNotFoundError: Its file is missing.
        ValueError: The file is not what `corpus` says.
    """
    path = Path(corpus.path)
    if found := _format(corpus, path):
        return RecordLines(*record_file(path, found), _layout(corpus, FIELDS))
    return PlainText.from_file(path)


def _format(corpus: CorpusConfig, path: Path) -> Format | None:
    """The format of a file of records, `None` for a file of lines.

    Raises:
        ValueError: Where the texts lie is said of a file without records, or columns of one without any.
    """
    found = FORMATS[corpus.format] if corpus.format else format_of(path)
    for name, given in (("fields", corpus.fields), ("columns", corpus.columns), ("header", corpus.header)):
        if given is not None and found is None:
            rule = f"{name} are for records, files named {', '.join(record_suffixes())} or with a format"
            raise ValueError(f"{rule}. Received: {str(path)!r}")
        if given is not None and name != "fields" and found is not None and not found.columns:
            raise ValueError(f"{name} are for tables, not for {found.name}. Received: {str(path)!r}")
    return found


def _layout(corpus: CorpusConfig, names: tuple[str, ...]) -> Layout:
    for name, given in (("fields", corpus.fields), ("columns", corpus.columns)):
        if given is not None and len(given) != len(names):
            rule = f"{name} must have {len(names)} entries, for {' and '.join(names)}"
            raise ValueError(f"{rule}. Received: {list(given)!r} for {corpus.path!r}")
    return Layout(names, corpus.fields, corpus.columns, corpus.header)
