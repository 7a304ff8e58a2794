"""Which pairs go into which batch: little padding, and an order that is a pure function of seed and epoch.

A batch of B pairs whose longest side has L tokens (with `eos`) is full when one more pair would make `B * L` exceed the
token budget. Pairs are sorted by their longer side; among equals, by how much longer one side is (in steps of two
tokens, ascending and descending in turn, so that neighbours stay alike); then at random. The sorted pairs are cut into
batches, and the batches are shuffled. The cuts depend only on the sorted longer sides, hence every epoch has the same
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


def cut_batches(longer: np.ndarray, tokens_per_batch: int) -> np.ndarray:
    """Cuts sorted pairs into batches of at most `tokens_per_batch` tokens, with padding.

    Args:
        longer: (N,) int64 ascending, tokens of each pair's longer side; the last is at most `tokens_per_batch`.

    Returns:
        (M, 2) int64 begin and end of each batch.
    """
    bounds = []
    begin = 0
    while begin < len(longer):
        window = longer[begin : begin + tokens_per_batch // int(longer[begin])]
        fits = np.arange(1, len(window) + 1) * window <= tokens_per_batch  # true, then false: ascending
        end = begin + int(np.count_nonzero(fits))
        bounds.append((begin, end))
        begin = end
    return np.array(bounds, np.int64).reshape(-1, 2)


def cut_exactly(longer: np.ndarray, tokens_per_batch: int, batches: int) -> np.ndarray:
    """The same cuts for a given number of batches: the ones with most pairs are halved where there are too few.

    Where there are too many, the budget grows in steps of half a percent until they are few enough.

    Args:
        longer, tokens_per_batch: See `cut_batches`.
        batches: In [1, N].
    """
    budget = tokens_per_batch
    bounds = cut_batches(longer, budget)
    while len(bounds) > batches:
        budget += max(1, tokens_per_batch // 200)
        bounds = cut_batches(longer, budget)
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
    tokens_per_batch: int,
    generator: np.random.Generator | None = None,
    longest: np.ndarray | None = None,
    batches: int | None = None,
) -> BatchPlan:
    """The batches of one epoch.

    Args:
        source_lengths, target_lengths: (N,) tokens of each side, with `eos`.
        tokens_per_batch: The budget; no pair may exceed it.
        generator: Generator for shuffling. `None` gives one fixed order, short sentences first.
        longest: (N,) int64 lengths by which the pairs are sorted and cut, none below that of the pair's longer side.
            Defaults to the longer sides.
        batches: Number of batches, see `cut_exactly`. Defaults to as few as the budget allows.

    Raises:
        ValueError: a pair is longer than the budget.
    """
    longer = np.maximum(source_lengths, target_lengths).astype(np.int64) if longest is None else longest
    if len(longer) and longer.max() > tokens_per_batch:
        raise ValueError(
            f"tokens_per_batch must be at least {longer.max()}, the tokens of the longest pair. "
            f"Received: {tokens_per_batch!r}"
        )
    order = np.arange(len(longer)) if generator is None else generator.permutation(len(longer))
    unevenness = (source_lengths.astype(np.int64) - target_lengths) // 2 * np.where(longer % 2 == 0, 1, -1)
    order = order[np.lexsort((unevenness[order], longer[order]))]
    ascending = longer[order]
    if batches is None:
        bounds = cut_batches(ascending, tokens_per_batch)
    else:
        bounds = cut_exactly(ascending, tokens_per_batch, batches)
    return BatchPlan(order, bounds if generator is None else generator.permutation(bounds))


def padded_positions(plan: BatchPlan, source_lengths: np.ndarray, target_lengths: np.ndarray) -> int:
    """Positions of both sides of all batches, those of pads among them."""
    return sum(
        len(rows) * int(source_lengths[rows].max() + target_lengths[rows].max())
        for rows in (plan[i] for i in range(len(plan)))
    )
