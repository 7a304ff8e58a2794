"""What the demo exports."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.cli.demo import export_variant
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.models.saving import save_model
from lite_transformer_tf.text import VocabularyPair
from tests.cli.models import SOURCES, TARGETS
from tests.tflite.models import keras_model_of


def test_a_bundle_keeps_the_settings_of_the_model(tmp_path: Path) -> None:
    """Its confidence among them."""
    vocabularies = VocabularyPair.train(SOURCES * 5, TARGETS * 5, 300, fill=True)
    size = vocabularies.source.size
    sizes = {"source_vocabulary_size": size, "target_vocabulary_size": size}
    config = LiteTransformerConfig.lite(embed_dim=16, kernel_sizes=(3,), heads=2, cross_attention_heads=2, **sizes)
    settings = {"confidence": {"bias": -1.5, "slope": 2.5, "doubt": 3.5}}
    save_model(keras_model_of(config, seed=5), vocabularies, tmp_path / "model", settings=settings)
    atomic_write_json(tmp_path / "model" / "card.json", {"languages": ["en", "de"]})
    export_variant(tmp_path / "model", tmp_path / "bundle", "float32", list(zip(SOURCES, TARGETS)))
    assert read_manifest(tmp_path / "bundle").settings == settings
