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
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.translation import TRANSLATION, run_translation
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.precision import in_float32, precision
from lite_transformer_tf.training.run_directory import claim as claim_directory
from lite_transformer_tf.training.run_directory import locked


@pytest.fixture
def config(tiny_config):
    return load_run_config(tiny_config)


def claim(config, data: Path, output: Path) -> None:
    claim_directory(output, config, TRANSLATION.make(config, find_splits(data, "en", "de")).fingerprint())


def has_trained(directory: Path) -> None:
    """Leaves what the first checkpoint leaves."""
    (directory / "checkpoints").mkdir()
    (directory / "checkpoints" / "checkpoint").write_text("ckpt-1")


@pytest.fixture
def run(config, toy_data, tmp_path) -> Path:
    directory = tmp_path / "run"
    directory.mkdir()
    claim(config, toy_data, directory)
    return directory


def test_the_same_run_resumes(config, toy_data, run):
    assert (run / "config.yaml").read_text() == config.to_yaml()
    assert load_run_config(run / "config.yaml") == config
    has_trained(run)
    claim(config, toy_data, run)
    assert (run / "checkpoints" / "checkpoint").is_file()


def test_another_configuration_is_refused_by_name(tiny_config, toy_data, run):
    has_trained(run)
    other = load_run_config(tiny_config, ["training.seed=2", "model.dropout=0.2"])
    with pytest.raises(
        SettingsError,
        match=r"Use a new --output, or revert: model.dropout: 0.1 -> 0.2; training.seed: 1 -> 2. Received: ",
    ):
        claim(other, toy_data, run)


def test_other_data_is_refused_by_name(config, toy_data, run, tmp_path):
    has_trained(run)
    changed = tmp_path / "data"
    shutil.copytree(toy_data, changed)
    (changed / "valid.de").write_text((changed / "valid.de").read_text().replace("eins", "zwei", 1))
    with pytest.raises(SettingsError, match=r"data\.json\.validation: '[0-9a-f]+' -> '[0-9a-f]+'. Received: "):
        claim(config, changed, run)


@pytest.mark.parametrize(
    "override, kept",
    [("training.seed=2", True), ("vocabulary.size=300", False), ("data.test=other", False), ("model.dropout=0", True)],
)
def test_a_run_without_a_checkpoint_takes_other_settings(override, kept, tiny_config, toy_data, run):
    """Of what the failed attempt left, only vocabularies of the same text and settings stay."""
    for name in ("vocabulary.model", "log.jsonl", "notes.txt"):
        (run / name).write_text("left")
    (run / "checkpoints").mkdir()
    other = load_run_config(tiny_config, [override])
    claim(other, toy_data, run)
    assert load_run_config(run / "config.yaml") == other
    expected = {"config.yaml", "data.json", "notes.txt"} | ({"vocabulary.model"} if kept else set())
    assert {path.name for path in run.iterdir()} == expected


def test_a_corrected_command_trains_after_one_that_failed(tiny_config, toy_data, tmp_path):
    """A vocabulary of 150 tokens is too small for the bytes; the same directory then takes 300."""
    few = ["training.epochs=1", "training.max_updates=1", "training.validation.scores=false"]
    wrong = load_run_config(tiny_config, [*few, "vocabulary.size=150"])
    with pytest.raises(ValueError, match="need a size of at least"):
        run_translation(wrong, toy_data, tmp_path / "run", Display(1, quiet=True))
    long = load_run_config(tiny_config, [*few, "data.cleaning={max_tokens: 1}"])
    with pytest.raises(ValueError, match="Cleaning must leave at least one pair"):
        run_translation(long, toy_data, tmp_path / "run", Display(1, quiet=True))
    right = load_run_config(tiny_config, few)
    result = run_translation(right, toy_data, tmp_path / "run", Display(1, quiet=True))
    assert result.finished and result.figures["data"]["vocabulary_sizes"] == [290, 290]
    with pytest.raises(SettingsError, match="vocabulary.size: 290 -> 150"):
        run_translation(wrong, toy_data, tmp_path / "run", Display(1, quiet=True))


def test_a_foreign_directory_is_refused_untouched(config, toy_data, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(SettingsError, match=r"letter\.txt"):
        run_translation(config, toy_data, tmp_path, Display(1, quiet=True))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_one_process_at_a_time(tmp_path):
    with (
        locked(tmp_path / "run"),
        pytest.raises(SettingsError, match="another one is using"),
        locked(tmp_path / "run"),
    ):
        pass
    with locked(tmp_path / "run"):
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
