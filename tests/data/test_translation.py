"""Batches for training: their contents, their order, going on in the middle of an epoch, and caching."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.data import ParallelText, TranslationData, find_splits, translation_dataset
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.text import VocabularyPair
from tests.data.corpus import PAIRS, joint_vocabulary, write_lines

MULTI30K = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "multi30k"


@pytest.fixture(scope="module")
def vocabularies() -> VocabularyPair:
    return joint_vocabulary()


@pytest.fixture(scope="module")
def data(vocabularies: VocabularyPair) -> TranslationData:
    return TranslationData(PAIRS, vocabularies, tokens_per_batch=700, seed=5)


def _batches(dataset: tf.data.Dataset) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    return [(inputs["source_ids"], inputs["target_ids"], labels) for inputs, labels in dataset.as_numpy_iterator()]


def _same(first: list[Any], second: list[Any]) -> bool:
    return len(first) == len(second) and all(
        all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))
        for one, other in zip(first, second, strict=True)
    )


def test_elements_are_the_contract(data: TranslationData, vocabularies: VocabularyPair) -> None:
    eos, pad = vocabularies.source.eos_id, vocabularies.source.pad_id
    rows = data.plan(0)[0]
    inputs, labels = data.batch(rows)
    for row, source, target, label in zip(rows, inputs["source_ids"], inputs["target_ids"], labels, strict=True):
        x, y = (vocabularies.source.encode(text) for text in PAIRS[row])
        assert source.tolist() == [*x, eos] + [pad] * (inputs["source_ids"].shape[1] - len(x) - 1)
        assert target.tolist() == [eos, *y] + [pad] * (labels.shape[1] - len(y) - 1)
        assert label.tolist() == [*y, eos] + [pad] * (labels.shape[1] - len(y) - 1)
    assert inputs["source_ids"].dtype == inputs["target_ids"].dtype == labels.dtype == np.int32
    assert max(inputs["source_ids"].shape[1], labels.shape[1]) * len(rows) <= 700


def test_separate_vocabularies_encode_their_own_side() -> None:
    sources, targets = ([pair[side] for pair in PAIRS] for side in (0, 1))
    pair = VocabularyPair.train(sources, targets, 400, joint=False, target_size=410)
    data = TranslationData(PAIRS[:10], pair, tokens_per_batch=400, shuffle=False)
    inputs, labels = data.batch(np.arange(10))
    assert [pair.source.decode(ids) for ids in inputs["source_ids"].tolist()] == sources[:10]
    assert [pair.target.decode(ids) for ids in labels.tolist()] == targets[:10]


def test_an_epoch_holds_every_pair_once(data: TranslationData, vocabularies: VocabularyPair) -> None:
    decode = vocabularies.source.decode
    seen = [
        (decode(source), decode(label))
        for sources, _, labels in _batches(data.dataset(3))
        for source, label in zip(sources.tolist(), labels.tolist())
    ]
    assert sorted(seen) == sorted(PAIRS)
    assert data.dataset(3).cardinality() == data.steps_per_epoch == len(data.plan(3))
    assert data.tokens_per_epoch == sum(len(vocabularies.target.encode(target)) + 1 for _, target in PAIRS)


def test_the_order_is_a_function_of_seed_and_epoch(data: TranslationData, vocabularies: VocabularyPair) -> None:
    again = TranslationData(PAIRS, vocabularies, tokens_per_batch=700, seed=5)
    other = TranslationData(PAIRS, vocabularies, tokens_per_batch=700, seed=6)
    second = _batches(again.dataset(1))  # before epoch 0: no state is carried over
    assert _same(_batches(data.dataset(0)), _batches(again.dataset(0)))
    assert _same(_batches(data.dataset(1)), second)
    assert not _same(_batches(data.dataset(0)), second)
    assert not _same(_batches(data.dataset(0)), _batches(other.dataset(0)))


@pytest.mark.parametrize("skip", [0, 1, 17])
def test_going_on_in_the_middle_of_an_epoch(data: TranslationData, skip: int) -> None:
    assert _same(_batches(data.dataset(2))[skip:], _batches(data.dataset(2, skip=skip)))
    assert data.dataset(2, skip=skip).cardinality() == data.steps_per_epoch - skip


def test_the_end_of_an_epoch_can_be_skipped_to(data: TranslationData) -> None:
    assert _batches(data.dataset(0, skip=data.steps_per_epoch)) == []
    with pytest.raises(ValueError, match="skip must lie in"):
        data.dataset(0, skip=data.steps_per_epoch + 1)


def test_iterations_of_the_endless_dataset_are_the_epochs(data: TranslationData) -> None:
    endless = data.endless()
    assert endless.cardinality() == data.steps_per_epoch
    for epoch in range(3):
        assert _same(_batches(endless), _batches(data.dataset(epoch)))


def test_validation_has_a_fixed_order(vocabularies: VocabularyPair) -> None:
    fixed = TranslationData(PAIRS, vocabularies, tokens_per_batch=700, shuffle=False)
    assert _same(_batches(fixed.dataset(0)), _batches(fixed.dataset(4)))


def test_fit_takes_the_dataset(vocabularies: VocabularyPair) -> None:
    ids = keras.Input((None,), dtype=tf.int32, name="target_ids")
    source = keras.Input((None,), dtype=tf.int32, name="source_ids")
    embedding = keras.layers.Embedding(vocabularies.source.size, 8)
    context = keras.layers.GlobalAveragePooling1D()(embedding(source))
    logits = keras.layers.Dense(vocabularies.target.size)(
        keras.layers.Add()([embedding(ids), keras.layers.RepeatVector(1)(context)])
    )
    model = keras.Model({"source_ids": source, "target_ids": ids}, logits)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1))
    history = model.fit(translation_dataset(PAIRS, vocabularies, tokens_per_batch=2000), epochs=3, verbose=0)
    assert history.history["loss"][2] < history.history["loss"][0]


def test_a_cache_gives_the_same_batches(data: TranslationData, vocabularies: VocabularyPair, tmp_path: Path) -> None:
    files = [write_lines(tmp_path / f"train.{side}.gz", [pair[side] for pair in PAIRS]) for side in (0, 1)]
    text = ParallelText.from_files(*files)
    settings: dict[str, Any] = {"tokens_per_batch": 700, "seed": 5, "cache": tmp_path / "ids"}
    written, read = TranslationData(text, vocabularies, **settings), TranslationData(text, vocabularies, **settings)
    expected = _batches(data.dataset(1))
    assert _same(expected, _batches(written.dataset(1))) and _same(expected, _batches(read.dataset(1)))
    assert written.cleaning == read.cleaning == data.cleaning
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    (ids,) = (tmp_path / "ids").glob("*.ids")
    before = ids.stat().st_mtime_ns
    TranslationData(text, vocabularies, **settings)
    assert ids.stat().st_mtime_ns == before
    shorter = TranslationData(PAIRS[:100], vocabularies, **settings)  # another text: the cache is made anew
    assert len(shorter) == 100 and not ids.exists()


def test_foreign_cache_folders(vocabularies: VocabularyPair, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="Only a directory with a file 'tokenised.json' is overwritten"):
        TranslationData(PAIRS[:10], vocabularies, cache=tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_datasets_of_pools_can_be_entered_anywhere(vocabularies: VocabularyPair, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"tokens_per_batch": 700, "cache": tmp_path / "ids", "pool": 250}
    data = TranslationData(PAIRS, vocabularies, **settings)
    whole = [_batches(data.dataset(epoch)) for epoch in range(2)]
    assert data.pools == 4 and [len(epoch) for epoch in whole] == [data.steps_per_epoch] * 2
    again = TranslationData(PAIRS, vocabularies, **settings)
    for skip in (0, 1, data.steps_per_epoch - 1, data.steps_per_epoch):
        assert _same(whole[1][skip:], _batches(again.dataset(1, skip=skip)))
    endless = again.endless()
    assert all(_same(_batches(endless), epoch) for epoch in whole)


def test_errors_of_files_come_before_batches(vocabularies: VocabularyPair, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.en", ["one", "two"])
    target = write_lines(tmp_path / "a.fr", ["un"])
    with pytest.raises(ValueError, match="2 in '.*a.en', 1 in '.*a.fr'"):
        TranslationData(ParallelText.from_files(source, target), vocabularies, cache=tmp_path / "ids")
    assert not list((tmp_path / "ids").glob("*.ids"))
    target.write_bytes(b"un\n\xff\n")
    with pytest.raises(ValueError, match="a.fr', line 2"):
        TranslationData(ParallelText.from_files(source, target), vocabularies)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tokens_per_batch": 1}, "tokens_per_batch must be at least 2"),
        ({"sentences_per_batch": 0}, "sentences_per_batch must be at least 1. Received: 0"),
        ({"seed": -1}, "seed must not be negative"),
    ],
)
def test_bad_settings_are_refused(vocabularies: VocabularyPair, settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TranslationData(PAIRS[:10], vocabularies, **settings)


def test_sides_that_fit_into_no_batch_are_dropped(vocabularies: VocabularyPair) -> None:
    small = TranslationData(PAIRS, vocabularies, tokens_per_batch=48)
    assert small.cleaning.too_long > 0
    assert max(small.source_lengths.max(), small.target_lengths.max()) <= 48
    assert all(
        np.prod(labels.shape) <= 48 for _, _, labels in _batches(small.dataset(0, skip=small.steps_per_epoch - 5))
    )


def test_padding_of_a_small_text_is_little(vocabularies: VocabularyPair) -> None:
    assert TranslationData(PAIRS, vocabularies, tokens_per_batch=1000).padding() < 0.1


@pytest.mark.skipif(not MULTI30K.is_dir(), reason="needs Multi30k beside the checkout")
def test_multi30k_has_little_padding_and_quick_batches() -> None:
    train = find_splits(MULTI30K, "en", "de").train
    vocabularies = VocabularyPair.train(train.sources(), train.targets(), 4000)
    data = TranslationData(train, vocabularies, tokens_per_batch=4096)
    assert data.cleaning.kept > 28_900
    assert data.padding(0) < 0.06 and data.padding(1) < 0.06
    positions = sum(
        int(np.prod(labels.shape) + np.prod(inputs["source_ids"].shape))
        for inputs, labels in data.dataset(0).as_numpy_iterator()
    )
    assert 1 - (data.source_lengths.sum() + data.target_lengths.sum()) / positions == pytest.approx(data.padding(0))
    start = time.perf_counter()
    assert sum(1 for _ in data.dataset(1)) == data.steps_per_epoch
    assert (time.perf_counter() - start) / data.steps_per_epoch < 0.02  # some 0.002 on an idle machine


def test_no_batch_has_more_pairs_than_wanted(vocabularies, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"tokens_per_batch": 700, "sentences_per_batch": 9, "seed": 5}
    plain = TranslationData(PAIRS, vocabularies, tokens_per_batch=700, seed=5)
    cached = {"cache": tmp_path / "ids", "pool": 250}
    disturbed = {"noise": NoiseConfig(lower_case=0.5), "numbers": 0.5}
    for data in (TranslationData(PAIRS, vocabularies, **settings, **more) for more in ({}, cached, disturbed)):
        rows = [len(labels) for _, labels in data.dataset(epoch=1)]
        assert max(rows) == 9 and len(rows) == data.steps_per_epoch > plain.steps_per_epoch
    whole = translation_dataset(PAIRS, vocabularies, tokens_per_batch=700, sentences_per_batch=9)
    assert max(len(labels) for _, labels in whole.take(whole.cardinality())) == 9
