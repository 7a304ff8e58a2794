"""LayerNorm, also with residual connection and dropout, as one operation with its own gradient.

The gradient keeps x-hat and 1/std, nothing else.
"""

from __future__ import annotations

import tensorflow as tf

from lite_transformer_tf.ops.dropout import is_training, keep_mask


def _normalise(total: tf.Tensor, epsilon: float) -> tuple[tf.Tensor, tf.Tensor]:
    """x-hat and 1/std of (..., D) float32."""
    centred = total - tf.reduce_mean(total, -1, keepdims=True)
    inverse_std = tf.math.rsqrt(tf.reduce_mean(tf.square(centred), -1, keepdims=True) + epsilon)
    return centred * inverse_std, inverse_std


def _gradients(
    upstream: tf.Tensor, normalised: tf.Tensor, inverse_std: tf.Tensor, gamma: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Gradients with respect to the normalised tensor, gamma and beta."""
    axes = list(range(upstream.shape.rank - 1))
    scaled = upstream * gamma
    mean = tf.reduce_mean(scaled, -1, keepdims=True)
    projection = tf.reduce_mean(scaled * normalised, -1, keepdims=True)
    into_sum = inverse_std * (scaled - mean - normalised * projection)
    return into_sum, tf.reduce_sum(upstream * normalised, axes), tf.reduce_sum(upstream, axes)


def layer_norm(inputs: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, *, epsilon: float = 1e-5) -> tf.Tensor:
    """`LayerNorm(inputs)`, the step before every sub-layer of a pre-norm layer.

    Args:
        inputs: (..., D), any floating type; computed in float32.
        gamma, beta: (D,).

    Returns:
        (..., D) in the type of `inputs`.
    """
    dtype = inputs.dtype

    @tf.custom_gradient
    def forward(inputs, gamma, beta):
        normalised, inverse_std = _normalise(tf.cast(inputs, tf.float32), epsilon)

        def backward(upstream):
            into_inputs, into_gamma, into_beta = _gradients(
                tf.cast(upstream, tf.float32), normalised, inverse_std, gamma
            )
            return tf.cast(into_inputs, dtype), into_gamma, into_beta

        return tf.cast(normalised * gamma + beta, dtype), backward

    return forward(inputs, tf.cast(gamma, tf.float32), tf.cast(beta, tf.float32))


def residual_layer_norm(
    residual: tf.Tensor,
    update: tf.Tensor,
    gamma: tf.Tensor,
    beta: tf.Tensor,
    *,
    rate: float = 0.0,
    training: bool | None = False,
    epsilon: float = 1e-5,
) -> tf.Tensor:
    """`LayerNorm(residual + dropout(update))`, the post-norm step around every sub-layer (paper, section 4).

    Args:
        residual, update: (..., D), any floating type; computed in float32.
        gamma, beta: (D,).
        rate: dropout rate on `update`, in [0, 1).

    Returns:
        (..., D) in the type of `residual`.
    """
    mask, scale = keep_mask(tf.shape(update), rate) if rate > 0 and is_training(training) else (None, 1.0)
    dtype = residual.dtype

    def dropped(tensor: tf.Tensor) -> tf.Tensor:
        return tensor if mask is None else tensor * (tf.cast(mask, tensor.dtype) * tf.cast(scale, tensor.dtype))

    @tf.custom_gradient
    def forward(residual, update, gamma, beta):
        normalised, inverse_std = _normalise(tf.cast(residual + dropped(update), tf.float32), epsilon)

        def backward(upstream):
            into_sum, into_gamma, into_beta = _gradients(tf.cast(upstream, tf.float32), normalised, inverse_std, gamma)
            into_sum = tf.cast(into_sum, dtype)
            return into_sum, dropped(into_sum), into_gamma, into_beta

        return tf.cast(normalised * gamma + beta, dtype), backward

    return forward(residual, update, tf.cast(gamma, tf.float32), tf.cast(beta, tf.float32))
