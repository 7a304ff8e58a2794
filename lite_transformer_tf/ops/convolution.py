"""The convolution core of LSRA: y[t] = sum_k w[k] u[t + k - P], one kernel w for each head of channels.

On a CPU the fastest form is a product with one banded matrix per head: 6 to 15 times faster than shifted sums or
unfolding. Its cost grows with the square of the length, so sequences longer than a block are cut into blocks that
overlap by the kernel: linear in the length.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from lite_transformer_tf.ops.compiled import compiled_by_xla
from lite_transformer_tf.ops.shapes import shape_of

BLOCK = 128
Form = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""A way to convolve inputs with taps."""


def band(taps: tf.Tensor) -> tf.Tensor:
    """Lays taps (..., T, K) along the diagonals of a matrix (..., T, T + K - 1): row t has tap k in column t + k.

    Writing each row followed by T zeros and reading the memory with rows one element shorter shifts row t by t.
    """
    *lead, length, kernel = shape_of(taps)
    padded = tf.pad(taps, [[0, 0]] * (len(lead) + 1) + [[0, length]])
    flat = tf.reshape(padded, [*lead, length * (length + kernel)])[..., : length * (length + kernel - 1)]
    return tf.reshape(flat, [*lead, length, length + kernel - 1])


def lightweight_convolution(
    inputs: tf.Tensor, taps: tf.Tensor, *, left: int, history: tf.Tensor | None = None
) -> tf.Tensor:
    """One kernel per head for all positions (Wu et al. 2019, "Pay Less Attention", section 3).

    Args:
        inputs: (B, T, C).
        taps: (H, K), already softmaxed; head h owns channels [h C / H, (h + 1) C / H).
        left: P, number of taps that look to the left; positions outside the sequence are zeros.
        history: (B, K - 1, C), the positions before `inputs` of a causal convolution (P = K - 1) instead of zeros.

    Returns:
        (B, T, C).
    """
    batch, length, channels = shape_of(inputs)
    heads, kernel = taps.shape
    width = channels // heads

    def product(matrix: tf.Tensor, reached: tf.Tensor, rows: int | tf.Tensor) -> tf.Tensor:
        # (H, T', B R): one product for all heads and the whole batch
        stacked = tf.reshape(
            tf.transpose(tf.reshape(reached, [batch, rows, heads, width]), [2, 1, 0, 3]), [heads, rows, batch * width]
        )
        outputs = tf.reshape(tf.matmul(matrix, stacked), [heads, length, batch, width])
        return tf.reshape(tf.transpose(outputs, [2, 1, 0, 3]), [batch, length, channels])

    def one_band(inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
        matrix = band(tf.broadcast_to(taps[:, None, :], [heads, length, kernel]))
        if history is not None:
            return product(matrix, tf.concat([history, inputs], 1), kernel - 1 + length)
        return product(matrix[:, :, left : left + length], inputs, length)

    def blocks(inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
        windows, count, size = _windows(inputs, kernel, left)  # (B, n, L + K - 1, C)
        stacked = tf.reshape(windows, [batch, count, size + kernel - 1, heads, width])
        stacked = tf.reshape(tf.transpose(stacked, [3, 2, 0, 1, 4]), [heads, size + kernel - 1, batch * count * width])
        matrix = band(tf.broadcast_to(taps[:, None, :], [heads, size, kernel]))
        outputs = tf.reshape(tf.matmul(matrix, stacked), [heads, size, batch, count, width])
        return tf.reshape(tf.transpose(outputs, [2, 3, 1, 0, 4]), [batch, count * size, channels])[:, :length]

    return _choose(length, one_band, blocks, inputs, taps) if history is None else one_band(inputs, taps)


def dynamic_convolution(
    inputs: tf.Tensor, taps: tf.Tensor, *, left: int, history: tf.Tensor | None = None
) -> tf.Tensor:
    """Kernels that differ from position to position (Wu et al. 2019, section 4).

    Args:
        inputs: (B, T, C).
        taps: (B, T, H, K), already softmaxed.
        left, history: as in `lightweight_convolution`.

    Returns:
        (B, T, C).
    """
    batch, length, channels = shape_of(inputs)
    heads, kernel = taps.shape[2:]
    width = channels // heads

    def one_band(inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
        matrix = band(tf.transpose(taps, [0, 2, 1, 3]))
        matrix = matrix[..., left : left + length] if history is None else matrix
        reached, rows = (inputs, length) if history is None else (tf.concat([history, inputs], 1), kernel - 1 + length)
        stacked = tf.transpose(tf.reshape(reached, [batch, rows, heads, width]), [0, 2, 1, 3])
        outputs = tf.matmul(matrix, stacked)  # (B, H, T, R)
        return tf.reshape(tf.transpose(outputs, [0, 2, 1, 3]), [batch, length, channels])

    def blocks(inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
        windows, count, size = _windows(inputs, kernel, left)
        stacked = tf.transpose(tf.reshape(windows, [batch, count, size + kernel - 1, heads, width]), [0, 1, 3, 2, 4])
        cut = tf.reshape(
            tf.pad(taps, [[0, 0], [0, count * size - length], [0, 0], [0, 0]]), [batch, count, size, heads, kernel]
        )
        outputs = tf.matmul(band(tf.transpose(cut, [0, 1, 3, 2, 4])), stacked)  # (B, n, H, L, R)
        return tf.reshape(tf.transpose(outputs, [0, 1, 3, 2, 4]), [batch, count * size, channels])[:, :length]

    return _choose(length, one_band, blocks, inputs, taps) if history is None else one_band(inputs, taps)


def depthwise_convolution(
    inputs: tf.Tensor, taps: tf.Tensor, *, left: int, history: tf.Tensor | None = None
) -> tf.Tensor:
    """One kernel per channel for all positions, the first half of a separable convolution.

    Args:
        inputs: (B, T, C).
        taps: (K, C).
        left, history: as in `lightweight_convolution`.

    Returns:
        (B, T, C).
    """
    if history is None:
        reached = tf.pad(inputs, [[0, 0], [left, taps.shape[0] - 1 - left], [0, 0]])
    else:
        reached = tf.concat([history, inputs], 1)
    # time on the axis of heights: on a CPU twice as fast as on that of widths
    return tf.nn.depthwise_conv2d(reached[:, :, None], taps[:, None, :, None], [1, 1, 1, 1], "VALID")[:, :, 0]


def _choose(length: int | tf.Tensor, one_band: Form, blocks: Form, inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
    """The form for this length; a graph contains both if only its run tells the length."""
    if isinstance(length, int):
        return one_band(inputs, taps) if length <= BLOCK else blocks(inputs, taps)
    if compiled_by_xla():
        return _compiled_choice(length, one_band, blocks, inputs, taps)
    return tf.cond(length <= BLOCK, lambda: one_band(inputs, taps), lambda: blocks(inputs, taps))


def _compiled_choice(length: tf.Tensor, one_band: Form, blocks: Form, inputs: tf.Tensor, taps: tf.Tensor) -> tf.Tensor:
    """`_choose` with a gradient that reads no tensor of either form, because XLA does not know the shapes of those in
    the form that does not run."""

    def gradients(form: Form, inputs: tf.Tensor, taps: tf.Tensor, upstream: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch((inputs, taps))
            outputs = form(inputs, taps)
        return tape.gradient(outputs, [inputs, taps], upstream)

    @tf.custom_gradient
    def convolve(inputs: tf.Tensor, taps: tf.Tensor):
        def backward(upstream: tf.Tensor):
            return tf.cond(
                length <= BLOCK,
                lambda: gradients(one_band, inputs, taps, upstream),
                lambda: gradients(blocks, inputs, taps, upstream),
            )

        return tf.cond(length <= BLOCK, lambda: one_band(inputs, taps), lambda: blocks(inputs, taps)), backward

    return convolve(inputs, taps)


def _windows(inputs: tf.Tensor, kernel: int, left: int) -> tuple[tf.Tensor, tf.Tensor, int]:
    """Cuts (B, T, C) into n blocks of L positions with the K - 1 neighbours each: (B, n, L + K - 1, C)."""
    size = max(BLOCK, kernel - 1)
    batch, length, channels = shape_of(inputs)
    count = (length + size - 1) // size
    padded = tf.pad(inputs, [[0, 0], [left, (count + 1) * size - length - left], [0, 0]])
    whole = tf.reshape(padded, [batch, count + 1, size, channels])
    return tf.concat([whole[:, :-1], whole[:, 1:, : kernel - 1]], 2), count, size
