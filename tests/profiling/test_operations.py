"""What is counted: against the matrix products in the graph that TensorFlow traces, and by hand."""

import pytest
import tensorflow as tf

from lite_transformer_tf.branches import BranchConfig, BranchUse
from lite_transformer_tf.branches.attention import attention_count
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.operation_counts import layer_norm
from lite_transformer_tf.profiling import Count, Kind, ModelProfile, model_count, total
from tests.tflite import language_models, models

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
    """Mult-Adds of all products in the graph for one sentence: size of the result times inner dimension or taps."""
    signature = {name: tf.TensorSpec([1, length], tf.int32) for name, length in inputs.items()}
    graph = tf.function(lambda batch: model(batch, training=False)).get_concrete_function(signature).graph
    count = 0
    for operation in graph.get_operations():
        if operation.type in ("MatMul", "BatchMatMulV2"):
            transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
            count += operation.outputs[0].shape.num_elements() * operation.inputs[0].shape[-2 if transposed else -1]
        elif operation.type == "DepthwiseConv2dNative":
            count += operation.outputs[0].shape.num_elements() * operation.inputs[1].shape[0]
    return count


def kinds(count: Count) -> dict[Kind, int]:
    counts: dict[Kind, int] = {}
    for operation in count.operations:
        counts[operation.kind] = counts.get(operation.kind, 0) + operation.count
    return counts


@pytest.mark.parametrize(
    "name",
    [
        *("mixed_branches", "lightweight_glu_separate", "dynamic_glu", "lightweight_tied", "evolved"),
        *("language/mixed_branches", "language/three_cutoffs", "language/lightweight"),
    ],
)
def test_weights_are_those_of_the_built_model(name):
    """Names, shapes and their order, for every kind of layer."""
    language = name.removeprefix("language/")
    model = models.keras_model(name) if language == name else language_models.keras_language_model(language)
    built = {path: tuple(variable.shape) for path, variable in model.named_variables().items()}
    assert list(model_count(model.config).shapes.items()) == list(built.items())


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
    counts = ModelProfile.of(config, SOURCE, TARGET).by_kind()
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
    assert products_in_graph(LiteTransformer(config), {"source_ids": SOURCE, "target_ids": TARGET}) == expected


def test_products_of_the_evolved_transformer_are_those_in_the_graph():
    config = LiteTransformerConfig.evolved(encoder_layers=1, decoder_layers=2, **SETTINGS)
    counts = ModelProfile.of(config, SOURCE, TARGET).by_kind()
    expected = sum(counts[kind] for kind in ("linear", "attention", "output", "convolution"))
    assert products_in_graph(LiteTransformer(config), {"source_ids": SOURCE, "target_ids": TARGET}) == expected
    assert counts["convolution"] == 36 * 16 * SOURCE + 2 * 32 * 16 * TARGET


def test_products_of_a_language_model_are_those_in_the_graph():
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3, 5), heads=2, vocabulary_size=40, dropout=0.0)
    counts = ModelProfile.of(config, target=TARGET).by_kind()
    bands = 2 * 8 * TARGET**2
    assert (
        products_in_graph(LanguageModel(config), {"ids": TARGET})
        == counts["linear"] + counts["attention"] + counts["output"] + bands
    )
    assert counts["output"] == 40 * 16 * TARGET and counts["residual"] == 2 * 2 * 16 * TARGET


def test_adaptive_input_and_softmax_by_hand():
    config = LanguageModelConfig.lite(
        embed_dim=16, kernel_sizes=(3,), heads=2, vocabulary_size=40, cutoffs=(10, 22), dropout=0.0
    )
    whole = model_count(config, target=TARGET)
    places = {"embedding", "adaptive_softmax"}
    parts = {name: Count({}, tuple(entry for entry in whole.operations if entry.path == name)) for name in places}
    positions = (8 + 2 * 16) * TARGET
    assert kinds(parts["embedding"]) == {Kind.LINEAR: 16 * 16 * TARGET, Kind.EMBEDDING: 16 * TARGET + positions}
    # head: 10 tokens and 2 classes; tails of width 4 and 1 with 12 and 18 tokens
    products = (10 + 2) * 16 + (16 * 4 + 4 * 12) + (16 * 1 + 1 * 18)
    assert kinds(parts["adaptive_softmax"]) == {Kind.OUTPUT: products * TARGET, Kind.SOFTMAX: (5 * 42 + 30) * TARGET}


