"""How often an epoch draws the items of a weighted corpus: systematic sampling, a function of a generator's state.

An epoch draws `draws(N, w)` times from a corpus of N items and weight w. The items lie on a line in some order, and the
draws lie on it at equal distances, from a random beginning on. So each item is drawn as often as any other to within
one, on average exactly `draws(N, w) / N` times, and a draw's place is known to within that distance whatever the
beginning is.
"""

from __future__ import annotations

import numpy as np


def draws(count: int, weight: float) -> int:
    """Number of draws per epoch from a corpus of `count` items: `weight * count`, rounded, at least 1 of any item."""
    return max(1, round(weight * count)) if count else 0


def drawn(count: int, number: int, beginning: float) -> np.ndarray:
    """(number,) int64 ascending, the drawn ones of `count` items.

    Args:
        count: Number of items.
        number: Number of draws.
        beginning: In [0, 1).
    """
    places = np.floor((np.arange(number) + beginning) * count / max(number, 1)).astype(np.int64)
    return np.minimum(places, last_places(count, number))


def last_places(count: int, number: int) -> np.ndarray:
    """(number,) int64, the last item that each draw may reach."""
    return -(-(np.arange(1, number + 1) * count) // max(number, 1)) - 1


def draw_pairs(
    longer: np.ndarray, corpora: list[tuple[int, float]], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of one epoch, and lengths that depend on no generator.

    Pairs of a corpus that is not drawn once lie by their length, and in random order among equals. The batches can so
    be cut by lengths that are the same in all epochs: every epoch has equally many.

    Args:
        longer: (N,) int64 tokens of each pair's longer side.
        corpora: Number of pairs and weight of each corpus, in order.
        generator: Generator for drawing.

    Returns:
        (K,) int64 numbers of pairs, and (K,) int64 the largest length that each place may have.
    """
    rows, longest = [], []
    begin = 0
    for count, weight in corpora:
        lengths, number = longer[begin : begin + count], draws(count, weight)
        if number == count:
            rows.append(np.arange(begin, begin + count))
            longest.append(lengths)
        else:
            order = generator.permutation(count)
            order = order[np.argsort(lengths[order], kind="stable")]
            rows.append(begin + order[drawn(count, number, generator.random())])
            longest.append(np.sort(lengths)[last_places(count, number)])
        begin += count
    return np.concatenate(rows), np.concatenate(longest)
