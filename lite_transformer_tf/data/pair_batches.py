"""Batches of pairs whose ids are in memory, in a reproducible order: a whole corpus, or one pool of a large one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.data.batching import BatchPlan, Room, cut_batches, padded_positions, plan_batches
from lite_transformer_tf.data.disturbing import Disturber, Examples
from lite_transformer_tf.data.drawing import draw_pairs, draws
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.data.tokenised import TokenisedPairs
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

Weights = Sequence[tuple[int, float]]
"""Number of pairs and weight of each corpus, in order."""


def is_weighted(corpora: Weights) -> bool:
    """Whether an epoch draws other than every pair once."""
    return any(draws(count, weight) != count for count, weight in corpora)


def count_batches(longer: np.ndarray, corpora: Weights, room: Room) -> int:
    """Number of batches of every epoch, as `plan_batches` makes them, from lengths only.

    Args:
        longer: (N,) int64 tokens of each pair's longer side, with `eos`.
        corpora: See `Weights`.
        room: What fits into a batch.
    """
    if is_weighted(corpora):
        longer = draw_pairs(longer, list(corpora), np.random.default_rng(0))[1]
    return len(cut_batches(np.sort(longer), room))


def fixed_batches(batches: int, corpora: Weights) -> int:
    """Number of batches of every epoch where noise and numbers change lengths: 1 % more than without."""
    most = sum(draws(count, weight) for count, weight in corpora) // 2  # joining leaves at least half of the pairs
    return min(batches + -(-batches // 100), max(1, most))


class PairBatches:
    """The pairs' batches; the order of epoch e is a pure function of (seed, e).

    Args:
        pairs: The ids.
        weights: Weight of each part of the pairs.
        vocabularies: Vocabularies of source and target.
        room: What fits into a batch; no pair may exceed it.
        shuffle: Whether epochs are shuffled.
        seed: Seed for shuffling.
        noise, numbers: See `TranslationData`.
        longest: Most tokens of a source and of a target, without `eos`, for those that noise changes.
        steps: Number of batches of every epoch with noise or numbers; `None` takes that of the first epoch and 1 %.
    """

    def __init__(
        self,
        pairs: TokenisedPairs,
        weights: Sequence[float],
        vocabularies: VocabularyPair,
        *,
        room: Room,
        shuffle: bool,
        seed: int,
        noise: NoiseConfig | None,
        numbers: float,
        longest: tuple[int, int],
        steps: int | None = None,
    ) -> None:
        self.pairs, self.vocabularies, self.seed = pairs, vocabularies, seed
        self.room, self.shuffle = room, shuffle
        self.corpora: list[tuple[int, float]] = list(zip(pairs.sizes, weights, strict=True))
        self._weighted = shuffle and is_weighted(self.corpora)
        self.source_lengths: np.ndarray = pairs.sources.lengths + 1
        self.target_lengths: np.ndarray = pairs.targets.lengths + 1
        self._last: tuple[int, BatchPlan, Examples | None] | None = None
        self._last_examples: tuple[int, Examples] | None = None
        self._disturber: Disturber | None = None
        self._fixed_steps: int | None = None
        if shuffle and (noise or numbers):
            self._disturber = Disturber(pairs, vocabularies, noise or NoiseConfig(), numbers, seed, longest)
            self._fixed_steps = steps or fixed_batches(len(self.plan(0)), self.corpora)
            self._last = None

    def __len__(self) -> int:
        return len(self.pairs.sources)

    def plan(self, epoch: int) -> BatchPlan:
        """Which pairs are in each batch of an epoch; with noise or other numbers, which of its examples."""
        return self._planned(epoch)[0]

    def _planned(self, epoch: int) -> tuple[BatchPlan, Examples | None]:
        """The batches, and the examples that they consist of where these are not the pairs."""
        key = epoch if self.shuffle else 0
        last = self._last  # read once: tf.data may ask from a thread of its own
        if last is not None and last[0] == key:
            return last[1:]
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch])) if self.shuffle else None
        examples = None
        if generator is not None and self._disturber is not None:
            examples = self._examples(self._disturber, epoch)
            plan = plan_batches(*examples.lengths, self.room, generator, batches=self._fixed_steps)
        elif generator is not None and self._weighted:
            plan = self._weighted_plan(generator)
        else:
            plan = plan_batches(self.source_lengths, self.target_lengths, self.room, generator)
        self._last = key, plan, examples
        return plan, examples

    def _examples(self, disturber: Disturber, epoch: int) -> Examples:
        """The examples of an epoch where pairs are disturbed."""
        last = self._last_examples
        if last is None or last[0] != epoch:
            generator = np.random.Generator(np.random.PCG64([self.seed, epoch]))
            rows = draw_pairs(self._longer, self.corpora, generator)[0] if self._weighted else np.arange(len(self))
            last = self._last_examples = epoch, disturber.examples(rows, epoch)
        return last[1]

    @property
    def _longer(self) -> np.ndarray:
        return np.maximum(self.source_lengths, self.target_lengths).astype(np.int64)

    def _weighted_plan(self, generator: np.random.Generator) -> BatchPlan:
        rows, longest = draw_pairs(self._longer, self.corpora, generator)
        plan = plan_batches(self.source_lengths[rows], self.target_lengths[rows], self.room, generator, longest)
        return BatchPlan(rows[plan.order], plan.bounds)

    def positions(self, epoch: int) -> tuple[int, int]:
        """Tokens of an epoch, source and target, and positions of its batches, those of pads among them."""
        plan, examples = self._planned(epoch)
        lengths = (self.source_lengths, self.target_lengths) if examples is None else examples.lengths
        return sum(int(side[plan.order].sum()) for side in lengths), padded_positions(plan, *lengths)

    def changed(self, epoch: int) -> tuple[int, int]:
        """Number of an epoch's examples, and of those that noise, other numbers or joining have changed."""
        plan, examples = self._planned(epoch)
        return len(plan.order), 0 if examples is None else examples.changed

    def batch(self, rows: np.ndarray, epoch: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """One batch as arrays, see `TranslationData.batch`."""
        source, target = self.vocabularies.source, self.vocabularies.target
        examples = self._planned(epoch)[1]
        sources, targets = self.pairs.sources, self.pairs.targets
        if examples is not None:
            (sources, targets), rows = examples.chosen(rows), np.arange(len(rows))
        inputs = {
            "source_ids": sources.padded(rows, source.pad_id, after=source.eos_id),
            "target_ids": targets.padded(rows, target.pad_id, before=target.eos_id),
        }
        return inputs, targets.padded(rows, target.pad_id, after=target.eos_id)
