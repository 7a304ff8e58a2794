"""Rule: no pads, no end before the minimum length, nothing but the end at the limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.decoding.rules.rule import FORBIDDEN, Forbidden, Rule, Tokens, option
from lite_transformer_tf.settings import NonNegativeInt, section

if TYPE_CHECKING:
    import tensorflow as tf


@section
class SpecialTokensOptions:
    """Options of `SpecialTokens`."""

    min_length: NonNegativeInt = option(1, "least number of tokens before `eos`", metavar="N")


class SpecialTokens(Rule[SpecialTokensOptions]):
    """Forbids `pad` always, `eos` before `min_length` tokens, and every other token at a sentence's limit."""

    options_type = SpecialTokensOptions

    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        import tensorflow as tf

        tokens = tf.range(tf.shape(log_probs)[1])[None, :]
        is_end = tokens == self.special.eos_id
        early, full = step < self.options.min_length, (step >= limits)[:, None]
        return tf.where((tokens == self.special.pad_id) | (is_end & early) | (~is_end & full), FORBIDDEN, log_probs)

    def forbids(self, tokens: Tokens, ids: Sequence[int], limit: int) -> Forbidden:
        early = len(ids) < self.options.min_length
        if len(ids) >= limit:
            return (tokens != self.special.eos_id) | early
        if early:
            return (tokens == self.special.pad_id) | (tokens == self.special.eos_id)
        return tokens == self.special.pad_id
