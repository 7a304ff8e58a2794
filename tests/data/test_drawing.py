"""Weighted corpora: how often each item is drawn, as many batches in every epoch, nothing new without weights."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.data import BatchedStreams, ParallelText, PlainText, ShuffledBlocks, TokenStream
from lite_transformer_tf.data.batching import Room, plan_batches
from lite_transformer_tf.data.corpus import Mixture
from lite_transformer_tf.data.drawing import draw_pairs, drawn, draws, last_places
from lite_transformer_tf.data.records import RecordText
from lite_transformer_tf.text import WordVocabulary

pytestmark = pytest.mark.light

WEIGHTS = st.sampled_from([0.01, 0.3, 0.5, 0.9, 1.0, 1.5, 2.0, 3.7])


def rng(epoch: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([1, epoch]))


@given(st.integers(1, 300), st.integers(1, 900), st.floats(0, 1, exclude_max=True))
def test_draws_are_even(count: int, number: int, beginning: float) -> None:
    found = drawn(count, number, beginning)
    assert len(found) == number and (np.diff(found) >= 0).all() and (found <= last_places(count, number)).all()
    times = np.bincount(found, minlength=count)
    assert len(times) == count and times.min() >= number // count and times.max() <= -(-number // count)


def test_every_item_is_drawn_equally_often_on_average() -> None:
    times = np.zeros(10)
    for step in range(1000):
        times += np.bincount(drawn(10, 7, step / 1000), minlength=10)
    np.testing.assert_allclose(times, 700, atol=1)


CORPORA = st.lists(st.tuples(st.lists(st.integers(1, 30), max_size=30), WEIGHTS), min_size=1, max_size=3)


@given(CORPORA.filter(lambda corpora: any(lengths for lengths, _ in corpora)))
@settings(deadline=None, max_examples=60)
def test_epochs_have_the_exact_number_of_draws_and_equal_cuts(corpora) -> None:
    lengths = np.array([length for part, _ in corpora for length in part], np.int64)
    sizes = [(len(part), weight) for part, weight in corpora]
    plans = []
    for epoch in range(4):
        generator = rng(epoch)
        rows, longest = draw_pairs(lengths, sizes, generator)
        assert (lengths[rows] <= longest).all()
        plan = plan_batches(lengths[rows], lengths[rows], Room(60), generator, longest)
        plans.append((len(plan), sorted(longest)))
        assert all(len(plan[i]) * lengths[rows][plan[i]].max() <= 60 for i in range(len(plan)))
        begin, times = 0, np.bincount(rows, minlength=len(lengths))
        for count, weight in sizes:
            part = times[begin : begin + count]
            assert part.sum() == draws(count, weight) == (max(1, round(weight * count)) if count else 0)
            assert count == 0 or part.max() - part.min() <= 1
            begin += count
    assert plans.count(plans[0]) == 4


def test_weight_one_draws_nothing_at_random() -> None:
    generator, untouched = rng(), rng()
    rows, longest = draw_pairs(np.array([3, 1, 2]), [(2, 1.0), (1, 1.0)], generator)
    assert rows.tolist() == [0, 1, 2] and longest.tolist() == [3, 1, 2]
    assert generator.random() == untouched.random()


@given(st.lists(st.tuples(st.integers(1, 40), WEIGHTS), min_size=1, max_size=3), st.integers(1, 3))
@settings(deadline=None, max_examples=40)
def test_blocks_of_weighted_texts(corpora, batch_size: int) -> None:
    """Each block of a corpus is drawn as often as the others to within one; rows never reach into another corpus."""
    ends = np.cumsum([length for length, _ in corpora])
    total, weights = int(ends[-1]), [weight for _, weight in corpora]
    parts = tuple(zip(ends.tolist(), weights))
    if total < 4:
        return
    stream = TokenStream(np.arange(4, 4 + total), total, total, 4 + total, 1, 2, parts=parts)
    data = ShuffledBlocks(stream, batch_size=batch_size, block=4, seed=3)
    owner = np.searchsorted(ends, np.arange(total), side="right")
    for epoch in range(3):
        times: Counter[int] = Counter()
        rows = 0
        for number in range(data.steps_per_epoch):
            inputs, labels = data.batch(epoch, number)
            rows += len(data.ranges(epoch, number))
            for row in labels:
                seen = row[row != 1]
                assert len(set(owner[seen - 4])) <= 1 and (np.diff(seen) == 1).all()
                times.update(seen.tolist())
            real = labels != 1
            np.testing.assert_array_equal(inputs["ids"][real], np.where(labels[real] == 4, 2, labels[real] - 1))
        assert rows == sum(draws(-(-length // 4) + 1, weight) for length, weight in corpora)
        for number, weight in enumerate(weights):
            own = [times[token + 4] for token in np.flatnonzero(owner == number).tolist()]
            assert max(own) - min(own) <= 1 and (weight != 1 or set(own) == {1})


def test_a_weighted_mixture_of_lines_becomes_one_stream() -> None:
    text = PlainText.of(Mixture(((PlainText.from_lines(["a b"]), 2.0), (PlainText.from_lines(["c", "a"]), 1.0))))
    stream = TokenStream.from_text(text, WordVocabulary.train(["a b c"]))
    assert stream.parts == ((3, 2.0), (7, 1.0)) and len(stream) == 7
    assert ShuffledBlocks(stream, batch_size=1, block=2).tokens_per_epoch == 3 * 2 + 4


def test_without_weights_everything_is_as_before(tmp_path: Path) -> None:
    """Batches and fingerprints are, bit by bit, those of the version before weights: its runs resume."""
    found = hashlib.sha256()
    for kind in (ShuffledBlocks, BatchedStreams):
        data = kind(TokenStream(np.arange(4, 221), 217, 217, 221, 1, 2), batch_size=3, block=8, seed=7)
        for epoch in range(3):
            for number in range(data.steps_per_epoch):
                inputs, labels = data.batch(epoch, number)
                found.update(inputs["ids"].tobytes() + labels.tobytes())
    assert found.hexdigest().startswith("8bb9c3f59943f355")
    generator = np.random.default_rng(0)
    source = generator.integers(2, 60, 500)
    target, found = np.maximum(1, source + generator.integers(-5, 6, 500)), hashlib.sha256()
    for epoch in range(3):
        plan = plan_batches(source, target, Room(700), np.random.Generator(np.random.PCG64([5, epoch])))
        found.update(plan.order.tobytes() + plan.bounds.tobytes())
    assert found.hexdigest().startswith("fe6efff796177261")
    (tmp_path / "a.jsonl").write_text('{"document": "a", "summary": "b"}\n')
    (tmp_path / "a.tsv").write_text("a\tb\n")
    (tmp_path / "train.en").write_text("one\ntwo\n")
    (tmp_path / "train.fr").write_text("un\ndeux\n")
    files = ParallelText.from_files(tmp_path / "train.en", tmp_path / "train.fr")
    digests = {
        "5480f44d505c65af": RecordText.from_file(tmp_path / "a.jsonl").digest(),
        "32809146d087e9cc": RecordText.from_file(tmp_path / "a.tsv", ("x", "y")).digest(),
        "ac483f0f9fd95cb5": files.digest(),
        "b6e43e580659c3d6": files.in_memory().digest(),
        "c3f9c8c283a2b1f2": PlainText.from_file(tmp_path / "train.en").digest(),
        "87428fc522803d31": PlainText.from_lines(["a"]).digest(),
    }
    assert all(digest.startswith(begin) for begin, digest in digests.items()), digests
