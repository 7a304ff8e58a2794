"""Files of earlier code still open: a finished run, a stopped one, a bundle, a download, outputs of a compression.

The fixtures are outputs of commit 03418e3, made with the commands that these tests repeat. Only logs, plots and other
files that nothing reads again are left out. Never regenerate them: code that cannot open them breaks everybody's files.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
TEXTS = ["Where is the station?", "I would like a glass of water."]
PATIENCE = 120  # seconds for a process that is expected to take ten


def sets(*settings: str) -> list[str]:
    return [argument for setting in settings for argument in ("--set", setting)]


TRAIN = ["train", "translation", "--config", str(FIXTURES / "run.yaml"), "--data-dir", str(FIXTURES / "data")]
FINISHED = sets("training.validation.every=10", "training.validation.score_every=10")
UNFINISHED = sets("training.epochs=200", "training.validation.every=200", "training.validation.score_every=200")
COMPRESS = sets(
    "pruning={training: {epochs: 1}}",
    "quantization={epochs: 1}",
    "buckets=[16,64]",
    "check_limit=6",
    "integer=false",
    "bits=[4]",
)


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(*arguments: str) -> tuple[str, str]:
    """Standard output and standard error of a program that ends with exit code 0."""
    process = start(*arguments)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    return output, errors


def contents(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def records(log: Path) -> list[dict]:
    """The whole lines of a run's log."""
    return [json.loads(line) for line in log.read_text().split("\n")[:-1]] if log.is_file() else []


@pytest.fixture
def copy(tmp_path):
    """`copy(name)`: a copy of a fixture, which programs may change."""

    def copied(name: str) -> Path:
        return Path(shutil.copytree(FIXTURES / name, tmp_path / name))

    return copied


def test_a_finished_run_is_found_finished(copy):
    run = copy("run")
    before = contents(run)
    _, errors = finish(*TRAIN, "--output", str(run), *FINISHED)
    assert "is finished (1020 updates)" in errors
    assert contents(run) == before


def test_a_stopped_run_resumes_from_its_checkpoint(copy):
    """The first record of the log is the mean of 20 updates, 17 of them from the checkpoint."""
    run = copy("unfinished")
    process = start(*TRAIN, "--output", str(run), *UNFINISHED)
    end = time.monotonic() + PATIENCE
    while not any(record["update"] >= 40 for record in records(run / "log.jsonl")):
        assert process.poll() is None and time.monotonic() < end, process.communicate()[1]
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert "update 17" in errors
    first, second, *_ = records(run / "log.jsonl")
    assert (first["update"], first["epoch"], second["update"]) == (20, 2, 40)
    assert first["seconds"] > 8.49  # of the 17 updates
    assert first["loss"] == pytest.approx(5.971, abs=0.02)
    assert first["learning_rate"] == pytest.approx(5e-3 * (5 / 19) ** 0.5, rel=1e-5)
    names = {path.name.split(".")[0] for path in (run / "checkpoints").glob("ckpt-*")}
    assert "ckpt-5" in names or len(names) == 2
    assert max(names) != "ckpt-5" and not (run / "checkpoints" / "checkpoint").exists()


@pytest.mark.parametrize("name, answers", [("run", "run"), ("bundle", "bundle"), ("bundle.ltpk", "bundle")])
def test_translations_and_scores(name, answers):
    output, _ = finish("train", "translate", str(FIXTURES / name), *TEXTS, "--scores", "--beam-size", "2")
    expected = [line.split("\t") for line in (FIXTURES / f"answers_{answers}.txt").read_text().split("\n")]
    found = [line.split("\t") for line in output.split("\n")]
    assert len(expected) == len(TEXTS) + 1 and [line[1:] for line in found] == [line[1:] for line in expected]
    scores = [float(line[0]) for line in expected[:-1]]
    assert [float(line[0]) for line in found[:-1]] == pytest.approx(scores, abs=1e-4)


def test_a_compression_is_found_finished(copy, tmp_path):
    """Both trainings; bundles do not say what they were made from, so they are made anew, with the same figures."""
    compressed = copy("compressed")
    stored = json.loads((compressed / "report.json").read_text())
    (compressed / "report.json").unlink()
    before = {name: data for name, data in contents(compressed).items() if "bundles" not in name}
    arguments = ["--model", str(FIXTURES / "run"), "--data-dir", str(FIXTURES / "data"), "--output", str(compressed)]
    _, errors = finish("export", "compress", *arguments, *COMPRESS)
    assert errors.count("is finished (17 updates)") == 2
    assert errors.count("is made anew: ") == len(stored["bundles"]) == 6
    after = contents(compressed)
    assert {name: after[name] for name in before} == before
    report = json.loads((compressed / "report.json").read_text())
    assert len(report["bundles"]) == 6
    for row, old in zip(report["bundles"], stored["bundles"], strict=True):
        for name in ("download_bytes", "model_bytes"):
            assert abs(row.pop(name) / old.pop(name) - 1) < 0.02
        assert row.pop("milliseconds").keys() == old.pop("milliseconds").keys()
        assert row == old


def test_a_bundle_of_a_compression_still_answers_as_its_model():
    bundle, run = FIXTURES / "compressed" / "bundles" / "float32", FIXTURES / "run"
    output, _ = finish("export", "verify", str(bundle), "--model", str(run))
    assert output.count("12 of 12 texts as the model, 0 too long") == 2


def test_a_download_holds_the_bundle(tmp_path):
    finish("export", "unpack", str(FIXTURES / "bundle.ltpk"), "--output", str(tmp_path / "bundle"))
    unpacked, bundle = contents(tmp_path / "bundle"), contents(FIXTURES / "bundle")
    assert {"manifest.json", "model.tflite", "vocabulary.model"} <= unpacked.keys()
    assert unpacked == {name: bundle[name] for name in unpacked}


def test_the_fixtures_are_as_they_were():
    """No test writes into them."""
    assert not list(FIXTURES.rglob(".lock")) and os.path.getsize(FIXTURES / "bundle.ltpk") == 49246
