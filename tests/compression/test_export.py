"""What the TFLite compiler makes of baked weights."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.compression import bake, quantize_aware, strip
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.tflite.compiler import GraphOptions, compile_model
from lite_transformer_tf.tflite.flatbuffer import unpack
from lite_transformer_tf.tflite.quantization import make_variant
from lite_transformer_tf.tflite.runner import Runner
from tests.compression.models import batches, compiled, masks_half
from tests.tflite.models import keras_model_of, random_source

SIZES = {"source_vocabulary_size": 37, "target_vocabulary_size": 37}
CONFIGS = {
    "lightweight_tied": LiteTransformerConfig.lite(embed_dim=32, kernel_sizes=(3,), cross_attention_heads=8, embedding_sharing="all", **SIZES),
    "dynamic_glu": LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3,), cross_attention_heads=8, convolution="dynamic", glu=True, embedding_sharing="none", **SIZES
    ),
}


@pytest.fixture(scope="module", params=CONFIGS)
def trained(request):
    """A model after masked 8-bit training, still wrapped; and its compiled file."""
    model = keras_model_of(CONFIGS[request.param])
    masks_half(model)
    compiled(quantize_aware(model, 8)).fit(batches(model, 2), verbose=0)
    return model, compile_model(model.config, bake(model), GraphOptions((8,), 2))


def test_float32_file_of_baked_weights_has_the_logits_of_the_wrapped_model(trained):
    model, content = trained
    source, tokens = random_source(model.config, 7), [2, 5, 6]
    runner = Runner(make_variant(content, "float32"), (8,), 2, model.config.pad_id)
    state = runner.greedy(runner.encode(source))
    logits = np.stack([state.step(token) and state.logits()[: model.config.target_vocabulary_size] for token in tokens])
    expected = model({"source_ids": np.array([source], np.int32), "target_ids": np.array([tokens], np.int32)}).numpy()[0]
    np.testing.assert_allclose(logits, expected, atol=2e-5)


def test_int8_file_stores_the_baked_grid_exactly(trained):
    """Every row of every matrix, as the file's integers times their steps: difference 0. Queries carry head_dim^-0.5 = 0.5 besides."""
    model, content = trained
    file = unpack(make_variant(content, "int8"))
    stored = set()
    for tensor in (tensor for graph in file.subgraphs for tensor in graph.tensors):
        quantization, data = tensor.quantization, file.buffers[tensor.buffer].data
        if data is not None and quantization is not None and quantization.scale is not None:
            integers = np.frombuffer(data, np.int8).reshape(tensor.shape)
            stored |= {row.tobytes() for row in integers * np.asarray(quantization.scale, np.float32)[:, None] + np.float32(0)}
    for place in find_places(model).values():
        matrix = place.baked() * np.float32(0.5 if place.name.endswith("/query") else 1) + np.float32(0)
        rows = matrix if place.is_table else matrix.T
        assert all(np.ascontiguousarray(row).tobytes() in stored for row in rows), place.name


def test_stripped_model_is_the_one_that_was_baked(trained):
    model, content = trained
    weights = bake(model)
    strip(model)
    assert all(np.array_equal(value, weights[name]) for name, value in model.named_weights().items())
    assert compile_model(model.config, model.named_weights(), GraphOptions((8,), 2)) == content
