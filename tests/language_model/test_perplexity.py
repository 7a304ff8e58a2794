"""Perplexity with a context window against a computation token by token."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.data import TokenStream
from lite_transformer_tf.evaluation.perplexity import Perplexity, PerplexityMeter, evaluate_perplexity, windows
from tests.language_model.models import ADAPTIVE, some_ids, tiny_model


def text(length: int, words: int = 10, characters: int = 100) -> TokenStream:
    return TokenStream(some_ids(1, length)[0], words, characters, 23, 1, 2)


def naive(model, stream: TokenStream, block: int, context: int) -> float:
    """One run per token, over its block's tokens before it and `context` more tokens."""
    fed = [2, *stream.ids]
    total = 0.0
    for place, token in enumerate(stream.ids):
        begin = max(0, place // block * block - context)
        logits = model({"ids": np.array([fed[begin : place + 1]], np.int32)})[0, -1]
        total -= float(tf.nn.log_softmax(logits)[token])
    return total


@pytest.mark.parametrize("kind", [{}, ADAPTIVE])
@pytest.mark.parametrize("block, context", [(4, 0), (4, 6), (3, 2), (100, 5)])
def test_against_single_tokens(kind, block, context):
    model, stream = tiny_model(**kind), text(13)
    measured = PerplexityMeter(model, block, context, tokens_per_batch=20)(stream)
    assert measured.nll == pytest.approx(naive(model, stream, block, context), rel=1e-5)
    assert (measured.tokens, measured.words, measured.characters) == (13, 10, 100)


def test_by_window():
    model, stream = tiny_model(**ADAPTIVE), text(13)
    losses, counts = PerplexityMeter(model, 4, 6, tokens_per_batch=20).by_window(stream)
    assert counts.tolist() == [4, 4, 4, 1]
    first = TokenStream(stream.ids[:8], 10, 100, 23, 1, 2)
    assert losses[:2].sum() == pytest.approx(naive(model, first, 4, 6), rel=1e-5)
    assert losses.sum() == PerplexityMeter(model, 4, 6, tokens_per_batch=20)(stream).nll


def test_windows_predict_each_token_once_with_context():
    stream = TokenStream(np.arange(4, 21), 1, 1, 30, 1, 2)
    cut = windows(stream, block=4, context_window=6)
    predicted = [int(label) for _, labels in cut for label in labels if label != 1]
    assert predicted == list(range(4, 21))
    assert [len(inputs) for inputs, _ in cut] == [4, 8, 10, 10, 7]
    for inputs, labels in cut:
        first = int(np.argmax(labels != 1))
        assert first == min(6, labels[first] - 4), (
            "as many tokens before it as the window asks for, or all that there are"
        )
        assert inputs[0] == (2 if first < 6 or labels[first] == 10 else labels[first] - 7)


def test_figures():
    measured = Perplexity(nll=100 * math.log(2), tokens=50, words=20, characters=200, seconds=2.0)
    assert (
        measured.per_token == pytest.approx(4)
        and measured.per_word == pytest.approx(32)
        and measured.bits_per_character == pytest.approx(0.5)
    )
    figures = measured.to_dict()
    assert figures["tokens_per_second"] == 25 and figures["nll"] == pytest.approx(2 * math.log(2))
    assert Perplexity(1e6, 1, 1, 1, 1.0).per_token == math.inf


def test_wrong_numbers():
    model = tiny_model()
    with pytest.raises(ValueError, match="block must be at least 1. Received: 0"):
        evaluate_perplexity(model, text(5), 0)
    with pytest.raises(ValueError, match="context_window must not be negative. Received: -1"):
        evaluate_perplexity(model, text(5), 2, -1)
    with pytest.raises(ValueError, match="model's vocabulary of 23 tokens. Received: text with one of 24"):
        evaluate_perplexity(model, TokenStream(np.array([4]), 1, 1, 24, 1, 2), 2)
