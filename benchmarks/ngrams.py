"""A 3-gram model in as many bytes as asked for: what `keystrokes.py` compares a model with.

Interpolated Kneser-Ney smoothing with three discounts per order (Chen and Goodman 1999). n-grams are pruned by the
weighted difference (Seymore and Rosenfeld 1996), what their removal costs in log-probability times their occurrences,
until the rest fits. What is stored is an ordinary back-off model: log-probabilities and back-off weights in steps of
0.1, sorted n-grams as differences, the words, all of it packed with LZMA. The model is read back from what is stored.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.text import TypedWords

STEP = 0.1
"""Stored log-probabilities and back-off weights are multiples of it, in nats."""
SEARCHES = 12
"""Thresholds that are tried until the bytes fit."""


@dataclass(frozen=True)
class Order:
    """The n-grams of one length, sorted.

    Args:
        contexts: (N,) int64, all words but the last as one number.
        words: (N,) int64, the last word.
        log_probs: (N,) float64.
        weights: Back-off weight by context, of those in `contexts`, ascending.
        gains: (N,) float64, what is lost without each.
    """

    contexts: np.ndarray
    words: np.ndarray
    log_probs: np.ndarray
    weights: np.ndarray
    gains: np.ndarray


def _discounts(counts: np.ndarray) -> np.ndarray:
    """Discounts of counts 0, 1, 2 and more (Chen and Goodman 1999)."""
    of = [max(int(np.sum(counts == i)), 1) for i in range(1, 5)]
    share = of[0] / (of[0] + 2 * of[1])
    found = [i - (i + 1) * share * of[i] / of[i - 1] for i in (1, 2, 3)]
    return np.array([0.0, *(min(max(value, 0.05), i) for i, value in zip((1, 2, 3), found, strict=True))])


def _smoothed(contexts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Discounted share of each n-gram, place of its context, and the mass that each context leaves to shorter ones."""
    discounts = _discounts(counts)[np.minimum(counts, 3)]
    _, places = np.unique(contexts, return_inverse=True)
    totals = np.bincount(places, counts)
    return (counts - discounts) / totals[places], places, np.bincount(places, discounts) / totals


class Counts:
    """The 3-grams, 2-grams and words of sentences.

    Args:
        sentences: Ids of their words; `eos` is in front of the first and behind the last.
        vocabulary: Their vocabulary.
    """

    def __init__(self, sentences: Iterable[Sequence[int]], vocabulary: TypedWords) -> None:
        self.vocabulary = vocabulary
        size = self.size = vocabulary.size
        eos = vocabulary.eos_id
        stream = np.fromiter((i for ids in sentences for i in (eos, *ids, eos)), np.int64)
        begins = np.concatenate([[True], (stream[1:] == eos) & (stream[:-1] == eos)])  # the eos in front of a sentence
        places = np.flatnonzero(~begins)
        pairs = stream[places - 1] * size + stream[places]
        longer = places[~begins[places - 1]]
        triples = stream[longer - 2] * size * size + stream[longer - 1] * size + stream[longer]
        self.triples, self.triple_counts = np.unique(triples, return_counts=True)
        # Kneser-Ney: a shorter n-gram counts by the number of words in front of it, behind `eos` by its occurrences
        kinds, numbers = np.unique(self.triples % (size * size), return_counts=True)
        first, occurrences = np.unique(pairs[stream[places - 1] == eos], return_counts=True)
        self.pairs = np.concatenate([kinds, first])
        order = np.argsort(self.pairs)
        self.pairs, self.pair_counts = self.pairs[order], np.concatenate([numbers, occurrences])[order]
        self.word_counts = np.bincount(np.unique(pairs) % size, minlength=size)
        self.occurrences = dict(zip(*(part.tolist() for part in np.unique(pairs, return_counts=True)), strict=True))

    def orders(self) -> tuple[np.ndarray, Order, Order]:
        """Log-probabilities of words, and the interpolated 2-grams and 3-grams."""
        size = self.size
        counts = self.word_counts
        discounts = _discounts(counts[counts > 0])[np.minimum(counts, 3)]
        words = (counts - discounts) / counts.sum() + discounts.sum() / counts.sum() / size
        contexts, last = self.pairs // size, self.pairs % size
        share, places, left = _smoothed(contexts, self.pair_counts)
        pairs = share + left[places] * words[last]
        real = np.array([self.occurrences.get(key, 0) for key in self.pairs.tolist()])
        gains = real * (np.log(pairs) - np.log(left[places] * words[last]))
        two = Order(contexts, last, np.log(pairs), np.log(left), gains)
        contexts, shorter = self.triples // size, self.triples % (size * size)
        share, places, left = _smoothed(contexts, self.triple_counts)
        lower = pairs[np.searchsorted(self.pairs, shorter)]
        triples = share + left[places] * lower
        gains = self.triple_counts * (np.log(triples) - np.log(left[places] * lower))
        three = Order(contexts, self.triples % size, np.log(triples), np.log(left), gains)
        return np.log(words), two, three


