"""What is counted: against the matrix products in the graph that TensorFlow traces, and by hand."""

import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.composite import Composite
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.layers import (
    DynamicConvolution,
    FeedForward,
    LightweightConvolution,
    MultiHeadAttention,
    ResidualNorm,
)
from lite_transformer_tf.profiling import Kind, ModelProfile, Use, layer_operations, model_of, model_operations, total

SOURCE, TARGET = 7, 9
SETTINGS = {
    "embed_dim": 16,
    "heads": 2,
    "source_vocabulary_size": 11,
    "target_vocabulary_size": 13,
    "embedding_sharing": "none",
    "dropout": 0.0,
}


def products_in_graph(model, inputs: dict[str, int]) -> int:
    """Mult-Adds of all matrix products in the graph for one sentence: size of the result times inner dimension."""
    signature = {name: tf.TensorSpec([1, length], tf.int32) for name, length in inputs.items()}
    graph = tf.function(lambda batch: model(batch, training=False)).get_concrete_function(signature).graph
    count = 0
    for operation in graph.get_operations():
        if operation.type in ("MatMul", "BatchMatMulV2"):
            transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
            count += operation.outputs[0].shape.num_elements() * operation.inputs[0].shape[-2 if transposed else -1]
    return count


def kinds(layer, use: Use) -> dict[Kind, int]:
    counts: dict[Kind, int] = {}
    for operation in layer_operations(layer, use):
        counts[operation.kind] = counts.get(operation.kind, 0) + operation.count
    return counts


@pytest.mark.parametrize(
    "config",
    [
        LiteTransformerConfig.transformer(layers=2, **SETTINGS),
        LiteTransformerConfig.lite(kernel_sizes=(3, 4), cross_attention_heads=4, **SETTINGS),
        LiteTransformerConfig.lite(
            kernel_sizes=(3, 4), cross_attention_heads=4, convolution="dynamic", glu=True, **SETTINGS
        ),
    ],
    ids=["transformer", "lightweight", "dynamic"],
)
def test_products_are_those_in_the_graph(config):
    """TensorFlow multiplies a convolution's input by a banded matrix: T * T * C instead of K * T * C."""
    model = model_of(config)
    counts = ModelProfile.of(model, SOURCE, TARGET).by_kind()
    lengths = [
        (branch, length)
        for stack, length in ((config.encoder, SOURCE), (config.decoder, TARGET))
        for layer in stack
        for branch in layer.branches
    ]
    convolutions = [(branch, length) for branch, length in lengths if branch.part == "convolution"]
    assert counts["convolution"] == sum(
        branch.kernel_size * branch.channels * length for branch, length in convolutions
    )
    bands = sum(branch.channels * length**2 for branch, length in convolutions)
    expected = counts["linear"] + counts["attention"] + counts["output"] + bands
    assert products_in_graph(model, {"source_ids": SOURCE, "target_ids": TARGET}) == expected


def test_products_of_a_language_model_are_those_in_the_graph():
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3, 5), heads=2, vocabulary_size=40, dropout=0.0)
    counts = ModelProfile.of(model_of(config), target=TARGET).by_kind()
    bands = 2 * 8 * TARGET**2
    assert (
        products_in_graph(model_of(config), {"ids": TARGET})
        == counts["linear"] + counts["attention"] + counts["output"] + bands
    )
    assert counts["output"] == 40 * 16 * TARGET and counts["residual"] == 2 * 2 * 16 * TARGET


def test_adaptive_input_and_softmax_by_hand():
    config = LanguageModelConfig.lite(
        embed_dim=16, kernel_sizes=(3,), heads=2, vocabulary_size=40, cutoffs=(10, 22), dropout=0.0
    )
    model = model_of(config)
    assert kinds(model.embedding, Use(TARGET)) == {Kind.LINEAR: 16 * 16 * TARGET, Kind.EMBEDDING: 16 * TARGET}
    # head: 10 tokens and 2 classes; tails of width 4 and 1 with 12 and 18 tokens
    products = (10 + 2) * 16 + (16 * 4 + 4 * 12) + (16 * 1 + 1 * 18)
    found = kinds(model.softmax, Use(TARGET, embedding=model.embedding))
    assert found == {Kind.OUTPUT: products * TARGET, Kind.SOFTMAX: (5 * 42 + 30) * TARGET}


