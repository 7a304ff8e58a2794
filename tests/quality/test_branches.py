"""What is shown of branches is what they compute; a branch that is set to zero is gone, and comes back."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from benchmarks.quality.ablation import ablate, branch_names, table, without
from benchmarks.quality.branches import attention_weights, branch_inputs, describe, draw, nearness, taps
from lite_transformer_tf.branches.attention.layer import MultiHeadAttention
from lite_transformer_tf.composite import project
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.ops.attention import merge_heads, split_heads
from lite_transformer_tf.ops.convolution import lightweight_convolution
from tests.tiny import padded, randomize, tiny_batch, tiny_config, tiny_model


@pytest.fixture(scope="module")
def model() -> LiteTransformer:
    return tiny_model()


@pytest.fixture(scope="module")
def inputs(model) -> dict:
    return tiny_batch(model.config, [(7, 6), (3, 4)])[0]


@pytest.fixture(scope="module")
def language_model() -> LanguageModel:
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3, 5), heads=2, vocabulary_size=20)
    found = LanguageModel(config)
    found.initialize()
    found.assign_named_weights(randomize(found.named_weights()))
    return found


IDS = {"ids": padded([[2, 5, 6, 7, 8, 9], [2, 4, 4]])}


def test_attention_maps_are_the_weights_of_the_layer(model, language_model, inputs):
    for each, batch in ((model, inputs), (language_model, IDS)):
        branches = [branch for branch in branch_inputs(each, batch) if isinstance(branch.layer, MultiHeadAttention)]
        assert len(branches) == 2 * len(each.config.stacks)
        for branch in branches:
            weights = attention_weights(branch)
            np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6)
            assert weights[1, :, :, ~branch.mask.numpy()[1]].max(initial=0) == 0
            values = split_heads(project(branch.layer.value, branch.inputs), branch.layer.num_heads)
            answer = project(branch.layer.output_projection, merge_heads(tf.matmul(weights, values)))
            np.testing.assert_allclose(answer, branch.layer(branch.inputs, padding_mask=branch.mask), atol=1e-5)
    causal = attention_weights(branches[0])
    assert np.triu(causal[0, 0], 1).max() == 0


def test_kernels_are_the_taps_of_the_layer(model, language_model, inputs):
    branch = next(found for found in branch_inputs(model, inputs) if found.name == "encoder/layer_1/convolution")
    shown = taps(branch)
    np.testing.assert_allclose(shown.sum(-1), 1, atol=1e-6)
    assert shown.shape == (2, 4)
    layer = branch.layer
    entering = project(layer.input_projection, branch.inputs) * tf.cast(branch.mask, tf.float32)[:, :, None]
    convolved = lightweight_convolution(entering, tf.constant(shown), left=layer.left)
    answer = project(layer.output_projection, convolved)
    np.testing.assert_allclose(answer, layer(branch.inputs, padding_mask=branch.mask), atol=1e-5)
    dynamic = next(found for found in branch_inputs(language_model, IDS) if found.name.endswith("convolution"))
    assert taps(dynamic).shape == (2, 3)
    np.testing.assert_allclose(taps(dynamic).sum(-1), 1, atol=1e-6)


def test_nearness():
    mask = np.array([[True, True, True, True, False]])
    weights = np.eye(5)[None, None]
    assert nearness(weights, mask, 1) == {"near": 1.0, "distance": 0.0}
    last = np.zeros((1, 1, 5, 5))
    last[..., 3] = 1
    assert nearness(last, mask, 1) == {"near": 0.5, "distance": (3 + 2 + 1 + 0) / 4}


def test_figures_and_plots(model, inputs, tmp_path):
    rows = describe(model, inputs)
    assert [row["branch"] for row in rows[:2]] == ["encoder/layer_0/attention", "encoder/layer_0/convolution"]
    assert rows[1]["taps"] == 3 and -1 <= rows[1]["largest"] <= 1 and 0 < rows[0]["near"] <= 1
    paths = draw(model, inputs, tmp_path, {"encoder": list("abcdefgh")})
    assert [path.name for path in paths] == ["encoder.png", "decoder.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_a_branch_at_zero_adds_nothing(model, inputs):
    weights = model.named_weights()
    names = branch_names(weights)
    assert len(names) == 8 and names[0].startswith("encoder/layer_0/lsra/")
    before = model(inputs).numpy()

    def judge() -> dict[str, float]:
        return {"nll": float(np.abs(model(inputs).numpy() - before).mean())}

    rows = ablate(model, judge)
    assert [row["branch"] for row in rows] == [None, *names]
    assert rows[0]["nll"] == 0 and all(row["nll"] > 0 for row in rows[1:])
    assert all((model.named_weights()[name] == value).all() for name, value in weights.items())
    model.assign_named_weights(without(weights, "decoder/layer_1/lsra/attention"))
    branch = next(found for found in branch_inputs(model, inputs) if found.name == "decoder/layer_1/attention")
    assert np.abs(branch.layer(branch.inputs)).max() == 0
    model.assign_named_weights(weights)
    assert "| decoder/layer_1/lsra/attention |" in table(rows) and table(rows).splitlines()[2].endswith("+0.000 |")
    with pytest.raises(ValueError, match="Received: 'nothing'"):
        without(weights, "nothing")


def test_an_evolved_transformer_has_no_branches():
    sizes = {"source_vocabulary_size": 11, "target_vocabulary_size": 11, "heads": 2}
    config = LiteTransformerConfig.evolved(embed_dim=16, encoder_layers=1, decoder_layers=1, **sizes)
    model = LiteTransformer(config)
    model.initialize()
    inputs, _ = tiny_batch(tiny_config(source_vocabulary_size=11, target_vocabulary_size=11), [(3, 3)])
    with pytest.raises(ValueError, match="Only layers with branches.*encoder/layer_0"):
        describe(model, inputs)
    with pytest.raises(ValueError, match="can lose one"):
        ablate(model, lambda: {"nll": 0.0})
