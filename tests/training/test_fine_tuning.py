"""Training that begins with a trained model: what it takes from it, and what refuses to."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from lite_transformer_tf.models.saving import load_config, load_weights
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.translation import run_translation
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.fine_tuning import find_model
from lite_transformer_tf.training.run import RunResult
from tests.training.conftest import write_splits
from train.__main__ import main


def train(config: Path, data: Path, output: Path, *overrides: str, start: Path | None = None) -> RunResult:
    loaded = load_run_config(config, ["training.validation.scores=false", "training.average=0", *overrides])
    return run_translation(loaded, data, output, Display(loaded.training.epochs, quiet=True), start=start)


@pytest.fixture(scope="module")
def parent(tiny_config, toy_data, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("parent") / "run"
    assert train(tiny_config, toy_data, output).finished
    return output


@pytest.fixture(scope="module")
def other_data(tmp_path_factory) -> Path:
    return write_splits(tmp_path_factory.mktemp("other"), 100, 12, seed=3)


def test_it_begins_with_the_weights_and_keeps_the_vocabulary(parent, tiny_config, other_data, tmp_path):
    frozen = [
        "training.epochs=1",
        "training.schedule.peak=1e-12",
        "training.schedule.initial=1e-12",
        "training.optimizer.weight_decay=0",
    ]
    result = train(tiny_config, other_data, tmp_path / "run", *frozen, "model.dropout=0.3", start=parent)
    before, after = (load_weights(path / "model" / "weights.npz") for path in (parent, result.directory))
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, atol=1e-8, err_msg=name)
    assert (result.model_directory / "vocabulary.model").read_bytes() == (parent / "vocabulary.model").read_bytes()
    assert load_config(result.model_directory).dropout == 0.3


def test_more_epochs_make_a_better_model(parent, tiny_config, other_data, tmp_path):
    result = train(tiny_config, other_data, tmp_path / "run", start=parent / "model")
    anew = train(tiny_config, other_data, tmp_path / "anew")
    trained = json.loads((parent / "report.json").read_text())["model"]["validation"]["nll"]
    assert result.figures["model"]["validation"]["nll"] < min(trained, anew.figures["model"]["validation"]["nll"])
    assert json.loads((result.model_directory / "card.json").read_text())["training_command"] == (
        "python -m train translation --config RUN/config.yaml --data-dir DIR --output NEW_RUN --start MODEL"
    )


def test_a_run_goes_on_only_with_its_own_beginning(parent, tiny_config, other_data, tmp_path):
    first = train(tiny_config, other_data, tmp_path / "run", start=parent)
    assert train(tiny_config, other_data, tmp_path / "run", start=parent).already
    with pytest.raises(SettingsError, match=r"data\.json\.start: '[0-9a-f]+' -> None"):
        train(tiny_config, other_data, tmp_path / "run")
    with pytest.raises(SettingsError, match=r"data\.json\.start: '[0-9a-f]+' -> '[0-9a-f]+'"):
        train(tiny_config, other_data, tmp_path / "run", start=first.directory)


def test_another_architecture_is_refused_by_name(parent, tiny_config, other_data, tmp_path):
    with pytest.raises(
        SettingsError,
        match=r"the configuration: decoder\[0\]\.branches\[1\]\.kernel_size: 3 -> 5; encoder\[0\]\.branches",
    ):
        train(tiny_config, other_data, tmp_path / "run", "model.kernel_sizes=[5]", start=parent)
    with pytest.raises(
        SettingsError, match=r"configuration: decoder: 1 -> 2 entries; encoder: 1 -> 2 entries. Received: "
    ):
        train(tiny_config, other_data, tmp_path / "run", "model.kernel_sizes=[3, 3]", start=parent)
    assert not (tmp_path / "run").exists()


def test_what_is_no_model_of_the_task(parent, tiny_config, other_data, tmp_path):
    with pytest.raises(FileNotFoundError, match="--start must be a finished run, its model directory, a bundle"):
        find_model(tmp_path)
    model = tmp_path / "model"
    model.mkdir()
    stored = json.loads((parent / "model" / "config.json").read_text())
    del stored["sha256"]
    (model / "config.json").write_text(json.dumps({**stored, "task": "summarization"}))
    with pytest.raises(
        SettingsError, match="--start must be a model for translation. Received: .*, a model for summarization"
    ):
        train(tiny_config, other_data, tmp_path / "run", start=model)
    assert not (tmp_path / "run").exists()


def test_the_program_of_a_language_model(tmp_path, capfd):
    words = [f"{a} {b} {a} ." for a in ("the cat", "a dog", "one bird") for b in ("sees", "likes", "hears")] * 12
    for stem in ("train", "valid", "test"):
        (tmp_path / f"{stem}.txt").write_text("".join(f"{line}\n" for line in words))
    settings = {
        "data": {"batch_size": 4, "block": 16},
        "vocabulary": {"kind": "words", "size": None},
        "model": {"embed_dim": 16, "kernel_sizes": [3], "heads": 2, "cutoffs": []},
        "training": {"epochs": 1, "towers": 1, "average": 0, "schedule": {"peak": 1e-2, "warmup_steps": 4}},
        "evaluation": {"block": 16, "context_window": 8},
    }
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(settings))
    call = ["language-model", "--config", str(tmp_path / "tiny.yaml"), "--data-dir", str(tmp_path), "--quiet"]
    assert main([*call, "--output", str(tmp_path / "first")]) == 0
    start = ["--start", str(tmp_path / "first")]
    assert main([*call, "--output", str(tmp_path / "second"), *start]) == 0
    assert main([*call, "--output", str(tmp_path / "third"), *start, "--new-vocabulary"]) == 2
    assert "--new-vocabulary: --start must be an encoder-decoder. Received: " in capfd.readouterr().err
    assert not (tmp_path / "third").exists()
    first, second = (
        json.loads((tmp_path / name / "report.json").read_text())["test"]["perplexity"] for name in ("first", "second")
    )
    assert second < 0.8 * first
    assert (tmp_path / "second" / "model" / "vocabulary.txt").read_bytes() == (
        tmp_path / "first" / "model" / "vocabulary.txt"
    ).read_bytes()
