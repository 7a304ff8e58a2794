"""A training on files that the configuration names, with weights and a hold-out, through the real program."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.data import CleaningRules, ParallelText, TranslationData
from lite_transformer_tf.data.corpus import Mixture
from lite_transformer_tf.data.parallel_text import StreamedText
from tests.data.corpus import PAIRS, joint_vocabulary
from tests.training.conftest import TINY, write_pairs


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two corpora of other formats, and a configuration beside them."""
    folder = tmp_path_factory.mktemp("own")
    write_pairs(folder, "many", 250, 1)
    write_pairs(folder, "few", 60, 2)
    sides = [(folder / f"few.{name}").read_text().split("\n")[:-1] for name in ("en", "de")]
    rows = [f"{source}\t{target}\n" for source, target in zip(*sides)]
    (folder / "few.tsv").write_text("en\tde\n" + "".join(rows) + "one\0\teins\n\n")
    files = {"train": [{"path": "many", "weight": 0.5}, {"path": "few.tsv", "weight": 2}]}
    training = {**TINY["training"], "epochs": 3, "max_updates": 12, "validation": {"scores": False}}
    config = {**TINY, "data": {**TINY["data"], "files": files, "on_disk": True}, "training": training}
    (folder / "own.yaml").write_text(yaml.safe_dump(config))
    return folder


def test_the_program_trains_resumes_and_knows_its_files(folder, tmp_path, capfd, monkeypatch):
    run = tmp_path / "run"
    call = ["train", "translation", "--config", str(folder / "own.yaml"), "--output", str(run)]
    monkeypatch.chdir(tmp_path)  # paths begin at the configuration, not here
    assert main(call) == 0
    shown = capfd.readouterr().err
    report = json.loads((run / "report.json").read_text())["data"]
    held = report["validation_cleaning"]["read"]
    assert f"no validation set: {held} held out for validation" in shown and 20 < held < 60
    assert "2 unusable" in shown and "1 with U+0000, the first in" in shown and "few.tsv', line 62" in shown
    cleaning, corpora = report["cleaning"], report["corpora"]
    assert cleaning["unusable"] == 2 and [corpus["weight"] for corpus in corpora] == [0.5, 2]
    assert [corpus["draws"] for corpus in corpora] == [round(corpora[0]["pairs"] / 2), 2 * corpora[1]["pairs"]]
    assert sum(corpus["pairs"] for corpus in corpora) == cleaning["kept"]
    assert all(f"{corpus['draws']} per epoch" in shown for corpus in corpora)
    stored = yaml.safe_load((run / "config.yaml").read_text())["data"]["files"]["train"]
    assert [entry["path"] for entry in stored] == [str(folder / "many"), str(folder / "few.tsv")]
    card = json.loads((run / "model" / "card.json").read_text())
    assert "--data-dir" not in card["training_command"]
    assert main(call) == 0 and "is finished" in capfd.readouterr().err
    with (folder / "few.tsv").open("a") as file:
        file.write("one two\teins zwei\n")
    assert main(call) == 2
    assert "data.json.train" in capfd.readouterr().err


def batches(data: TranslationData, epoch: int, skip: int = 0) -> list[tuple[np.ndarray, ...]]:
    return [(x["source_ids"], x["target_ids"], y) for x, y in data.dataset(epoch, skip=skip).as_numpy_iterator()]


def test_weighted_epochs_are_a_function_of_seed_and_epoch(tmp_path):
    vocabularies = joint_vocabulary()
    parts = ParallelText.from_pairs(PAIRS[:300], "a"), ParallelText.from_pairs([("", "x"), *PAIRS[300:400]], "b")
    text = StreamedText.of(Mixture(((parts[0], 0.4), (parts[1], 1.5))))
    settings = {"tokens_per_batch": 400, "rules": CleaningRules(max_tokens=None, max_ratio=None)}
    data = TranslationData(text, vocabularies, **settings)
    assert data.corpora == [("a", 300, 0.4), ("b", 100, 1.5)] and data.cleaning.empty == 1
    draws = []
    for epoch in range(6):
        plan = data.plan(epoch)
        assert len(plan) == data.steps_per_epoch
        times = np.bincount(plan.order, minlength=400)
        assert (times[:300].sum(), times[300:].sum()) == (120, 150)
        assert times[:300].max() == 1 and set(times[300:]) == {1, 2}
        draws.append(times)
    assert any((draws[0] != other).any() for other in draws[1:])
    tokens = np.mean([(times * data.target_lengths).sum() for times in draws])
    assert data.tokens_per_epoch == pytest.approx(tokens, rel=0.03)
    fresh = TranslationData(text, vocabularies, **settings, cache=tmp_path / "ids")
    again = TranslationData(text, vocabularies, **settings, cache=tmp_path / "ids")
    for other in (fresh, again):
        whole, resumed = batches(data, 3), batches(other, 3, skip=2)
        assert len(resumed) == len(whole) - 2
        for expected, found in zip(whole[2:], resumed):
            assert all(map(np.array_equal, expected, found))
    fixed = TranslationData(text, vocabularies, **settings, shuffle=False)
    assert sorted(fixed.plan(0).order.tolist()) == list(range(400)), "without shuffling every pair comes once"
