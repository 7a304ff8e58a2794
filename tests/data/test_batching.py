"""The batch plan: every pair once, the budget kept, little padding."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.data.batching import Room, cut_batches, cut_exactly, padded_positions, plan_batches

pytestmark = pytest.mark.light


def _lengths(count: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    source = generator.integers(2, 60, count)
    return source, np.maximum(1, source + generator.integers(-5, 6, count))


def test_cuts_by_hand() -> None:
    assert cut_batches(np.array([2, 2, 3, 4, 4, 10, 11]), Room(12)).tolist() == [[0, 4 - 1], [3, 5], [5, 6], [6, 7]]
    assert cut_batches(np.zeros(0, np.int64), Room(12)).shape == (0, 2)
    limited = cut_batches(np.array([2, 2, 3, 4, 4, 10, 11]), Room(12, 2))
    assert limited.tolist() == [[0, 2], [2, 4], [4, 5], [5, 6], [6, 7]]
    assert Room(1000, 50).grown(3) == Room(1015, 50) and Room(1000, 50).grown(4) == Room(1020, 51)


def test_as_many_batches_as_wanted_under_a_limit_of_pairs() -> None:
    longer = np.sort(np.maximum(*_lengths(3000)))
    for batches in (40, 60, 200):  # 60 of 50 pairs; fewer need more room, more are halved
        bounds = cut_exactly(longer, Room(4096, 50), batches)
        assert len(bounds) == batches and bounds[0, 0] == 0 and bounds[-1, 1] == 3000
        assert (bounds[1:, 0] == bounds[:-1, 1]).all()
    assert np.diff(cut_batches(longer, Room(4096, 50))).max() == 50


@pytest.mark.parametrize("budget", [64, 700, 4096])
def test_each_pair_is_in_one_batch_within_the_budget(budget: int) -> None:
    source, target = _lengths(3000)
    plan = plan_batches(source, target, Room(budget), np.random.default_rng(1))
    batches = [plan[i] for i in range(len(plan))]
    assert np.array_equal(np.sort(np.concatenate(batches)), np.arange(3000))
    assert all(len(rows) * max(source[rows].max(), target[rows].max()) <= budget for rows in batches)
    fixed = plan_batches(source, target, Room(budget))
    assert len(fixed) == len(plan)
    longest = [int(np.maximum(source, target)[fixed[i]].max()) for i in range(len(fixed))]
    assert longest == sorted(longest)


def test_batches_are_full() -> None:
    source, target = _lengths(3000)
    longer = np.sort(np.maximum(source, target))
    bounds = cut_batches(longer, Room(1000))
    for (begin, end), (_, next_end) in pairwise(bounds):
        assert (end - begin + 1) * longer[end] > 1000 and next_end > end


def test_padded_positions_by_hand() -> None:
    plan = plan_batches(np.array([2, 4]), np.array([3, 3]), Room(8))
    assert len(plan) == 1
    assert padded_positions(plan, np.array([2, 4]), np.array([3, 3])) == 14


def test_padding_is_little() -> None:
    source, target = _lengths(20_000)
    plan = plan_batches(source, target, Room(4096), np.random.default_rng(1))
    assert source.sum() + target.sum() > 0.9 * padded_positions(plan, source, target)


def test_a_pair_beyond_the_budget_is_an_error() -> None:
    with pytest.raises(ValueError, match="must be at least 9, the tokens of the longest pair. Received: 8"):
        plan_batches(np.array([3]), np.array([9]), Room(8))


PAIRS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=60)


@given(PAIRS, st.integers(0, 60), st.integers(0, 2**32), st.integers(0, 5))
@settings(deadline=None, max_examples=50)
def test_any_lengths(pairs: list[tuple[int, int]], spare: int, seed: int, epoch: int) -> None:
    """Each pair once, the budget kept, no batch empty, and an order that is a function of the generator's state."""
    source, target = np.array(pairs, np.int64).reshape(-1, 2).T
    longer = np.maximum(source, target)
    budget = int(longer.max(initial=1)) + spare
    plans = [
        plan_batches(source, target, Room(budget), np.random.Generator(np.random.PCG64([seed, epoch])))
        for _ in range(2)
    ]
    np.testing.assert_array_equal(plans[0].order, plans[1].order)
    np.testing.assert_array_equal(plans[0].bounds, plans[1].bounds)
    for plan in (plans[0], plan_batches(source, target, Room(budget))):
        batches = [plan[number].tolist() for number in range(len(plan))]
        assert sorted(row for batch in batches for row in batch) == list(range(len(pairs)))
        assert all(batch and len(batch) * longer[batch].max() <= budget for batch in batches)
        assert len(plan) == len(plans[0])
        if batches:
            assert source.sum() + target.sum() <= padded_positions(plan, source, target)
    if len(pairs):
        with pytest.raises(ValueError, match="tokens_per_batch must be at least"):
            plan_batches(source, target, Room(int(longer.max()) - 1))
