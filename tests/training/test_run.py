"""The run's directory: whose it is, and what refuses to go on with it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tf_keras as keras

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.data import find_splits
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.saving import load_model
from lite_transformer_tf.tasks.translation import TRANSLATION, run_translation
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.precision import in_float32, precision
from lite_transformer_tf.training.run import _claim, _locked
from lite_transformer_tf.training.settings import SettingsError


@pytest.fixture
def config(tiny_config):
    return load_run_config(tiny_config)


def claim(config, data: Path, output: Path) -> None:
    output.mkdir(exist_ok=True)
    _claim(output, config, TRANSLATION.make(config, find_splits(data, "en", "de")).fingerprint())


def test_the_same_run_goes_on(config, toy_data, tmp_path):
    claim(config, toy_data, tmp_path / "run")
    stored = (tmp_path / "run" / "config.yaml").read_text()
    assert stored == config.to_yaml()
    assert load_run_config(tmp_path / "run" / "config.yaml") == config
    claim(config, toy_data, tmp_path / "run")


def test_another_configuration_is_refused_by_name(config, tiny_config, toy_data, tmp_path):
    claim(config, toy_data, tmp_path / "run")
    other = load_run_config(tiny_config, ["training.seed=2", "model.dropout=0.2"])
    with pytest.raises(SettingsError, match=r"model.dropout: 0.1 -> 0.2; training.seed: 1 -> 2"):
        claim(other, toy_data, tmp_path / "run")


def test_other_data_is_refused_by_name(config, toy_data, tmp_path):
    claim(config, toy_data, tmp_path / "run")
    changed = tmp_path / "data"
    shutil.copytree(toy_data, changed)
    (changed / "valid.de").write_text((changed / "valid.de").read_text().replace("eins", "zwei", 1))
    with pytest.raises(SettingsError, match=r"data\.json\.validation: '[0-9a-f]+' -> '[0-9a-f]+'$"):
        claim(config, changed, tmp_path / "run")


def test_a_foreign_directory_is_refused(config, toy_data, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(SettingsError, match=r"letter\.txt"):
        claim(config, toy_data, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_one_process_at_a_time(tmp_path):
    with (
        _locked(tmp_path / "run"),
        pytest.raises(SettingsError, match="another one is using"),
        _locked(tmp_path / "run"),
    ):
        pass
    with _locked(tmp_path / "run"):
        pass


def test_data_directory_and_embedded_corpus(tiny_config, toy_data):
    with pytest.raises(SettingsError, match="needs a data directory"):
        TRANSLATION.load(load_run_config(tiny_config).data, None)
    embedded = load_run_config(tiny_config, ["data.corpus=travel_phrases", "data.target=fr"]).data
    with pytest.raises(SettingsError, match="needs no data directory"):
        TRANSLATION.load(embedded, toy_data)
    with pytest.raises(SettingsError, match="has the languages"):
        TRANSLATION.load(load_run_config(tiny_config, ["data.corpus=travel_phrases"]).data, None)


def test_the_test_set_is_scored_in_float32_whatever_the_training_computed_in(tiny_config, toy_data, tmp_path):
    config = load_run_config(
        tiny_config, ["training.precision=mixed_bfloat16", "training.epochs=1", "training.validation.scores=false"]
    )
    result = run_translation(config, toy_data, tmp_path / "run", Display(1, quiet=True))
    model, vocabularies = load_model(result.model_directory)
    generator = KerasGenerator(model, vocabularies.source, vocabularies.target)
    sources = (toy_data / "test.en").read_text().splitlines()
    told = (result.directory / "test_hypotheses.txt").read_text().splitlines()
    assert told == [candidates[0].text for candidates in generator.generate(sources, config.decoding)]
    assert keras.mixed_precision.global_policy().name == "float32"


def test_a_copy_in_float32_has_the_same_weights():
    config = LiteTransformerConfig.lite(
        embed_dim=16, kernel_sizes=(3,), source_vocabulary_size=20, target_vocabulary_size=20
    )

    def build() -> LiteTransformer:
        model = LiteTransformer(config)
        model.initialize()
        return model

    with precision("mixed_bfloat16"):
        model = build()
        copy = in_float32(model, build)
    assert model.compute_dtype == "bfloat16" and copy.compute_dtype == "float32"
    weights = copy.named_weights()
    for name, value in model.named_weights().items():
        np.testing.assert_array_equal(weights[name], value)
    assert in_float32(copy, build) is copy
