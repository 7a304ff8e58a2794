"""What the TFLite compiler makes of baked weights."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.compression import bake, quantize_aware, strip
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.builder.flatbuffer import unpack
from lite_transformer_tf.litert.builder.matrices import constant_matrices, grid_levels
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.quantize.dequantize import compare_weights, dequantize
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.compression.models import batches, compiled, masks_half
from tests.tflite.models import keras_model_of, random_source

TOKENS = [2, 5, 6]
SIZES = {"source_vocabulary_size": 37, "target_vocabulary_size": 37}
CONFIGS = {
    "lightweight_tied": LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3,), cross_attention_heads=8, embedding_sharing="all", **SIZES
    ),
    "dynamic_glu": LiteTransformerConfig.lite(
        embed_dim=32,
        kernel_sizes=(3,),
        cross_attention_heads=8,
        convolution="dynamic",
        glu=True,
        embedding_sharing="none",
        **SIZES,
    ),
}


@pytest.fixture(scope="module", params=CONFIGS)
def trained(request):
    """A model after masked 8-bit training, still wrapped; and its compiled file."""
    model = keras_model_of(CONFIGS[request.param])
    masks_half(model)
    compiled(quantize_aware(model, 8)).fit(batches(model, 2), verbose=0)
    return model, compile_model(model.config, bake(model), GraphOptions((8,), 2))


def logits_of(config: LiteTransformerConfig, content: bytes) -> np.ndarray:
    """(3, V): of the greedy steps of a file for `TOKENS` and one random source."""
    runner = Runner(content, (8,), 2, config.pad_id)
    state = runner.greedy(runner.encode(random_source(config, 7)))
    return np.stack([state.step(token) and state.logits()[: config.target_vocabulary_size].copy() for token in TOKENS])


def test_float32_file_of_baked_weights_has_the_logits_of_the_wrapped_model(trained):
    model, content = trained
    source = random_source(model.config, 7)
    expected = model({"source_ids": np.array([source], np.int32), "target_ids": np.array([TOKENS], np.int32)}).numpy()[
        0
    ]
    np.testing.assert_allclose(logits_of(model.config, make_variant(content, "float32")), expected, atol=2e-5)


def test_int8_file_stores_the_baked_grid_exactly(trained):
    """Every matrix is equal, although queries are scaled by head_dim^-0.5 = 0.5, and so are the logits."""
    model, content = trained
    float32, int8 = make_variant(content, "float32"), make_variant(content, "int8")
    figures = compare_weights(int8, float32)
    assert (
        figures["equal"] == figures["weights"] > sum(place.size for place in find_places(model).values())
        and figures["largest_difference"] == 0
    )
    assert np.array_equal(logits_of(model.config, dequantize(int8)), logits_of(model.config, float32))
    assert not np.array_equal(
        logits_of(model.config, int8), logits_of(model.config, float32)
    )  # activations are rounded here


def test_int4_file_keeps_the_eight_bits_of_layers_that_were_trained_so():
    model = keras_model_of(CONFIGS["lightweight_tied"])
    masks_half(model)
    table = next(name for name, place in find_places(model).items() if place.is_table)
    wide = [table, "encoder/layer_0/feed_forward/inner", "decoder/layer_0/lsra/convolution/output"]
    compiled(quantize_aware(model, {"*": 4, **dict.fromkeys(wide, 8)})).fit(batches(model, 2), verbose=0)
    content = compile_model(model.config, bake(model), GraphOptions((8,), 2))
    float32, int4 = make_variant(content, "float32"), make_variant(content, "int4")
    assert compare_weights(int4, float32)["largest_difference"] == 0
    assert np.array_equal(logits_of(model.config, dequantize(int4)), logits_of(model.config, float32))
    widths = matrix_widths(int4)
    assert sum(kind == schema.TensorType.INT8 for kind in widths) == 3
    assert sum(kind == schema.TensorType.INT4 for kind in widths) == len(widths) - 3


def test_int4_file_of_a_model_that_was_trained_in_eight_bits_has_four(trained):
    model, content = trained
    int4 = make_variant(content, "int4")
    assert set(matrix_widths(int4)) == {schema.TensorType.INT4}
    assert 0.02 < compare_weights(int4, make_variant(content, "float32"))["largest_difference"] < 0.5 / 7 + 1e-3


def test_a_file_without_rounded_weights_is_not_dequantized(trained):
    with pytest.raises(ValueError, match="Cannot dequantize: the file has no int8 or int4 weights"):
        dequantize(make_variant(trained[1], "float32"))


def matrix_widths(content: bytes) -> list[int]:
    """The types of the constant matrices, each once."""
    model = unpack(content)
    return list(
        {
            tensor.buffer: tensor.type for graph in model.subgraphs for _, tensor in constant_matrices(model, graph)
        }.values()
    )


@pytest.mark.parametrize("levels, found", [(7, 7), (127, 127), (3000, None)])
def test_the_grid_of_a_matrix_is_seen_in_its_values(levels, found):
    integers = np.random.default_rng(0).integers(-levels, levels + 1, (5, 40))
    integers[:, 0], integers[3] = levels, 0
    steps = np.random.default_rng(1).random((5, 1), np.float32) + np.float32(0.1)
    matrix = (integers * steps * np.float32(20**-0.5)).astype(np.float32)
    grids = {127: "int8", 7: "int4"}
    assert grid_levels(matrix, grids) == found
    assert grid_levels(np.zeros((2, 3), np.float32), grids) is None


def test_stripped_model_is_the_one_that_was_baked(trained):
    model, content = trained
    weights = bake(model)
    strip(model)
    assert all(np.array_equal(value, weights[name]) for name, value in model.named_weights().items())
    assert compile_model(model.config, model.named_weights(), GraphOptions((8,), 2)) == content
