"""Configuration files, overrides and their errors."""

import pytest
import yaml

from lite_transformer_tf.training.config import RunConfig, load_run_config
from lite_transformer_tf.training.settings import SettingsError, apply_overrides, differences, parse_override

pytestmark = pytest.mark.light

MINIMAL = {"data": {"source": "en", "target": "de"}, "model": {"preset": "iwslt_160", "embedding_sharing": "all"}}


def test_defaults_and_round_trip_through_yaml():
    config = RunConfig.from_dict(MINIMAL)
    assert config.training.optimizer.beta_2 == 0.98
    assert config.decoding.beam_size == 4
    assert RunConfig.from_dict(yaml.safe_load(config.to_yaml())) == config


def test_overrides_are_yaml_and_come_last(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(
        "data: {source: en, target: de}\nmodel: {preset: wmt_en_de_200}\ntraining:\n  schedule:\n    peak: 1e-3\n"
    )
    overrides = [
        "training.schedule.peak=2e-3",
        "model.dropout=0.3",
        "training.validation.patience=null",
        "training.validation.scores=false",
    ]
    config = load_run_config(path, [*overrides, "training.epochs=3", "training.epochs=4"])
    assert load_run_config(path).training.schedule.peak == 1e-3, "YAML reads 1e-3 as text; a number is meant"
    assert config.training.schedule.peak == 2e-3
    assert config.training.epochs == 4
    assert config.training.validation.scores is False
    assert config.model["dropout"] == 0.3


def test_parse_override():
    assert parse_override("a.b=[1, 2]") == (["a", "b"], [1, 2])
    assert parse_override("a.b=x=y") == (["a", "b"], "x=y")
    for text in ("a.b", "=1", "a..b=1"):
        with pytest.raises(SettingsError, match=r"section\.name=value"):
            parse_override(text)
    with pytest.raises(SettingsError, match="inside a section"):
        apply_overrides({"a": 1}, ["a.b=2"])


@pytest.mark.parametrize(
    "override, message",
    [
        ("training.learning_rate=1", "knows only .*'schedule'.*Received: learning_rate"),
        ("trainig.epochs=1", "knows only .*'training'.*Received: trainig"),
        ("training.epochs=many", "training.epochs must be a whole number. Received: 'many'"),
        ("training.epochs=0", "epochs must be at least 1. Received: 0"),
        ("training.precision=float8", "must be one of .*mixed_bfloat16.* Received: 'float8'"),
        ("training.validation.scores=1", "must be true or false"),
        ("training=3", "must be a section"),
        ("model.preset=huge", "preset must be one of .*iwslt_160.*Received: 'huge'"),
        ("model.dropout=2", "dropout must be in"),
        ("model.width=2", "unknown"),
        ("decoding.beam_size=0", "decoding: beam_size must be at least 1"),
        ("vocabulary.kind=words", "must be one of"),
    ],
)
def test_errors_name_the_setting(override, message):
    with pytest.raises(SettingsError, match=message):
        RunConfig.from_dict(apply_overrides(MINIMAL, [override]))


def test_missing_and_unreadable(tmp_path):
    with pytest.raises(SettingsError, match="needs a value for data, model"):
        RunConfig.from_dict({})
    with pytest.raises(SettingsError, match="cannot be read"):
        load_run_config(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [1")
    with pytest.raises(SettingsError, match="must be YAML"):
        load_run_config(tmp_path / "bad.yaml")
    (tmp_path / "list.yaml").write_text("- 1")
    with pytest.raises(SettingsError, match="sections of settings"):
        load_run_config(tmp_path / "list.yaml")


def test_differences_name_paths():
    old, new = {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1, "c": 4}}
    assert differences(old, new) == ["a.c: 2 -> 4", "d: 3 -> None"]
    assert differences(old, old) == []


def test_model_sizes_come_from_the_vocabulary():
    config = RunConfig.from_dict(apply_overrides(MINIMAL, ["model.dropout=0.25"]))
    model = config.build_model_config(300, 300)
    assert (model.source_vocabulary_size, model.target_vocabulary_size, model.embedding_sharing) == (300, 300, "all")
    assert (model.embed_dim, model.dropout) == (160, 0.25)
    own = {**MINIMAL, "model": {"embed_dim": 64}, "vocabulary": {"joint": False}}
    separate = RunConfig.from_dict(own).build_model_config(200, 300)
    assert (separate.target_vocabulary_size, separate.embedding_sharing) == (300, "target")
    with pytest.raises(SettingsError, match="needs one vocabulary for both"):
        RunConfig.from_dict(apply_overrides(MINIMAL, ["vocabulary.joint=false"]))
