"""Label-smoothed cross-entropy with its own gradient: no one-hot matrix, one softmax for forward and backward."""

from __future__ import annotations

import tensorflow as tf


def label_smoothed_cross_entropy(labels: tf.Tensor, logits: tf.Tensor, smoothing: float) -> tuple[tf.Tensor, tf.Tensor]:
    """`(1 - e) nll + e / V sum_v(-log p_v)` for every token, as the reference has it.

    Args:
        labels: (N,) int32.
        logits: (N, V), any floating type; computed in float32.
        smoothing: e, in [0, 1).

    Returns:
        The smoothed loss (N,), which has the gradient, and the plain negative log-likelihood (N,), which has none;
        float32.
    """

    @tf.custom_gradient
    def forward(logits):
        numbers = tf.cast(logits, tf.float32)
        nll, difference = tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(
            features=numbers, labels=labels
        )  # p - onehot: (N, V)
        loss = nll
        if smoothing:
            loss = nll + smoothing * (tf.gather(numbers, labels, batch_dims=1) - tf.reduce_mean(numbers, -1))

        def backward(upstream, _):
            gradient = difference * upstream[:, None]
            if smoothing:
                gradient -= (upstream * (smoothing / logits.shape[-1]))[:, None]
                positions = tf.stack([tf.range(tf.shape(labels)[0]), tf.cast(labels, tf.int32)], -1)
                gradient = tf.tensor_scatter_nd_add(gradient, positions, upstream * smoothing)
            return tf.cast(gradient, logits.dtype)

        return (loss, tf.stop_gradient(nll)), backward

    return forward(logits)
