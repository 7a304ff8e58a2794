"""What a position sees, and that the step-by-step form equals the one-shot form."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.layers import (
    DynamicConvolution,
    EvolvedDecoderLayer,
    LightweightConvolution,
    LongShortRangeAttention,
    MultiHeadAttention,
    SeparableConvolution,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from tests.layers.test_layers import B, C, states, with_random_weights

T = 9
BRANCHES = [
    BranchConfig("attention", 2, 1),
    BranchConfig("lightweight", 4, 2, 3),
    BranchConfig("dynamic", 2, 1, 4, glu=True),
]
MEMORY = states(9, length=5)

CAUSAL = {
    "attention": lambda: MultiHeadAttention(2, causal=True),
    "lightweight_1": lambda: LightweightConvolution(1, 2, causal=True),
    "lightweight_4": lambda: LightweightConvolution(4, 2, causal=True, glu=True),
    "dynamic_3": lambda: DynamicConvolution(3, 2, causal=True),
    "dynamic_12": lambda: DynamicConvolution(12, 2, causal=True),  # longer than the sequence
    "lsra": lambda: LongShortRangeAttention(BRANCHES, causal=True),
    "separable_4": lambda: SeparableConvolution(C, 4, causal=True),
    "evolved_without_encoder": lambda: EvolvedDecoderLayer(C, 2),
    "evolved_decoder": lambda: EvolvedDecoderLayer(C, 2, 2),
    "decoder": lambda: TransformerDecoderLayer(BRANCHES, 8, 2),
}


def built(name: str):
    """A layer with random weights and what its call needs besides the states."""
    layer = CAUSAL[name]()
    keywords = {"memory": MEMORY} if name.endswith("decoder") else {}
    with_random_weights(layer, states(length=T), **keywords)
    return layer, keywords


def changed_positions(layer, position: int, **keywords) -> np.ndarray:
    """Which outputs (T,) change by more than a rounding error when one input position does."""
    inputs = states(length=T)
    perturbed = inputs.copy()
    perturbed[:, position] += 1
    return (np.abs(layer(inputs, **keywords).numpy() - layer(perturbed, **keywords).numpy()) > 1e-6).any((0, 2))


@pytest.mark.parametrize("name", CAUSAL)
def test_no_position_sees_the_future(name):
    layer, keywords = built(name)
    for position in (0, 4, T - 1):
        changed = changed_positions(layer, position, **keywords)
        assert changed[position] and not changed[:position].any()


@pytest.mark.parametrize("layer_class", [LightweightConvolution, DynamicConvolution])
@pytest.mark.parametrize(
    "kernel, causal, first, last",
    [(3, True, 0, 2), (4, True, 0, 3), (3, False, -1, 1), (4, False, -1, 2), (5, False, -2, 2)],
)
def test_a_convolution_reaches_its_window_and_nothing_else(layer_class, kernel, causal, first, last):
    """y[t] depends on u[t - P] to u[t + K - 1 - P], hence u[s] reaches y[s - K + 1 + P] to y[s + P]."""
    layer = layer_class(kernel, 2, causal=causal)
    with_random_weights(layer, states(length=T))
    for position in range(T):
        reached = np.arange(T) - position
        np.testing.assert_array_equal(changed_positions(layer, position), (first <= reached) & (reached <= last))


def test_an_encoder_layer_sees_everything():
    layer = TransformerEncoderLayer(BRANCHES, 8)
    with_random_weights(layer, states(length=T))
    assert changed_positions(layer, 4).all()


@pytest.mark.parametrize("sizes", [[1] * T, [4, 1, 3, 1], [T]], ids=["ones", "chunks", "whole"])
@pytest.mark.parametrize("name", CAUSAL)
def test_the_cached_loop_equals_one_call(name, sizes):
    layer, keywords = built(name)
    inputs = states(length=T)
    cache = layer.initial_cache(MEMORY if name.endswith("decoder") else B)
    outputs, begin = [], 0
    for size in sizes:
        output, cache = layer(inputs[:, begin : begin + size], cache=cache)
        outputs.append(output)
        begin += size
    whole = layer(inputs, **keywords)
    rounding = 2e-6 * max(1.0, float(tf.reduce_max(tf.abs(whole))) / 4)  # a few units in the last place of the largest
    np.testing.assert_allclose(tf.concat(outputs, 1), whole, rtol=0, atol=rounding)


def test_a_convolutions_cache_keeps_its_size():
    layer = LightweightConvolution(4, 2, causal=True)
    weights = with_random_weights(layer, states(length=T))
    inputs = states(length=T)
    _, cache = layer(inputs, cache=layer.initial_cache(B))
    entering = inputs @ weights["input/kernel"] + weights["input/bias"]
    assert cache.shape == (B, 3, C)
    np.testing.assert_allclose(cache, entering[:, -3:], rtol=0, atol=1e-6)


def test_a_decoders_mask_hides_source_positions():
    layer, _ = built("decoder")
    inputs, other = states(length=T), MEMORY.copy()
    other[:, 3:] += 5
    mask = np.arange(5)[None] < np.array([[3], [3]])
    expected = layer(inputs, memory=MEMORY, memory_mask=mask)
    np.testing.assert_allclose(layer(inputs, memory=other, memory_mask=mask), expected, rtol=0, atol=1e-6)
    assert np.abs(layer(inputs, memory=MEMORY) - layer(inputs, memory=other)).max() > 1e-3
    cached, _ = layer(inputs, memory_mask=mask, cache=layer.initial_cache(tf.constant(other)))
    np.testing.assert_allclose(cached, layer(inputs, memory=MEMORY, memory_mask=mask), rtol=0, atol=2e-6)
