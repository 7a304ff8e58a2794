"""Settings of `compress` and of its stages, read and stored."""

from __future__ import annotations

import dataclasses
import json

import pytest

from lite_transformer_tf.compression.config import CompressionConfig, FineTuning, load_compression_config
from lite_transformer_tf.compression.stages import PruningSettings, QuantizationSettings, check_stages, stage_config
from lite_transformer_tf.settings import SettingsError, load_settings, to_mapping
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.training.config import load_run_config
from lite_transformer_tf.training.run_directory import claim


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("pruning.sparsity=1.0", r"^pruning.sparsity must lie in \[0, 1\). Received: 1.0$"),
        ("pruning.embedding_sparsity=-0.1", "embedding_sparsity must lie in"),
        ("bits=[3]", r"^bits must be different widths of \[4, 8\]. Received: \[3\]$"),
        ("bits=[]", "^bits must have at least one entry"),
        ("bits=[8, 8]", r"^bits must be different widths of \[4, 8\]. Received: \[8, 8\]$"),
        ("buckets=[64, 16]", r"^buckets must be increasing. Received: \(64, 16\)$"),
        ("pruning.frequency=0", "^pruning.frequency must be at least 1. Received: 0$"),
        ("pruning.training.tokens_per_batch=0", "must be at least 2, or be null. Received: 0"),
        ("average_bits=3", r"average_bits must lie in \[4, 8\]. Received: 3"),
        ("pruning.training.epochs=0", "^pruning.training.epochs must be at least 1. Received: 0$"),
        ("pruning.training.distillation=1.5", r"distillation must lie in \[0, 1\]. Received: 1.5"),
        ("quantization.dropout=1.0", r"dropout must lie in \[0, 1\), or be null. Received: 1.0$"),
        ("pruning.speed=1", "knows only"),
    ],
)
def test_settings_that_may_not_be(override, message):
    with pytest.raises(SettingsError, match=message):
        load_compression_config(None, [override])


def test_a_setting_of_a_section_leaves_the_others_as_they_are():
    config = load_compression_config(None, ["pruning.training.epochs=3", "quantization.peak=1e-4"])
    assert config.pruning.training == FineTuning(epochs=3, peak=1e-3)  # pruning has a peak of its own
    assert config.quantization == FineTuning(epochs=5, peak=1e-4, average=3)


@pytest.mark.parametrize(("keep_last", "every"), [(True, 6), (False, 1)])
def test_a_stage_validates_in_its_own_rhythm(keep_last, every):
    overrides = ["training.validation.every=1", "training.validation.score_every=1", "training.validation.patience=3"]
    config = load_run_config("train/configs/multi30k_en_de.yaml", overrides)
    training = stage_config(config, FineTuning(epochs=6), keep_last=keep_last).training
    assert (
        training.epochs,
        training.validation.every,
        training.validation.score_every,
        training.validation.patience,
    ) == (6, every, every, None)


def test_a_stage_may_have_batches_of_its_own():
    config = load_run_config("train/configs/multi30k_en_de.yaml")
    assert stage_config(config, FineTuning(), keep_last=True).data == config.data
    smaller = stage_config(config, FineTuning(tokens_per_batch=1024), keep_last=True)
    assert smaller.data == dataclasses.replace(config.data, tokens_per_batch=1024)
    blocks = load_settings(LanguageModelRunConfig, "train/configs/wikitext2_words.yaml")
    with pytest.raises(SettingsError, match="tokens_per_batch for translation and summarization only. Received: 1024"):
        stage_config(blocks, FineTuning(tokens_per_batch=1024), keep_last=True)
    with pytest.raises(SettingsError, match="tokens_per_batch .* Received: 0"):
        FineTuning(tokens_per_batch=0)


def test_an_average_of_bits_needs_the_width_that_it_mixes():
    with pytest.raises(SettingsError, match="^average_bits needs a width of 4 in bits. Received: 5"):
        load_compression_config(None, ["bits=[8]", "average_bits=5"])


def test_stages_are_checked_before_the_first_one_begins(tmp_path):
    config = CompressionConfig(quantization=FineTuning(tokens_per_batch=1024))
    blocks = load_settings(LanguageModelRunConfig, "train/configs/wikitext2_words.yaml")
    with pytest.raises(SettingsError, match="^quantization: A fine-tuning has tokens_per_batch .* Received: 1024"):
        check_stages(config, blocks)
    check_stages(config, load_run_config("train/configs/multi30k_en_de.yaml"))


@pytest.mark.parametrize("name", ["pruning", "quantization"])
def test_an_output_of_before_resumes_after_settings_have_come(name, tmp_path):
    """Its settings are one text in JSON, and lack what has come since: the defaults are meant."""
    config = load_run_config("train/configs/multi30k_en_de.yaml")
    settings, changed = {
        "pruning": (PruningSettings(), PruningSettings(frequency=5)),
        "quantization": (QuantizationSettings(bits={"a": 8}), QuantizationSettings(bits={"a": 4})),
    }[name]
    stored = {key: value for key, value in to_mapping(settings).items() if key not in ("reached", "dropout", "shares")}
    (tmp_path / "config.yaml").write_text(config.to_yaml())
    (tmp_path / "report.json").write_text("{}")
    for form in (json.dumps(stored, sort_keys=True), stored):
        (tmp_path / "data.json").write_text(json.dumps({"train": "1f", "compression": form}))
        claim(tmp_path, config, {"train": "1f", "compression": settings})
        with pytest.raises(
            SettingsError, match=r"data.json.compression.(frequency: 10 -> 5|bits.a: 8 -> 4). Received: "
        ):
            claim(tmp_path, config, {"train": "1f", "compression": changed})
    (tmp_path / "report.json").unlink()
    claim(tmp_path, config, {"train": "1f", "compression": changed})
    assert json.loads((tmp_path / "data.json").read_text())["compression"] == to_mapping(changed)
