"""Sampling: which tokens may be drawn, how often, and the same ones again; streaming."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.decoding.completion import TextStream
from lite_transformer_tf.decoding.keras_completer import KerasCompleter
from lite_transformer_tf.decoding.sampling import SamplingOptions, candidates, draw, rounding_decides, uniform
from lite_transformer_tf.text import WordVocabulary
from tests.language_model.models import ADAPTIVE, tiny_model
from tests.text.corpus import trained

PROBABILITIES = np.array([0.05, 0.3, 0.1, 0.3, 0.2, 0.05])
LOGS = np.log(PROBABILITIES)


def support(**options) -> list[int]:
    return candidates(LOGS, SamplingOptions(**options))[0].tolist()


def test_which_tokens_may_be_drawn():
    """The most probable first; of equals the lower id first."""
    assert support() == [1, 3, 4, 2, 0, 5]
    assert support(top_k=1) == [1] == support(temperature=0) == support(top_p=0.01)
    assert support(top_k=3) == [1, 3, 4] and support(top_k=5) == [1, 3, 4, 2, 0] and support(top_k=99) == support()
    assert support(top_p=0.59) == [1, 3] and support(top_p=0.61) == [1, 3, 4]
    assert support(top_k=3, top_p=0.7) == [1, 3], "the share is one of what top-k leaves: 0.6 of 0.8"
    forbidden = np.where(np.arange(6) == 1, -np.inf, LOGS)
    assert candidates(forbidden, SamplingOptions(top_k=2))[0].tolist() == [3, 4]


def test_temperature_changes_the_odds():
    for temperature in (0.5, 1.0, 2.0):
        tokens, weights = candidates(LOGS, SamplingOptions(temperature=temperature))
        expected = PROBABILITIES ** (1 / temperature)
        np.testing.assert_allclose(weights / weights.sum(), expected[tokens] / expected.sum(), rtol=1e-12)
    assert {draw(LOGS, SamplingOptions(temperature=1e-3), number / 100) for number in range(50)} == {1}, (
        "cold: the most probable (two are equal)"
    )
    _, weights = candidates(LOGS, SamplingOptions(temperature=1e6))
    np.testing.assert_allclose(weights, 1, rtol=1e-4)
    assert draw(np.array([-1.0, -1.0]), SamplingOptions(temperature=0), 0.99) == 0


def test_shares_of_many_draws():
    draws = [draw(LOGS, SamplingOptions(), uniform(7, 0, step)) for step in range(20_000)]
    np.testing.assert_allclose(np.bincount(draws) / len(draws), PROBABILITIES, atol=0.01)


def test_borders_of_a_draw():
    logs = np.log([0.5, 0.25, 0.25])
    assert [draw(logs, SamplingOptions(), number) for number in (0.0, 0.4999, 0.5, 0.7499, 0.75, 1 - 2**-53)] == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]


def test_the_random_numbers_are_those_of_the_page():
    page = (Path(__file__).parents[2] / "docs" / "sampling.md").read_text()
    stated = [float(number) for number in re.findall(r"0\.\d{6}", page.split("Check:")[1].split("##")[0])]
    assert stated == [round(uniform(*place), 6) for place in ((0, 0, 0), (0, 0, 1), (1, 2, 0))]
    numbers = {uniform(seed, sample, step) for seed in (0, 1, 2**64 - 1) for sample in range(10) for step in range(100)}
    assert len(numbers) == 3000 and 0 <= min(numbers) and max(numbers) < 1
    assert np.mean(list(numbers)) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("options", "number", "decides"),
    [
        ({"temperature": 0}, 0.5, False),
        ({}, 0.3, False),
        ({}, 0.5 + 1e-7, True),  # the border of the first two tokens
        ({}, 0.9, True),  # the last two are equally likely, so either may come first
        ({"top_k": 2}, 0.3, True),  # which of the two is among the first two
        ({"top_k": 1}, 0.3, False),
        ({"top_p": 0.6}, 0.3, False),
        ({"top_p": 0.5 + 1e-7}, 0.3, True),  # whether the second token belongs to the share
    ],
)
def test_where_rounding_decides(options, number, decides):
    logs = np.log([0.5, 0.25, 0.25])
    assert rounding_decides(logs, SamplingOptions(**options), number, 1e-5) is decides
    assert rounding_decides(np.zeros(2), SamplingOptions(temperature=0), 0.5, 1e-5)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"temperature": -1}, "temperature must not be negative"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_k": -1}, "top_k must not be negative"),
        ({"top_p": 0.0}, r"top_p must lie in \(0, 1\]"),
        ({"seed": -1}, "seed must lie in"),
        ({"max_tokens": 0}, "max_tokens must be at least 1"),
        ({"min_tokens": 9, "max_tokens": 8}, "min_tokens must not exceed max_tokens, 8. Received: 9"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        SamplingOptions(**options)


def test_no_token_allowed():
    with pytest.raises(ValueError, match="At least one token"):
        draw(np.full(3, -np.inf), SamplingOptions(), 0.5)
    with pytest.raises(ValueError, match="NaN"):
        draw(np.array([0.0, np.nan]), SamplingOptions(), 0.5)


@pytest.fixture(scope="module")
def completer() -> KerasCompleter:
    vocabulary = WordVocabulary(["<s>", "<pad>", "<eos>", "<unk>", *(f"w{i}" for i in range(19))])
    return KerasCompleter(tiny_model(**ADAPTIVE), vocabulary)


def test_tokens_follow_the_specification(completer):
    """Against the model run over the whole text at every step."""
    options = SamplingOptions(temperature=5.0, top_k=8, top_p=0.95, seed=11, max_tokens=9, min_tokens=9)
    tokens = list(completer.stream_ids([5, 9], options, sample=1))
    context = [2, 5, 9]
    for step in range(9):
        log_probs = tf.nn.log_softmax(completer.model({"ids": np.array([context], np.int32)})[0, -1]).numpy()
        log_probs[[0, 1, 2]] = -np.inf
        context.append(draw(log_probs, options, uniform(11, 1, step)))
    assert tokens == context[3:]
    assert tokens == list(completer.stream_ids([5, 9], options, sample=1)), "the same again"
    assert tokens != list(completer.stream_ids([5, 9], options, sample=2))
    assert tokens != list(completer.stream_ids([5, 9], options.replace(seed=12), sample=1))


def test_end_and_limits(completer):
    greedy = SamplingOptions(temperature=0, max_tokens=40)
    assert len(list(completer.stream_ids([5], greedy.replace(max_tokens=3, min_tokens=3)))) == 3
    texts = [list(completer.stream_ids([], SamplingOptions(seed=seed, max_tokens=30))) for seed in range(8)]
    assert all(not {0, 1, 2} & set(tokens) for tokens in texts)
    assert min(map(len, texts)) < 30, "some text has ended by itself"
    assert len(set(map(tuple, texts))) > 4


def test_a_stream_is_the_whole_text(completer):
    options = SamplingOptions(seed=3, max_tokens=12, min_tokens=12)
    pieces = list(completer.stream("w1 unheard", options))
    tokens = list(completer.stream_ids(completer.vocabulary.encode("w1 unheard"), options))
    assert len(pieces) == 12 and pieces[0].startswith(" ")
    assert "".join(pieces) == " " + completer.vocabulary.decode(tokens) == completer.complete("w1 unheard", options)
    assert not next(completer.stream("", options)).startswith(" ")


@pytest.mark.parametrize("before", ["", "A boy"])
def test_characters_are_not_cut(before):
    vocabulary = trained("unigram")
    text = "naïve \U0001f600 日本 runs."
    ids = vocabulary.encode(before)
    stream, pieces = TextStream(vocabulary, ids), []
    tokens = vocabulary.encode(f"{before} {text}")[len(ids) :]
    assert any(vocabulary.piece(token).startswith("<0x") for token in tokens)
    for token in tokens:
        pieces.append(stream.push(token))
    assert "\ufffd" not in "".join(pieces) and "" in pieces
    assert vocabulary.decode(ids) + "".join(pieces) + stream.flush() == vocabulary.decode(ids + tokens)


def test_an_unfinished_character_comes_at_the_end():
    vocabulary = trained("unigram")
    byte = {vocabulary.piece(i): i for i in range(vocabulary.size)}
    stream = TextStream(vocabulary)
    assert stream.push(byte["<0xE6>"]) == "" and stream.push(byte["<0x97>"]) == ""
    assert set(stream.flush()) == {"\ufffd"}
    stream = TextStream(vocabulary)
    assert stream.push(byte["<0xFF>"]) == "\ufffd", "no byte can complete it"
    assert stream.push(byte["<0xC3>"]) == "" and stream.push(byte["<0xA9>"]) == "é"
