"""Layers made of branches and of other layers equal their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.composite import named_variables
from lite_transformer_tf.layers import LongShortRangeAttention, TransformerDecoderLayer, TransformerEncoderLayer
from tests.layers.test_layers import MASK, B, C, T, affine, keras_attention, states, with_random_weights
from tests.ops.test_normalization import keras_form

BRANCHES = (
    BranchConfig("attention", 4, 2),
    BranchConfig("lightweight", 6, 3, 3),
    BranchConfig("attention", 2, 1),
    BranchConfig("dynamic", 4, 2, 4, glu=True),
)
NAMES = ("attention", "convolution", "attention_1", "convolution_1")
RANGES = ((0, 4), (4, 10), (10, 12), (12, 16))


@pytest.mark.parametrize("causal", [False, True])
def test_several_branches_each_on_its_own_channels(causal):
    layer, inputs = LongShortRangeAttention(BRANCHES, causal=causal), states(channels=16)
    weights = with_random_weights(layer, inputs)
    assert {name.split("/")[0] for name in weights} == set(NAMES)
    mask = None if causal else tf.constant(MASK)
    outputs = layer(inputs, padding_mask=mask).numpy()
    for name, (begin, end) in zip(NAMES, RANGES, strict=True):
        np.testing.assert_array_equal(
            outputs[..., begin:end], getattr(layer, name)(inputs[..., begin:end], padding_mask=mask)
        )
        others = inputs.copy()
        others[..., begin:end] += 1
        changed = (layer(others, padding_mask=mask).numpy() != outputs).any((0, 1))
        assert changed[begin:end].all() and not changed[:begin].any() and not changed[end:].any()


def test_branches_must_add_up_to_the_channels():
    with pytest.raises(ValueError, match="must add up to the input's. Received: 16 and 12"):
        LongShortRangeAttention(BRANCHES)(states(channels=12))


def below(weights: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def normed(residual, update, weights, name) -> np.ndarray:
    return keras_form(residual, update, weights[f"{name}/gamma"], weights[f"{name}/beta"]).numpy()


def test_one_attention_branch_makes_the_plain_transformers_layers():
    branches, inputs, memory = [BranchConfig("attention", C, 2)], states(), states(1, length=5)
    layer = TransformerEncoderLayer(branches, 12)
    weights = with_random_weights(layer, inputs)
    mask = np.broadcast_to(MASK[:, None], (B, T, T))
    hidden = normed(
        inputs,
        keras_attention(below(weights, "lsra/attention/"), 2, inputs, inputs, attention_mask=mask),
        weights,
        "lsra_norm",
    )
    update = affine(np.maximum(affine(hidden, weights, "feed_forward/inner"), 0), weights, "feed_forward/outer")
    expected = normed(hidden, tf.cast(update, tf.float32), weights, "feed_forward_norm")
    np.testing.assert_allclose(layer(inputs, padding_mask=MASK), expected, rtol=0, atol=1e-5)

    layer = TransformerDecoderLayer(branches, 12, 4)
    weights = with_random_weights(layer, inputs, memory=memory)
    hidden = normed(
        inputs,
        keras_attention(below(weights, "lsra/attention/"), 2, inputs, inputs, use_causal_mask=True),
        weights,
        "lsra_norm",
    )
    mask = np.broadcast_to(MASK[:, None, 1:], (B, T, 5))
    update = keras_attention(below(weights, "cross_attention/"), 4, hidden, memory, attention_mask=mask)
    hidden = normed(hidden, update, weights, "cross_attention_norm")
    update = affine(np.maximum(affine(hidden, weights, "feed_forward/inner"), 0), weights, "feed_forward/outer")
    expected = normed(hidden, tf.cast(update, tf.float32), weights, "feed_forward_norm")
    np.testing.assert_allclose(layer(inputs, memory=memory, memory_mask=MASK[:, 1:]), expected, rtol=0, atol=1e-5)


def test_initial_weights_follow_the_reference():
    """Xavier uniform of gain 1, and 1/sqrt(2) for query, key and value; biases 0; gamma 1."""
    inputs = states(channels=64)
    layer = TransformerEncoderLayer([BranchConfig("attention", 32, 4), BranchConfig("dynamic", 32, 4, 3, glu=True)], 64)
    layer(inputs)
    for name, variable in named_variables(layer):
        value = variable.numpy()
        if name.endswith("gamma"):
            assert (value == 1).all()
        elif value.ndim == 1:
            assert (value == 0).all()
        else:
            narrow = name.split("/")[-2] in ("query", "key", "value")
            limit = math.sqrt(6 / sum(value.shape)) * (math.sqrt(0.5) if narrow else 1)
            assert 0.95 * limit < np.abs(value).max() <= limit
            assert abs(value.std() * math.sqrt(3) / limit - 1) < 0.1
