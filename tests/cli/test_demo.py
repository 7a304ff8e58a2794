"""What the demo exports."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.cli.demo import SENTENCES, Check, export_variant, translate_pretrained
from tests.cli.models import SOURCES, TARGETS, encoder_decoder
from tests.pretrained.conftest import NAME, installed, models, no_models  # noqa: F401


def test_a_bundle_keeps_the_settings_of_the_model(tmp_path: Path) -> None:
    """Its confidence among them."""
    settings = {"confidence": {"bias": -1.5, "slope": 2.5, "doubt": 3.5}}
    encoder_decoder("translation", tmp_path / "model", settings)
    export_variant(tmp_path / "model", tmp_path / "bundle", "float32", list(zip(SOURCES, TARGETS)))
    assert read_manifest(tmp_path / "bundle").settings == settings


def test_it_begins_with_the_pretrained_model(models: Path, capsys) -> None:  # noqa: F811
    figures, checks = translate_pretrained()
    assert figures["pretrained"]["name"] == NAME and checks == [Check(f"{NAME} translates 3 sentences", 3, True)]
    assert [sample["source"] for sample in figures["pretrained"]["samples"]] == list(SENTENCES)
    assert capsys.readouterr().out.startswith(f"{NAME}, a pretrained model of this package (0.05 MB), in ")


def test_without_a_pretrained_model_it_begins_with_the_training(no_models, capsys) -> None:  # noqa: F811
    assert translate_pretrained() == ({}, []) and capsys.readouterr().out == ""
