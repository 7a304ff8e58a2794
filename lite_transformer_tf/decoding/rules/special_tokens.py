"""Rule: no pads, no end before the minimum length, nothing but the end at the limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.decoding.rules.rule import FORBIDDEN, Forbidden, Rule, SpecialIds, Tokens, option
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

    def __init__(self, options: SpecialTokensOptions, special: SpecialIds) -> None:
        super().__init__(options, special)
        self._min_length, self._pad_id, self._eos_id = options.min_length, special.pad_id, special.eos_id

    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        import tensorflow as tf

        tokens = tf.range(tf.shape(log_probs)[1])[None, :]
        is_end = tokens == self.special.eos_id
        early, full = step < self.options.min_length, (step >= limits)[:, None]
        return tf.where((tokens == self.special.pad_id) | (is_end & early) | (~is_end & full), FORBIDDEN, log_probs)

    def forbids(self, tokens: Tokens, ids: Sequence[int], limit: int) -> Forbidden:
        length = len(ids)
        early = length < self._min_length
        if length >= limit:
            return (tokens != self._eos_id) | early if early else tokens != self._eos_id
        if early:
            return (tokens == self._pad_id) | (tokens == self._eos_id)
        return tokens == self._pad_id
