"""The examples of one epoch where noise or other numbers are set: a function of seed and epoch only.

Texts are not kept: the ids of a disturbed pair are decoded, changed and encoded again, and only those. Two pairs in one
line are their ids one after the other, because no piece reaches over a space.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from lite_transformer_tf.data.noise import NoiseConfig, disturbed, draw_joined, draw_noise
from lite_transformer_tf.data.numbers import with_other_numbers
from lite_transformer_tf.data.ragged import RaggedIds, gathered, ragged
from lite_transformer_tf.data.tokenised import TokenisedPairs
from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary, VocabularyPair

CHUNK = 100_000  # pairs that are looked through at a time
PERSON = 0x4E6F6973  # "Nois": keeps these draws apart from those of the batches' order
ENDS = (".", "!", "?", "…", ".»", '."', ".”")


@dataclass(frozen=True)
class Examples:
    """The examples of an epoch.

    Args:
        pairs: The kept pairs.
        source_rows, target_rows: (E,) for each example the number of its pair, or from `len(pairs)` on that of a
            sequence in `sources` or `targets`.
        sources, targets: The sequences that are not those of a pair.
    """

    pairs: TokenisedPairs
    source_rows: np.ndarray
    target_rows: np.ndarray
    sources: RaggedIds
    targets: RaggedIds

    def __len__(self) -> int:
        return len(self.source_rows)

    @property
    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """(E,) and (E,) int64 tokens of source and target, with `eos`."""
        source = np.concatenate([self.pairs.sources.lengths, self.sources.lengths])[self.source_rows]
        target = np.concatenate([self.pairs.targets.lengths, self.targets.lengths])[self.target_rows]
        return source + 1, target + 1

    def chosen(self, numbers: np.ndarray) -> tuple[RaggedIds, RaggedIds]:
        """Sources and targets of some examples."""
        sources = gathered(self.pairs.sources, self.sources, self.source_rows[numbers])
        return sources, gathered(self.pairs.targets, self.targets, self.target_rows[numbers])

    @property
    def changed(self) -> int:
        """Number of examples that are not a pair as it was read."""
        count = len(self.pairs.sources)
        return int(((self.source_rows >= count) | (self.target_rows >= count)).sum())


def rows_with_digits(ids: RaggedIds, vocabulary: PieceVocabulary) -> np.ndarray:
    """(N,) bool: which sequences have a piece with a digit; byte pieces count."""
    table = np.array([any(c.isdigit() for c in vocabulary.piece(i)) for i in range(vocabulary.size)])
    found = np.zeros(len(ids), bool)
    for begin in range(0, len(ids), CHUNK):
        splits = ids.splits[begin : begin + CHUNK + 1]
        hits = table[ids.values[splits[0] : splits[-1]]]
        found[begin + np.repeat(np.arange(len(splits) - 1), np.diff(splits))[hits]] = True
    return found


@dataclass
class Disturber:
    """Disturbs the pairs of a corpus anew in every epoch.

    Args:
        pairs: The kept pairs.
        vocabularies: Their vocabularies.
        noise: Shares of the disturbances.
        numbers: Share of the pairs whose common numbers are replaced, of those that have any.
        seed: Seed of the run.
        longest: Most tokens of a source and of a target, without `eos`. What would be longer stays as it is.
    """

    pairs: TokenisedPairs
    vocabularies: VocabularyPair
    noise: NoiseConfig
    numbers: float
    seed: int
    longest: tuple[int, int]
    _numbered: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._numbered = np.zeros(len(self.pairs.sources), bool)
        if self.numbers:
            self._numbered = rows_with_digits(self.pairs.sources, self.vocabularies.source)
            self._numbered &= rows_with_digits(self.pairs.targets, self.vocabularies.target)

    def examples(self, rows: np.ndarray, epoch: int) -> Examples:
        """The examples of an epoch.

        Args:
            rows: (K,) numbers of the pairs that it draws.
            epoch: Number of the epoch.
        """
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch, PERSON]))
        rng = random.Random(f"{self.seed} {epoch}")  # for what happens to a single pair, in order
        kinds = draw_noise(self.noise, len(rows), generator)
        choice = generator.random(len(rows))
        renumbered = (generator.random(len(rows)) < self.numbers) & self._numbered[rows]
        first, second = draw_joined(self.noise, len(rows), generator)
        changed = np.logical_or.reduce([*kinds.values(), renumbered])
        changed[first] = True
        partners = dict(zip(first.tolist(), second.tolist()))
        source_rows, target_rows, left = rows.copy(), rows.copy(), np.ones(len(rows), bool)
        sources: list[np.ndarray] = []
        targets: list[np.ndarray] = []
        count = len(self.pairs.sources)
        for place in np.flatnonzero(changed).tolist():
            if not left[place]:
                continue
            names = frozenset(name for name, met in kinds.items() if met[place])
            span = [place, partners[place]] if place in partners else [place]
            example = self._example(rows[span], renumbered[span].tolist(), names, float(choice[place]), rng)
            left[span[1:]] = not example.joined
            if example.source is not None:
                source_rows[place] = count + len(sources)
                sources.append(example.source)
            if example.target is not None:
                target_rows[place] = count + len(targets)
                targets.append(example.target)
        dtypes = self.pairs.sources.values.dtype, self.pairs.targets.values.dtype
        return Examples(
            self.pairs, source_rows[left], target_rows[left], ragged(sources, dtypes[0]), ragged(targets, dtypes[1])
        )

    def _example(
        self, rows: np.ndarray, renumbered: list[bool], names: frozenset[str], choice: float, rng: random.Random
    ) -> _Example:
        found = [self._pair(int(row), other, rng) for row, other in zip(rows, renumbered, strict=True)]
        joined = len(found) == 2 and all(text.rstrip().endswith(ENDS) for text in found[0].texts)
        if joined:
            both = [np.concatenate([one, other]) for one, other in zip(found[0].ids, found[1].ids, strict=True)]
            joined = all(len(ids) <= most for ids, most in zip(both, self.longest, strict=True))
        if joined:
            text, (source, target) = " ".join(pair.texts[0] for pair in found), both
        else:
            text, (source, target) = found[0].texts[0], found[0].ids
        careless = disturbed(text, names, choice)
        if careless != text and "\ufffd" not in text:
            ids = self.vocabularies.source.encode(careless)
            source = np.array(ids, source.dtype) if 0 < len(ids) <= self.longest[0] else source
        same = found[0].ids
        return _Example(
            None if source is same[0] and not found[0].renumbered else source,
            None if target is same[1] and not found[0].renumbered else target,
            joined,
        )

    def _pair(self, row: int, renumbered: bool, rng: random.Random) -> _Pair:
        """A pair as text and as ids, with other numbers if these are wanted and possible."""
        ids = self.pairs.sources[row], self.pairs.targets[row]
        vocabularies = self.vocabularies.source, self.vocabularies.target
        texts = vocabularies[0].decode(ids[0].tolist()), vocabularies[1].decode(ids[1].tolist())
        if not renumbered or any("\ufffd" in text for text in texts):
            return _Pair(texts, ids)
        other = with_other_numbers(*texts, rng)
        if other is None:
            return _Pair(texts, ids)
        new = [np.array(v.encode(text), i.dtype) for v, text, i in zip(vocabularies, other, ids, strict=True)]
        if any(len(one) > most for one, most in zip(new, self.longest, strict=True)):
            return _Pair(texts, ids)
        return _Pair(other, (new[0], new[1]), True)


@dataclass(frozen=True)
class _Pair:
    """A pair before its source is disturbed."""

    texts: tuple[str, str]
    ids: tuple[np.ndarray, np.ndarray]
    renumbered: bool = False


@dataclass(frozen=True)
class _Example:
    """Ids of an example, `None` for those of its pair; and whether it holds two pairs."""

    source: np.ndarray | None
    target: np.ndarray | None
    joined: bool
