"""200 pairs, and less, through the program: trained with numbers that fit, or refused with a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.data.travel_phrases import travel_phrases
from lite_transformer_tf.text.vocabulary_size import supported_size
from lite_transformer_tf.training.runlog import read_log

DATA = Path(__file__).parents[1] / "upgrade" / "fixtures" / "data"
TINY = {
    "data": {"source": "en", "target": "fr"},
    "model": {"embed_dim": 16, "kernel_sizes": [3], "heads": 2, "cross_attention_heads": 2},
    "training": {"max_updates": 23, "towers": 1, "average": 3},
    "decoding": {"beam_size": 1, "max_length": 8},
}


def lines(stem: str, language: str, count: int) -> list[str]:
    return (DATA / f"{stem}.{language}").read_text().splitlines()[:count]


def write(directory: Path, pairs: int = 200, valid: int = 12) -> Path:
    directory.mkdir()
    for stem, count in (("train", pairs), ("valid", valid)):
        for language in ("en", "fr"):
            text = "".join(f"{line}\n" for line in lines(stem, language, count))
            (directory / f"{stem}.{language}").write_text(text)
    return directory


@pytest.fixture
def command(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(TINY))

    def run(data: Path, *arguments: str) -> int:
        paths = ["--config", str(path), "--data-dir", str(data), "--output", str(tmp_path / "run")]
        return main(["train", "translation", *paths, *arguments])

    return run


def test_two_hundred_pairs_train_with_what_fits_them(command, tmp_path, capsys):
    data = write(tmp_path / "data")
    assert command(data) == 0
    told = capsys.readouterr().err
    texts = [*lines("train", "en", 200), *lines("train", "fr", 200)]
    pieces = supported_size(texts, 8000)
    assert f"vocabulary: {pieces} pieces, for the text supports no 8000\n" in told
    batches = int(re.search(r"training: 23 updates, epochs of (\d+) batches; warm-up over 2 updates", told)[1])
    assert 8 <= batches <= 16 and "warning" not in told

    run = tmp_path / "run"
    config = yaml.safe_load((run / "config.yaml").read_text())
    epochs = -(-23 // batches)
    assert config["training"]["epochs"] == epochs and config["training"]["schedule"]["warmup_steps"] == 2
    assert config["training"]["validation"]["every"] == config["training"]["validation"]["score_every"] == 1
    assert 257 <= config["data"]["tokens_per_batch"] < 600 and config["vocabulary"]["size"] == 8000
    report = json.loads((run / "report.json").read_text())
    assert report["data"]["vocabulary_sizes"] == [pieces, pieces]
    assert json.loads((run / "model" / "config.json").read_text())["model"]["source_vocabulary_size"] == pieces

    records = read_log(run / "log.jsonl")
    assert [record["update"] for record in records if record["kind"] == "update"] == [20, 23], "the rest is logged"
    validations = [record for record in records if record["kind"] == "validation"]
    bound = 1.1 * min(record["nll"] for record in validations)
    best = max(record["update"] for record in validations if record["nll"] <= bound)
    candidates = report["model"]["candidates"]
    assert validations[-1]["answers"] == 12, "too few for BLEU"
    assert f"best, update {best}" in candidates
    lowest = min(figures["nll"] for figures in candidates.values())
    assert lowest <= report["model"]["validation"]["nll"] <= 1.1 * lowest

    before = (run / "config.yaml").read_text()
    assert command(data) == 0, "null is the number that the run has"
    assert "is finished (23 updates)" in capsys.readouterr().err
    assert (run / "config.yaml").read_text() == before


def test_twenty_pairs_and_one_validation_sentence(command, tmp_path, capsys):
    data = write(tmp_path / "data", pairs=20, valid=1)
    quick = ["training.max_updates=1", "training.validation={score_every: 9, scores: false}"]
    assert command(data, *(word for setting in quick for word in ("--set", setting))) == 0
    told = capsys.readouterr().err
    assert "training: 1 updates, epochs of" in told and "warm-up over 0 updates" in told
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["model"]["chosen"] == "best, update 1" and report["training"]["updates"] == 1
    assert (tmp_path / "run" / "run.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "pairs, valid, setting, message",
    [
        (20, 0, "training.seed=1", "A parallel text must have at least one pair. Received: .*valid.en"),
        (0, 12, "training.seed=1", "needs at least one sentence with text"),
        (20, 12, "data.cleaning.max_tokens=1", "Cleaning must leave at least one pair. Received: .*20 too long"),
        (20, 12, "training.accumulation_steps=500", "at least accumulation_steps batches. Received: 3 batches"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(pairs, valid, setting, message, command, tmp_path, capsys):
    assert command(write(tmp_path / "data", pairs, valid), "--set", setting) == 2
    assert re.search(message, capsys.readouterr().err)


@pytest.mark.slow
def test_two_hundred_phrases_make_a_sensible_model_by_default(tmp_path, capsys):
    """The model knows the pairs that it learnt from, and something of others."""
    for stem, name, count in (("train", "train", 200), ("valid", "valid", 50), ("test", "test", 50)):
        phrases = list(travel_phrases(name))
        chosen = phrases[:: len(phrases) // count][:count]
        for language, texts in (("en", [pair.source for pair in chosen]), ("fr", [pair.target for pair in chosen])):
            (tmp_path / f"{stem}.{language}").write_text("".join(f"{text}\n" for text in texts))
    run = str(tmp_path / "run")
    assert main(["train", "translation", "--data-dir", str(tmp_path), "--output", run]) == 0
    for split, bar in (("train", "90"), ("test", "5")):
        files = ["--source", str(tmp_path / f"{split}.en"), "--target", str(tmp_path / f"{split}.fr")]
        assert main(["evaluate", run, *files, "--min-bleu", bar]) == 0, capsys.readouterr().out
