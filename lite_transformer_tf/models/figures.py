"""What training and evaluation report about tokens, beside the metrics that a user compiles."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tf_keras as keras


class _Stateless:
    """A metric that is in no file of the model: a file of an uncompiled model loads into a compiled one."""

    def save_own_variables(self, store: Any) -> None:
        """Saves nothing."""

    def load_own_variables(self, store: Any) -> None:
        """Loads nothing."""


class _Mean(_Stateless, keras.metrics.Mean):
    """Mean over tokens."""


class _Sum(_Stateless, keras.metrics.Sum):
    """Number of tokens."""


class TokenFigures:
    """`loss` and `nll`, means over all target tokens since the last reset, and `tokens`, their number.

    It is no attribute that Keras tracks, so the weights of a model are the same before and after `compile`.
    """

    def __init__(self) -> None:
        self.loss, self.nll = _Mean("loss"), _Mean("nll")
        self.tokens = _Sum("tokens", dtype="float64")  # exact for 2**53 tokens

    def update(self, loss: tf.Tensor, nll: tf.Tensor, tokens: tf.Tensor) -> None:
        """One batch: its mean loss, mean negative log-likelihood, and number of target tokens."""
        self.loss.update_state(loss, sample_weight=tokens)
        self.nll.update_state(nll, sample_weight=tokens)
        self.tokens.update_state(tokens)
