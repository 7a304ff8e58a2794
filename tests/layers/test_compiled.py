"""`jit_compile=True`: outputs and gradients of every kind of branch are those of the plain graph, at any length."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.layers import (
    AdaptiveEmbedding,
    AdaptiveSoftmax,
    LongShortRangeAttention,
)
from lite_transformer_tf.ops.convolution import BLOCK

BRANCHES = [
    BranchConfig("attention", 2, 1),
    BranchConfig("lightweight", 2, 1, 3),
    BranchConfig("dynamic", 2, 1, 4, glu=True),
    BranchConfig("ssru", 2),
]
IDS = np.array([[3, 1, 7, 9, 2, 6]], np.int32)


def tied():
    embedding, softmax = AdaptiveEmbedding([(0, 4, 8), (4, 8, 4), (8, 10, 2)], 8, 1), AdaptiveSoftmax(2)
    return lambda ids: softmax(embedding(ids), embedding=embedding), [embedding, softmax]


def alone(layer: keras.layers.Layer):
    return layer, [layer]


CASES = {
    "all_branches": (lambda: alone(LongShortRangeAttention(BRANCHES, causal=True)), (2, 6, 8)),
    "long": (lambda: alone(LongShortRangeAttention(BRANCHES[1:3])), (1, BLOCK + 5, 4)),
    "adaptive_softmax": (tied, None),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_compiled_by_xla_are_those_of_the_graph(name):
    make, shape = CASES[name]
    inputs = IDS if shape is None else np.random.default_rng(0).normal(size=shape).astype(np.float32)
    call, layers = make()
    call(inputs)
    weights = [weight for layer in layers for weight in layer.trainable_weights]

    def outputs_and_gradients(inputs: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = call(inputs)
            loss = tf.reduce_mean(tf.sin(outputs))
        return [outputs, *map(tf.convert_to_tensor, tape.gradient(loss, weights))]

    signature = [tf.TensorSpec([None, None, *inputs.shape[2:]], inputs.dtype)]
    plain, compiled = (
        tf.function(outputs_and_gradients, input_signature=signature, jit_compile=jit)(inputs) for jit in (None, True)
    )
    for found, expected in zip(compiled, plain, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=2e-6)
