"""A parallel text as ids, tokenised once and cleaned; in memory, or in a folder of pieces."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules, clean
from lite_transformer_tf.data.corpus import Corpus, LeftOut, one_error
from lite_transformer_tf.data.encoding import CHUNK, Encoder
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.pieces import Piece, PieceFolder
from lite_transformer_tf.data.ragged import RaggedIds, RaggedWriter, id_dtype
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

PIECE = 64 * CHUNK  # pairs of a shard that are stored together
Count = Callable[[int], None]
"""Is told how many more pairs are done."""


def uncounted(pairs: int) -> None:
    """A `Count` that tells nobody."""


def counted(texts: Iterable[str], count: Count) -> Iterator[str]:
    """The texts, which are counted while they are read."""
    number = 0
    for number, text in enumerate(texts, start=1):
        if number % CHUNK == 0:
            count(CHUNK)
        yield text
    count(number % CHUNK)


@dataclass(frozen=True)
class TokenisedPairs:
    """Kept pairs as ids without `eos`, in memory.

    Args:
        sources, targets: Ids of each pair.
        sizes: Number of pairs of each part of the text.
    """

    sources: RaggedIds
    targets: RaggedIds
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Tokenised:
    """A whole corpus as ids.

    Args:
        pieces: The ids in files, with the number of the part of the text that they belong to; empty when in memory.
        pairs: The ids in memory; `None` when in files.
        cleaning: What was dropped.
        sizes: Number of kept pairs of each part of the text.
        left_out: What the reader left out, in words; empty when nothing.
        notices: Sentences for the log.
    """

    pieces: tuple[tuple[Piece, int], ...]
    pairs: TokenisedPairs | None
    cleaning: CleaningReport
    sizes: tuple[int, ...]
    left_out: str = ""
    notices: tuple[str, ...] = ()


@dataclass
class _Reader:
    """Reads a corpus, encodes and cleans it, chunk by chunk.

    Args:
        encoder: Encodes the pairs.
        rules: Which pairs to keep.
        count: Is told of progress.
    """

    encoder: Encoder
    rules: CleaningRules
    count: Count
    left_out: LeftOut = field(default_factory=LeftOut)

    def chunks(self, pairs: Iterator[Pair]) -> Iterator[tuple[RaggedIds, RaggedIds, np.ndarray, CleaningReport]]:
        """Ids of both sides, which pairs to keep, and the counts, of each chunk."""
        for sources, targets in self.encoder.encoded(pairs):
            keep, counts = clean(sources.lengths, targets.lengths, self.rules)
            self.count(len(sources))
            yield sources.truncated(self.rules.max_source_tokens), targets, keep, counts


def _dtypes(vocabularies: VocabularyPair) -> tuple[np.dtype, np.dtype]:
    return id_dtype(vocabularies.source.size), id_dtype(vocabularies.target.size)


def _checked(text: Corpus[Pair], report: CleaningReport, left_out: LeftOut, rules: CleaningRules) -> CleaningReport:
    """The whole report.

    Raises:
        ValueError: There are no pairs, or cleaning drops all of them.
    """
    report += CleaningReport(read=left_out.total, unusable=left_out.total)
    if report.read == 0:
        raise ValueError(f"A parallel text must have at least one pair. Received: {text.name}, which has no lines")
    if report.kept == 0:
        raise ValueError(f"Cleaning must leave at least one pair. Received: {text.name}; {report} (limits: {rules})")
    return report


def _in_memory(text: ParallelText, reader: _Reader, vocabularies: VocabularyPair) -> Tokenised:
    writers = [RaggedWriter(dtype) for dtype in _dtypes(vocabularies)]
    report, sizes = CleaningReport(), []
    for part, _ in text.parts:
        before = report.kept
        for sources, targets, keep, counts in reader.chunks(part.read(reader.left_out)):
            report += counts
            writers[0].append(sources, keep)
            writers[1].append(targets, keep)
        sizes.append(report.kept - before)
    report = _checked(text, report, reader.left_out, reader.rules)
    pairs = TokenisedPairs(writers[0].finish(), writers[1].finish(), tuple(sizes))
    return Tokenised((), pairs, report, tuple(sizes), str(reader.left_out))


class _FolderWriter:
    """Tokenises a corpus into a folder: what is there already stays, what is missing is made.

    Args:
        folder: The folder.
        reader: Reads the texts.
        vocabularies: Of the ids.
        piece: Pairs that are stored together.
    """

    def __init__(self, folder: PieceFolder, reader: _Reader, vocabularies: VocabularyPair, piece: int) -> None:
        self._folder, self._reader, self._piece = folder, reader, piece
        self._dtypes = _dtypes(vocabularies)
        self._settings = {
            "vocabularies": [vocabularies.source.fingerprint, vocabularies.target.fingerprint],
            "rules": dataclasses.asdict(reader.rules),
            "piece": piece,
        }

    def write(self, text: ParallelText) -> Tokenised:
        """All pieces.

        Raises:
            ValueError, FileNotFoundError: Files of the text are not as they should be. The others are tokenised first,
                and kept.
        """
        pieces: list[tuple[Piece, int]] = []
        report, left_out, keys = CleaningReport(), LeftOut(), []
        errors: list[Exception] = []
        for number, (part, _) in enumerate(text.parts):
            for shard in part.shards:
                try:
                    key = self._folder.key(shard.digest(), self._settings)
                    found, unusable = self._folder.shard(key) or self._shard(shard, key)
                except (ValueError, FileNotFoundError) as error:
                    errors.append(error)
                    continue
                keys.append(key)
                left_out.update(unusable)
                report = sum((piece.cleaning for piece in found), report)
                pieces += [(piece, number) for piece in found]
        if errors:
            raise one_error(errors)
        report = _checked(text, report, left_out, self._reader.rules)
        self._folder.finish(keys)
        sizes = [0] * len(text.parts)
        for piece, number in pieces:
            sizes[number] += len(piece)
        damaged = self._folder.damaged
        notices = (f"tokenised data: damaged, and made again: {', '.join(damaged)}",) if damaged else ()
        return Tokenised(tuple(pieces), None, report, tuple(sizes), str(left_out), notices)

    def _shard(self, shard: Corpus[Pair], key: str) -> tuple[list[Piece], LeftOut]:
        """Makes the pieces of a shard that are not there; those of a killed program are only read past."""
        left_out = LeftOut()
        pairs = shard.read(left_out)
        pieces: list[Piece] = []
        while True:
            piece = self._folder.piece(key, len(pieces))
            if piece is None:
                piece = self._made(pairs, key, len(pieces))
            else:
                self._reader.count(sum(1 for _ in zip(range(piece.cleaning.read), pairs)))
            if piece is None:
                break
            pieces.append(piece)
        self._folder.finish_shard(key, len(pieces), left_out)
        return pieces, left_out

    def _made(self, pairs: Iterator[Pair], key: str, number: int) -> Piece | None:
        """The next piece; `None` at the end of the shard."""
        report = CleaningReport()
        writers = [RaggedWriter(dtype) for dtype in self._dtypes]
        for sources, targets, keep, counts in self._reader.chunks(_first(pairs, self._piece)):
            report += counts
            writers[0].append(sources, keep)
            writers[1].append(targets, keep)
        if report.read == 0:
            return None
        return self._folder.write(key, number, (writers[0].finish(), writers[1].finish()), report)


def _first(pairs: Iterator[Pair], count: int) -> Iterator[Pair]:
    """The next pairs, so that none more is taken from the iterator."""
    return (pair for _, pair in zip(range(count), pairs))


def tokenise(
    text: ParallelText,
    vocabularies: VocabularyPair,
    rules: CleaningRules,
    cache: PathLike | None = None,
    *,
    count: Count = uncounted,
    processes: int | None = None,
    piece: int = PIECE,
) -> Tokenised:
    """Reads, tokenises and cleans a whole corpus.

    Args:
        text: The pairs, read once in chunks.
        vocabularies: Source and target vocabulary.
        rules: Which pairs to keep.
        cache: A folder for the ids. What it has of this text, these vocabularies and rules is reused, when its hashes
            are right; so a killed call resumes. `None` keeps the ids in memory, 2 bytes per token.
        count: Is told of progress.
        processes: Processes that encode, see `Encoder`.
        piece: Pairs that are stored together in the folder.

    Raises:
        ValueError, FileNotFoundError: There are no pairs, cleaning drops all of them, or files are wrong, see
            `ParallelText`. With a folder, all bad files are told at once, and the pairs of the others are kept.
        FileExistsError: `cache` is a folder with other contents.
    """
    folder = None if cache is None else PieceFolder(Path(cache))
    with Encoder(vocabularies, processes) as encoder:
        reader = _Reader(encoder, rules, count)
        if folder is None:
            return _in_memory(text, reader, vocabularies)
        with folder.locked():
            return _FolderWriter(folder, reader, vocabularies, piece).write(text)
