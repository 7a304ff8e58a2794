"""Labels and the weights of samples in the forms that Keras allows, as one form."""

from __future__ import annotations

import tensorflow as tf


def token_labels(labels: tf.Tensor, rank: int = 2) -> tf.Tensor:
    """Labels as int32 of `rank` dimensions.

    Args:
        labels: Ids of any numeric type, with `rank` dimensions or with a further one of size 1, as `class_weight` of
            Keras wants them.
        rank: Number of dimensions, by default those of (B, T).

    Raises:
        ValueError: The labels have another form, such as one-hot vectors.
    """
    labels = tf.convert_to_tensor(labels)
    if labels.shape.rank == rank + 1 and labels.shape[-1] in (1, None):
        labels = tf.squeeze(labels, -1)
    if labels.shape.rank not in (rank, None):
        raise ValueError(f"Labels must be ids with {rank} dimensions. Received: the shape {labels.shape}")
    return tf.cast(labels, tf.int32)


def token_weights(sample_weight: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """`sample_weight` as a factor for the losses of `labels`: as in Keras, dimensions agree from the left.

    Args:
        sample_weight: Numbers of shape (B,), one per row, or (B, T), one per label; also (B, 1), (B, T, 1) and ().
        labels: (B, T), or any other shape (B, ...).

    Returns:
        Float32, of a shape that broadcasts to that of the labels.

    Raises:
        ValueError: The shapes do not agree.
    """
    weights = tf.cast(tf.convert_to_tensor(sample_weight), tf.float32)
    received, rank = weights.shape, labels.shape.rank
    if received.rank == rank + 1 and received[-1] == 1:
        weights = tf.squeeze(weights, -1)
    while 0 < weights.shape.rank < rank:
        weights = weights[..., None]
    sizes = zip(weights.shape, labels.shape)
    if weights.shape.rank > rank or any(None not in (size, full) and size not in (1, full) for size, full in sizes):
        raise ValueError(
            f"sample_weight must have one number per row or per label of {labels.shape}. Received: the shape {received}"
        )
    return weights
