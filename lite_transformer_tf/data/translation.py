"""Batches for translation, for `model.fit` and the training program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.data.batching import BatchPlan, Room, check_position
from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules
from lite_transformer_tf.data.config import POOL
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.pooled_batches import PooledBatches
from lite_transformer_tf.data.tokenised import Count, tokenise, uncounted
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
        sentences_per_batch: Most pairs of a batch. Defaults to any number. Without a limit the shortest pairs, such as
            one-word answers, are in a few huge batches and learnt in as few updates.
        rules: Which pairs to keep. A pair that does not fit into a batch is always dropped.
        shuffle: Whether epochs are shuffled. `False` gives every epoch the same order, short sentences first, as
            validation needs it.
        seed: Seed for shuffling.
        cache: Folder for the ids of a corpus too large for memory, see `tokenise`. The pairs are then in pools, see
            `PooledBatches`. Up to `pool` pairs there is one pool, and the batches are those without `cache`.
        pool: Pairs of a pool, with `cache`.
        count: Is told how many pairs are read and tokenised, while they are.
        noise: How often sources are disturbed, anew in every epoch; with `shuffle` only. `None` for never.
        numbers: Share of the pairs whose common numbers are replaced by drawn ones in every epoch, of those that have
            any; with `shuffle` only.

    Raises:
        ValueError: there are no pairs, cleaning drops all of them, or files do not match.

    Attributes:
        cleaning: `CleaningReport`, what was read and dropped.
        left_out: What the reader left out of these, in words; empty when nothing.
        steps_per_epoch: Number of batches, the same in every epoch.
        notices: Sentences for the log about a cache.
        pools: Number of pools.
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
        sentences_per_batch: int | None = None,
        rules: CleaningRules | None = None,
        shuffle: bool = True,
        seed: int = 1,
        cache: PathLike | None = None,
        pool: int = POOL,
        count: Count = uncounted,
        noise: NoiseConfig | None = None,
        numbers: float = 0.0,
    ) -> None:
        sizes = {"tokens_per_batch": (tokens_per_batch, 2), "sentences_per_batch": (sentences_per_batch, 1)}
        for name, (value, least) in {**sizes, "pool": (pool, 1)}.items():
            if value is not None and value < least:
                raise ValueError(f"{name} must be at least {least}. Received: {value!r}")
        if seed < 0:
            raise ValueError(f"A seed must not be negative. Received: {seed!r}")
        self.text = ParallelText.coerce(pairs)
        self.vocabularies = _check_ids(vocabularies)
        self.tokens_per_batch, self.shuffle, self.seed = tokens_per_batch, shuffle, seed
        kept = (rules or CleaningRules()).limited(tokens_per_batch - 1)
        found = tokenise(self.text, vocabularies, kept, cache, count=count)
        self.cleaning: CleaningReport = found.cleaning
        self.left_out: str = found.left_out
        self.notices: tuple[str, ...] = found.notices
        weights = [weight for _, weight in self.text.parts]
        names = [part.name for part, _ in self.text.parts]
        self.corpora: list[tuple[str, int, float]] = list(zip(names, found.sizes, weights, strict=True))
        self._batches = PooledBatches(
            found,
            weights,
            vocabularies,
            room=Room(tokens_per_batch, sentences_per_batch),
            rules=kept,
            shuffle=shuffle,
            seed=seed,
            noise=noise,
            numbers=numbers,
            pool=pool,
        )
        self.pools: int = self._batches.pools
        self.steps_per_epoch: int = self._batches.steps_per_epoch

    def __len__(self) -> int:
        """Number of kept pairs."""
        return self.cleaning.kept

    @property
    def source_lengths(self) -> np.ndarray:
        """(N,) int64 source tokens of each kept pair, with `eos`; of a corpus in one pool."""
        return self._batches.whole().source_lengths

    @property
    def target_lengths(self) -> np.ndarray:
        """(N,) int64 target tokens of each kept pair, with `eos`; of a corpus in one pool."""
        return self._batches.whole().target_lengths

    @property
    def tokens_per_epoch(self) -> int:
        """Target tokens of an epoch, with `eos` and without pads; the mean over epochs where corpora have weights."""
        return self._batches.tokens_per_epoch

    @property
    def draws(self) -> list[int]:
        """How many pairs an epoch draws from each corpus."""
        return self._batches.draws

    def plan(self, epoch: int) -> BatchPlan:
        """Which pairs are in each batch of an epoch; with noise or other numbers, which of its examples.

        Raises:
            ValueError: The corpus has several pools.
        """
        return self._batches.whole().plan(epoch)

    def padding(self, epoch: int = 0) -> float:
        """Share of pads among all positions of source and target in an epoch."""
        return self._batches.padding(epoch)

    def changed(self, epoch: int = 0) -> tuple[int, int]:
        """Number of an epoch's examples, and of those that noise, other numbers or joining have changed; of several
        pools only those of its first."""
        return self._batches.changed(epoch)

    def batch_at(self, epoch: int, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Batch number `number` of an epoch, see `batch`."""
        return self._batches.batch_at(epoch, number)

    def batch(self, rows: np.ndarray, epoch: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """One batch as arrays.

        Args:
            rows: (B,) numbers as in the plan of that epoch: of kept pairs, or of its examples.
            epoch: Number of the epoch; only needed with noise or other numbers.

        Returns:
            {"source_ids": (B, S) x + [eos], "target_ids": (B, T) [eos] + y} and labels (B, T) y + [eos]; int32, with
            pads on the right.

        Raises:
            ValueError: The corpus has several pools.
        """
        return self._batches.whole().batch(rows, epoch)

    def dataset(self, epoch: int = 0, skip: int = 0) -> tf.data.Dataset:
        """The batches of one epoch without the first `skip`, prefetched; elements as those of `batch`.

        Raises:
            ValueError: `epoch` is negative, or `skip` not in [0, steps_per_epoch].
        """
        check_position(epoch, skip, self.steps_per_epoch)
        import tensorflow as tf

        return self._dataset(tf.constant(epoch, tf.int64), skip).prefetch(PREFETCHED)

    def endless(self) -> tf.data.Dataset:
        """A dataset whose n-th iteration is epoch n, so that `model.fit` sees a new order in every epoch."""
        import tensorflow as tf

        epochs = count()
        start = tf.data.Dataset.range(1).map(
            lambda _: tf.ensure_shape(tf.numpy_function(lambda: np.int64(next(epochs)), [], tf.int64), ())
        )
        dataset = start.flat_map(lambda epoch: self._dataset(epoch, 0))
        return dataset.apply(tf.data.experimental.assert_cardinality(self.steps_per_epoch)).prefetch(PREFETCHED)

    def _dataset(self, epoch: tf.Tensor, skip: int) -> tf.data.Dataset:
        """The batches of one epoch (scalar int64) without the first `skip`."""
        import tensorflow as tf

        def load(epoch: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, ...]:
            inputs, labels = self.batch_at(int(epoch), int(number))
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
    sentences_per_batch: int | None = None,
    rules: CleaningRules | None = None,
    shuffle: bool = True,
    seed: int = 1,
    cache: PathLike | None = None,
    pool: int = POOL,
    noise: NoiseConfig | None = None,
    numbers: float = 0.0,
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
        sentences_per_batch=sentences_per_batch,
        rules=rules,
        shuffle=shuffle,
        seed=seed,
        cache=cache,
        pool=pool,
        noise=noise,
        numbers=numbers,
    )
    return data.endless()
