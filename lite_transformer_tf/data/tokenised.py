"""A parallel text as ids, tokenised once by tf.data and cleaned; in memory or in a folder of memory-mapped files."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf._foreign_lines import held_back
from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules, clean
from lite_transformer_tf.data.corpus import Corpus, LeftOut
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.ragged import RaggedIds, RaggedWriter, id_dtype, load_ragged
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_write_json

if TYPE_CHECKING:
    from lite_transformer_tf.text import VocabularyPair

CHUNK = 4096  # pairs tokenised at a time
CACHE_MARKER = "tokenised.json"
CACHE_VERSION = 1


@dataclass(frozen=True)
class TokenisedPairs:
    """The kept pairs of a corpus as ids without `eos`, and what cleaning dropped.

    Args:
        sources, targets: Ids of each pair.
        cleaning: What was dropped.
        sizes: Number of kept pairs of each part of the text.
        left_out: What the reader left out, in words; empty when nothing.
    """

    sources: RaggedIds
    targets: RaggedIds
    cleaning: CleaningReport
    sizes: tuple[int, ...]
    left_out: str = ""


def _chunks(text: Corpus[Pair], left_out: LeftOut) -> Iterator[tuple[list[bytes], list[bytes]]]:
    pairs = text.read(left_out)
    while chunk := list(islice(pairs, CHUNK)):
        yield [source.encode("utf-8") for source, _ in chunk], [target.encode("utf-8") for _, target in chunk]


def _tokenised_chunks(
    text: Corpus[Pair], vocabularies: VocabularyPair, left_out: LeftOut
) -> Iterator[tuple[RaggedIds, RaggedIds]]:
    """Source and target ids of each chunk, by the vocabularies' graph operations; errors of the text pass unchanged."""
    import tensorflow as tf

    failures: list[Exception] = []

    def chunks() -> Iterator[tuple[list[bytes], list[bytes]]]:
        try:
            yield from _chunks(text, left_out)
        except (OSError, ValueError) as error:  # tf.data would bury it in an error of its own
            failures.append(error)

    def tokenize(sources: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, ...]:
        both = vocabularies.source.tokenize(sources), vocabularies.target.tokenize(targets)
        return tuple(part for ids in both for part in (ids.values, ids.row_splits))

    texts = tf.TensorSpec((None,), tf.string)
    with held_back():  # tensorflow-text says how it opens a vocabulary
        dataset = tf.data.Dataset.from_generator(chunks, output_signature=(texts, texts))
        dataset = dataset.map(tokenize, num_parallel_calls=2, deterministic=True).prefetch(2)
        batches = dataset.as_numpy_iterator()
        first = list(islice(batches, 1))
    for values, splits, target_values, target_splits in chain(first, batches):
        yield RaggedIds(values, splits), RaggedIds(target_values, target_splits)
    if failures:
        raise failures[0]


@dataclass(frozen=True)
class _Filled:
    """What is known of written pairs besides their ids, see `TokenisedPairs`."""

    cleaning: CleaningReport
    sizes: tuple[int, ...]
    left_out: str


def _fill(
    text: ParallelText,
    vocabularies: VocabularyPair,
    rules: CleaningRules,
    writers: tuple[RaggedWriter, RaggedWriter],
) -> _Filled:
    """Writes the kept pairs.

    Raises:
        ValueError: there are no pairs, or cleaning drops all of them.
    """
    report, left_out = CleaningReport(), LeftOut()
    sizes = []
    for part, _ in text.parts:
        before = report.kept
        for sources, targets in _tokenised_chunks(part, vocabularies, left_out):
            keep, counts = clean(sources.lengths, targets.lengths, rules)
            report += counts
            writers[0].append(sources.truncated(rules.max_source_tokens), keep)
            writers[1].append(targets, keep)
        sizes.append(report.kept - before)
    report += CleaningReport(read=left_out.total, unusable=left_out.total)
    if report.read == 0:
        raise ValueError(f"A parallel text must have at least one pair. Received: {text.name}, which has no lines")
    if report.kept == 0:
        raise ValueError(f"Cleaning must leave at least one pair. Received: {text.name}; {report} (limits: {rules})")
    return _Filled(report, tuple(sizes), str(left_out))


def _dtypes(vocabularies: VocabularyPair) -> tuple[np.dtype, np.dtype]:
    return id_dtype(vocabularies.source.size), id_dtype(vocabularies.target.size)


def _cache_key(text: ParallelText, vocabularies: VocabularyPair, rules: CleaningRules) -> dict[str, object]:
    """Everything that determines the cached ids."""
    return {
        "version": CACHE_VERSION,
        "text": text.digest(),
        "vocabularies": [vocabularies.source.fingerprint, vocabularies.target.fingerprint],
        "rules": dataclasses.asdict(rules),
    }


def _load_cache(folder: Path, key: dict[str, object], dtypes: tuple[np.dtype, np.dtype]) -> TokenisedPairs | None:
    """The pairs of a cache folder; `None` if it is missing or was made for another text, vocabulary or cleaning."""
    marker = folder / CACHE_MARKER
    if not marker.is_file():
        return None
    description = json.loads(marker.read_text(encoding="utf-8"))
    if description["key"] != key:
        return None
    sources, targets = (load_ragged(folder / name, dtype) for name, dtype in zip(("source", "target"), dtypes))
    sizes = tuple(description.get("sizes", (len(sources),)))  # earlier versions knew corpora of one part only
    cleaning = CleaningReport(**description["cleaning"])
    return TokenisedPairs(sources, targets, cleaning, sizes, description.get("left_out", ""))


def tokenise(
    text: ParallelText,
    vocabularies: VocabularyPair,
    rules: CleaningRules,
    cache: PathLike | None = None,
) -> TokenisedPairs:
    """Reads, tokenises and cleans a whole corpus.

    Args:
        text: The pairs, read once in chunks.
        vocabularies: Source and target vocabulary.
        rules: Which pairs to keep.
        cache: A folder for the ids. It is written once, completely or not at all, and mapped into memory. A folder that
            already has the ids of this text, these vocabularies and rules is reused. `None` keeps the ids in memory,
            2 bytes per token.

    Raises:
        ValueError: there are no pairs, cleaning drops all of them, or a file is wrong, see `ParallelText`.
        FileExistsError: `cache` is a folder with other contents.
    """
    dtypes = _dtypes(vocabularies)
    if cache is None:
        in_memory = RaggedWriter(dtypes[0]), RaggedWriter(dtypes[1])
        filled = _fill(text, vocabularies, rules, in_memory)
        sources, targets = (writer.finish() for writer in in_memory)
        assert sources is not None and targets is not None
        return TokenisedPairs(sources, targets, filled.cleaning, filled.sizes, filled.left_out)
    folder = Path(cache)
    key = _cache_key(text, vocabularies, rules)
    cached = _load_cache(folder, key, dtypes)
    if cached is not None:
        return cached
    with atomic_directory(folder, overwrite=True, marker=CACHE_MARKER) as new:
        on_disk = RaggedWriter(dtypes[0], new / "source"), RaggedWriter(dtypes[1], new / "target")
        try:
            filled = _fill(text, vocabularies, rules, on_disk)
            for writer in on_disk:
                writer.finish()
        finally:
            for writer in on_disk:
                writer.close()
        atomic_write_json(new / CACHE_MARKER, {"key": key, **dataclasses.asdict(filled)})
    written = _load_cache(folder, key, dtypes)
    assert written is not None
    return written
