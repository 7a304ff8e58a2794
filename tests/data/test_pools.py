"""Pools: the batches of a corpus that is not in memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lite_transformer_tf.data.corpus import Mixture
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.data.parallel_text import ParallelText, StreamedText
from lite_transformer_tf.data.translation import TranslationData
from lite_transformer_tf.text import VocabularyPair
from tests.data.corpus import PAIRS, joint_vocabulary
from tests.data.sharded import batches, rows, same, sharded, write_shards

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return joint_vocabulary()


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> StreamedText:
    folder = tmp_path_factory.mktemp("text")
    write_shards(folder, 7)
    return sharded(folder)


def pooled(text: Any, vocabularies: VocabularyPair, folder: Path, **settings: Any) -> TranslationData:
    return TranslationData(text, vocabularies, **{"tokens_per_batch": 400, "cache": folder, "pool": 200, **settings})


@pytest.mark.parametrize("pool", [100, 200, 800])
def test_an_epoch_of_pools_has_every_pair_once(
    text: StreamedText, vocabularies: VocabularyPair, tmp_path: Path, pool: int
) -> None:
    data = pooled(text, vocabularies, tmp_path / "ids", pool=pool)
    whole = TranslationData(text, vocabularies, tokens_per_batch=400)
    expected = Counter(rows(batches(whole, 0)))
    assert data.pools == -(-len(whole) // pool) > 1 and len(data) == len(whole)
    epochs = [batches(data, epoch) for epoch in range(3)]
    assert all(Counter(rows(found)) == expected for found in epochs)
    assert all(max(map(np.size, batch)) <= 400 for found in epochs for batch in found)
    assert not same(epochs[0], epochs[1]) and rows(epochs[0]) != rows(epochs[1])
    assert data.tokens_per_epoch == whole.tokens_per_epoch
    assert data.steps_per_epoch == len(epochs[0]) <= whole.steps_per_epoch + 2 * data.pools
    positions = sum(source.size + label.size for source, _, label in epochs[1])
    tokens = sum(len(source) + len(target) for source, target in expected.elements())
    assert data.padding(1) == pytest.approx(1 - tokens / positions)


def test_pools_can_be_entered_anywhere_and_depend_on_the_seed(
    text: StreamedText, vocabularies: VocabularyPair, tmp_path: Path
) -> None:
    data = pooled(text, vocabularies, tmp_path / "ids")
    expected = [batches(data, epoch) for epoch in range(2)]
    for first in (0, 1, 37, data.steps_per_epoch - 1, data.steps_per_epoch):
        fresh = pooled(text, vocabularies, tmp_path / "ids")
        assert same(batches(fresh, 1, first), expected[1][first:])
        assert same(batches(fresh, 0, first), expected[0][first:])
    assert not same(batches(pooled(text, vocabularies, tmp_path / "ids", seed=2), 0), expected[0])
    with pytest.raises(ValueError, match="use batch_at. Received: 5 pools"):
        data.plan(0)
    with pytest.raises(IndexError):
        data.batch_at(0, data.steps_per_epoch)


def test_one_pool_has_the_batches_of_a_corpus_in_memory(
    text: StreamedText, vocabularies: VocabularyPair, tmp_path: Path
) -> None:
    whole = TranslationData(text, vocabularies, tokens_per_batch=400)
    data = pooled(text, vocabularies, tmp_path / "ids", pool=len(whole))
    assert data.pools == 1 and same(batches(data, 3), batches(whole, 3))


def test_each_pool_has_pairs_from_all_over_the_corpus(
    text: StreamedText, vocabularies: VocabularyPair, tmp_path: Path
) -> None:
    places = {
        tuple(
            (*vocabulary.encode(side), 2) for vocabulary, side in zip((vocabularies.source, vocabularies.target), pair)
        ): place
        for place, pair in enumerate(text)
    }
    data = pooled(text, vocabularies, tmp_path / "ids")
    seen: list[int] = []
    for number in range(data.pools):
        pool = data._batches._pool(number)
        plan = pool.plan(0)
        found = [pool.batch(plan[place], 0) for place in range(len(plan))]
        mine = [places[pair] for pair in rows([(x["source_ids"], x["target_ids"], y) for x, y in found])]
        of_shards = np.histogram(mine, np.cumsum([0, *(len(list(shard)) for shard in text.shards)]))[0]
        assert set(of_shards.tolist()) <= {24, 25}, "each shard has 122 or 123 pairs, in 5 pools"
        seen += mine
    assert sorted(seen) == list(range(len(places)))


def test_weights_and_noise_in_pools(text: StreamedText, vocabularies: VocabularyPair, tmp_path: Path) -> None:
    second = ParallelText.from_pairs([(f"{source} Z", f"{target} Z") for source, target in PAIRS[:400]], "b")
    both = StreamedText.of(Mixture(((text.corpus, 0.5), (second, 1.5))))  # type: ignore[arg-type]
    noise = NoiseConfig(lower_case=0.3, joined=0.3)
    for settings in ({}, {"noise": noise}):
        data = pooled(both, vocabularies, tmp_path / "ids", **settings)
        assert data.corpora[1][1:] == (400, 1.5) and data.draws[1] == pytest.approx(600, abs=data.pools)
        found = [batches(data, epoch) for epoch in range(3)]
        assert {len(epoch) for epoch in found} == {data.steps_per_epoch}
        assert same(batches(pooled(both, vocabularies, tmp_path / "ids", **settings), 2, 40), found[2][40:])
        if not settings:
            assert [len(rows(epoch)) for epoch in found] == [sum(data.draws)] * 3
        assert bool(data.changed(0)[1]) == bool(settings)
    labels = Counter(target for _, target in rows(found[0]))
    assert labels
