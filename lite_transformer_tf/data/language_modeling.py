"""Running text as one stream of ids, and batches for training a language model on it."""

from __future__ import annotations

import abc
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.data.batching import check_position
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.drawing import drawn, draws
from lite_transformer_tf.data.plain_text import PlainText
from lite_transformer_tf.data.ragged import id_dtype

if TYPE_CHECKING:
    import tensorflow as tf

    from lite_transformer_tf.text.single_vocabulary import AnyVocabulary

PREFETCHED = 4  # batches
CHUNK = 1 << 20  # ids gathered in a list before they become an array


@dataclass(frozen=True)
class TokenStream:
    """A text as one stream of ids; each line, an empty one too, ends with `eos`.

    Args:
        ids: (N,) ids.
        words: Number of words separated by white space plus number of line ends. With a word vocabulary it is N.
        characters: Number of characters (code points), including line ends.
        vocabulary_size, pad_id, eos_id: Of the vocabulary.
        name: Name of the text in messages.
        parts: End in `ids` and weight of each corpus of the text. Empty means one corpus.
    """

    ids: np.ndarray = field(repr=False)
    words: int
    characters: int
    vocabulary_size: int
    pad_id: int
    eos_id: int
    name: str = "text"
    parts: tuple[tuple[int, float], ...] = ()

    @classmethod
    def from_text(
        cls, text: PlainText | Iterable[str], vocabulary: AnyVocabulary, left_out: LeftOut | None = None
    ) -> TokenStream:
        """Encodes a text.

        Args:
            text: Lines of text.
            vocabulary: Vocabulary that encodes them.
            left_out: Where lines that cannot be used are counted.

        Raises:
            ValueError: it has no lines, or see `read_lines`.
        """
        text = text if isinstance(text, PlainText) else PlainText.from_lines(text)
        dtype = id_dtype(vocabulary.size)
        chunks: list[np.ndarray] = []
        pending: list[int] = []
        parts: list[tuple[int, float]] = []
        words = characters = 0
        for part, weight in text.parts:
            for line in part.read(LeftOut() if left_out is None else left_out):
                pending += vocabulary.encode(line)
                pending.append(vocabulary.eos_id)
                words += len(line.split()) + 1
                characters += len(line) + 1
                if len(pending) >= CHUNK:
                    chunks.append(np.array(pending, dtype))
                    pending = []
            chunks.append(np.array(pending, dtype))
            pending = []
            parts.append((sum(map(len, chunks)), weight))
        ids = np.concatenate(chunks)
        if not len(ids):
            raise ValueError(f"A text must have at least one line. Received: {text.name}, which has none")
        special = vocabulary.size, vocabulary.pad_id, vocabulary.eos_id
        return cls(ids, words, characters, *special, text.name, tuple(parts))

    def __len__(self) -> int:
        return len(self.ids)

    def between(self, begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and labels of positions [begin, end): each label is its position's id, each input the id before it.

        The input of the first position is `eos`; positions outside the text are pads.
        """
        places = np.arange(begin, end)
        labels = np.where(
            (places >= 0) & (places < len(self)), self.ids[np.clip(places, 0, len(self) - 1)], self.pad_id
        )
        inputs = np.where(
            (places >= 1) & (places <= len(self)), self.ids[np.clip(places - 1, 0, len(self) - 1)], self.pad_id
        )
        return np.where(places == 0, self.eos_id, inputs).astype(np.int32), labels.astype(np.int32)


class StreamBatches(abc.ABC):
    """Batches of a stream, in an order that depends only on (seed, epoch) and can be resumed anywhere.

    Each token is a label once per epoch.

    Args:
        stream: The text.
        batch_size: Number of rows B of a batch.
        block: Number of positions T of a row.
        seed: Seed of the order.

    Raises:
        ValueError: the text is shorter than one block (`BatchedStreams`: one block per row), or a number is too small.

    Example:
        data = ShuffledBlocks(TokenStream.from_text(text, vocabulary), batch_size=32, block=128)
        for inputs, labels in data.dataset(epoch=0):
            ...  # inputs["ids"] (B, T), labels (B, T), int32; the rest are pads
    """

    def __init__(self, stream: TokenStream, *, batch_size: int, block: int, seed: int = 1) -> None:
        for name, value, least in (("batch_size", batch_size, 1), ("block", block, 2), ("seed", seed, 0)):
            if value < least:
                raise ValueError(f"{name} must be at least {least}. Received: {value!r}")
        self.stream, self.batch_size, self.block, self.seed = stream, batch_size, block, seed
        if len(stream) < self._least:
            raise ValueError(
                f"A text must have at least {self._least} tokens for this block and batch_size. "
                f"Received: {stream.name} with {len(stream)}"
            )

    @property
    def _least(self) -> int:
        """Smallest number of tokens of a text."""
        return self.block

    @property
    @abc.abstractmethod
    def steps_per_epoch(self) -> int:
        """The number of batches of every epoch."""

    @abc.abstractmethod
    def ranges(self, epoch: int, number: int) -> list[tuple[int, int, int]]:
        """The rows of a batch: (begin, first, last) is a row from position `begin` with the labels [first, last)."""

    @property
    def tokens_per_epoch(self) -> int:
        return len(self.stream)

    def batch(self, epoch: int, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """One batch as arrays: {"ids": (B, T)} and labels (B, T), int32."""
        ids = np.full((self.batch_size, self.block), self.stream.pad_id, np.int32)
        labels = ids.copy()
        for row, (begin, first, last) in enumerate(self.ranges(epoch, number)):
            begin = first  # a text's first block may be short
            inputs, targets = self.stream.between(begin, begin + self.block)
            counted = (np.arange(begin, begin + self.block) >= first) & (np.arange(begin, begin + self.block) < last)
            ids[row] = np.where(counted, inputs, self.stream.pad_id)
            labels[row] = np.where(counted, targets, self.stream.pad_id)
        return {"ids": ids}, labels

    def dataset(self, epoch: int = 0, skip: int = 0) -> tf.data.Dataset:
        """The batches of one epoch without the first `skip`, prefetched.

        Raises:
            ValueError: `epoch` is negative, or `skip` not in [0, steps_per_epoch].
        """
        check_position(epoch, skip, self.steps_per_epoch)
        import tensorflow as tf

        def load(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            inputs, labels = self.batch(epoch, int(number))
            return inputs["ids"], labels

        def element(number: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
            arrays = tf.numpy_function(load, [number], [tf.int32] * 2)
            ids, labels = (tf.ensure_shape(array, (self.batch_size, self.block)) for array in arrays)
            return {"ids": ids}, labels

        return tf.data.Dataset.range(skip, self.steps_per_epoch).map(element).prefetch(PREFETCHED)


class BatchedStreams(StreamBatches):
    """The text cut into B parallel streams: row b of each batch continues row b of the batch before.

    Every epoch has the order of the text. See `StreamBatches`; the text must have `batch_size * block` tokens.
    """

    @property
    def _least(self) -> int:
        return self.block * self.batch_size

    @property
    def _length(self) -> int:
        """Tokens per stream; the last stream may have fewer."""
        return -(-len(self.stream) // self.batch_size)

    @property
    def steps_per_epoch(self) -> int:
        return -(-self._length // self.block)

    def ranges(self, epoch: int, number: int) -> list[tuple[int, int, int]]:
        starts = [row * self._length for row in range(self.batch_size)]
        offset = number * self.block
        return [(start + offset, start + offset, min(start + self._length, len(self.stream))) for start in starts]


class ShuffledBlocks(StreamBatches):
    """The text cut into shuffled blocks.

    The cuts differ from epoch to epoch, so that no token is always the first of its block. See `StreamBatches`.
    """

    _last_plan: tuple[int, np.ndarray] | None = None

    @property
    def _corpora(self) -> list[tuple[int, int, float]]:
        """Begin, end and weight of each corpus of the text that has any tokens."""
        parts = self.stream.parts or ((len(self.stream), 1.0),)
        begins = (0, *(end for end, _ in parts))
        return [(begin, end, weight) for begin, (end, weight) in zip(begins, parts) if end > begin]

    def _blocks(self, begin: int, end: int) -> int:
        """Number of blocks of a corpus; the first and the last may be short or empty."""
        return -(-(end - begin) // self.block) + 1

    @property
    def steps_per_epoch(self) -> int:
        blocks = sum(draws(self._blocks(begin, end), weight) for begin, end, weight in self._corpora)
        return -(-blocks // self.batch_size)

    @property
    def tokens_per_epoch(self) -> int:
        """Tokens of an epoch; the mean over epochs where corpora have weights."""
        shares = [
            (end - begin) * draws(count, weight) / count
            for begin, end, weight in self._corpora
            for count in [self._blocks(begin, end)]
        ]
        return round(sum(shares))

    def plan(self, epoch: int) -> np.ndarray:
        """(N, 3) int64, the blocks of an epoch in their order: begin, first and end of their labels.

        The first cut, in [1, block], is random; so is the order, and which blocks of a weighted corpus are drawn.
        """
        last = self._last_plan  # read once: tf.data calls this from another thread
        if last is None or last[0] != epoch:
            generator = np.random.Generator(np.random.PCG64([self.seed, epoch]))
            cut = int(generator.integers(1, self.block + 1))
            rows = np.concatenate([self._rows(*corpus, cut, generator) for corpus in self._corpora])
            last = epoch, rows[generator.permutation(len(rows))]
            self._last_plan = last
        return last[1]

    def _rows(self, begin: int, end: int, weight: float, cut: int, generator: np.random.Generator) -> np.ndarray:
        """The blocks of one corpus that an epoch draws, see `data.drawing`."""
        count = self._blocks(begin, end)
        number = draws(count, weight)
        blocks = np.arange(count)
        if number != count:
            blocks = generator.permutation(count)[drawn(count, number, generator.random())]
        begins = begin + cut + (blocks - 1) * self.block
        return np.stack([begins, np.maximum(begins, begin), np.minimum(begins + self.block, end)], axis=1)

    def ranges(self, epoch: int, number: int) -> list[tuple[int, int, int]]:
        rows = self.plan(epoch)[number * self.batch_size : (number + 1) * self.batch_size]
        return [(int(begin), int(first), int(end)) for begin, first, end in rows]
