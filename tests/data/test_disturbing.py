"""Noise and numbers in batches: a function of seed and epoch, exact on resume, and nothing new without them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from lite_transformer_tf.data import CleaningRules, ParallelText, TranslationData
from lite_transformer_tf.data.batching import Room, cut_batches, cut_exactly
from lite_transformer_tf.data.corpus import Mixture
from lite_transformer_tf.data.noise import NoiseConfig
from lite_transformer_tf.data.parallel_text import StreamedText
from tests.data.corpus import PAIRS, joint_vocabulary

NUMBERED = [(f"Room {n} is for {n + 2} people.", f"La chambre {n} est pour {n + 2} personnes.") for n in range(10, 60)]
ALL = NoiseConfig(lower_case=0.2, capitals=0.1, no_final_mark=0.2, quotes=0.2, missing_accents=0.2, doubled_letters=0.2)
Batches = list[tuple[np.ndarray, np.ndarray, np.ndarray]]


def made(pairs: Any = PAIRS, **settings: Any) -> TranslationData:
    return TranslationData(pairs, joint_vocabulary(), **{"tokens_per_batch": 700, "seed": 5, **settings})


def batches(data: TranslationData, epoch: int, skip: int = 0) -> Batches:
    return [(x["source_ids"], x["target_ids"], y) for x, y in data.dataset(epoch, skip).as_numpy_iterator()]


def texts(data: TranslationData, epoch: int) -> list[tuple[str, str]]:
    decode = data.vocabularies.source.decode
    return [
        (decode(source), decode(label))
        for sources, _, labels in batches(data, epoch)
        for source, label in zip(sources.tolist(), labels.tolist())
    ]


def same(one: Batches, other: Batches) -> bool:
    return len(one) == len(other) and all(all(map(np.array_equal, a, b)) for a, b in zip(one, other))


def test_without_noise_batches_are_those_of_the_version_before() -> None:
    found = hashlib.sha256()
    for epoch in (0, 3):
        for arrays in batches(made(noise=NoiseConfig(), numbers=0.0), epoch):
            found.update(b"".join(array.tobytes() for array in arrays))
    plain = hashlib.sha256()
    data = made()
    for epoch in (0, 3):
        for number in range(data.steps_per_epoch):
            inputs, labels = data.batch(data.plan(epoch)[number])
            plain.update(inputs["source_ids"].tobytes() + inputs["target_ids"].tobytes() + labels.tobytes())
    assert found.hexdigest() == plain.hexdigest() and found.hexdigest().startswith("4f61ab6c4d3a7ae9")


def test_targets_stay_and_every_pair_comes_once() -> None:
    data = made(noise=ALL)
    for epoch in (0, 1):
        found = texts(data, epoch)
        assert sorted(target for _, target in found) == sorted(target for _, target in PAIRS)
        changed = sum(pair not in set(PAIRS) for pair in found)
        assert (len(found), changed) == data.changed(epoch) and 0.3 < changed / len(PAIRS) < 0.7
    assert texts(data, 0) != texts(data, 1)
    inputs, labels = data.batch(data.plan(0)[0], 0)
    assert inputs["source_ids"].dtype == labels.dtype == np.int32


@pytest.mark.parametrize("skip", [0, 3])
def test_an_epoch_is_a_function_of_the_seed_and_can_be_entered_anywhere(skip: int, tmp_path) -> None:
    settings = {"noise": NoiseConfig(lower_case=0.3, doubled_letters=0.2, joined=0.4), "numbers": 0.8}
    data, again = made([*PAIRS, *NUMBERED], **settings), made([*PAIRS, *NUMBERED], cache=tmp_path / "ids", **settings)
    resumed = batches(again, 2, skip)  # before any other epoch
    whole = batches(data, 2)
    assert same(whole[skip:], resumed)
    assert not same(whole, batches(data, 1)) and not same(
        whole, batches(made([*PAIRS, *NUMBERED], **{**settings, "seed": 6}), 2)
    )
    assert len(whole) == data.steps_per_epoch == len(batches(data, 1))


def test_joined_pairs_are_two_in_one_line_on_both_sides() -> None:
    whole = [pair for pair in PAIRS if all(text.endswith((".", "!", "?")) for text in pair)]
    data = made(whole, noise=NoiseConfig(joined=1.0))
    targets, single = dict(whole), set(whole)
    joined = [pair for pair in texts(data, 0) if pair not in single]
    assert len(joined) > len(whole) // 3
    for source, target in joined:
        splits = [(source[:cut], source[cut + 1 :]) for cut in range(len(source)) if source[cut] == " "]
        assert any(a in targets and b in targets and f"{targets[a]} {targets[b]}" == target for a, b in splits), source
    lengths = [len(data.vocabularies.source.encode(text)) for pair in joined for text in pair]
    assert max(lengths) < 700


def test_numbers_change_on_both_sides() -> None:
    data = made(NUMBERED, numbers=1.0, tokens_per_batch=400)
    known, seen = set(NUMBERED), set()
    for epoch in range(3):
        found = texts(data, epoch)
        assert len(found) == len(NUMBERED) and sum(pair in known for pair in found) < 5
        seen |= set(found)
        for source, target in found:
            words = source.split()
            assert target == f"La chambre {words[1]} est pour {words[4]} personnes."
    assert len(seen) > 2.5 * len(NUMBERED)
    half = made(NUMBERED, numbers=0.5, tokens_per_batch=400)
    assert 10 < half.changed()[1] < 40


def test_weights_and_budgets_hold() -> None:
    parts = ParallelText.from_pairs(PAIRS[:300], "a"), ParallelText.from_pairs(PAIRS[300:400], "b")
    text = StreamedText.of(Mixture(((parts[0], 0.4), (parts[1], 1.5))))
    rules = CleaningRules(max_tokens=None, max_ratio=None)
    data = made(text, rules=rules, noise=NoiseConfig(capitals=0.5))
    for epoch in range(4):
        plan, sizes = data.plan(epoch), [(x.shape, y.shape) for x, _, y in batches(data, epoch)]
        assert len(plan) == data.steps_per_epoch == len(sizes) and len(plan.order) == 120 + 150
        assert max(rows * max(length, y[1]) for (rows, length), y in sizes) <= 700 * 1.05
    assert made(text, noise=NoiseConfig(capitals=0.5), shuffle=False).changed() == (400, 0)


def test_exact_cuts() -> None:
    longer = np.sort(np.random.default_rng(1).integers(2, 30, 200))
    fewest = len(cut_batches(longer, Room(300)))
    for batches in (1, fewest - 3, fewest, fewest + 1, fewest + 10, 200):
        bounds = cut_exactly(longer, Room(300), batches)
        assert bounds[0, 0] == 0 and bounds[-1, 1] == 200 and (bounds[1:, 0] == bounds[:-1, 1]).all()
        assert len(bounds) == batches or (len(bounds) <= batches and batches < fewest)
        assert (bounds[:, 1] > bounds[:, 0]).all()
