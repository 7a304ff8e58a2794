"""A rule as somebody would add it: its options and its two forms, in one file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.rules.rule import FORBIDDEN, Forbidden, Rule, Tokens, option
from lite_transformer_tf.settings import NonNegativeInt, section


@section
class MaxRunOptions:
    """Options of `MaxRun`."""

    max_run: NonNegativeInt = option(0, "greatest number of equal tokens in a row; 0 allows any", metavar="N")


class MaxRun(Rule[MaxRunOptions]):
    """Forbids the last token once it occurs `max_run` times in a row."""

    options_type = MaxRunOptions
    reads_history = True

    @classmethod
    def is_used(cls, options: MaxRunOptions) -> bool:
        return options.max_run > 0

    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        last = tf.gather(history, tf.maximum(step - 1, 0), axis=1)
        full = step >= self.options.max_run
        for place in range(self.options.max_run):
            full &= tf.gather(history, tf.maximum(step - 1 - place, 0), axis=1) == last
        tokens = tf.range(tf.shape(log_probs)[1])
        return tf.where(full[:, None] & (tokens[None, :] == last[:, None]), FORBIDDEN, log_probs)

    def forbids(self, tokens: Tokens, ids: Sequence[int], limit: int) -> Forbidden:
        run = list(ids[-self.options.max_run :])
        full = len(run) == self.options.max_run and len(set(run)) == 1
        return np.equal(tokens, run[-1]) if full else False


@section
class ToyOptions(DecodingOptions, MaxRunOptions):
    """What the registry's `RuleOptions` would give to `DecodingOptions`."""
