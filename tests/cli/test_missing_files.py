"""What is missing, or cannot be written, is told at once and before TensorFlow loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.model_directory import CONFIG_FILE, ModelDescription

pytestmark = pytest.mark.light

ROOT = Path(__file__).resolve().parents[2]
SIZE = {"embed_dim": 16, "kernel_sizes": (3,), "heads": 2}
MODELS = {
    "translation": LiteTransformerConfig.lite(source_vocabulary_size=300, target_vocabulary_size=300, **SIZE),
    "summarization": LiteTransformerConfig.lite(source_vocabulary_size=300, target_vocabulary_size=300, **SIZE),
    "language-model": LanguageModelConfig.lite(vocabulary_size=300, **SIZE),
}
SECTIONS = {"translation": {"source": "en", "target": "fr"}, "summarization": {}, "language-model": {}}
NAMED = {"files": {"train": [{"path": "none.tsv"}, {"path": "nothing.jsonl"}]}}
RUNNER = """
import contextlib, io, json, sys, time
import lite_transformer_tf.cli.programs
from lite_transformer_tf.cli.main import main
results = []
for arguments in json.load(sys.stdin):
    errors, start = io.StringIO(), time.process_time()
    with contextlib.redirect_stderr(errors):
        code = main(arguments)
    heavy = sorted({"tensorflow", "tf_keras", "keras", "tensorflow_text"} & set(sys.modules))
    results.append([code, errors.getvalue(), heavy, time.process_time() - start])
json.dump(results, sys.stdout)
"""

CALLS = [
    ("train {task} --config {folder}/none.yaml --output {folder}/out", ["cannot be read", "none.yaml"]),
    ("train {task} --config {config} --output {folder}/out", ["none.tsv", "nothing.jsonl"]),
    ("train {task} --config {config} --data-dir {folder} --output {folder}/out", ["needs no data directory"]),
    ("train {task} --config {plain} --output {folder}/out", ["needs a data directory (--data-dir DIR), or data.files"]),
    (
        "train {task} --config {plain} --data-dir {folder}/nowhere --start {folder}/no_model --output {config}",
        ["'{folder}/nowhere'", "{folder}/no_model', which does not exist", "The output must be a directory"],
    ),
    (
        "train {task} --config {plain} --data-dir {folder} --output {config}/run",
        ["The train {split} must be", "but '{config}' is a file"],
    ),
    ("evaluate {run} --data-dir {folder}/nowhere", ["A data directory must exist. Received: '{folder}/nowhere'"]),
    ("evaluate {folder}/no_model --output {config}", ["which does not exist", "must be a directory"]),
    ("compress --model {run} --output {config}", ["none.tsv", "nothing.jsonl", "The output must be a directory"]),
    (
        "compress --model {run} --config {folder}/no.yaml --baseline {folder}/base --output {folder}/out",
        ["none.tsv", "--config must name a file", "no.yaml", "{folder}/base"],
    ),
    (
        "export {run} --output {config}/bundle --check-set {folder}/none.txt",
        ["--check-set must name a file that exists", "but '{config}' is a file"],
    ),
    ("export {run} --output {folder}/out", ["An export needs sentences to check"]),
    (
        "verify {folder}/no_bundle --model {run} --check-set {folder}/none.txt --report {config}",
        ["no_bundle', which does not exist", "--check-set must name a file", "must be a directory"],
    ),
]
ONLY = [
    ("translation", "evaluate {run} --source {folder}/a --target {folder}/b", ["'{folder}/a', '{folder}/b'"]),
    ("summarization", "evaluate {run} --pairs {folder}/a.jsonl", ["A file of records must exist"]),
    ("language-model", "evaluate {run} --text {folder}/a", ["A text file must exist. Received: '{folder}/a'"]),
    (
        "translation",
        "translate {folder}/no_model --input {folder}/none.txt --output {folder}",
        ["no_model', which does not exist", "--input must name a file that exists", "The output must be a file"],
    ),
    ("summarization", "summarize {run} --input {folder}/none.txt", ["--input must name a file that exists"]),
    ("language-model", "complete {folder}/no_model once", ["which does not exist"]),
    ("translation", "export {run} --output {folder}/out --references {folder}/none.fr", ["--references must name"]),
    ("translation", "train demo --config {folder}/none.yaml --output {config}", ["--config must name", "a directory"]),
]


def write_run(folder: Path, task: str) -> dict[str, Path | str]:
    """A finished run of a task, as far as it can be told without TensorFlow, and two configurations."""
    run = folder / task / "run"
    (run / "model").mkdir(parents=True)
    description = ModelDescription(task, {}, MODELS[task]).to_dict()
    (run / "model" / CONFIG_FILE).write_text(json.dumps(description))
    (run / "model" / "card.json").write_text(json.dumps({"languages": ["en", "fr"]} if task == "translation" else {}))
    for path, files in (
        (run / "config.yaml", NAMED),
        (folder / task / "named.yaml", NAMED),
        (folder / task / "a.yaml", {}),
    ):
        path.write_text(yaml.safe_dump({"data": {**SECTIONS[task], **files}, "model": {}}))
    split = "text" if task == "language-model" else "split"
    places = {"folder": folder / task, "run": run, "config": folder / task / "named.yaml"}
    return {**places, "plain": folder / task / "a.yaml", "task": task, "split": split}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> list[tuple[str, list[str], list]]:
    """Every command line with what must be told, and what one process without TensorFlow told."""
    folder = tmp_path_factory.mktemp("missing")
    places = {task: write_run(folder, task) for task in MODELS}
    rows = [(task, call, messages) for task in MODELS for call, messages in CALLS] + ONLY
    lines = [call.format(**places[task]) for task, call, _ in rows]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps([line.split() for line in lines]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    messages = [[message.format(**places[task]) for message in wanted] for task, _, wanted in rows]
    left = sorted(path.name for path in folder.glob("*/out"))
    assert left == [], "nothing is written"
    return list(zip(lines, messages, results, strict=True))


def test_each_is_told_with_exit_code_2(told):
    for line, messages, (code, errors, _, _) in told:
        assert code == 2 and errors.count("\n") == 1, (line, errors)
        for message in messages:
            assert message in errors, (line, errors)


def test_before_tensorflow_loads(told):
    for line, _, (_, _, heavy, seconds) in told:
        assert heavy == [], line
        assert seconds < 1, line
