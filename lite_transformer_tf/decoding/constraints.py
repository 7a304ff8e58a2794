"""Which tokens a step forbids (docs/decoding.md, "One step", rule 2)."""

from __future__ import annotations

import tensorflow as tf

FORBIDDEN = float("-inf")


def forbid_special(
    log_probs: tf.Tensor, step: tf.Tensor, limits: tf.Tensor, *, pad_id: int, eos_id: int, min_length: int
) -> tf.Tensor:
    """Forbids pads, an end before `min_length`, and everything but the end at a sentence's limit.

    Args:
        log_probs: (R, N) of R hypotheses.
        step: number of tokens that every hypothesis has, scalar int32.
        limits: (R,) int32, greatest number of tokens before `eos` for each hypothesis.

    Returns:
        (R, N) with minus infinity at forbidden tokens.
    """
    tokens = tf.range(tf.shape(log_probs)[1])[None, :]
    is_end = tokens == eos_id
    forbidden = (tokens == pad_id) | (is_end & (step < min_length)) | (~is_end & (step >= limits)[:, None])
    return tf.where(forbidden, FORBIDDEN, log_probs)


def forbid_repeated_ngrams(log_probs: tf.Tensor, history: tf.Tensor, step: tf.Tensor, *, size: int) -> tf.Tensor:
    """Forbids every token that would complete an n-gram which the hypothesis holds already.

    Args:
        log_probs: (R, N) of R hypotheses.
        history: (R, M) int32, tokens of each hypothesis; those from `step` on are not read.
        step: number of tokens that every hypothesis has, scalar int32.
        size: n > 0.

    Returns:
        (R, N) with minus infinity at forbidden tokens. The end-of-sentence token is never in `history`, hence never forbidden here.
    """
    rows, width = tf.shape(history)[0], tf.shape(history)[1]
    starts = tf.range(tf.maximum(width - size + 1, 0))  # an n-gram begins at each
    repeated = tf.ones([rows, tf.shape(starts)[0]], tf.bool)
    for offset in range(size - 1):
        last = tf.gather(history, tf.maximum(step - (size - 1) + offset, 0), axis=1)
        repeated &= tf.gather(history, starts + offset, axis=1) == last[:, None]
    repeated &= (starts + size - 1 < step)[None, :] & (step >= size - 1)
    where = tf.where(repeated)
    tokens = tf.gather_nd(history, tf.stack([where[:, 0], where[:, 1] + (size - 1)], 1))
    indices = tf.stack([tf.cast(where[:, 0], tf.int32), tokens], 1)
    return tf.tensor_scatter_nd_min(log_probs, indices, tf.fill([tf.shape(tokens)[0]], FORBIDDEN))
