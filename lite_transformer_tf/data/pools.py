"""A corpus too large for memory, in pools: each has pairs from all over the corpus, and one at a time is in memory.

P pools cut every stored piece into P slices of consecutive pairs; pool p takes slice (p + i) mod P of piece i. So each
pool is like the whole corpus, in whatever order its files are, and is read in few long stretches. The pools are the
same in every epoch, hence an epoch has equally many batches; their order, and the order within them, are not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.data.pieces import Piece
from lite_transformer_tf.data.ragged import RaggedIds, splits_of
from lite_transformer_tf.data.tokenised import TokenisedPairs


class Pools:
    """The pools of stored pieces.

    Args:
        pieces: The pieces, each with the number of its part of the text, ascending.
        parts: Number of parts.
        pool: Largest number of pairs of a pool, about.

    Attributes:
        count: Number of pools.
    """

    def __init__(self, pieces: Sequence[tuple[Piece, int]], parts: int, pool: int) -> None:
        self._pieces, self._parts = pieces, parts
        self.count = max(1, -(-sum(len(piece) for piece, _ in pieces) // pool))
        self._rows = np.array(
            [[len(piece) * cut // self.count for cut in range(self.count + 1)] for piece, _ in pieces]
        )
        self._ids = np.array([self._offsets(*entry) for entry in zip((piece for piece, _ in pieces), self._rows)])

    @staticmethod
    def _offsets(piece: Piece, rows: np.ndarray) -> np.ndarray:
        """(2, P + 1) where the ids of the slices of sources and targets begin and end."""
        return np.array([splits_of(lengths)[rows] for lengths in piece.lengths(0, len(piece))])

    def _slices(self, number: int) -> list[tuple[int, int]]:
        """Numbers of the pieces, and of the slices of them that a pool takes."""
        return [(place, (number + place) % self.count) for place in range(len(self._pieces))]

    def lengths(self, number: int) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        """(N,) int32 tokens of the sources and of the targets of a pool, without `eos`; pairs of each part."""
        found, sizes = [], [0] * self._parts
        for place, cut in self._slices(number):
            piece, part = self._pieces[place]
            begin, end = self._rows[place, cut : cut + 2].tolist()
            found.append(piece.lengths(begin, end))
            sizes[part] += end - begin
        return np.concatenate([one for one, _ in found]), np.concatenate([two for _, two in found]), tuple(sizes)

    def load(self, number: int) -> TokenisedPairs:
        """The ids of a pool."""
        *lengths, sizes = self.lengths(number)
        sides = []
        for side in (0, 1):
            parts = [
                self._pieces[place][0].ids(side, *self._ids[place, side, cut : cut + 2].tolist())
                for place, cut in self._slices(number)
            ]
            sides.append(RaggedIds(np.concatenate(parts), splits_of(lengths[side])))
        return TokenisedPairs(sides[0], sides[1], sizes)
