"""Which pairs go into which batch: little padding, and an order that is a pure function of seed and epoch.

A batch of B pairs whose longest side has L tokens (with `eos`) is full when one more pair would make `B * L` exceed the
token budget, or B the most pairs: without that limit the shortest pairs of a corpus are in a few huge batches, and are
learnt in as few updates.

Pairs are sorted by their longer side; among equals, by how much longer one side is (in steps of two tokens, ascending
and descending in turn, so that neighbours stay alike); then at random. The sorted pairs are cut into batches, and the
batches are shuffled. The cuts depend only on the sorted longer sides, hence every epoch has the same
number of batches.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np


def check_position(epoch: int, skip: int, batches: int) -> None:
    """Raises ValueError unless `epoch` is valid and an epoch of `batches` batches can begin after `skip` of them."""
    if epoch < 0:
        raise ValueError(f"An epoch must not be negative. Received: {epoch!r}")
    if not 0 <= skip <= batches:
        raise ValueError(f"skip must lie in [0, {batches}], the number of batches. Received: {skip!r}")


@dataclass(frozen=True)
class BatchPlan:
    """The batches of one epoch.

    Args:
        order: (N,) int64, the pairs, batch after batch.
        bounds: (M, 2) int64, begin and end of each of the M batches in `order`.
    """

    order: np.ndarray
    bounds: np.ndarray

    def __len__(self) -> int:
        return len(self.bounds)

    def __getitem__(self, number: int) -> np.ndarray:
        """(B,) the pairs of one batch."""
        begin, end = self.bounds[number]
        return self.order[begin:end]


@dataclass(frozen=True)
class Room:
    """What fits into a batch.

    Args:
        tokens: Most tokens, with padding; no pair may exceed it.
        pairs: Most pairs. `None` means any number.
    """

    tokens: int
    pairs: int | None = None

    def most(self, longest: int) -> int:
        """How many pairs of `longest` tokens fit."""
        fitting = self.tokens // longest
        return fitting if self.pairs is None else min(fitting, self.pairs)

    def grown(self, step: int) -> Room:
        """With more room: half a percent for each step, and at least a token."""
        share = max(1, self.tokens // 200) * step
        pairs = None if self.pairs is None else self.pairs * (self.tokens + share) // self.tokens
        return Room(self.tokens + share, pairs)


def cut_batches(longer: np.ndarray, room: Room) -> np.ndarray:
    """Cuts sorted pairs into batches.

    Args:
        longer: (N,) int64 ascending, tokens of each pair's longer side; the last is at most `room.tokens`.
        room: What fits into a batch.

    Returns:
        (M, 2) int64 begin and end of each batch.
    """
    bounds = []
    begin = 0
    while begin < len(longer):
        window = longer[begin : begin + room.most(int(longer[begin]))]
        fits = np.arange(1, len(window) + 1) * window <= room.tokens  # true, then false: ascending
        end = begin + int(np.count_nonzero(fits))
        bounds.append((begin, end))
        begin = end
    return np.array(bounds, np.int64).reshape(-1, 2)


def cut_exactly(longer: np.ndarray, room: Room, batches: int) -> np.ndarray:
    """The same cuts for a given number of batches: the ones with most pairs are halved where there are too few.

    Where there are too many, the room grows in steps of half a percent until they are few enough.

    Args:
        longer, room: See `cut_batches`.
        batches: In [1, N].
    """
    step = 0
    bounds = cut_batches(longer, room)
    while len(bounds) > batches:
        step += 1
        bounds = cut_batches(longer, room.grown(step))
    parts = [(begin - end, begin, end) for begin, end in bounds.tolist()]
    heapq.heapify(parts)
    while len(parts) < batches:
        _, begin, end = heapq.heappop(parts)
        middle = (begin + end) // 2
        heapq.heappush(parts, (begin - middle, begin, middle))
        heapq.heappush(parts, (middle - end, middle, end))
    return np.array(sorted((begin, end) for _, begin, end in parts), np.int64).reshape(-1, 2)


def plan_batches(
    source_lengths: np.ndarray,
    target_lengths: np.ndarray,
    room: Room,
    generator: np.random.Generator | None = None,
    longest: np.ndarray | None = None,
    batches: int | None = None,
) -> BatchPlan:
    """The batches of one epoch.

    Args:
        source_lengths, target_lengths: (N,) tokens of each side, with `eos`.
        room: What fits into a batch.
        generator: Generator for shuffling. `None` gives one fixed order, short sentences first.
        longest: (N,) int64 lengths by which the pairs are sorted and cut, none below that of the pair's longer side.
            Defaults to the longer sides.
        batches: Number of batches, see `cut_exactly`. Defaults to as few as the budget allows.

    Raises:
        ValueError: a pair is longer than a batch.
    """
    longer = np.maximum(source_lengths, target_lengths).astype(np.int64) if longest is None else longest
    if len(longer) and longer.max() > room.tokens:
        raise ValueError(
            f"tokens_per_batch must be at least {longer.max()}, the tokens of the longest pair. "
            f"Received: {room.tokens!r}"
        )
    order = np.arange(len(longer)) if generator is None else generator.permutation(len(longer))
    unevenness = (source_lengths.astype(np.int64) - target_lengths) // 2 * np.where(longer % 2 == 0, 1, -1)
    order = order[np.lexsort((unevenness[order], longer[order]))]
    ascending = longer[order]
    if batches is None:
        bounds = cut_batches(ascending, room)
    else:
        bounds = cut_exactly(ascending, room, batches)
    return BatchPlan(order, bounds if generator is None else generator.permutation(bounds))


def padded_positions(plan: BatchPlan, source_lengths: np.ndarray, target_lengths: np.ndarray) -> int:
    """Positions of both sides of all batches, those of pads among them."""
    return sum(
        len(rows) * int(source_lengths[rows].max() + target_lengths[rows].max())
        for rows in (plan[i] for i in range(len(plan)))
    )
