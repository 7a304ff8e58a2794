"""Completing a text with a Keras language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import tensorflow as tf

from lite_transformer_tf.branches import CacheSpec, Growth
from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.turns import Alone
from lite_transformer_tf.models.language_model import PREFILL

if TYPE_CHECKING:
    from lite_transformer_tf.models.language_model import LanguageModel
    from lite_transformer_tf.text.single_vocabulary import AnyVocabulary

ExtendFunction = Callable[[tf.Tensor, tf.Tensor, tuple], tuple[tf.Tensor, tuple]]
"""Ids (1, T), position of the first (), cache -> log-probabilities (1, V) of the next token, new cache."""


BranchCache: TypeAlias = tf.Tensor | dict[str, tf.Tensor]


def _tensor_spec(spec: CacheSpec, cache: BranchCache) -> BranchCache:
    """The signature of a branch's cache: any batch, and where rows are added any number of positions."""

    def of(tensor: tf.Tensor) -> tf.TensorSpec:
        positions = [None] if spec.growth is Growth.ROWS else [tensor.shape[-2]]
        return tf.TensorSpec([None, *tensor.shape[1:-2], *positions, tensor.shape[-1]], tensor.dtype)

    return tf.nest.map_structure(of, cache)


class KerasCompleter(Completer):
    """Completes texts with a `LanguageModel`; one graph serves prompts and steps of any length.

    Thread-safe: texts are independent of one another. A stream, or a text that `start` returns, is used by one thread
    at a time.

    Args:
        model: The model.
        vocabulary: Vocabulary of its ids.

    Example:
        completer = KerasCompleter(*load_model("runs/docs/model"))
        for piece in completer.stream("The value of", SamplingOptions(temperature=0.8, top_p=0.9)):
            print(piece, end="", flush=True)
    """

    def __init__(self, model: LanguageModel, vocabulary: AnyVocabulary) -> None:
        super().__init__(vocabulary)
        model.initialize()
        self.model = model
        self._empty = model.initial_cache(1)
        signature = [
            tf.TensorSpec([None, None], tf.int32),
            tf.TensorSpec([], tf.int32),
            tuple(
                tuple(_tensor_spec(spec, part) for spec, part in zip(specs, layer, strict=True))
                for specs, layer in zip(model.decoder.cache_specs, self._empty, strict=True)
            ),
        ]

        @tf.function(input_signature=signature, autograph=False)
        def extend(ids: tf.Tensor, position: tf.Tensor, cache: tuple) -> tuple[tf.Tensor, tuple]:
            logits, cache = model.extend(ids, position, cache)
            return tf.nn.log_softmax(logits), cache

        extend._omit_frequent_tracing_warning = True  # each model has a graph of its own, traced once
        self._extend = extend

    def start(self, ids: Sequence[int]) -> KerasText:
        """Reads the beginning of a text, its leading `eos` included, in pieces.

        Raises:
            ValueError: There are no ids.
        """
        if not ids:
            raise ValueError("A text starts with eos, so ids must not be empty. Received: []")
        text = KerasText(self._extend, self._empty)
        for begin in range(0, len(ids), PREFILL):
            text.read(ids[begin : begin + PREFILL])
        return text


class KerasText:
    """A text that a Keras model has read so far, with its cache.

    Attributes:
        log_probabilities: (V,) float32, of the next token.
        position: Number of tokens read.
    """

    log_probabilities: np.ndarray

    def __init__(self, extend: ExtendFunction, cache: tuple) -> None:
        self._extend, self._cache, self.position = extend, cache, 0
        self._alone = Alone("A text is read on by one thread at a time")

    def read(self, ids: Sequence[int]) -> np.ndarray:
        """Reads tokens, at least one; returns the new `log_probabilities`."""
        with self._alone:
            log_probs, self._cache = self._extend(
                tf.constant([list(ids)], tf.int32), tf.constant(self.position), self._cache
            )
            self.position += len(ids)
            self.log_probabilities = log_probs[0].numpy()
            return self.log_probabilities

    def step(self, token: int) -> np.ndarray:
        """Reads a token; returns the new `log_probabilities`."""
        return self.read([token])
