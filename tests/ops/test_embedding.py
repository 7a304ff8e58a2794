"""The look-up equals tf.gather, with a dense gradient of the same numbers; shapes are static where they can be."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from lite_transformer_tf.ops.embedding import embedding_lookup
from lite_transformer_tf.ops.shapes import shape_of

TABLE = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
IDS = np.array([[2, 2, 5], [0, 2, 6]], np.int32)
UPSTREAM = np.random.default_rng(1).normal(size=(2, 3, 3)).astype(np.float32)


def gradient_of(lookup, table: tf.Tensor) -> tf.Tensor | tf.IndexedSlices:
    with tf.GradientTape() as tape:
        tape.watch(table)
        rows = lookup(table, IDS)
    return tape.gradient(rows, table, output_gradients=UPSTREAM)


def test_rows():
    np.testing.assert_array_equal(embedding_lookup(tf.constant(TABLE), IDS), TABLE[IDS])


def test_the_gradient_is_dense_and_equals_the_sparse_one():
    table = tf.Variable(TABLE)
    ours, sparse = gradient_of(embedding_lookup, table), gradient_of(tf.gather, table)
    assert isinstance(ours, tf.Tensor) and isinstance(sparse, tf.IndexedSlices)
    np.testing.assert_allclose(ours, tf.convert_to_tensor(sparse), rtol=0, atol=1e-6)
    expected = np.zeros_like(TABLE)
    np.add.at(expected, IDS, UPSTREAM)  # row 2 is read three times
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-6)
    assert (ours.numpy()[[1, 3, 4]] == 0).all()


def test_a_tied_table_adds_both_gradients():
    table = tf.Variable(TABLE)
    with tf.GradientTape(persistent=True) as tape:
        ours, plain = (
            tf.square(tf.matmul(tf.reshape(lookup(table, IDS), [-1, 3]), table, transpose_b=True))
            for lookup in (embedding_lookup, tf.gather)
        )
    ours, reference = tape.gradient(ours, table), tape.gradient(plain, table)
    assert isinstance(ours, tf.Tensor)
    np.testing.assert_allclose(ours, tf.convert_to_tensor(reference), rtol=1e-5, atol=1e-5)


def test_narrow_tables_get_narrow_gradients():
    ours = gradient_of(
        lambda table, ids: tf.cast(embedding_lookup(table, ids), tf.float32), tf.constant(TABLE, tf.bfloat16)
    )
    assert ours.dtype == tf.bfloat16


def test_shape_of():
    assert shape_of(tf.zeros([2, 3])) == [2, 3]
    seen = []

    @tf.function(input_signature=[tf.TensorSpec([None, 5, None])])
    def graph(tensor):
        batch, five, last = shape_of(tensor)
        seen.append(five)
        return tf.stack([batch, last])

    np.testing.assert_array_equal(graph(tf.zeros([2, 5, 7])), [2, 7])
    assert seen == [5] and isinstance(seen[0], int)