def test_each_branch_by_hand():
    assert kinds(attention_count(8, 2, 5, 3)) == {
        Kind.LINEAR: 8 * 8 * (5 + 3 + 3 + 5),
        Kind.BIAS: 8 * (5 + 3 + 3 + 5),
        Kind.ATTENTION: 5 * 3 * 8 * 2,
        Kind.SOFTMAX: 5 * 8 + 5 * (2 * 5 * 3),
        Kind.MASK: 2 * 5 * 3,
    }
    assert BranchConfig("attention", 8, 2).count(BranchUse(), 5) == attention_count(8, 2, 5, 5)
    light = BranchConfig("lightweight", 8, 2, 3).count(BranchUse(), 5)
    assert kinds(light) == {
        Kind.LINEAR: 2 * 64 * 5,
        Kind.BIAS: 2 * 8 * 5,
        Kind.MASK: 8 * 5,
        Kind.CONVOLUTION: 3 * 8 * 5,
        Kind.SOFTMAX: 5 * 2 * 3,
    }
    dynamic = BranchConfig("dynamic", 8, 2, 3, glu=True).count(BranchUse(causal=True), 5)
    assert kinds(dynamic) == {
        Kind.LINEAR: (8 * 16 + 8 * 2 * 3 + 8 * 8) * 5,
        Kind.BIAS: (16 + 8) * 5,
        Kind.ACTIVATION: 4 * 8 * 5,
        Kind.CONVOLUTION: 3 * 8 * 5,
        Kind.SOFTMAX: 5 * 2 * 3 * 5,
    }
    assert kinds(layer_norm(8, 5)) == {Kind.LAYER_NORM: 8 * 5, Kind.STATISTICS: (4 * 8 + 4) * 5}


def test_the_rest_of_a_layer_by_hand():
    config = LiteTransformerConfig.transformer(layers=1, feed_forward_dim=32, **SETTINGS)
    whole = model_count(config, SOURCE, TARGET)

    def of(place: str) -> dict[Kind, int]:
        return kinds(Count({}, tuple(entry for entry in whole.operations if entry.path.startswith(place))))

    assert of("encoder/layer_0/feed_forward/") == {
        Kind.LINEAR: 2 * 16 * 32 * SOURCE,
        Kind.BIAS: (32 + 16) * SOURCE,
        Kind.ACTIVATION: 32 * SOURCE,
    }
    norm = {Kind.RESIDUAL: 16 * TARGET, Kind.LAYER_NORM: 16 * TARGET, Kind.STATISTICS: (4 * 16 + 4) * TARGET}
    assert of("decoder/layer_0/cross_attention_norm") == norm
    assert of("decoder/layer_0/cross_attention/core") == {
        Kind.ATTENTION: 2 * TARGET * SOURCE * 16,
        Kind.SOFTMAX: TARGET * 16 + 5 * 2 * TARGET * SOURCE,
        Kind.MASK: 2 * TARGET * SOURCE,
    }


def test_unknown_configurations_are_refused():
    with pytest.raises(TypeError, match="registered with model_count"):
        model_count(3)


def test_wrong_lengths_and_conventions():
    config = LiteTransformerConfig.lite(kernel_sizes=(3,), cross_attention_heads=4, **SETTINGS)
    for lengths, name in (((0, 3), "source"), ((3, -1), "target")):
        with pytest.raises(ValueError, match=f"The {name} length must be at least 1 token. Received: {min(lengths)}"):
            model_count(config, *lengths)
    with pytest.raises(ValueError, match="must be one of"):
        total([], "papers")
