"""Many sequences of token ids in one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def id_dtype(vocabulary_size: int) -> np.dtype:
    """The smallest little-endian type for the ids of a vocabulary."""
    return np.dtype("<u2" if vocabulary_size <= 1 << 16 else "<i4")


@dataclass(frozen=True)
class RaggedIds:
    """N sequences of ids, one after the other.

    Args:
        values: (total,) ids.
        splits: (N + 1,) int64. Sequence i is `values[splits[i]:splits[i + 1]]`.
    """

    values: np.ndarray
    splits: np.ndarray

    def __len__(self) -> int:
        return len(self.splits) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        """(length,) ids of one sequence."""
        return self.values[self.splits[row] : self.splits[row + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """(N,) int64."""
        return np.diff(self.splits)

    def truncated(self, longest: int | None) -> RaggedIds:
        """The first `longest` ids of each sequence; `None` leaves all as they are."""
        if longest is None or not (self.lengths > longest).any():
            return self
        places = np.arange(len(self.values)) - np.repeat(self.splits[:-1], self.lengths)  # of each id in its sequence
        return RaggedIds(self.values[places < longest], splits_of(np.minimum(self.lengths, longest)))

    def padded(
        self, rows: np.ndarray, pad_id: int, *, before: int | None = None, after: int | None = None
    ) -> np.ndarray:
        """Some sequences as a rectangle.

        Args:
            rows: (B,) numbers of the sequences.
            pad_id: Fills shorter sequences on the right.
            before: Id to put before each sequence, or `None`.
            after: Id to put after each sequence, or `None`.

        Returns:
            (B, T) int32; T is the largest length, including `before` and `after`.
        """
        starts, lengths = self.splits[rows], self.splits[rows + 1] - self.splits[rows]
        lead, tail = int(before is not None), int(after is not None)
        longest = int(lengths.max(initial=0))
        result = np.full((len(rows), lead + longest + tail), pad_id, np.int32)
        columns = np.arange(longest)
        filled = columns < lengths[:, None]  # (B, longest)
        result[:, lead : lead + longest][filled] = self.values[(starts[:, None] + columns)[filled]]
        if before is not None:
            result[:, 0] = before
        if after is not None:
            result[np.arange(len(rows)), lead + lengths] = after
        return result


def gathered(base: RaggedIds, extra: RaggedIds, rows: np.ndarray) -> RaggedIds:
    """Some sequences of two collections as one.

    Args:
        base, extra: The collections; rows from `len(base)` on are those of `extra`.
        rows: (B,) numbers of the sequences.
    """
    parts = [base[row] if row < len(base) else extra[row - len(base)] for row in rows.tolist()]
    return ragged(parts, base.values.dtype)


def ragged(parts: Sequence[np.ndarray], dtype: np.dtype) -> RaggedIds:
    """Arrays of ids, one for each sequence, as one collection."""
    return RaggedIds(_join(parts, dtype), splits_of(np.array([len(part) for part in parts], np.int64)))


class RaggedWriter:
    """Builds a `RaggedIds` piece by piece.

    Args:
        dtype: Type of the stored ids.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self._dtype = dtype
        self._values: list[np.ndarray] = []
        self._lengths: list[np.ndarray] = []

    def append(self, sequences: RaggedIds, keep: np.ndarray) -> None:
        """Adds the sequences where `keep` ((N,) bool) is true."""
        lengths = sequences.lengths
        self._values.append(sequences.values[np.repeat(keep, lengths)].astype(self._dtype))
        self._lengths.append(lengths[keep].astype("<i4"))

    def finish(self) -> RaggedIds:
        """All added sequences."""
        return RaggedIds(_join(self._values, self._dtype), splits_of(_join(self._lengths, np.dtype("<i4"))))


def _join(parts: Sequence[np.ndarray], dtype: np.dtype) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def splits_of(lengths: np.ndarray) -> np.ndarray:
    """(N + 1,) int64, where sequences of these lengths begin and end, one after the other."""
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
