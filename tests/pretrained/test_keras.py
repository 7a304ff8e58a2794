"""A pretrained model in Keras: its weights are those of the file, and it trains on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

import lite_transformer_tf as lt
from lite_transformer_tf.exporting.export import reference_of, verify_bundle
from lite_transformer_tf.model_directory import load_weights, read_description
from lite_transformer_tf.restoring.bundles import restore
from tests.pretrained.conftest import BUNDLE, NAME
from train.__main__ import main

TEXTS = ["Where is the station?", "Good morning.", "We have two rooms."]


def test_a_name_gives_a_model_that_answers_as_the_file_without_its_rounding(models: Path):
    model, vocabularies = lt.load_model(NAME)
    (compared, *others) = verify_bundle(BUNDLE, reference_of(model, vocabularies), TEXTS, widened=True)
    assert compared.identical and all(other.identical for other in others)
    preset = lt.LiteTransformer.from_preset(NAME, dropout=0.25)
    assert preset.config.dropout == 0.25 and preset.config.replace(dropout=model.config.dropout) == model.config
    for name, value in restore(BUNDLE).weights.items():
        np.testing.assert_array_equal(preset.named_weights()[name], value)


def test_what_from_preset_refuses(models: Path):
    with pytest.raises(ValueError, match="only rates of dropout can change. Received: {'embed_dim': 32}"):
        lt.LiteTransformer.from_preset(NAME, embed_dim=32)
    with pytest.raises(ValueError, match=f"'{NAME}' must be the configuration of a LanguageModel"):
        lt.LanguageModel.from_preset(NAME)
    with pytest.raises(
        ValueError, match=rf"A preset's name must be one of \['cnndm.*\({NAME}\). Received: 'tiny-en-it'"
    ):
        lt.LiteTransformer.from_preset("tiny-en-it")


def test_it_trains_on_without_a_configuration(models: Path, tmp_path: Path):
    data, run = BUNDLE.parent / "data", tmp_path / "run"
    settings = ["max_updates=2", "validation.scores=false", "average=0", "schedule.peak=1e-6", "towers=1"]
    overrides = [part for setting in settings for part in ("--set", f"training.{setting}")]
    call = ["translation", "--start", NAME, "--data-dir", str(data), "--output", str(run), "--quiet", *overrides]
    assert main(call) == 0
    stored = yaml.safe_load((run / "config.yaml").read_text(encoding="utf-8"))
    assert stored["model"]["architecture"] == "layers" and stored["data"]["target"] == "fr"
    assert read_description(run / "model").config == restore(NAME).config
    trained, before = load_weights(run / "model" / "weights.npz"), restore(NAME).weights
    for name, value in before.items():
        np.testing.assert_allclose(trained[name], value, atol=1e-4, err_msg=name)
    assert any((trained[name] != value).any() for name, value in before.items())
