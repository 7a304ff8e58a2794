"""What the layers refuse before they make weights, and how `training` is chosen."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf import layers

ATTENTION = [{"kind": "attention", "channels": 4, "heads": 2}]
STATES = np.random.default_rng(0).normal(size=(2, 5, 4)).astype(np.float32)

REFUSED = {
    "num_heads must be a positive whole number. Received: 0": lambda: layers.MultiHeadAttention(0),
    "num_heads must be a positive whole number. Received: True": lambda: layers.MultiHeadAttention(True),
    r"dropout must be in \[0, 1\). Received: 1.0": lambda: layers.MultiHeadAttention(2, dropout=1.0),
    "kernel_size must be a positive whole number. Received: -3": lambda: layers.LightweightConvolution(-3, 2),
    "DynamicConvolution: num_heads must be a positive whole": lambda: layers.DynamicConvolution(3, 2.0),
    r"weight_dropout must be in \[0, 1\). Received: -0.1": lambda: layers.DynamicConvolution(3, 2, weight_dropout=-0.1),
    r"attention_dropout must be in \[0, 1\)": lambda: layers.LongShortRangeAttention(ATTENTION, False, 2),
    "branches must not be empty": lambda: layers.LongShortRangeAttention([]),
    "hidden_dim must be a positive whole number": lambda: layers.FeedForward(0),
    r"activation_dropout must be in \[0, 1\)": lambda: layers.TransformerEncoderLayer(
        ATTENTION, 8, activation_dropout=1
    ),
    r"ResidualNorm: dropout must be in \[0, 1\). Received: nan": lambda: layers.TransformerEncoderLayer(
        ATTENTION, 8, float("nan")
    ),
    r"PreNormLayer: dropout must be in \[0, 1\)": lambda: layers.PreNormLayer(ATTENTION, 8, dropout="0.1"),
    "epsilon must be a positive number. Received: 0": lambda: layers.LayerNorm(0),
    "epsilon must be a positive number. Received: inf": lambda: layers.ResidualNorm(epsilon=float("inf")),
    "EvolvedEncoderLayer: embed_dim must be even. Received: 7": lambda: layers.EvolvedEncoderLayer(7, 1),
    "num_heads must be a positive whole number. Received: 0.5": lambda: layers.EvolvedDecoderLayer(8, 0.5),
    "inputs' last axis must be embed_dim. Received: 4 and 8": lambda: layers.EvolvedEncoderLayer(8, 2)(STATES),
    "memory must be given without a cache": lambda: layers.EvolvedDecoderLayer(4, 2, 2)(STATES),
    r"FeedForward: activation must be one of \('relu', 'swish'\). Received: 'gelu'": lambda: layers.FeedForward(
        8, activation="gelu"
    ),
    "activation must be None or 'relu'. Received: 'tanh'": lambda: layers.SeparableConvolution(8, 3, activation="tanh"),
    "SeparableConvolution: a cache needs causal=True": lambda: layers.SeparableConvolution(8, 3)(
        STATES, cache=np.zeros((2, 2, 4), np.float32)
    ),
    "projection_gain must be a positive number. Received: 0": lambda: layers.MultiHeadAttention(2, projection_gain=0),
    "embed_dim must be a positive whole number. Received: -2": lambda: layers.SinusoidalPositions(-2),
    "vocabulary_size must be a positive whole number": lambda: layers.TokenEmbedding(0, 8),
    r"pad_id must be None or a whole number in \[0, 9\). Received: 9": lambda: layers.TokenEmbedding(9, 8, 9),
    "bands must be .*the first beginning at 0": lambda: layers.AdaptiveEmbedding([(1, 5, 4)], 8),
    "bands must be .*where the band before ends": lambda: layers.AdaptiveEmbedding([(0, 5, 4), (6, 9, 2)], 8),
    "tails must be a positive whole number. Received: 0": lambda: layers.AdaptiveSoftmax(0),
    "ids must be whole numbers, .*Received: float32": lambda: layers.TokenEmbedding(9, 8)(STATES),
    "AdaptiveEmbedding: ids must be whole": lambda: layers.AdaptiveEmbedding([(0, 9, 4)], 8)(STATES[:, :, 0]),
    "one band more than the 2 tails. Received: 1 bands": lambda: layers.AdaptiveSoftmax(2)(
        STATES, embedding=layers.AdaptiveEmbedding([(0, 9, 4)], 4)
    ),
    r"a context must be \(B, S, E\). Received: \(2, 4\)": lambda: layers.MultiHeadAttention(2)(
        STATES, context=STATES[:, 0]
    ),
    "a cache needs causal=True. Received: causal=False": lambda: layers.LightweightConvolution(3, 2)(
        STATES, cache=np.zeros((2, 2, 4), np.float32)
    ),
    "inputs' last axis must have a known size. Received:": lambda: layers.FeedForward(8)(keras.Input([None, None])),
    "inputs must be a dense tensor": lambda: layers.FeedForward(8)(keras.Input([None, 4], ragged=True)),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_what_a_layer_cannot_mean_is_refused(rule):
    with pytest.raises((ValueError, TypeError), match=rule):
        REFUSED[rule]()


def test_whole_numbers_of_numpy_are_whole_numbers():
    layer = layers.MultiHeadAttention(np.int64(2), dropout=np.float32(0.5))
    assert type(layer.num_heads) is int and layer.get_config()["dropout"] == 0.5


def test_training_follows_the_call_and_then_the_learning_phase():
    layer = layers.FeedForward(8, activation_dropout=0.5)
    exact = layer(STATES).numpy()
    for training in (False, None, np.bool_(False), tf.constant(False)):
        np.testing.assert_array_equal(layer(STATES, training=training), exact)
    for training in (True, 1, tf.constant(True)):
        assert np.abs(layer(STATES, training=training) - exact).max() > 1e-3
    try:
        keras.backend.set_learning_phase(1)
        assert np.abs(layer(STATES) - exact).max() > 1e-3
        np.testing.assert_array_equal(layer(STATES, training=False), exact)
    finally:
        keras.backend.clear_session()
    chosen = tf.function(lambda training: layer(STATES, training=training), autograph=False)
    with pytest.raises(ValueError, match="training must be True, False or None"):
        chosen(tf.constant(True))
