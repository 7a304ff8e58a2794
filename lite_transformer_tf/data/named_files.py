"""The corpora whose files a configuration names: found, with all that is missing told at once, before any is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from lite_transformer_tf.data.config import CorpusConfig, FilesConfig
from lite_transformer_tf.data.corpus import Corpus, Item, mixture
from lite_transformer_tf.data.embedded import EmbeddedText
from lite_transformer_tf.data.files import SUFFIXES, unpacked_name
from lite_transformer_tf.data.formats import FORMATS, Format, Layout, format_of, record_suffixes
from lite_transformer_tf.data.found import Found, all_told
from lite_transformer_tf.data.opus import members
from lite_transformer_tf.data.parallel_text import Pair, ParallelText, swapped
from lite_transformer_tf.data.plain_text import FIELDS, PlainText
from lite_transformer_tf.data.records import RecordLines, RecordText, record_file
from lite_transformer_tf.data.shards import Shards, expanded, is_pattern, paired
from lite_transformer_tf.data.splits import find_two_files

ZIP = ".zip"
Split = Literal["train", "valid", "test"]


def find_named(files: FilesConfig, open_corpus: Callable[[CorpusConfig], Corpus[Item]]) -> Found[Item]:
    """The corpora of a configuration.

    Args:
        files: At least one corpus for training.
        open_corpus: Finds one corpus.

    Raises:
        FileNotFoundError, ValueError: Files are missing, or not what the configuration says; all of them are told.
    """
    named: dict[Split, tuple[CorpusConfig, ...]] = {"train": files.train, "valid": files.validation, "test": files.test}
    parts = [[_placed(corpus, split) for corpus in corpora] for split, corpora in named.items()]
    found = iter(all_told([partial(open_corpus, corpus) for part in parts for corpus in part]))
    corpora = [[(next(found), corpus.weight) for corpus in part] for part in parts]
    train, valid, test = (mixture(part) if part else None for part in corpora)
    assert train is not None
    return Found(train, valid, test)


def with_extra(
    found: Found[Item], extra: Sequence[CorpusConfig], open_corpus: Callable[[CorpusConfig], Corpus[Item]]
) -> Found[Item]:
    """The same with further corpora for training.

    Args:
        found: What a directory or a configuration has.
        extra: The corpora.
        open_corpus: Finds one corpus.

    Raises:
        FileNotFoundError, ValueError: See `find_named`.
    """
    if not extra:
        return found
    opened = all_told([partial(open_corpus, _placed(corpus, "train")) for corpus in extra])
    more = [(corpus, entry.weight) for corpus, entry in zip(opened, extra, strict=True)]
    return replace(found, train=mixture([*found.train.parts, *more]))


def _placed(corpus: CorpusConfig, split: Split) -> CorpusConfig:
    """An embedded corpus with the split of the part that names it, unless it says another."""
    return corpus if corpus.corpus is None or corpus.split else replace(corpus, split=split)


def open_pairs(corpus: CorpusConfig, names: tuple[str, str]) -> Corpus[Pair]:
    """A corpus of pairs.

    Args:
        corpus: Its files, or its name.
        names: Source and target language, or what else the texts are called.

    Raises:
        FileNotFoundError: A file is missing; the message says which names were tried.
        ValueError: The files are not what `corpus` says, or an embedded corpus has other languages.
    """
    if corpus.corpus is not None:
        found: Corpus[Pair] = EmbeddedText(corpus.corpus, corpus.split or "train", names)
    else:
        found = _open_files(corpus, names)
    return swapped(found) if corpus.swapped else found


def _open_files(corpus: CorpusConfig, names: tuple[str, str]) -> Corpus[Pair]:
    if (shards := _shards(corpus, names)) is not None:
        return _sharded(corpus, [partial(_open_one, shard, names) for shard in shards])
    return _open_one(corpus, names)


def _sharded(corpus: CorpusConfig, tries: Sequence[Callable[[], Corpus[Item]]]) -> Corpus[Item]:
    title = f"{len(tries)} shards of {corpus.path or (corpus.paths or ('',))[0]}"
    return Shards(title, tuple(all_told(tries)))


def _shards(corpus: CorpusConfig, names: tuple[str, ...] = ()) -> list[CorpusConfig] | None:
    """The files of a corpus that has several, each as a corpus; `None` for a single one.

    Args:
        corpus: Its files.
        names: Of the two sides, when files of one name but for that belong together.

    Raises:
        FileNotFoundError, ValueError: A pattern matches nothing, or the two sides differ.
    """
    paths = corpus.paths or ((corpus.path,) if corpus.path is not None and is_pattern(corpus.path) else None)
    if paths is None:
        if corpus.target is not None and is_pattern(corpus.target):
            paired([corpus.path or ""], [corpus.target])  # says what is wrong
        return None
    targets = corpus.targets or ((corpus.target,) if corpus.target is not None else None)
    if targets is not None:
        found: list[tuple[str, str | None]] = list(paired(paths, targets))
    else:
        found = [(path, None) for path in _stems(expanded(paths), names)]
    return [replace(corpus, path=path, target=target, paths=None, targets=None) for path, target in found]


def _stems(paths: Sequence[str], names: tuple[str, ...]) -> list[str]:
    """The paths, those of two sides of one text as what their names have in common, each once."""

    def stem(path: str) -> str:
        plain = unpacked_name(path)
        return next((plain.removesuffix(f".{side}") for side in names if plain.endswith(f".{side}")), path)

    return list(dict.fromkeys(map(stem, paths)))


def _open_one(corpus: CorpusConfig, names: tuple[str, str]) -> Corpus[Pair]:
    assert corpus.path is not None
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
    if (shards := _shards(corpus)) is not None:
        return _sharded(corpus, [partial(open_lines, shard) for shard in shards])
    assert corpus.path is not None
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
