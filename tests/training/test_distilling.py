"""A teacher that a configuration names: what the student takes from it, and what is refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.models.saving import load_config, load_weights
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.translation import TRANSLATION, run_translation
from lite_transformer_tf.training.config import RunConfig, load_run_config
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.distilling import DistillingTask, with_teacher
from tests.cli.models import encoder_decoder

SMALLER = ["model.embed_dim=8", "vocabulary.size=270"]
SHORT = ["training.max_updates=2", "training.epochs=null", "training.validation.scores=false", "training.average=0"]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("teacher") / "model"
    encoder_decoder("translation", folder)
    return folder


def config_of(path: Path, teacher: Path, *overrides: str) -> RunConfig:
    named = [f"training.distillation.teacher={teacher}", "training.distillation.weight=0.9"]
    return load_run_config(path, [*SMALLER, *SHORT, *named, *overrides])


def task_of(config: RunConfig, data: Path):
    return TRANSLATION.make(config, TRANSLATION.load(config.data, data))


def test_a_run_with_a_teacher(teacher, tiny_config, toy_data, tmp_path):
    config, lines = config_of(tiny_config, teacher), Display(quiet=True)
    run = run_translation(config, toy_data, tmp_path / "run", lines)
    assert (run.model_directory / "vocabulary.model").read_bytes() == (teacher / "vocabulary.model").read_bytes()
    assert load_config(run.model_directory).embed_dim == 8 and load_config(teacher).embed_dim == 16
    stored = json.loads((run.directory / "data.json").read_text())
    assert set(stored) == {"train", "validation", "test", "teacher"}
    other = shutil.copytree(teacher, tmp_path / "other")
    changed = {name: value + 1 for name, value in load_weights(teacher / "weights.npz").items()}
    np.savez(other / "weights.npz", **changed)
    message = r"started with different settings or data.*training\.distillation\.teacher: .*data\.json\.teacher: "
    with pytest.raises(SettingsError, match=message):
        run_translation(config_of(tiny_config, other), toy_data, run.directory, lines)


def test_the_task_has_the_teacher_with_its_weights(teacher, tiny_config, toy_data, tmp_path):
    config, lines = config_of(tiny_config, teacher), []
    task = with_teacher(config, task_of(config, toy_data), None, lines.append)
    assert lines == [f"teacher: {teacher}, weight 0.9; its vocabularies are used"] and task.teacher is None
    task.prepare(tmp_path)
    model = task.build_model()
    assert model.config.embed_dim == 8 and task.teacher.share == 0.9
    assert model.config.target_vocabulary_size == task.teacher.model.config.target_vocabulary_size
    expected = load_weights(teacher / "weights.npz")
    for name, value in task.teacher.model.named_weights().items():
        np.testing.assert_array_equal(value, expected[name])


def test_what_is_refused(teacher, tiny_config, toy_data, tmp_path):
    config = load_run_config(tiny_config)
    task = task_of(config, toy_data)
    assert with_teacher(config, task, None) is task
    with pytest.raises(FileNotFoundError, match="training.distillation.teacher must be a finished run"):
        DistillingTask(task, tmp_path, 0.5)
    start = shutil.copytree(teacher, tmp_path / "start")
    (start / "vocabulary.model").write_bytes(b"another")
    with pytest.raises(SettingsError, match="must have the vocabularies of the model that --start names. Received: "):
        DistillingTask(task, teacher, 0.5, start)
    task.name = "summarization"
    with pytest.raises(SettingsError, match="must be a model for summarization. Received: .*, a model for translation"):
        DistillingTask(task, teacher, 0.5)


def test_a_missing_teacher_is_told_before_any_work(tmp_path, capsys):
    assert main(["train", "translation", "--teacher", str(tmp_path / "none"), "--output", str(tmp_path / "run")]) == 2
    assert "which does not exist" in capsys.readouterr().err and not (tmp_path / "run").exists()


def test_a_relative_path_begins_at_the_configuration(tmp_path):
    path = tmp_path / "run.yaml"
    plain = {
        "data": {"source": "en", "target": "de"},
        "model": {"embed_dim": 16, "kernel_sizes": [3], "heads": 2},
        "training": {"distillation": {"teacher": "big"}},
    }
    path.write_text(yaml.safe_dump(plain))
    assert load_run_config(path).training.distillation.teacher == str(tmp_path / "big")
    assert RunConfig.located(plain, Path("/x"))["training"]["distillation"]["teacher"] == "/x/big"
    assert load_run_config(path, ["training.distillation.teacher=null"]).training.distillation.teacher is None
