"""Configuration files, overrides and their errors."""

import pytest
import yaml

from lite_transformer_tf.settings import SettingsError, apply_overrides, differences, parse_override
from lite_transformer_tf.training.config import RunConfig, load_run_config

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
        ("data.target=no", "data.target must be text: quote it, for YAML reads no.* Received: False"),
        ("data.target=''", "data.target must not be empty. Received: ''"),
        ("data.tokens_per_batch=1", "data.tokens_per_batch must be at least 2, or be null. Received: 1"),
        (
            "data.cleaning={max_source_tokens: 4096}",
            "max_source_tokens must leave room for eos .* 4095. Received: 4096",
        ),
        ("training.schedule.peak=0", "^training.schedule.peak must be positive. Received: 0$"),
        ("training.schedule.peak=.nan", "training.schedule.peak must be a finite number. Received: nan"),
        ("training.schedule.peak=.inf", "training.schedule.peak must be a finite number. Received: inf"),
        ("training.schedule.peak=null", "training.schedule.peak must be a number. Received: None"),
        (
            "training.schedule.warmup_steps=-5",
            "training.schedule.warmup_steps must not be negative, or be null. Received: -5",
        ),
        ("training.schedule.initial=1", "training.schedule.initial must not exceed peak, 0.0005. Received: 1"),
        ("training.schedule={kind: cosine, floor: 1}", "training.schedule.floor must not exceed peak, 0.0005"),
        ("training.schedule.period=10", "'training.schedule' of kind 'inverse_sqrt' knows only .* Received: period"),
        ("training.optimizer.beta_1=2", r"training.optimizer.beta_1 must lie in \[0, 1\). Received: 2"),
        ("training.optimizer.momentum=0.9", "'training.optimizer' of kind 'adam' knows only .* Received: momentum"),
        ("training.optimizer.momentum=null", "'training.optimizer' of kind 'adam' knows only .* Received: momentum"),
        ("training.optimizer.kind=lion", r"optimizer.kind must be one of \['adam', 'muon', 'sgd'\]. Received: 'lion'"),
        ("training.optimizer=adam", "training.optimizer must be a section of settings. Received: 'adam'"),
        ("training.validation={every: 2, score_every: 3}", "score_every must be a multiple of every, 2. Received: 3"),
        ("training.seed=-1", "training.seed must lie in"),
        ("training.max_updates=0", "training.max_updates must be at least 1, or be null. Received: 0"),
        ("vocabulary.size=0", "vocabulary.size must be at least 1. Received: 0"),
        ("vocabulary.character_coverage=1.1", r"character_coverage must lie in \[0.98, 1\]. Received: 1.1"),
        ("vocabulary.target_size=9", "vocabulary.target_size needs joint: false. Received: 9"),
        ("decoding={min_length: 5, max_length: 4}", "decoding.max_length must not be below min_length, 5. Received: 4"),
        ("decoding.n_best=5", "decoding.n_best must not exceed beam_size, 4. Received: 5"),
        ("model={heads: 0, embed_dim: 16}", "^model: "),
        ("model={embed_dim: 16, kernel_sizes: 3}", "^model: "),
        ("model={architecture: [], embed_dim: 16}", "^model: "),
        ("model.pad_id=5", "model.pad_id must be 1, that of the vocabulary. Received: 5"),
        ("training.learning_rate=1", "knows only .*'schedule'.*Received: learning_rate"),
        ("trainig.epochs=1", "knows only .*'training'.*Received: trainig"),
        ("training.epochs=many", "training.epochs must be a whole number, or be null. Received: 'many'"),
        ("training.epochs=0", "epochs must be at least 1, or be null. Received: 0"),
        ("training.precision=float8", "must be one of .*mixed_bfloat16.* Received: 'float8'"),
        ("training.validation.scores=1", "must be true or false"),
        ("training=3", "must be a section"),
        ("model.preset=huge", "preset must be one of .*iwslt_160.*Received: 'huge'"),
        ("model.dropout=2", "dropout must be in"),
        ("model.width=2", "unknown"),
        ("decoding.beam_size=0", "decoding.beam_size must be at least 1"),
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
