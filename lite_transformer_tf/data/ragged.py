"""Many sequences of token ids in one array, in memory or mapped from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


def id_dtype(vocabulary_size: int) -> np.dtype:
    """The smallest little-endian type for the ids of a vocabulary."""
    return np.dtype("<u2" if vocabulary_size <= 1 << 16 else "<i4")


@dataclass(frozen=True)
class RaggedIds:
    """N sequences of ids, one after the other.

    Args:
        values: (total,) ids, an array or a memory map.
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
        return RaggedIds(self.values[places < longest], _splits(np.minimum(self.lengths, longest)))

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


class RaggedWriter:
    """Builds a `RaggedIds` piece by piece. With a path the ids go to that file, and memory has only the lengths.

    Args:
        dtype: Type of the stored ids.
        path: File of the ids, in `dtype`. The lengths are beside it in `<name>.lengths`, little-endian int32.
    """

    def __init__(self, dtype: np.dtype, path: Path | None = None) -> None:
        self._dtype = dtype
        self._path = path
        self._stream = None if path is None else path.open("wb")
        self._values: list[np.ndarray] = []
        self._lengths: list[np.ndarray] = []

    def append(self, sequences: RaggedIds, keep: np.ndarray) -> None:
        """Adds the sequences where `keep` ((N,) bool) is true."""
        lengths = sequences.lengths
        values = sequences.values[np.repeat(keep, lengths)].astype(self._dtype)
        self._lengths.append(lengths[keep].astype("<i4"))
        if self._stream is None:
            self._values.append(values)
        else:
            values.tofile(self._stream)

    def close(self) -> None:
        """Closes the file, if there is one."""
        if self._stream is not None:
            self._stream.close()

    def finish(self) -> RaggedIds | None:
        """All added sequences; `None` when they are in files, see `load_ragged`."""
        lengths = _join(self._lengths, np.dtype("<i4"))
        if self._path is None:
            return RaggedIds(_join(self._values, self._dtype), _splits(lengths))
        self.close()
        lengths.tofile(_lengths_path(self._path))
        return None


def load_ragged(path: Path, dtype: np.dtype) -> RaggedIds:
    """Maps the file that a `RaggedWriter` wrote.

    Raises:
        ValueError: the files do not belong together.
    """
    splits = _splits(np.fromfile(_lengths_path(path), "<i4"))
    if path.stat().st_size != int(splits[-1]) * dtype.itemsize:
        raise ValueError(
            f"A file of token ids must have {splits[-1]} of them. "
            f"Received: {str(path)!r} of {path.stat().st_size} bytes; delete the folder"
        )
    values = np.memmap(path, dtype, "r") if splits[-1] else np.zeros(0, dtype)
    return RaggedIds(values, splits)


def _lengths_path(path: Path) -> Path:
    return path.with_name(path.name + ".lengths")


def _join(parts: Sequence[np.ndarray], dtype: np.dtype) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def _splits(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
