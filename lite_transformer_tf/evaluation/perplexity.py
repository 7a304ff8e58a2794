"""Perplexity of a language model on a text, with a context window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lite_transformer_tf.data.language_modeling import TokenStream

if TYPE_CHECKING:
    import tensorflow as tf

    from lite_transformer_tf.decoding.completion import Completer
    from lite_transformer_tf.models.language_model import LanguageModel

TOKENS_PER_BATCH = 8192
TOWERS = 2  # parts of a batch that are computed side by side, see `training.threads`


@dataclass(frozen=True)
class Perplexity:
    """How well a model predicts a text.

    Args:
        nll: sum of the negative log-likelihoods of all tokens, in nats.
        tokens, words, characters: of the text, see `TokenStream`.
        seconds: wall-clock time.
    """

    nll: float
    tokens: int
    words: int
    characters: int
    seconds: float

    @property
    def per_token(self) -> float:
        """`exp(nll / tokens)`: what most papers report; models of one vocabulary compare by it."""
        return _exp(self.nll / self.tokens)

    @property
    def per_word(self) -> float:
        """`exp(nll / words)`: subword and word models compare by it, when neither has unknown words."""
        return _exp(self.nll / self.words)

    @property
    def bits_per_character(self) -> float:
        return self.nll / self.characters / math.log(2)

    def to_dict(self) -> dict[str, Any]:
        """Figures for a report."""
        return {
            "perplexity": self.per_token,
            "perplexity_per_word": self.per_word,
            "bits_per_character": self.bits_per_character,
            "nll": self.nll / self.tokens,
            "tokens": self.tokens,
            "words": self.words,
            "characters": self.characters,
            "seconds": round(self.seconds, 3),
            "tokens_per_second": round(self.tokens / max(self.seconds, 1e-9), 1),
        }


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def check_windows(block: int, context_window: int) -> None:
    """Raises ValueError unless these can cut a text into windows."""
    if block < 1:
        raise ValueError(f"block must be at least 1. Received: {block!r}")
    if context_window < 0:
        raise ValueError(f"context_window must not be negative. Received: {context_window!r}")


def other_vocabulary(size: int, stream: TokenStream) -> ValueError:
    """The error for a text of another vocabulary than the model's, which has `size` tokens."""
    received = f"{stream.name} with one of {stream.vocabulary_size}"
    return ValueError(f"The text must have the model's vocabulary of {size} tokens. Received: {received}")