def _pruned(order: Order, threshold: float, lower: np.ndarray) -> Order:
    """The n-grams that cost at least so much, with weights that make each context's probabilities sum to 1.

    Args:
        order: N-grams.
        threshold: Smallest gain to keep.
        lower: (N,) their log-probabilities by the shorter model, as that is stored.
    """
    kept = order.gains >= threshold
    contexts, words, log_probs = order.contexts[kept], order.words[kept], order.log_probs[kept]
    _, places = np.unique(contexts, return_inverse=True)
    rest = 1 - np.bincount(places, np.exp(log_probs))
    below = 1 - np.bincount(places, np.exp(lower[kept]))
    weights = np.log(np.maximum(rest, 1e-6) / np.maximum(below, 1e-6))
    return Order(contexts, words, log_probs, weights, order.gains[kept])


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.round(-values / STEP), -64, 191).astype(np.int64)


def _varints(values: np.ndarray) -> bytes:
    """Numbers of any size in groups of 7 bits, lowest first, all groups of one rank together."""
    parts = []
    while len(values):
        more = values >= 128
        parts.append(((values & 127) | (more << 7)).astype(np.uint8).tobytes())
        values = values[more] >> 7
    return b"".join(parts)


def _packed(parts: Iterable[bytes]) -> int:
    """Bytes of all parts, each packed by itself."""
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 6, "lc": 0, "lp": 0, "pb": 0}]
    return sum(len(lzma.compress(part, lzma.FORMAT_RAW, filters=filters)) for part in parts)


class NgramModel(Completer):
    """A pruned back-off model, as it is read back from its bytes.

    Args:
        counts: Counts of the training text.
        threshold: See `_pruned`.

    Attributes:
        bytes: Packed bytes of the model and its words.
        ngrams: Number of 2-grams and 3-grams.
    """

    def __init__(self, counts: Counts, threshold: float) -> None:
        super().__init__(counts.vocabulary)
        size = counts.size
        words, two, three = counts.orders()
        self.words = -STEP * _rounded(words)
        two = _pruned(two, threshold, self.words[two.words])
        pairs = dict(
            zip((two.contexts * size + two.words).tolist(), (-STEP * _rounded(two.log_probs)).tolist(), strict=True)
        )
        weights = dict(zip(np.unique(two.contexts).tolist(), (-STEP * _rounded(two.weights)).tolist(), strict=True))
        middles = three.contexts % size
        lower = [
            pairs.get(key) if key in pairs else weights.get(middle, 0.0) + self.words[last]
            for key, middle, last in zip(
                (middles * size + three.words).tolist(), middles.tolist(), three.words.tolist(), strict=True
            )
        ]
        three = _pruned(three, threshold, np.array(lower))
        self.tables = [self._table(order) for order in (two, three)]
        self.ngrams = len(two.words), len(three.words)
        stored = [counts.vocabulary.content, _rounded(words).astype(np.uint8).tobytes()]
        self.bytes = _packed([*stored, *self._parts(two, size), *self._parts(three, size)])

    @staticmethod
    def _table(order: Order) -> dict[int, tuple[np.ndarray, np.ndarray, float]]:
        """Words, log-probabilities and back-off weight by context."""
        if not len(order.words):
            return {}
        contexts, begins = np.unique(order.contexts, return_index=True)
        words, log_probs = (np.split(part, begins[1:]) for part in (order.words, -STEP * _rounded(order.log_probs)))
        weights = -STEP * _rounded(order.weights)
        return dict(zip(contexts.tolist(), zip(words, log_probs, weights.tolist(), strict=True), strict=True))

    @staticmethod
    def _parts(order: Order, size: int) -> list[bytes]:
        """What is stored: contexts, n-grams by the number of their context, log-probabilities, weights."""
        contexts, places = np.unique(order.contexts, return_inverse=True)
        numbers = (_rounded(values).astype(np.uint8).tobytes() for values in (order.log_probs, order.weights))
        differences = (np.diff(values, prepend=0) for values in (contexts, places * size + order.words))
        return [*map(_varints, differences), *numbers]

    def start(self, ids: Sequence[int]) -> NgramText:
        """See `Completer.start`."""
        return NgramText(self, ids)


class NgramText:
    """A text that an n-gram model has read."""

    def __init__(self, model: NgramModel, ids: Sequence[int]) -> None:
        self._model, self._ids = model, list(ids)
        self.log_probabilities = self._row()

    def step(self, token: int) -> np.ndarray:
        """Reads a token; returns the new `log_probabilities`."""
        self._ids.append(token)
        self.log_probabilities = self._row()
        return self.log_probabilities

    def _row(self) -> np.ndarray:
        model, size = self._model, self._model.vocabulary.size
        row = model.words.copy()
        contexts = [self._ids[-1], self._ids[-2] * size + self._ids[-1] if len(self._ids) > 1 else -1]
        for table, context in zip(model.tables, contexts, strict=True):
            if context in table:
                words, log_probs, weight = table[context]
                row += weight
                row[words] = log_probs
        return row


def model_of_size(counts: Counts, size: int) -> NgramModel:
    """The largest n-gram model of at most `size` bytes.

    Raises:
        ValueError: Even the words alone are larger.
    """
    low, high = 0.0, 1000.0
    best = NgramModel(counts, low)
    if best.bytes <= size:
        return best
    found = None
    for _ in range(SEARCHES):
        middle = (low + high) / 2 if low else high / 30
        model = NgramModel(counts, middle)
        low, high = (low, middle) if model.bytes <= size else (middle, high)
        found = model if model.bytes <= size else found
        if found is not None and found.bytes > 0.98 * size:
            break
    if found is None:
        raise ValueError(f"An n-gram model must have room for its words. Received: {size} bytes")
    return found
