"""Masks where pads stand in front or between, in decoding steps, and in what a decoder reads."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.layers import (
    EvolvedDecoderLayer,
    LongShortRangeAttention,
    PreNormLayer,
    TransformerDecoderLayer,
)
from tests.layers.test_layers import states, with_random_weights

T, LENGTHS = 7, (7, 4)
CAUSAL = [
    BranchConfig("attention", 2, 1),
    BranchConfig("lightweight", 2, 2, 3),
    BranchConfig("dynamic", 2, 1, 4),
    BranchConfig("ssru", 2),
]
LEFT = np.arange(T)[None] >= T - np.array(LENGTHS)[:, None]  # the second sequence begins with three pads
MEMORY = states(9, length=5)
MEMORY_MASK = np.arange(5)[None] < np.array([[5], [2]])


def masked(tensor: np.ndarray, mask: np.ndarray) -> tf.Tensor:
    """A tensor with a mask as Keras attaches it."""
    tensor = tf.constant(tensor)
    tensor._keras_mask = tf.constant(mask)
    return tensor


def built(layer, **keywords):
    with_random_weights(layer, states(length=T), **keywords)
    return layer


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
@pytest.mark.parametrize(
    "layer_class", [EvolvedDecoderLayer, LongShortRangeAttention, PreNormLayer, TransformerDecoderLayer]
)
def test_pads_in_front_of_a_text_change_nothing(layer_class, policy):
    arguments = {
        PreNormLayer: (CAUSAL, 8),
        TransformerDecoderLayer: (CAUSAL, 8, 2),
        LongShortRangeAttention: (CAUSAL,),
        EvolvedDecoderLayer: (8, 2, 2),
    }
    keywords = {"memory": MEMORY} if layer_class in (TransformerDecoderLayer, EvolvedDecoderLayer) else {}
    options = {"causal": True} if layer_class is LongShortRangeAttention else {}
    layer = built(layer_class(*arguments[layer_class], **options, dtype=policy), **keywords)
    inputs = states(length=T)
    outputs = layer(masked(inputs, LEFT), **keywords)
    for row, length in enumerate(LENGTHS):
        alone = {name: value[row : row + 1] for name, value in keywords.items()}
        expected = layer(inputs[row : row + 1, T - length :], **alone)
        np.testing.assert_allclose(
            outputs[row, T - length :], expected[0], rtol=0, atol=5e-6 if policy == "float32" else 0.01
        )
    assert np.isfinite(outputs).all()


@pytest.mark.parametrize("sizes", [[1] * T, [4, 3]], ids=["ones", "chunks"])
def test_the_cached_loop_with_pads_equals_one_call(sizes):
    layer = built(LongShortRangeAttention(CAUSAL, causal=True))
    inputs = states(length=T)
    mask = np.random.default_rng(0).random((2, T)) < 0.6
    cache, outputs, begin = layer.initial_cache(2), [], 0
    for size in sizes:
        end = begin + size
        output, cache = layer(masked(inputs[:, begin:end], mask[:, begin:end]), cache=cache)
        np.testing.assert_array_equal(output._keras_mask, mask[:, begin:end])
        outputs.append(output)
        begin = end
    expected = layer(inputs, mask=mask).numpy()[mask]
    np.testing.assert_allclose(tf.concat(outputs, 1).numpy()[mask], expected, rtol=0, atol=2e-6)
    np.testing.assert_array_equal(cache[0]["mask"], mask)
    output, cache = layer(inputs[:, :1], cache=cache)  # no mask: a real position
    assert cache[0]["mask"][:, -1].numpy().all()


def test_a_decoder_reads_the_mask_of_its_memory():
    layer = built(TransformerDecoderLayer(CAUSAL, 8, 2), memory=MEMORY)
    inputs = states(length=T)
    expected = layer(inputs, memory=MEMORY, memory_mask=MEMORY_MASK)
    np.testing.assert_array_equal(layer(inputs, memory=masked(MEMORY, MEMORY_MASK)), expected)
    wider = MEMORY_MASK | (np.arange(5) == 3)
    np.testing.assert_array_equal(layer(inputs, memory=masked(MEMORY, wider), memory_mask=MEMORY_MASK), expected)
    assert np.abs(layer(inputs, memory=MEMORY) - expected).max() > 1e-3
    cached, _ = layer(inputs, cache=layer.initial_cache(masked(MEMORY, MEMORY_MASK)))
    np.testing.assert_allclose(cached, expected, rtol=0, atol=2e-6)
    with pytest.raises(ValueError, match="memory must be given without a cache. Received: None"):
        layer(inputs)
