"""Batches of a tokenised corpus, pool by pool; a corpus in memory is one pool."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.data.batching import Room
from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.drawing import draws
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.data.pair_batches import PairBatches, count_batches, fixed_batches
from lite_transformer_tf.data.pools import Pools
from lite_transformer_tf.data.tokenised import Tokenised, TokenisedPairs
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

ORDER = 0x506F6F6C  # "Pool": keeps the order of the pools apart from that of the batches


def _part_tokens(lengths: np.ndarray, sizes: Sequence[int]) -> list[int]:
    """Tokens of each part of the pairs."""
    return [int(part.sum()) for part in np.split(lengths, np.cumsum(sizes)[:-1])]


class PooledBatches:
    """The batches of a corpus. Their order in epoch e is a pure function of (seed, e); any of them can be asked for.

    The pools have their order in each epoch, and a pool's batches follow one another, in the order that they have as
    `PairBatches`. One pool is in memory at a time.

    Args:
        found: The ids.
        weights: Weight of each part of the text.
        vocabularies: Vocabularies of source and target.
        room: What fits into a batch.
        rules: Which pairs were kept, with a limit for a batch.
        shuffle, seed, noise, numbers: See `TranslationData`.
        pool: Pairs of a pool.

    Attributes:
        pools: Number of pools.
        steps_per_epoch: Number of batches, the same in every epoch.
    """

    def __init__(
        self,
        found: Tokenised,
        weights: Sequence[float],
        vocabularies: VocabularyPair,
        *,
        room: Room,
        rules: CleaningRules,
        shuffle: bool,
        seed: int,
        noise: NoiseConfig | None,
        numbers: float,
        pool: int,
    ) -> None:
        self._weights, self._vocabularies, self._rules = list(weights), vocabularies, rules
        self._room, self._shuffle, self._seed = room, shuffle, seed
        self._noise, self._numbers = (noise, numbers) if shuffle else (None, 0.0)
        self._drawn = self._weights if shuffle else [1.0] * len(self._weights)
        self._pools = Pools(found.pieces, len(self._weights), pool) if found.pairs is None else None
        self.pools = 1 if self._pools is None else self._pools.count
        self._current: tuple[int, PairBatches] | None = None
        self._fixed: list[int | None] = [None]
        if self.pools == 1:
            only = self._batches_of(found.pairs or self._load(0), 0)
            self._current = 0, only
            self._steps = [len(only.plan(0))]
            self._sizes, self._tokens = [found.sizes], [_part_tokens(only.target_lengths, found.sizes)]
        else:
            self._steps = self._survey()
            self._fixed = list(self._steps)
        self.steps_per_epoch: int = sum(self._steps)

    def _survey(self) -> list[int]:
        """Number of batches of each pool, from the lengths of its pairs."""
        assert self._pools is not None
        steps = []
        self._sizes, self._tokens = [], []
        for number in range(self.pools):
            *lengths, sizes = self._pools.lengths(number)
            source, target = (side.astype(np.int64) + 1 for side in lengths)
            drawn = list(zip(sizes, self._drawn, strict=True))
            batches = count_batches(np.maximum(source, target), drawn, self._room)
            steps.append(fixed_batches(batches, drawn) if self._noise or self._numbers else batches)
            self._sizes.append(sizes)
            self._tokens.append(_part_tokens(target, sizes))
        return steps

    def _load(self, number: int) -> TokenisedPairs:
        assert self._pools is not None
        return self._pools.load(number)

    def _batches_of(self, pairs: TokenisedPairs, number: int) -> PairBatches:
        assert self._rules.max_tokens is not None  # limited
        seed = self._seed
        if self.pools > 1:
            seed = int(np.random.SeedSequence([self._seed, number]).generate_state(1)[0])
        return PairBatches(
            pairs,
            self._weights,
            self._vocabularies,
            room=self._room,
            shuffle=self._shuffle,
            seed=seed,
            noise=self._noise,
            numbers=self._numbers,
            longest=(self._rules.max_source_tokens or self._rules.max_tokens, self._rules.max_tokens),
            steps=self._fixed[number],
        )

    def _pool(self, number: int) -> PairBatches:
        """A pool in memory; the one before is let go first."""
        current = self._current  # read once: tf.data may ask from a thread of its own
        if current is None or current[0] != number:
            self._current = current = None
            current = number, self._batches_of(self._load(number), number)
            self._current = current
        return current[1]

    def _order(self, epoch: int) -> list[int]:
        """The pools of an epoch in their order."""
        if not self._shuffle or self.pools == 1:
            return list(range(self.pools))
        generator = np.random.Generator(np.random.PCG64([self._seed, epoch, ORDER]))
        return generator.permutation(self.pools).tolist()

    def whole(self) -> PairBatches:
        """The batches of a corpus in one pool.

        Raises:
            ValueError: It has several.
        """
        if self.pools > 1:
            rule = "Plans, rows and lengths are those of a corpus in one pool"
            raise ValueError(f"{rule}; use batch_at. Received: {self.pools} pools")
        return self._pool(0)

    @property
    def draws(self) -> list[int]:
        """How many pairs an epoch draws from each corpus."""
        return [sum(draws(sizes[part], weight) for sizes in self._sizes) for part, weight in enumerate(self._drawn)]

    @property
    def tokens_per_epoch(self) -> int:
        """Target tokens of an epoch, with `eos` and without pads; the mean over epochs where corpora have weights."""
        shares = [
            draws(size, weight) / max(size, 1) * tokens
            for all_sizes, all_tokens in zip(self._sizes, self._tokens)
            for size, tokens, weight in zip(all_sizes, all_tokens, self._drawn)
        ]
        return round(sum(shares))

    def padding(self, epoch: int = 0) -> float:
        """Share of pads among all positions of source and target in an epoch."""
        found = [self._pool(number).positions(epoch) for number in range(self.pools)]
        return 1 - sum(tokens for tokens, _ in found) / sum(positions for _, positions in found)

    def changed(self, epoch: int = 0) -> tuple[int, int]:
        """Number of an epoch's examples, and of those that noise, other numbers or joining have changed; of several
        pools only those of its first."""
        if not (self._noise or self._numbers):
            return sum(self.draws), 0
        return self._pool(self._order(epoch)[0]).changed(epoch)

    def batch_at(self, epoch: int, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Batch number `number` of an epoch, see `batch`."""
        for pool in self._order(epoch):
            if number < self._steps[pool]:
                batches = self._pool(pool)
                return batches.batch(batches.plan(epoch)[number], epoch)
            number -= self._steps[pool]
        raise IndexError(f"An epoch has {self.steps_per_epoch} batches. Received: a number beyond them")
