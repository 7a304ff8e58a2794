"""Rule: no n-gram occurs twice in a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.decoding.rules.rule import FORBIDDEN, Forbidden, Rule, Tokens, option
from lite_transformer_tf.settings import NonNegativeInt, section

if TYPE_CHECKING:
    import tensorflow as tf


@section
class NoRepeatNgramOptions:
    """Options of `NoRepeatNgram`."""

    no_repeat_ngram: NonNegativeInt = option(
        0, "n > 0 forbids repeated n-grams; 0 allows them", metavar="N", default_text="0; 3 for summaries"
    )


class NoRepeatNgram(Rule[NoRepeatNgramOptions]):
    """Forbids every token that would complete an n-gram that the hypothesis already contains.

    `eos` ends a hypothesis and is never one of its tokens, so this rule never forbids it.
    """

    options_type = NoRepeatNgramOptions
    reads_history = True

    @classmethod
    def is_used(cls, options: NoRepeatNgramOptions) -> bool:
        return options.no_repeat_ngram > 0

    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        import tensorflow as tf

        size = self.options.no_repeat_ngram
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

    def forbids(self, tokens: Tokens, ids: Sequence[int], limit: int) -> Forbidden:
        blocked = blocked_tokens(ids, self.options.no_repeat_ngram)
        if isinstance(tokens, np.ndarray) and blocked:
            return np.isin(tokens, blocked)
        return tokens in blocked if blocked else False


def blocked_tokens(ids: Sequence[int], size: int) -> list[int]:
    """Tokens that would complete an n-gram of `size` > 0 that `ids` already contains, in ascending order."""
    last = len(ids) - (size - 1)  # the tokens from here on begin an n-gram that the next token completes
    if last < 0:
        return []
    prefix = list(ids[last:])
    return sorted({ids[start + size - 1] for start in range(last) if list(ids[start : start + size - 1]) == prefix})
