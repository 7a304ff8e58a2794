"""Two worker processes on the loopback interface: the real program, a killed worker, and resuming with one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.model_directory import load_weights
from lite_transformer_tf.training.runlog import read_log

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 900  # seconds for a training that takes some twenty on an idle core
DETECTION = 60  # seconds until the others have noticed that a worker is gone


def free_ports(count: int) -> list[int]:
    """Ports on which nothing listens now."""
    listeners = [socket.socket() for _ in range(count)]
    for listener in listeners:
        listener.bind(("127.0.0.1", 0))
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def command(config: Path, data: Path, output: Path, *more: str) -> list[str]:
    fixed = ["--config", str(config), "--data-dir", str(data), "--output", str(output), "--quiet"]
    return [sys.executable, "-m", "train", "translation", *fixed, *more]


def start_workers(arguments: list[str], count: int = 2) -> list[subprocess.Popen]:
    """Worker processes of one training; the first is the chief."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(count)]
    tasks = [{"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}} for index in range(count)]
    environments = [{**os.environ, "TF_CONFIG": json.dumps(task)} for task in tasks]
    return [
        subprocess.Popen(
            [*arguments, "--distribute", "multiworker"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        for environment in environments
    ]


def updates(output: Path) -> int:
    records = read_log(output / "log.jsonl")
    return max((record["update"] for record in records if record["kind"] == "update"), default=0)


def wait_for_update(processes: list[subprocess.Popen], output: Path, update: int) -> None:
    end = time.monotonic() + PATIENCE
    while updates(output) < update:
        assert time.monotonic() < end and all(process.poll() is None for process in processes)
        time.sleep(0.2)


def test_a_killed_worker_ends_the_others_and_one_resumes(toy_data, tiny_config, tmp_path):
    arguments = command(tiny_config, toy_data, tmp_path / "run", "--set", "training.epochs=40")
    chief, other = workers = start_workers(arguments)
    try:
        wait_for_update(workers, tmp_path / "run", 6)
        other.send_signal(signal.SIGKILL)
        begin = time.monotonic()
        _, errors = chief.communicate(timeout=PATIENCE)
    finally:
        for process in workers:
            process.kill()
    assert time.monotonic() - begin < DETECTION
    assert chief.returncode == 1
    assert "Another worker of this training has ended" in errors
    stopped = updates(tmp_path / "run")
    assert 6 <= stopped < 200
    done = subprocess.run(
        arguments, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "report.json").is_file()
    assert updates(tmp_path / "run") > stopped


def test_two_workers_train_as_one_device_with_two_towers(toy_data, tiny_config, tmp_path):
    alone = command(tiny_config, toy_data, tmp_path / "one", "--set", "training.towers=2")
    done = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    workers = start_workers(command(tiny_config, toy_data, tmp_path / "two"))
    try:
        errors = [process.communicate(timeout=PATIENCE)[1] for process in workers]
    finally:
        for process in workers:
            process.kill()
    assert [process.returncode for process in workers] == [0, 0], errors
    one, two = (load_weights(tmp_path / name / "model" / "weights.npz") for name in ("one", "two"))
    assert max(float(np.abs(value - two[name]).max()) for name, value in one.items()) < 1e-3
