"""Weights read back out of a file are those that it was made from, for every kind of layer and width."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.config import LiteTransformerConfig, ModelConfig
from lite_transformer_tf.config.presets import build_config
from lite_transformer_tf.litert.builder.linear import softmax_rows
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_language_model, compile_model
from lite_transformer_tf.litert.graph.unfolding import UnfoldingError, unfold
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.model_directory import load_weights
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.restoring.bundles import restored_weights
from tests.pretrained.conftest import BUNDLE, FIXTURES

pytestmark = pytest.mark.light
SIZES = {"source_vocabulary_size": 29, "target_vocabulary_size": 41, "embedding_sharing": "none"}
SHARED = {"source_vocabulary_size": 37, "target_vocabulary_size": 37}
CONFIGS: dict[str, ModelConfig] = {
    "separate tables, gates": build_config({"embed_dim": 32, "kernel_sizes": (3, 5), "glu": True, **SIZES}),
    "dynamic": build_config({"embed_dim": 32, "kernel_sizes": (4,), "convolution": "dynamic", **SHARED}),
    "recurrent decoder": build_config(
        {"embed_dim": 32, "kernel_sizes": (3, 7), "decoder_kernel_sizes": (3,), "decoder_branches": ["ssru"], **SHARED}
    ),
    "transformer": LiteTransformerConfig.transformer(embed_dim=32, layers=2, heads=4, **SHARED),
    "language model": build_config(
        {"architecture": "language-model", "embed_dim": 32, "kernel_sizes": (3, 7), "vocabulary_size": 37}
    ),
    "bands": build_config(
        {
            "architecture": "language-model",
            "embed_dim": 32,
            "kernel_sizes": (3,),
            "vocabulary_size": 37,
            "cutoffs": (9, 20),
            "convolution": "lightweight",
            "glu": False,
        }
    ),
}


def weights_of(config: ModelConfig, seed: int = 0) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    shapes = model_count(config).shapes
    return {name: generator.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def compiled(config: ModelConfig, weights: dict[str, np.ndarray]) -> bytes:
    if isinstance(config, LiteTransformerConfig):
        return compile_model(config, weights, GraphOptions((8, 16), 2))
    return compile_language_model(config, weights, (8, 16))


def read(content: bytes, config: ModelConfig) -> dict[str, np.ndarray]:
    return unfold(content, config, model_count(config).shapes, 8)


def check_equal(found: dict[str, np.ndarray], expected: dict[str, np.ndarray], tolerance: float) -> None:
    """Taps are equal up to a constant per row, which their softmax does not see; the others bit by bit or nearly."""
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if name.endswith("/taps"):
            np.testing.assert_allclose(softmax_rows(found[name]), softmax_rows(value), rtol=1e-5, err_msg=name)
        elif "/query/" in name or "/projection/" in name:  # stored times head_dim ** -0.5, or embed_dim ** 0.5
            np.testing.assert_allclose(found[name], value, rtol=3e-7, err_msg=name)
        else:
            np.testing.assert_allclose(found[name], value, rtol=tolerance, atol=0, err_msg=name)


@pytest.mark.parametrize("name", CONFIGS)
def test_fold_and_unfold_is_the_identity(name: str):
    config = CONFIGS[name]
    weights = weights_of(config)
    content = compiled(config, weights)
    check_equal(read(make_variant(content, "float32"), config), weights, tolerance=0)
    halves = read(make_variant(content, "float16"), config)
    for entry, value in halves.items():
        if entry.endswith("/kernel") and "/query/" not in entry and "/projection/" not in entry:
            np.testing.assert_array_equal(value, weights[entry].astype(np.float16).astype(np.float32), err_msg=entry)


@pytest.mark.parametrize("variant", ["int8", "int4"])
@pytest.mark.parametrize("name", ["recurrent decoder", "bands"])
def test_weights_on_a_grid_come_back(name: str, variant: str):
    """What a file of integers holds is a model whose file is the same; the taps are not among the integers."""
    config = CONFIGS[name]
    once = read(make_variant(compiled(config, weights_of(config)), variant), config)
    again = read(make_variant(compiled(config, once), variant), config)
    check_equal(again, once, tolerance=1e-6)


def test_a_model_trained_in_four_bits_comes_back_from_its_bundle():
    """A real one: the weights that training left are those of the file, each to a rounding of float32."""
    manifest, contents = read_bundle(FIXTURES / "compressed" / "bundles" / "pruned_trained_in_int4")
    assert manifest.variant == "int4"
    restored = restored_weights(manifest, contents["model.tflite"])
    check_equal(dict(restored.weights), load_weights(FIXTURES / "compressed" / "int4" / "model" / "weights.npz"), 1e-6)


def test_another_configuration_is_refused():
    config = CONFIGS["recurrent decoder"]
    content = make_variant(compiled(config, weights_of(config)), "float32")
    with pytest.raises(UnfoldingError, match="The file must have the sizes of the configuration for"):
        read(content, build_config({**_settings(config), "source_vocabulary_size": 36, "target_vocabulary_size": 36}))
    with pytest.raises(UnfoldingError, match="must hold every weight of the configuration. Received: none for"):
        read(content, CONFIGS["dynamic"])


def _settings(config: ModelConfig) -> dict:
    return {"architecture": "layers", **config.to_dict()}


def test_a_bundle_that_cannot_become_a_model_again():
    manifest, contents = read_bundle(BUNDLE)
    with pytest.raises(
        BundleError, match="only with the model's configuration in its manifest; export the model again"
    ):
        restored_weights(dataclasses.replace(manifest, config={}), contents["model.tflite"])
    other = json.loads(json.dumps(manifest.config))
    other["encoder"] = other["encoder"][:1]
    with pytest.raises(BundleError, match="int8 bundle cannot be read back; export the model again"):
        restored_weights(dataclasses.replace(manifest, config=other), contents["model.tflite"])


@pytest.mark.parametrize("name", CONFIGS)
def test_the_architecture_layers_takes_every_configuration(name: str):
    assert build_config(_settings(CONFIGS[name])) == CONFIGS[name]
