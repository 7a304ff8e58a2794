"""What runners cache for each hypothesis between steps, with one class per `Growth`.

Every cache has a leading axis of hypotheses, even if the signature has none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.branches.base import known_caches
from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.litert.runtime.signature import Signature


class Cache(ABC):
    """The cache of one tensor in one bucket.

    Args:
        spec: Names of the tensors, and how the cache grows.
        signature: Signature of the step.
        rows: Number of hypotheses.
        batched: Whether the signature has an axis of hypotheses. If it has fewer than `rows`, a step takes several
            runs.
        length: Number of positions T of the bucket.

    Attributes:
        is_fed: Whether a step needs `feed`.
    """

    def __init__(self, spec: CacheSpec, signature: Signature, rows: int, batched: bool, length: int) -> None:
        self.spec, self.rows, self.length = spec, rows, length
        read, new = signature.inputs[spec.input], signature.outputs[spec.output]
        self._read, self._new = (read, new) if batched else (read[None], new[None])
        self.is_fed = True
        self._allocate()

    @abstractmethod
    def _allocate(self) -> None:
        """Allocates the cache, with no position yet."""

    @abstractmethod
    def feed(self, position: int, rows: slice) -> None:
        """Before the step at `position`: copies these hypotheses to the signature's input."""

    @abstractmethod
    def take(self, position: int, rows: slice) -> None:
        """After the step at `position`: stores what it added."""

    @abstractmethod
    def move_into(self, larger: Cache, position: int) -> None:
        """Copies everything before `position` into the cache of a larger bucket."""

    @abstractmethod
    def live(self, position: int) -> np.ndarray:
        """A view (rows, ...) of everything that the steps from `position` on read."""

    @abstractmethod
    def begin(self, prefilled: np.ndarray, length: int) -> None:
        """Copies the whole cache from a prefill of `length` positions."""

    def reorder(self, moved: Sequence[int], parents: Sequence[int], position: int) -> None:
        """Copies row parents[i] to row i, for the rows `moved`, before the step at `position`."""
        live = self.live(position)
        copies = {parent: live[parent].copy() for parent in {parents[row] for row in moved}}
        for row in moved:
            live[row] = copies[parents[row]]

    def leave(self) -> None:  # noqa: B027 (only a cache in the signature's own tensors has anything to do)
        """Moves the cache out of the signature's own tensors, which another hypothesis needs."""

    def come_back(self) -> None:  # noqa: B027
        """Moves the cache back into the signature's own tensors."""


class RowsCache(Cache):
    """(rows, strips, T - 1, width): position i is row i of every strip.

    The signature's own tensor is the cache if one run serves all rows.
    """

    def _allocate(self) -> None:
        self.is_fed = self._read.shape[0] < self.rows
        self._data = np.zeros((self.rows, *self._read.shape[1:]), np.float32) if self.is_fed else self._read
        self._added, self._room = self._new[:, :, 0], self._data.shape[2]

    def feed(self, position: int, rows: slice) -> None:
        np.copyto(self._read, self._data[rows])

    def take(self, position: int, rows: slice) -> None:
        if position < self._room:  # the last position of a bucket needs no row
            self._data[rows, :, position] = self._added

    def move_into(self, larger: Cache, position: int) -> None:
        assert isinstance(larger, RowsCache)
        larger._data[:, :, : self._data.shape[2]] = self._data

    def live(self, position: int) -> np.ndarray:
        return self._data[:, :, :position]

    def begin(self, prefilled: np.ndarray, length: int) -> None:
        self._data[:, :, :length] = prefilled[:, :length]

    def leave(self) -> None:
        if self._data is self._read:
            self._data = self._data.copy()

    def come_back(self) -> None:
        if not self.is_fed and self._data is not self._read:
            np.copyto(self._read, self._data)
            self._data = self._read


class WindowCache(Cache):
    """(rows, K - 1 + T, channels): K - 1 zeros, then the inputs of all positions. A window is a range of rows."""

    def _allocate(self) -> None:
        self._past, channels = self._read.shape[1:]
        self._data = np.zeros((self.rows, self._past + self.length, channels), np.float32)
        self._added = self._new[:, 0]

    def feed(self, position: int, rows: slice) -> None:
        self._read[...] = self._data[rows, position : position + self._past]

    def take(self, position: int, rows: slice) -> None:
        self._data[rows, position + self._past] = self._added

    def move_into(self, larger: Cache, position: int) -> None:
        assert isinstance(larger, WindowCache)
        larger._data[:, : self._data.shape[1]] = self._data

    def live(self, position: int) -> np.ndarray:
        return self._data[:, position : position + self._past]

    def begin(self, prefilled: np.ndarray, length: int) -> None:
        self._data[:, length : length + self._past] = prefilled


class StateCache(Cache):
    """(rows, 1, channels): every step replaces it."""

    def _allocate(self) -> None:
        self._data = np.zeros((self.rows, *self._read.shape[1:]), np.float32)

    def feed(self, position: int, rows: slice) -> None:
        self._read[...] = self._data[rows]

    def take(self, position: int, rows: slice) -> None:
        self._data[rows] = self._new

    def move_into(self, larger: Cache, position: int) -> None:
        assert isinstance(larger, StateCache)
        larger._data[...] = self._data

    def live(self, position: int) -> np.ndarray:
        return self._data

    def begin(self, prefilled: np.ndarray, length: int) -> None:
        self._data[...] = prefilled


CACHES: dict[Growth, type[Cache]] = {
    Growth.ROWS: RowsCache,
    Growth.WINDOW: WindowCache,
    Growth.STATE: StateCache,
}


def open_caches(
    specs: Sequence[CacheSpec] | None, signature: Signature, rows: int, batched: bool, length: int
) -> tuple[Cache, ...]:
    """The caches that a step's signature reads.

    Args:
        specs: Caches of the manifest. `None`, for bundles without this entry, uses the known caches by name.
        signature, rows, batched, length: See `Cache`.
    """
    known = known_caches().values() if specs is None else specs
    used = [spec for spec in known if spec.input in signature.inputs]
    return tuple(CACHES[spec.growth](spec, signature, rows, batched, length) for spec in used)
