"""The banded products equal the sum that defines the convolution: y[t] = sum_k w[k] u[t + k - P]."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.ops import convolution
from lite_transformer_tf.ops.convolution import BLOCK, band, dynamic_convolution, lightweight_convolution

LENGTHS = (1, 2, 5, BLOCK, BLOCK + 1, 2 * BLOCK + 17)
KERNELS = (1, 3, 4, 7)
exactly = dict(rtol=0, atol=1e-12)  # everything here runs in float64


def direct(inputs: np.ndarray, taps: np.ndarray, left: int) -> np.ndarray:
    """The definition; taps (..., H, K) broadcast to (B, T, H, K)."""
    batch, length, channels = inputs.shape
    heads, kernel = taps.shape[-2:]
    padded = np.zeros((batch, length + kernel - 1, channels))
    padded[:, left : left + length] = inputs
    each = np.repeat(np.broadcast_to(taps, (batch, length, heads, kernel)), channels // heads, axis=2)  # (B, T, C, K)
    return sum(each[..., k] * padded[:, k : k + length] for k in range(kernel))


def plain(inputs: tf.Tensor, taps: tf.Tensor, left: int) -> tf.Tensor:
    """The definition in TensorFlow, for its gradients; taps (B, T, H, K) or (H, K)."""
    kernel, length = taps.shape[-1], inputs.shape[1]
    each = tf.repeat(taps, inputs.shape[2] // taps.shape[-2], -2)  # (..., C, K)
    padded = tf.pad(inputs, [[0, 0], [left, kernel - 1 - left], [0, 0]])
    return tf.add_n([each[..., k] * padded[:, k : k + length] for k in range(kernel)])


def example(kind: str, length: int, kernel: int, *, batch: int = 2, channels: int = 6, heads: int = 2, seed: int = 0):
    """Inputs (B, T, C), taps of that kind and the operation."""
    generator = np.random.default_rng([seed, length, kernel])
    inputs = generator.normal(size=(batch, length, channels))
    if kind == "lightweight":
        return inputs, generator.normal(size=(heads, kernel)), lightweight_convolution
    return inputs, generator.normal(size=(batch, length, heads, kernel)), dynamic_convolution


def sides(kernel: int) -> set[int]:
    """Taps to the left: 'same' and causal."""
    return {kernel // 2, kernel - 1}


both = pytest.mark.parametrize("kind", ["lightweight", "dynamic"])


def test_band_of_a_hand_written_matrix():
    taps = tf.constant([[1, 2], [3, 4], [5, 6]])
    np.testing.assert_array_equal(band(taps), [[1, 2, 0, 0], [0, 3, 4, 0], [0, 0, 5, 6]])


def test_band_of_one_row_of_one_tap_and_of_more_taps_than_rows():
    np.testing.assert_array_equal(band(tf.constant([[7, 8, 9]])), [[7, 8, 9]])
    np.testing.assert_array_equal(band(tf.constant([[1], [2], [3]])), np.diag([1, 2, 3]))
    np.testing.assert_array_equal(band(tf.constant([[1, 2, 3], [4, 5, 6]])), [[1, 2, 3, 0], [0, 4, 5, 6]])


def test_band_keeps_leading_axes_and_works_at_unknown_length():
    taps = tf.reshape(tf.range(2 * 2 * 3 * 2), [2, 2, 3, 2])
    dynamic = tf.function(band, input_signature=[tf.TensorSpec([2, 2, None, 2], tf.int32)])
    for function in (band, dynamic):
        matrices = function(taps).numpy()
        for index in np.ndindex(2, 2):
            np.testing.assert_array_equal(matrices[index], band(taps[index]))


@both
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("length", LENGTHS)
def test_equals_the_definition(kind, length, kernel):
    inputs, taps, operation = example(kind, length, kernel)
    for left in sides(kernel):
        outputs = operation(tf.constant(inputs), tf.constant(taps), left=left)
        np.testing.assert_allclose(outputs, direct(inputs, taps, left), **exactly)


@both
def test_kernels_longer_than_a_block(kind):
    kernel = BLOCK + 30
    inputs, taps, operation = example(kind, 2 * BLOCK + 17, kernel)
    for left in sides(kernel):
        outputs = operation(tf.constant(inputs), tf.constant(taps), left=left)
        np.testing.assert_allclose(outputs, direct(inputs, taps, left), rtol=0, atol=1e-11)


@both
@pytest.mark.parametrize("kernel", [1, 2, 5, 6])
def test_block_form_equals_band_form(monkeypatch, kind, kernel):
    """Blocks of 4, so that every position in a block, and kernels longer than a block, come up."""
    for length in (5, 8, 11, 12):
        inputs, taps, operation = example(kind, length, kernel)
        for left in sides(kernel):
            one_band = operation(tf.constant(inputs), tf.constant(taps), left=left)
            with monkeypatch.context() as patch:
                patch.setattr(convolution, "BLOCK", 4)
                blocks = operation(tf.constant(inputs), tf.constant(taps), left=left)
            np.testing.assert_allclose(blocks, one_band, **exactly)


@pytest.mark.parametrize("length", [1, 3, BLOCK, BLOCK + 1])
@pytest.mark.parametrize("kernel", [3, 4, 7])
def test_lightweight_equals_depthwise_convolution(length, kernel):
    inputs, taps, _ = example("lightweight", length, kernel)
    filters = tf.constant(np.repeat(taps, 3, axis=0).T[None, :, :, None])  # (1, K, C, 1)
    for left in sides(kernel):
        padded = tf.pad(tf.constant(inputs), [[0, 0], [left, kernel - 1 - left], [0, 0]])
        reference = tf.nn.depthwise_conv2d(padded[:, None], filters, strides=[1, 1, 1, 1], padding="VALID")[:, 0]
        np.testing.assert_allclose(
            lightweight_convolution(tf.constant(inputs), tf.constant(taps), left=left), reference, **exactly
        )


def test_float32_is_as_exact_as_float32_can_be():
    inputs, taps, _ = example("lightweight", 2 * BLOCK + 17, 7)
    outputs = lightweight_convolution(tf.constant(inputs, tf.float32), tf.constant(taps, tf.float32), left=3)
    assert outputs.dtype == tf.float32
    np.testing.assert_allclose(outputs, direct(inputs, taps, 3), rtol=0, atol=1e-5)


@both
@pytest.mark.parametrize("length", [2, 9, BLOCK + 5])
def test_gradients_equal_those_of_the_definition(kind, length):
    kernel = 4
    inputs, taps, operation = example(kind, length, kernel)
    inputs, taps = tf.constant(inputs), tf.constant(taps)
    weights = tf.constant(np.random.default_rng(1).normal(size=inputs.shape))
    for left in sides(kernel):
        gradients = []
        for function in (operation, plain):
            with tf.GradientTape() as tape:
                tape.watch([inputs, taps])
                objective = tf.reduce_sum(function(inputs, taps, left=left) * weights)
            gradients.append(tape.gradient(objective, [inputs, taps]))
        for ours, reference in zip(*gradients, strict=True):
            np.testing.assert_allclose(ours, reference, rtol=0, atol=1e-11)


@both
def test_unknown_lengths_inside_a_graph(kind):
    kernel, left = 4, 2
    _, taps, operation = example(kind, 1, kernel)
    shape = taps.shape if kind == "lightweight" else [None, None, *taps.shape[2:]]
    signature = [tf.TensorSpec([None, None, 6], tf.float64), tf.TensorSpec(shape, tf.float64)]
    graph = tf.function(lambda inputs, taps: operation(inputs, taps, left=left), input_signature=signature)
    assert {"If", "StatelessIf"} & {op.type for op in graph.get_concrete_function().graph.get_operations()}
    for length in (1, 3, BLOCK, BLOCK + 1, 2 * BLOCK + 17):
        inputs, taps, _ = example(kind, length, kernel)
        np.testing.assert_allclose(graph(tf.constant(inputs), tf.constant(taps)), direct(inputs, taps, left), **exactly)


@pytest.mark.parametrize("as_length", [int, tf.constant])
def test_blocks_are_chosen_beyond_one_block(as_length):
    for length, form in ((1, b"band"), (BLOCK, b"band"), (BLOCK + 1, b"blocks"), (9 * BLOCK, b"blocks")):
        forms = (lambda inputs, taps: tf.constant("band")), (lambda inputs, taps: tf.constant("blocks"))
        chosen = convolution._choose(as_length(length), *forms, tf.zeros([1]), tf.zeros([1]))
        assert chosen.numpy() == form


@both
@pytest.mark.parametrize("kernel", [1, 4, 7])
def test_history_equals_a_slice_of_the_longer_sequence(kind, kernel):
    inputs, taps, operation = example(kind, 20, kernel)
    whole = direct(inputs, taps, kernel - 1)
    for start, stop in ((kernel - 1, kernel), (8, 11), (9, 20)):
        history, new = inputs[:, start - kernel + 1 : start], inputs[:, start:stop]
        their_taps = taps if kind == "lightweight" else taps[:, start:stop]
        outputs = operation(tf.constant(new), tf.constant(their_taps), left=kernel - 1, history=tf.constant(history))
        np.testing.assert_allclose(outputs, whole[:, start:stop], **exactly)


@both
def test_no_history_is_a_history_of_zeros(kind):
    inputs, taps, operation = example(kind, 6, 4)
    zeros = np.zeros((2, 3, 6))
    outputs = operation(tf.constant(inputs), tf.constant(taps), left=3, history=tf.constant(zeros))
    np.testing.assert_allclose(outputs, direct(inputs, taps, 3), **exactly)


@both
def test_an_empty_batch_gives_an_empty_batch(kind):
    inputs, taps, operation = example(kind, 5, 3)
    empty_taps = taps if kind == "lightweight" else taps[:0]
    assert operation(tf.constant(inputs[:0]), tf.constant(empty_taps), left=1).shape == (0, 5, 6)


def costs(kind: str, length: int, kernel: int) -> tuple[int, int]:
    """Multiply-adds of all products in the traced graph, and the elements of its largest tensor."""
    inputs, taps, operation = example(kind, length, kernel, batch=1)
    graph = (
        tf.function(lambda inputs, taps: operation(inputs, taps, left=0))
        .get_concrete_function(tf.constant(inputs), tf.constant(taps))
        .graph
    )
    operations = graph.get_operations()
    products = [op for op in operations if "MatMul" in op.type]
    assert products
    multiply_adds = sum(op.outputs[0].shape.num_elements() * op.inputs[0].shape[-1] for op in products)
    return multiply_adds, max(output.shape.num_elements() for op in operations for output in op.outputs)


@both
def test_cost_is_linear_in_the_length(kind):
    kernel = 7
    expected = 6 * BLOCK * (BLOCK + kernel - 1)  # channels, each with one band of L x (L + K - 1), for each block
    for blocks in (2, 8, 16):
        multiply_adds, _ = costs(kind, blocks * BLOCK, kernel)
        assert multiply_adds == blocks * expected
    small, large = costs(kind, 8 * BLOCK, kernel)[1], costs(kind, 16 * BLOCK, kernel)[1]
    assert large <= 2 * small  # no tensor of T x T
