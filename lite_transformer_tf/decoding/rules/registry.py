"""All rules of decoding.

A new rule needs a file in this folder, its two names here (`RULES`, `RuleOptions`), and its Kotlin twin in Rules.kt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lite_transformer_tf.decoding.rules.no_repeat_ngram import NoRepeatNgram, NoRepeatNgramOptions
from lite_transformer_tf.decoding.rules.rule import Rule, SpecialIds
from lite_transformer_tf.decoding.rules.special_tokens import SpecialTokens, SpecialTokensOptions
from lite_transformer_tf.settings import section

if TYPE_CHECKING:
    import tensorflow as tf

RULES: list[type[Rule[Any]]] = [NoRepeatNgram, SpecialTokens]


@section
class RuleOptions(NoRepeatNgramOptions, SpecialTokensOptions):
    """Options of all rules."""


def rules_of(options: object) -> list[type[Rule[Any]]]:
    """The rules whose options an options object has."""
    return [rule for rule in RULES if isinstance(options, rule.options_type)]


class ActiveRules:
    """The rules that a search's options switch on.

    Args:
        options: Options of the search.
        special: Special ids of the target vocabulary.
    """

    def __init__(self, options: RuleOptions, special: SpecialIds) -> None:
        used = [rule(options, special) for rule in rules_of(options) if rule.is_used(options)]
        self._all = used
        self._by_length = [rule for rule in used if not rule.reads_history]
        self._by_history = [rule for rule in used if rule.reads_history]

    def forbid_in_graph(
        self, log_probs: tf.Tensor, step: tf.Tensor, history: tf.Tensor, limits: tf.Tensor
    ) -> tf.Tensor:
        """Log-probabilities with minus infinity where a rule forbids a token; see `Rule.forbid_in_graph`."""
        for rule in self._all:
            log_probs = rule.forbid_in_graph(log_probs, step, history, limits)
        return log_probs

    def forbids(self, token: int, ids: Sequence[int], limit: int) -> bool:
        """Whether a rule forbids `token` after the tokens `ids`."""
        for rule in self._all:  # noqa: SIM110 (a generator would cost more than the rules)
            if rule.forbids(token, ids, limit):
                return True
        return False

    def forbidden(self, tokens: np.ndarray, hypotheses: Sequence[Sequence[int]], limit: int) -> np.ndarray:
        """Where a rule forbids a token: a mask (k, K) for tokens (k, K) after k hypotheses of equal length."""
        mask = np.zeros(tokens.shape, bool)
        for rule in self._by_length:
            mask |= rule.forbids(tokens, hypotheses[0], limit)
        for rule in self._by_history:
            for row, ids in enumerate(hypotheses):
                mask[row] |= rule.forbids(tokens[row], ids, limit)
        return mask
