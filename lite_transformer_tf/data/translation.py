"""Batches for translation, for `model.fit` and the training program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.data.batching import BatchPlan, check_position, padding_fraction, plan_batches
from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules
from lite_transformer_tf.data.drawing import draw_pairs, draws
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.tokenised import tokenise
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

if TYPE_CHECKING:
    import tensorflow as tf

PREFETCHED = 4  # batches
Pairs = ParallelText | Iterable[tuple[str, str] | Sequence[str]]


def _check_ids(vocabularies: VocabularyPair) -> VocabularyPair:
    if not isinstance(vocabularies, VocabularyPair):
        raise TypeError(f"vocabularies must be a VocabularyPair. Received: {vocabularies!r}")
    return vocabularies


class TranslationData:
    """A corpus as ids, with a reproducible order of batches that can be entered anywhere.

    The order of epoch e is a pure function of (seed, e), so a run that stopped after n batches of epoch e resumes with
    `dataset(e, skip=n)`. Skipping costs nothing.

    Args:
        pairs: A `ParallelText`, or any (source, target) texts.
        vocabularies: Vocabularies of source and target.
        tokens_per_batch: Largest `B * L` of a batch of B pairs, where L is the length of its longest side with pads and
            `eos`.
        rules: Which pairs to keep. A pair that does not fit into a batch is always dropped.
        shuffle: Whether epochs are shuffled. `False` gives every epoch the same order, short sentences first, as
            validation needs it.
        seed: Seed for shuffling.
        cache: Folder for the ids of a corpus too large for memory, see `tokenise`.

    Raises:
        ValueError: there are no pairs, cleaning drops all of them, or files do not match.

    Attributes:
        cleaning: `CleaningReport`, what was read and dropped.
        left_out: What the reader left out of these, in words; empty when nothing.
        steps_per_epoch: Number of batches, the same in every epoch.
        source_lengths, target_lengths: (N,) int64 tokens of each kept pair, with `eos`.
        corpora: Name, number of kept pairs and weight of each corpus of the text, see `data.drawing`. Without `shuffle`
            every pair comes once.

    Example:
        text = ParallelText.from_files("train.en.gz", "train.de.gz")
        data = TranslationData(text, vocabularies, tokens_per_batch=4096)
        for inputs, labels in data.dataset(epoch=0):
            ...  # inputs["source_ids"] (B, S), inputs["target_ids"] (B, T), labels (B, T)
    """

    def __init__(
        self,
        pairs: Pairs,
        vocabularies: VocabularyPair,
        *,
        tokens_per_batch: int = 4096,
        rules: CleaningRules | None = None,
        shuffle: bool = True,
        seed: int = 1,
        cache: PathLike | None = None,
    ) -> None:
        if tokens_per_batch < 2:
            raise ValueError(f"tokens_per_batch must be at least 2. Received: {tokens_per_batch!r}")
        if seed < 0:
            raise ValueError(f"A seed must not be negative. Received: {seed!r}")
        self.text = ParallelText.coerce(pairs)
        self.vocabularies = _check_ids(vocabularies)
        self.tokens_per_batch = tokens_per_batch
        self.shuffle = shuffle
        self.seed = seed
        rules = (rules or CleaningRules()).limited(tokens_per_batch - 1)
        self._ids = tokenise(self.text, vocabularies, rules, cache)
        self.cleaning: CleaningReport = self._ids.cleaning
        self.left_out: str = self._ids.left_out
        parts = zip(self.text.parts, self._ids.sizes, strict=True)
        self.corpora: list[tuple[str, int, float]] = [(part.name, size, weight) for (part, weight), size in parts]
        self._weighted = shuffle and any(draws(count, weight) != count for _, count, weight in self.corpora)
        self.source_lengths: np.ndarray = self._ids.sources.lengths + 1
        self.target_lengths: np.ndarray = self._ids.targets.lengths + 1
        self._last_plan: tuple[int, BatchPlan] | None = None
        self.steps_per_epoch: int = len(self.plan(0))

    def __len__(self) -> int:
        """Number of kept pairs."""
        return len(self._ids.sources)

    @property
    def tokens_per_epoch(self) -> int:
        """Target tokens of an epoch, with `eos` and without pads; the mean over epochs where corpora have weights."""
        if not self._weighted:
            return int(self.target_lengths.sum())
        ends = np.cumsum([count for _, count, _ in self.corpora])
        tokens = [int(part.sum()) for part in np.split(self.target_lengths, ends[:-1])]
        return round(
            sum(draws(count, weight) / max(count, 1) * part for part, (_, count, weight) in zip(tokens, self.corpora))
        )

    def plan(self, epoch: int) -> BatchPlan:
        """Which pairs are in each batch of an epoch."""
        key = epoch if self.shuffle else 0
        last = self._last_plan  # read once: tf.data may ask from a thread of its own
        if last is not None and last[0] == key:
            return last[1]
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch])) if self.shuffle else None
        if generator is not None and self._weighted:
            plan = self._weighted_plan(generator)
        else:
            plan = plan_batches(self.source_lengths, self.target_lengths, self.tokens_per_batch, generator)
        self._last_plan = key, plan
        return plan

    def _weighted_plan(self, generator: np.random.Generator) -> BatchPlan:
        longer = np.maximum(self.source_lengths, self.target_lengths).astype(np.int64)
        rows, longest = draw_pairs(longer, [(count, weight) for _, count, weight in self.corpora], generator)
        plan = plan_batches(
            self.source_lengths[rows], self.target_lengths[rows], self.tokens_per_batch, generator, longest
        )
        return BatchPlan(rows[plan.order], plan.bounds)

    def padding(self, epoch: int = 0) -> float:
        """Share of pads among all positions of source and target in an epoch."""
        return padding_fraction(self.plan(epoch), self.source_lengths, self.target_lengths)

    def batch(self, rows: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """One batch as arrays.

        Args:
            rows: (B,) numbers of kept pairs.

        Returns:
            {"source_ids": (B, S) x + [eos], "target_ids": (B, T) [eos] + y} and labels (B, T) y + [eos]; int32, with
            pads on the right.
        """
        source, target = self.vocabularies.source, self.vocabularies.target
        inputs = {
            "source_ids": self._ids.sources.padded(rows, source.pad_id, after=source.eos_id),
            "target_ids": self._ids.targets.padded(rows, target.pad_id, before=target.eos_id),
        }
        return inputs, self._ids.targets.padded(rows, target.pad_id, after=target.eos_id)

    def dataset(self, epoch: int = 0, skip: int = 0) -> tf.data.Dataset:
        """The batches of one epoch without the first `skip`, prefetched; elements as those of `batch`.

        Raises:
            ValueError: `epoch` is negative, or `skip` not in [0, steps_per_epoch].
        """
        check_position(epoch, skip, self.steps_per_epoch)
        import tensorflow as tf

        return self._batches(tf.constant(epoch, tf.int64), skip).prefetch(PREFETCHED)

    def endless(self) -> tf.data.Dataset:
        """A dataset whose n-th iteration is epoch n, so that `model.fit` sees a new order in every epoch."""
        import tensorflow as tf

        epochs = count()
        start = tf.data.Dataset.range(1).map(
            lambda _: tf.ensure_shape(tf.numpy_function(lambda: np.int64(next(epochs)), [], tf.int64), ())
        )
        dataset = start.flat_map(lambda epoch: self._batches(epoch, 0))
        return dataset.apply(tf.data.experimental.assert_cardinality(self.steps_per_epoch)).prefetch(PREFETCHED)

    def _batches(self, epoch: tf.Tensor, skip: int) -> tf.data.Dataset:
        """The batches of one epoch (scalar int64) without the first `skip`."""
        import tensorflow as tf

        def load(epoch: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, ...]:
            inputs, labels = self.batch(self.plan(int(epoch))[int(number)])
            return inputs["source_ids"], inputs["target_ids"], labels

        def element(number: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
            arrays = tf.numpy_function(load, [epoch, number], [tf.int32] * 3)
            source_ids, target_ids, labels = (tf.ensure_shape(array, (None, None)) for array in arrays)
            return {"source_ids": source_ids, "target_ids": target_ids}, labels

        return tf.data.Dataset.range(skip, self.steps_per_epoch).map(element)


def translation_dataset(
    pairs: Pairs,
    vocabularies: VocabularyPair,
    *,
    tokens_per_batch: int = 4096,
    rules: CleaningRules | None = None,
    shuffle: bool = True,
    seed: int = 1,
    cache: PathLike | None = None,
) -> tf.data.Dataset:
    """A dataset for `model.fit`: each iteration is one epoch in its own order; the same seed gives the same batches.

    Args: see `TranslationData`, which can also resume an epoch at any batch.

    Returns:
        Elements ({"source_ids": (B, S), "target_ids": (B, T)}, labels (B, T)), int32; `cardinality()` is the number of
        batches.

    Example:
        model.fit(translation_dataset([("A dog runs.", "Ein Hund rennt."), ...], vocabularies), epochs=10)
    """
    data = TranslationData(
        pairs,
        vocabularies,
        tokens_per_batch=tokens_per_batch,
        rules=rules,
        shuffle=shuffle,
        seed=seed,
        cache=cache,
    )
    return data.endless()
