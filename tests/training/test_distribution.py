"""Several devices train as one does. Each test is a process, for devices are chosen before TensorFlow starts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 900  # seconds; some ten on an idle core


def differences(folder: Path, *arguments: str) -> dict[str, dict[str, float]]:
    """What `benchmarks/distribution.py` measures."""
    page = folder / "distribution.md"
    command = [sys.executable, str(ROOT / "benchmarks" / "distribution.py"), "--output", str(page), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, float]] = json.loads(page.with_suffix(".json").read_text())
    return found


def test_two_devices_train_as_one(tmp_path):
    wanted = ["--strategies", "mirrored 2", "--optimizers", "adam", "--features", "accumulation"]
    [cell] = differences(tmp_path, *wanted, "--updates", "2", "--eager").values()
    assert cell["difference"] < 1e-5 < cell["moved"]


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["mirrored 2", "mirrored 4", "multiworker 2"])
def test_weights_after_twenty_updates(tmp_path, strategy):
    found = differences(tmp_path, "--strategies", strategy, "--features", "plain", "accumulation", "clipping")
    assert len(found) == 9
    assert {name: cell for name, cell in found.items() if not cell["difference"] < 1e-5 < cell["moved"]} == {}


@pytest.mark.slow
def test_features_on_two_devices(tmp_path):
    features = ["float16", "dropout", "teacher", "pruning", "8-bit weights"]
    found = differences(tmp_path, "--strategies", "mirrored 2", "--features", *features)
    assert len(found) == 15
    for name, cell in found.items():
        assert cell["difference"] < (1e-3 if "float16" in name else 1e-5) < cell["moved"] * 1e3, name
