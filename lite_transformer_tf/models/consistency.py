"""R-Drop: two passes with different dropout are to predict the same."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf


class TokenPredictions(NamedTuple):
    """Training losses and negative log-likelihoods of labels, (B, T) float32, and logits (B, T, V) or None."""

    losses: tf.Tensor
    nlls: tf.Tensor
    logits: tf.Tensor | None


def symmetric_divergence(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """`(KL(p || q) + KL(q || p)) / 2` of the distributions of logits (..., V): (...), float32, in nats."""
    log_p, log_q = (tf.nn.log_softmax(tf.cast(logits, tf.float32)) for logits in (first, second))
    return 0.5 * tf.reduce_sum((tf.exp(log_p) - tf.exp(log_q)) * (log_p - log_q), -1)


def consistent(
    first: TokenPredictions, second: TokenPredictions, weight: float, mask: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The predictions of two passes over one batch as one.

    A token's loss is the mean of both passes and `weight / 2` times their symmetric divergence: half the objective
    of the paper, whose weights (5 for translation) can be taken as they are.

    Args:
        first, second: The passes, with logits.
        weight: Float, at least 0. The paper's alpha.
        mask: Labels that count, (B, T) bool.

    Returns:
        Losses and negative log-likelihoods (B, T), and the first pass' logits (B, T, V).

    References:
        Liang et al. 2021, arXiv 2106.14448, equation 4.
    """
    assert first.logits is not None and second.logits is not None
    apart = tf.where(mask, symmetric_divergence(first.logits, second.logits), 0.0)
    losses = 0.5 * (first.losses + second.losses) + 0.5 * weight * apart
    return losses, 0.5 * (first.nlls + second.nlls), first.logits