def windows(stream: TokenStream, block: int, context_window: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cuts a text into windows: inputs and labels (T,) each, labels being pads where a token is only context.

    Window i predicts tokens `[i * block, (i + 1) * block)` and reads `context_window` tokens before them, or all that
    there are (fairseq's `--context-window`). Every token is predicted once.
    """
    check_windows(block, context_window)
    cut = []
    for first in range(0, len(stream), block):
        begin, end = max(0, first - context_window), min(first + block, len(stream))
        inputs, labels = stream.between(begin, end)
        labels[: first - begin] = stream.pad_id
        cut.append((inputs, labels))
    return cut


def _batches(
    cut: list[tuple[np.ndarray, np.ndarray]], size: int, pad_id: int, width: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Windows in batches of `size` rows, padded on the right to `width`, so that one graph serves all."""
    batches = []
    for begin in range(0, len(cut), size):
        ids = np.full((size, width), pad_id, np.int32)
        labels = ids.copy()
        for row, (inputs, targets) in enumerate(cut[begin : begin + size]):
            ids[row, : len(inputs)], labels[row, : len(targets)] = inputs, targets
        batches.append((ids, labels))
    return batches


class PerplexityMeter:
    """Measures perplexities of one model; its graph is built once.

    Args:
        model: the model.
        block: tokens predicted by one pass over a window.
        context_window: tokens before them that are read but not predicted again; the paper's WikiText-103 figures have
            2560 and a block of 512.
        tokens_per_batch: windows that are computed together, in tokens.
    """

    def __init__(
        self, model: LanguageModel, block: int, context_window: int = 0, tokens_per_batch: int = TOKENS_PER_BATCH
    ) -> None:
        check_windows(block, context_window)
        self.model, self.block, self.context_window = model, block, context_window
        self._rows = max(1, tokens_per_batch // (block + context_window))
        self._nll: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None

    def __call__(self, stream: TokenStream) -> Perplexity:
        """The perplexity of a text.

        Raises:
            ValueError: its vocabulary is not the model's.
        """
        start = time.perf_counter()
        total = float(self.by_window(stream)[0].sum())
        return Perplexity(total, len(stream), stream.words, stream.characters, time.perf_counter() - start)

    def by_window(self, stream: TokenStream) -> tuple[np.ndarray, np.ndarray]:
        """The negative log-likelihood of each window's predicted tokens, and their number, of a text.

        Returns:
            Two arrays with one entry per window of `block` tokens: float64 in nats, and int64.

        Raises:
            ValueError: its vocabulary is not the model's.
        """
        import tensorflow as tf

        size = self.model.config.vocabulary_size
        if stream.vocabulary_size != size:
            raise other_vocabulary(size, stream)
        self.model.initialize()
        width = min(self.block + self.context_window, len(stream))
        cut = windows(stream, self.block, self.context_window)
        rows = min(self._rows, len(cut))
        nll = self._graph()
        found = [
            nll(tf.constant(ids), tf.constant(labels)).numpy()
            for ids, labels in _batches(cut, rows, stream.pad_id, width)
        ]
        counts = [np.count_nonzero(labels != stream.pad_id) for _, labels in cut]
        return np.concatenate(found), np.array(counts, np.int64)

    def _graph(self) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        """The sums (rows,) of a batch's losses, built once."""
        import tensorflow as tf

        if self._nll is None:
            spec = tf.TensorSpec([None, None], tf.int32)

            @tf.function(input_signature=[spec, spec], autograph=False)
            def nll(ids: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
                rows = tf.shape(ids)[0]
                cuts = [rows * tower // TOWERS for tower in range(TOWERS + 1)]
                parts = [
                    self.model.token_losses({"ids": ids[a:b]}, labels[a:b], training=False)[1]
                    for a, b in zip(cuts, cuts[1:])
                ]
                return tf.concat([tf.reduce_sum(tf.cast(part, tf.float64), -1) for part in parts], 0)

            self._nll = nll
        return self._nll


def completer_perplexity(completer: Completer, stream: TokenStream, block: int, context_window: int = 0) -> Perplexity:
    """The same as `evaluate_perplexity`, token by token, for whatever completes texts: a bundle, most of all.

    Args:
        completer: of a bundle or of a model.
        stream: the text.
        block, context_window: see `PerplexityMeter`; together they must not exceed the completer's capacity.

    Raises:
        ValueError: a window is longer than the capacity, or the text's vocabulary is not the completer's.
    """
    size = completer.vocabulary.size
    if stream.vocabulary_size != size:
        raise other_vocabulary(size, stream)
    if completer.capacity is not None and block + context_window > completer.capacity:
        rule = f"block and context_window together must fit into {completer.capacity} positions"
        raise ValueError(f"{rule}. Received: {block} + {context_window}")
    start, total = time.perf_counter(), 0.0
    for inputs, labels in windows(stream, block, context_window):
        first = int(np.argmax(labels != stream.pad_id))
        state = completer.start(inputs[: first + 1].tolist())
        total -= float(state.log_probabilities[labels[first]])
        for token, label in zip(inputs[first + 1 :].tolist(), labels[first + 1 :].tolist(), strict=True):
            total -= float(state.step(token)[label])
    return Perplexity(total, len(stream), stream.words, stream.characters, time.perf_counter() - start)


def evaluate_perplexity(model: LanguageModel, stream: TokenStream, block: int, context_window: int = 0) -> Perplexity:
    """The perplexity of a model on a text, see `PerplexityMeter`.

    Example:
        stream = TokenStream.from_text(PlainText.from_file("wiki.test.tokens"), vocabulary)
        evaluate_perplexity(model, stream, block=512, context_window=2560).per_word
    """
    return PerplexityMeter(model, block, context_window)(stream)
