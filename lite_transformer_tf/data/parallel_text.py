"""Pairs of texts, one a translation of the other, from two files or from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from pathlib import Path

from lite_transformer_tf.data.corpus import Corpus, LeftOut, fault, is_text, usable
from lite_transformer_tf.data.files import TextFile, ZipMember, check_readable, file_digest, read_lines
from lite_transformer_tf.text import is_blank

Pair = tuple[str, str]


def is_whole(pair: tuple[str, str]) -> bool:
    """Whether neither text is blank, see `text.is_blank`."""
    return not (is_blank(pair[0]) or is_blank(pair[1]))


@dataclass(frozen=True)
class ParallelText(Corpus[Pair]):
    """A corpus that can be read again and again; build it with `from_files` or `from_pairs`.

    Iterating gives (source, target) texts. Files are streamed, never held in memory.

    Args:
        name: Name in messages.
        paths: Source and target file; `None` for a corpus in memory.
        pairs: The texts of a corpus in memory.
        left_out: What was left out when they were read from a file.
    """

    name: str
    paths: tuple[Path | ZipMember, Path | ZipMember] | None = None
    pairs: tuple[Pair, ...] = field(default=(), repr=False)
    left_out: LeftOut = field(default_factory=LeftOut, repr=False, compare=False)

    @classmethod
    def from_files(cls, source: TextFile, target: TextFile) -> ParallelText:
        """Line i of one file is the translation of line i of the other; plain or packed, UTF-8.

        Raises:
            FileNotFoundError: Files are missing.
        """
        paths = _path(source), _path(target)
        missing = [str(path) for path in paths if not path.is_file()]
        if missing:
            received = f"{', '.join(map(repr, missing))}, which {'do' if len(missing) > 1 else 'does'} not"
            raise FileNotFoundError(f"Both files of a parallel text must exist. Received: {received}")
        for path in paths:
            check_readable(path)
        return cls(f"{paths[0]} and {paths[1]}", paths)

    @classmethod
    def from_pairs(
        cls, pairs: Iterable[tuple[str, str] | Sequence[str]], name: str = "pairs in memory"
    ) -> ParallelText:
        """A corpus in memory from (source, target) texts.

        Raises:
            ValueError: an entry is no pair of texts, or a text holds a lone surrogate.
        """
        checked = []
        for pair in pairs:
            entry = tuple(pair)
            if isinstance(pair, str) or len(entry) != 2 or not all(map(is_text, entry)):
                raise ValueError(f"A pair must be two texts, source and target. Received: {pair!r}")
            checked.append((entry[0], entry[1]))
        return cls(name, None, tuple(checked))

    @classmethod
    def coerce(cls, pairs: ParallelText | Iterable[Pair | Sequence[str]]) -> ParallelText:
        """`pairs` itself when it is a ParallelText, otherwise `from_pairs`."""
        return pairs if isinstance(pairs, ParallelText) else cls.from_pairs(pairs)

    def read(self, left_out: LeftOut) -> Iterator[Pair]:
        """Pairs in order.

        Raises:
            ValueError: The files differ in their number of lines (told at the end), or see `read_lines`.
        """
        left_out.update(self.left_out)
        return usable(enumerate(self._pairs(), start=1), self.name, left_out)

    def _pairs(self) -> Iterator[Pair]:
        if self.paths is None:
            yield from self.pairs
            return
        counts = [0, 0]
        for source, target in zip_longest(read_lines(self.paths[0]), read_lines(self.paths[1])):
            counts[0] += source is not None
            counts[1] += target is not None
            if source is not None and target is not None:
                yield source, target
        if counts[0] != counts[1]:
            raise ValueError(
                "The two files of a parallel text must have the same number of lines. "
                f"Received: {counts[0]} in {str(self.paths[0])!r}, {counts[1]} in {str(self.paths[1])!r}"
            )

    def sources(self) -> Iterator[str]:
        """The source texts alone; of two files only one is read."""
        return self._side(0)

    def targets(self) -> Iterator[str]:
        """The target texts alone."""
        return self._side(1)

    def _side(self, side: int) -> Iterator[str]:
        if self.paths is None:
            return (pair[side] for pair in self)
        return (text for text in read_lines(self.paths[side]) if fault(text) is None)

    def in_memory(self) -> ParallelText:
        """The same corpus held in memory, for validation and test sets."""
        return self if self.paths is None else self._held()

    def _held(self) -> ParallelText:
        left_out = LeftOut()
        return ParallelText(self.name, None, tuple(self.read(left_out)), left_out)

    def first(self, count: int) -> ParallelText:
        """The first pairs, held in memory."""
        return ParallelText(self.name, None, tuple(islice(self, count)))

    def swapped(self) -> ParallelText:
        """The other direction of translation."""
        if self.paths is not None:
            return ParallelText.from_files(self.paths[1], self.paths[0])
        return ParallelText(self.name, None, tuple((target, source) for source, target in self.pairs))

    def digest(self) -> str:
        """SHA-256 over the contents, of files as they lie on the disk."""
        if self.paths is not None:
            parts = [file_digest(path) for path in self.paths]
        else:
            parts = [hashlib.sha256(text.encode("utf-8")).hexdigest() for pair in self.pairs for text in pair]
        return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class Swapped(Corpus[Pair]):
    """A corpus of pairs whose sources and targets change places.

    Args:
        corpus: The corpus.
    """

    corpus: Corpus[Pair]

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"{self.corpus.name}, swapped"

    @property
    def shards(self) -> tuple[Corpus[Pair], ...]:
        return tuple(Swapped(shard) for shard in self.corpus.shards)

    def read(self, left_out: LeftOut) -> Iterator[Pair]:
        return ((target, source) for source, target in self.corpus.read(left_out))

    def digest(self) -> str:
        return hashlib.sha256(f"{self.corpus.digest()}\nswapped".encode("ascii")).hexdigest()


def swapped(corpus: Corpus[Pair]) -> Corpus[Pair]:
    """The other direction of a corpus, read when it is needed: two files in the other order, or `Swapped`."""
    if isinstance(corpus, ParallelText) and corpus.paths is not None:
        return corpus.swapped()
    return Swapped(corpus)


def _path(file: TextFile) -> Path | ZipMember:
    return file if isinstance(file, ZipMember) else Path(file)


@dataclass(frozen=True)
class StreamedText(ParallelText):
    """A `ParallelText` that is read pair by pair: that of another corpus of pairs, or by a subclass's own `read`.

    Args:
        corpus: The corpus.
    """

    corpus: Corpus[Pair] | None = None

    @classmethod
    def of(cls, corpus: Corpus[Pair]) -> ParallelText:
        """A corpus of pairs as a `ParallelText`."""
        return corpus if isinstance(corpus, ParallelText) else StreamedText(corpus.name, corpus=corpus)

    @property
    def _inner(self) -> Corpus[Pair]:
        assert self.corpus is not None
        return self.corpus

    @property
    def parts(self) -> tuple[tuple[Corpus[Pair], float], ...]:
        return ((self, 1.0),) if self.corpus is None else self.corpus.parts

    @property
    def shards(self) -> tuple[Corpus[Pair], ...]:
        return (self,) if self.corpus is None else self.corpus.shards

    def read(self, left_out: LeftOut) -> Iterator[Pair]:
        return self._inner.read(left_out)

    def digest(self) -> str:
        return self._inner.digest()

    def _side(self, side: int) -> Iterator[str]:
        return (pair[side] for pair in self)

    def in_memory(self) -> ParallelText:
        return self._held()

    def swapped(self) -> ParallelText:
        return self.in_memory().swapped()
