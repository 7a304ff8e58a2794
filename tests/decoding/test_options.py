"""Options' rules and limits; texts in, texts out."""

from __future__ import annotations

import pytest

from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from tests.text.corpus import ENGLISH, trained
from tests.tiny import EOS, PAD, tiny_model


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"beam_size": 0}, "beam_size must be at least 1. Received: 0"),
        ({"n_best": 5}, "n_best must not exceed beam_size, 4. Received: 5"),
        ({"n_best": 0}, "n_best must be at least 1. Received: 0"),
        ({"min_length": -1}, "min_length must not be negative. Received: -1"),
        ({"max_length": 0}, "max_length must be at least 1, or be null. Received: 0"),
        ({"max_length": 3, "min_length": 4}, "max_length must not be below min_length, 4. Received: 3"),
        ({"max_length_ratio": -0.5}, "max_length_ratio must not be negative. Received: -0.5"),
        ({"max_length_offset": 0}, "max_length_offset must be at least 1. Received: 0"),
        ({"no_repeat_ngram": -2}, "no_repeat_ngram must not be negative. Received: -2"),
    ],
)
def test_rules(settings, message):
    with pytest.raises(ValueError, match=message):
        DecodingOptions(**settings)
    with pytest.raises(ValueError, match=message):
        DecodingOptions().replace(**settings)


def test_defaults_are_those_of_the_page():
    assert vars(DecodingOptions()) == {
        "beam_size": 4,
        "length_penalty": 1.0,
        "min_length": 1,
        "max_length": None,
        "max_length_ratio": 1.5,
        "max_length_offset": 20,
        "no_repeat_ngram": 0,
        "n_best": 1,
        "copy_check": True,
    }


def test_min_length_raises_the_limit_but_not_the_capacity():
    assert DecodingOptions(min_length=50).limit(4) == 50
    with pytest.raises(ValueError, match=r"exceed the 31 tokens.*Received: 50"):
        DecodingOptions(min_length=50).limit(4, capacity=31)


@pytest.mark.parametrize(
    "settings, source_length, capacity, limit",
    [
        ({}, 7, None, 30),  # floor(10.5) + 20
        ({}, 8, None, 32),
        ({"max_length_ratio": 0.0, "max_length_offset": 1}, 100, None, 1),
        ({"max_length": 9}, 100, None, 9),
        ({"max_length": 9}, 100, 5, 5),
        ({"max_length": 9}, 100, 50, 9),
        ({}, 7, 16, 16),
    ],
)
def test_limit(settings, source_length, capacity, limit):
    assert DecodingOptions(**settings).limit(source_length, capacity) == limit


@pytest.fixture(scope="module")
def generator() -> KerasGenerator:
    vocabulary = trained("unigram")
    return KerasGenerator(
        tiny_model(kernel_sizes=(3,), source_vocabulary_size=420, target_vocabulary_size=420), vocabulary, vocabulary
    )


def test_texts_in_texts_out(generator):
    options = DecodingOptions(beam_size=3, n_best=2, max_length=8)
    texts = [ENGLISH[0], "", ENGLISH[1], "   "]
    answers = generator.generate(texts, options)
    assert answers[1] == answers[3] == [Hypothesis("", (), 0.0)]
    ids = generator.generate_ids([generator.source_vocabulary.encode(text) for text in texts], options)
    for answer, expected in zip(answers, ids, strict=True):
        assert [(hypothesis.ids, hypothesis.score) for hypothesis in answer] == expected
        for hypothesis in answer:
            assert hypothesis.text == generator.target_vocabulary.decode(list(hypothesis.ids))
            assert PAD not in hypothesis.ids and EOS not in hypothesis.ids
    assert [len(answer) for answer in answers] == [2, 1, 2, 1]
    assert answers[0][0].score > answers[0][1].score
    assert generator.generate([], options) == []


def test_options_that_change_no_graph_share_one(generator):
    before = len(generator._searches)
    for options in (DecodingOptions(beam_size=3, max_length=4), DecodingOptions(beam_size=3, max_length=5, n_best=3)):
        generator.generate([ENGLISH[0]], options)
    assert len(generator._searches) == max(before, 1)
