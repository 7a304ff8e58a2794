"""config.json has one reader: whatever it holds, what comes out is a description or one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite_transformer_tf.cli.main import main
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.model_directory import ModelDirectoryError, model_directory, read_description
from lite_transformer_tf.tasks.stored_model import find_model
from tests.tiny import tiny_config

GOOD = {"format": 1, "task": "translation", "settings": {"max_source_tokens": 9}, "model": tiny_config().to_dict()}
DEEP = "[" * 100_000 + "]" * 100_000


def write(directory: Path, content: str) -> Path:
    (directory / "config.json").write_text(content, encoding="utf-8")
    return directory


def test_a_description(tmp_path):
    found = read_description(write(tmp_path, json.dumps(GOOD)))
    assert (found.task, found.settings, found.config) == ("translation", {"max_source_tokens": 9}, tiny_config())
    assert found.to_dict() == GOOD
    assert model_directory(tmp_path) == tmp_path and model_directory(tmp_path.parent / "none") is None


def test_the_kind_of_the_model_is_read_from_its_configuration(tmp_path):
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3,), heads=2, vocabulary_size=40)
    stored = {**GOOD, "task": "language-model", "settings": {}, "model": config.to_dict()}
    assert read_description(write(tmp_path, json.dumps(stored))).config == config
    with pytest.raises(ValueError, match="A model for translation must have a LiteTransformerConfig. Received: "):
        find_model(write(tmp_path, json.dumps({**stored, "task": "translation"})))


DAMAGE = {
    "not JSON": ("{", "must hold config.json"),
    "deeply nested": (DEEP, "must hold config.json"),
    "deeply nested settings": (json.dumps(GOOD).replace('{"max_source_tokens": 9}', DEEP), "must hold config.json"),
    "a number": ("3", "must say format 1 and the name of a task. Received: 3"),
    "no task": ({"task": None}, "the name of a task. Received: {'format': 1, 'task': None}"),
    "a task of another kind": ({"task": ["translation"]}, "the name of a task"),
    "an empty task": ({"task": ""}, "the name of a task"),
    "another format": ({"format": "1"}, "must say format 1"),
    "settings as a list": ({"settings": []}, r"settings in config.json must be an object. Received: \[\]"),
    "settings as nothing": ({"settings": None}, "settings in config.json must be an object. Received: None"),
    "a source of no tokens": ({"settings": {"max_source_tokens": 0}}, "positive whole number. Received: 0"),
    "a source of text": ({"settings": {"max_source_tokens": "9"}}, "positive whole number. Received: '9'"),
    "a model as a number": ({"model": 3}, "must hold a model configuration"),
    "a model as a list": ({"model": [1]}, "must hold a model configuration"),
    "an empty model": ({"model": {}}, "must hold a model configuration"),
    "layers as a number": ({"model": {**GOOD["model"], "encoder": 3}}, "must hold a model configuration"),
    "layers of numbers": ({"model": {**GOOD["model"], "encoder": [3]}}, "must hold a model configuration"),
    "layers of nothing": ({"model": {**GOOD["model"], "decoder": [None]}}, "must hold a model configuration"),
    "a width as text": ({"model": {**GOOD["model"], "embed_dim": "16"}}, "must hold a model configuration"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_one_sentence(kind, tmp_path, capsys):
    change, message = DAMAGE[kind]
    write(tmp_path, change if isinstance(change, str) else json.dumps({**GOOD, **change}))
    with pytest.raises(ModelDirectoryError, match=message):
        read_description(tmp_path)
    for program in ("translate", "evaluate", "profile", "complete"):
        assert main([program, str(tmp_path)]) == 2
        errors = capsys.readouterr().err
        assert errors.count("\n") == 1 and "Received: " in errors


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["format", "task", "settings", "model"]), VALUES)
def test_any_value_anywhere(tmp_path_factory, field, value):
    directory = write(tmp_path_factory.getbasetemp(), json.dumps({**GOOD, field: value}))
    try:
        read_description(directory)
    except ModelDirectoryError:
        pass


@given(st.sampled_from(sorted(GOOD["model"])), VALUES)
def test_any_value_in_the_model(tmp_path_factory, field, value):
    stored = {**GOOD, "model": {**GOOD["model"], field: value}}
    try:
        read_description(write(tmp_path_factory.getbasetemp(), json.dumps(stored)))
    except ModelDirectoryError:
        pass


def test_a_task_that_this_version_does_not_know(tmp_path, capsys):
    assert main(["profile", str(write(tmp_path, json.dumps({**GOOD, "task": "chess"})))]) == 2
    assert "A task must be one of ['language-model', 'summarization', 'translation']" in capsys.readouterr().err
