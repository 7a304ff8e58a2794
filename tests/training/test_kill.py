"""A training that is killed with SIGKILL ends with the model of an undisturbed one: real processes, real program."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from lite_transformer_tf.models.saving import load_weights
from lite_transformer_tf.training.runlog import read_log

ROOT = Path(__file__).resolve().parents[2]
OURS = re.compile(
    r"vocabulary.model: |(training|validation|test) data: |training: |epoch \d+/\d+ |model: |test: |confidence: "
    r"|resuming at update |.* is finished"
)
"""Lines about a run."""
PATIENCE = 120  # seconds for a process that is expected to take ten


def start(config: Path, data: Path, output: Path) -> subprocess.Popen:
    arguments = [
        "--config",
        str(config),
        "--data-dir",
        str(data),
        "--output",
        str(output),
        "--set",
        "training.towers=2",
    ]
    command = [sys.executable, "-m", "train", "translation", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen) -> str:
    """Its standard error, after it has ended well and has written no lines but its own."""
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert [line for line in errors.splitlines() if not OURS.match(line)] == []
    configuration, _, rest = output.partition("\n\n")
    assert yaml.safe_load(configuration)["training"]["towers"] == 2
    assert re.fullmatch(r"(model: .*\nreport: .*\n)?", rest), rest
    return errors


def wait_for_update(process: subprocess.Popen, output: Path, update: int) -> int:
    """Waits until the log has reached `update`; returns where it stands."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        reached = max(
            (record["update"] for record in read_log(output / "log.jsonl") if record["kind"] == "update"), default=0
        )
        if reached >= update:
            return reached
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    raise AssertionError("the log did not grow")


@pytest.fixture(scope="module")
def runs(toy_data, tiny_config, tmp_path_factory) -> tuple[Path, Path, str]:
    """An undisturbed run, one that was killed in the middle of an epoch and started again, and its second output."""
    work = tmp_path_factory.mktemp("runs")
    straight, killed = work / "straight", work / "killed"
    first, second = start(tiny_config, toy_data, straight), start(tiny_config, toy_data, killed)
    reached = wait_for_update(second, killed, 10)
    os.kill(second.pid, signal.SIGKILL)
    second.communicate(timeout=PATIENCE)
    assert second.returncode == -signal.SIGKILL
    assert not (killed / "report.json").exists() and not (killed / "model").exists()
    finish(first)
    steps = json.loads((straight / "report.json").read_text())["data"]["batches_per_epoch"]
    assert 8 < reached < steps, "killed in the middle of the first epoch"
    return straight, killed, finish(start(tiny_config, toy_data, killed))


def test_weights_are_equal_bit_by_bit(runs):
    straight, killed, errors = runs
    assert "resuming at update" in errors
    names = sorted(path.name for path in (straight / "checkpoints").glob("weights-*.npz"))
    assert names and names == sorted(path.name for path in (killed / "checkpoints").glob("weights-*.npz"))
    for name in names:
        expected, found = (load_weights(run / "checkpoints" / name) for run in (straight, killed))
        assert expected.keys() == found.keys()
        for weight, value in expected.items():
            np.testing.assert_array_equal(value, found[weight], err_msg=f"{name} {weight}")


def test_figures_and_translations_are_equal(runs):
    straight, killed, _ = runs

    def plain(run: Path) -> list[dict]:
        return [
            {key: value for key, value in record.items() if "second" not in key}
            for record in read_log(run / "log.jsonl")
        ]

    assert plain(straight) == plain(killed)
    assert (straight / "test_hypotheses.txt").read_text() == (killed / "test_hypotheses.txt").read_text()
    reports = [json.loads((run / "report.json").read_text()) for run in (straight, killed)]
    for name in ("updates", "target_tokens", "epochs"):
        assert reports[0]["training"][name] == reports[1]["training"][name]
    assert reports[0]["test"]["bleu"] == reports[1]["test"]["bleu"]
    assert reports[0]["model"]["chosen"] == reports[1]["model"]["chosen"]


def test_a_finished_run_says_so_and_changes_nothing(runs, toy_data, tiny_config):
    straight = runs[0]
    before = {path: path.stat().st_mtime_ns for path in straight.rglob("*") if path.is_file() and path.name != ".lock"}
    assert "is finished" in finish(start(tiny_config, toy_data, straight))
    assert before == {
        path: path.stat().st_mtime_ns for path in straight.rglob("*") if path.is_file() and path.name != ".lock"
    }
