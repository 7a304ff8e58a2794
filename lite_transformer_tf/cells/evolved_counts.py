"""What the cells of the Evolved Transformer count alike."""

from __future__ import annotations

from lite_transformer_tf.operation_counts import SIGMOID, Count, Kind, arithmetic, dense, layer_norm


def separable_count(kernel_size: int, channels: int, units: int, tokens: int, *, relu: bool = False) -> Count:
    """A separable convolution."""
    taps = Count({"taps": (kernel_size, channels)}) + arithmetic(Kind.CONVOLUTION, kernel_size * channels * tokens)
    activation = arithmetic(Kind.ACTIVATION, units * tokens) if relu else Count()
    return taps + (dense(channels, units, tokens) + activation).below("pointwise")


def feed_forward_count(dim: int, tokens: int, *, swish: bool = False) -> Count:
    """A feed-forward network of 4 D, with ReLU, or with swish and a LayerNorm."""
    wide = 4 * dim
    inner = dense(dim, wide, tokens) + arithmetic(Kind.ACTIVATION, (SIGMOID + 1 if swish else 1) * wide * tokens)
    norm = layer_norm(wide, tokens).below("inner_norm") if swish else Count()
    return inner.below("inner") + norm + dense(wide, dim, tokens).below("outer")
