"""Batches of whole lines, for language models of single sentences, such as those of a keyboard."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from lite_transformer_tf.data.drawing import drawn, draws
from lite_transformer_tf.data.language_modeling import StreamBatches


class LineBatches(StreamBatches):
    """Rows of whole lines: each row begins at the beginning of a line, and holds as many lines as fit.

    A line ends with `eos`; one of more than `block` tokens is cut. Each epoch puts other lines together, so that the
    lines before it tell nothing about a line. See `StreamBatches`.
    """

    _last_plan: tuple[int, list[np.ndarray]] | None = None

    @property
    def _least(self) -> int:
        return 1

    @cached_property
    def _corpora(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, float]]:
        """Of each corpus with any tokens: begin and length of its lines, the end of each row in them, the weight.

        The lines are in the order in which they fill the rows of the first epoch.
        """
        parts = self.stream.parts or ((len(self.stream), 1.0),)
        generator = np.random.Generator(np.random.PCG64([self.seed]))
        found, begin = [], 0
        for end, weight in parts:
            if end > begin:
                begins, lengths = self._lines(begin, end)
                order = generator.permutation(len(begins))
                begins, lengths = begins[order], lengths[order]
                found.append((begins, lengths, _filled(lengths, self.block), weight))
            begin = end
        return found

    def _lines(self, begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Begin and length of the lines of a corpus; a long one is several."""
        ends = begin + 1 + np.flatnonzero(self.stream.ids[begin:end] == self.stream.eos_id)
        starts = np.concatenate([[begin], ends[:-1]])
        pieces = -(-(ends - starts) // self.block)
        first = np.cumsum(pieces) - pieces
        place = (np.arange(pieces.sum()) - np.repeat(first, pieces)) * self.block
        begins = np.repeat(starts, pieces) + place
        return begins, np.minimum(np.repeat(ends, pieces) - begins, self.block)

    @property
    def steps_per_epoch(self) -> int:
        rows = sum(draws(len(ends), weight) for _, _, ends, weight in self._corpora)
        return -(-rows // self.batch_size)

    @property
    def tokens_per_epoch(self) -> int:
        """Tokens of an epoch; the mean over epochs where corpora have weights."""
        shares = [
            int(lengths.sum()) * draws(len(ends), weight) / len(ends) for _, lengths, ends, weight in self._corpora
        ]
        return round(sum(shares))

    def plan(self, epoch: int) -> list[np.ndarray]:
        """The rows of an epoch in their order: (N, 2), begin and end of each of a row's lines.

        Every epoch has as many rows: a line stands where one of the same length stood.
        """
        last = self._last_plan  # read once: tf.data calls this from another thread
        if last is None or last[0] != epoch:
            generator = np.random.Generator(np.random.PCG64([self.seed, epoch]))
            rows: list[np.ndarray] = []
            for begins, lengths, ends, weight in self._corpora:
                places = begins[_among_equals(lengths, generator)]
                filled = np.split(np.stack([places, places + lengths], axis=1), ends[:-1])
                count = draws(len(ends), weight)
                chosen = generator.permutation(len(ends))
                if count != len(ends):
                    chosen = chosen[drawn(len(ends), count, generator.random())]
                rows += [filled[row] for row in chosen]
            last = epoch, [rows[row] for row in generator.permutation(len(rows))]
            self._last_plan = last
        return last[1]

    def ranges(self, epoch: int, number: int) -> list[tuple[int, int, int]]:
        """The lines of a batch, row after row: begin, begin and end."""
        rows = self.plan(epoch)[number * self.batch_size : (number + 1) * self.batch_size]
        return [(int(begin), int(begin), int(end)) for row in rows for begin, end in row]

    def batch(self, epoch: int, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """See `StreamBatches.batch`. The input in front of a line is `eos`."""
        stream = self.stream
        ids = np.full((self.batch_size, self.block), stream.pad_id, np.int32)
        labels = ids.copy()
        rows = self.plan(epoch)[number * self.batch_size : (number + 1) * self.batch_size]
        for row, lines in enumerate(rows):
            taken = np.concatenate([stream.ids[begin:end] for begin, end in lines])
            labels[row, : len(taken)] = taken
            ids[row, 1 : len(taken)] = taken[:-1]
            first = int(lines[0][0])  # of a long line's second piece, its token before is known
            ids[row, 0] = stream.ids[first - 1] if first else stream.eos_id
        return {"ids": ids}, labels


def _filled(lengths: np.ndarray, block: int) -> np.ndarray:
    """Where each row ends, as the number of lines up to there: lines in their order, as many as fit into each."""
    ends, room = [], block
    for line, length in enumerate(lengths.tolist()):
        if length > room:
            ends.append(line)
            room = block
        room -= length
    return np.array([*ends, len(lengths)], np.int64)


def _among_equals(lengths: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A random order in which every place has a line of the length that it had."""
    order = generator.permutation(len(lengths))
    result = np.empty(len(lengths), np.int64)
    result[np.argsort(lengths, kind="stable")] = order[np.argsort(lengths[order], kind="stable")]
    return result