def built(layer: keras.layers.Layer, *inputs, **arguments) -> keras.layers.Layer:
    layer(*inputs, **arguments)
    return layer


def test_each_layer_by_hand():
    states, memory = tf.zeros([1, 5, 8]), tf.zeros([1, 3, 8])
    attention = built(MultiHeadAttention(2), states, context=memory)
    assert kinds(attention, Use(5, context=3)) == {
        Kind.LINEAR: 8 * 8 * (5 + 3 + 3 + 5),
        Kind.BIAS: 8 * (5 + 3 + 3 + 5),
        Kind.ATTENTION: 5 * 3 * 8 * 2,
        Kind.SOFTMAX: 5 * 8 + 5 * (2 * 5 * 3),
        Kind.MASK: 2 * 5 * 3,
    }
    light = built(LightweightConvolution(3, 2), states)
    expected = {
        Kind.LINEAR: 2 * 64 * 5,
        Kind.BIAS: 2 * 8 * 5,
        Kind.MASK: 8 * 5,
        Kind.CONVOLUTION: 3 * 8 * 5,
        Kind.SOFTMAX: 5 * 2 * 3,
    }
    assert kinds(light, Use(5)) == expected
    dynamic = built(DynamicConvolution(3, 2, causal=True, glu=True), states)
    assert kinds(dynamic, Use(5)) == {
        Kind.LINEAR: (8 * 16 + 8 * 2 * 3 + 8 * 8) * 5,
        Kind.BIAS: (16 + 8) * 5,
        Kind.ACTIVATION: 4 * 8 * 5,
        Kind.CONVOLUTION: 3 * 8 * 5,
        Kind.SOFTMAX: 5 * 2 * 3 * 5,
    }
    feed_forward = built(FeedForward(32), states)
    assert kinds(feed_forward, Use(5)) == {
        Kind.LINEAR: 2 * 8 * 32 * 5,
        Kind.BIAS: (32 + 8) * 5,
        Kind.ACTIVATION: 32 * 5,
    }
    norm = built(ResidualNorm(), states, states)
    assert kinds(norm, Use(5)) == {Kind.RESIDUAL: 8 * 5, Kind.LAYER_NORM: 8 * 5, Kind.STATISTICS: (4 * 8 + 4) * 5}


def test_a_wrapped_layer_counts_as_what_it_wraps():
    layer = built(FeedForward(32), tf.zeros([1, 5, 8]))
    before = list(layer_operations(layer, Use(5)))
    layer.inner = keras.layers.TimeDistributed(layer.inner)
    assert list(layer_operations(layer, Use(5))) == before


class _Scale(Composite):
    @property
    def parts(self):
        return {"scale": "scale"}

    def build(self, input_shape):
        self.scale = self.add_weight("scale", [input_shape[-1]])


def test_unknown_layers_are_refused():
    """A layer with arithmetic of its own must not be counted as none."""
    with pytest.raises(TypeError, match="must be registered with layer_operations"):
        list(layer_operations(built(_Scale(), tf.zeros([1, 5, 8])), Use(5)))
    with pytest.raises(TypeError, match="whose type is registered"):
        list(layer_operations(keras.layers.LSTM(4), Use(5)))
    with pytest.raises(TypeError, match="whose type is registered with model_of"):
        model_of(3)


def test_wrong_lengths_and_conventions():
    model = model_of(LiteTransformerConfig.lite(kernel_sizes=(3,), cross_attention_heads=4, **SETTINGS))
    for lengths, name in (((0, 3), "source"), ((3, -1), "target")):
        with pytest.raises(ValueError, match=f"The {name} length must be at least 1 token. Received: {min(lengths)}"):
            list(model_operations(model, *lengths))
    with pytest.raises(ValueError, match="must be one of"):
        total([], "papers")
