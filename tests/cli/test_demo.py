"""What the demo exports."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.cli.demo import export_variant
from tests.cli.models import SOURCES, TARGETS, encoder_decoder


def test_a_bundle_keeps_the_settings_of_the_model(tmp_path: Path) -> None:
    """Its confidence among them."""
    settings = {"confidence": {"bias": -1.5, "slope": 2.5, "doubt": 3.5}}
    encoder_decoder("translation", tmp_path / "model", settings)
    export_variant(tmp_path / "model", tmp_path / "bundle", "float32", list(zip(SOURCES, TARGETS)))
    assert read_manifest(tmp_path / "bundle").settings == settings
