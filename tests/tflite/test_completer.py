"""Completing texts from a compiled file: the tokens of the Keras model, without TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.keras_completer import KerasCompleter
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.litert.graph.compiler import compile_language_model
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.text import WordVocabulary
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary
from tests.text.corpus import trained
from tests.tflite.language_models import SIZE, language_model_of, lite

BUCKETS = (8, 24)
WORDS = WordVocabulary(["<s>", "<pad>", "<eos>", "<unk>", *(f"w{i}" for i in range(SIZE - 4))])


def both(
    model: LanguageModel, vocabulary: AnyVocabulary, buckets: tuple[int, ...] = BUCKETS
) -> tuple[KerasCompleter, TFLiteCompleter]:
    content = compile_language_model(model.config, model.named_weights(), buckets)
    return KerasCompleter(model, vocabulary), TFLiteCompleter(LanguageModelRunner(content, buckets), vocabulary)


@pytest.fixture(scope="module")
def of_words() -> tuple[KerasCompleter, TFLiteCompleter]:
    return both(language_model_of(lite(cutoffs=(9, 20)), seed=2), WORDS)


def test_tokens_are_those_of_the_keras_model(of_words) -> None:
    searches = [SamplingOptions(temperature=0, max_tokens=12, min_tokens=12)]
    searches += [
        SamplingOptions(temperature=temperature, top_p=0.9, seed=5, max_tokens=12) for temperature in (0.7, 1.5)
    ]
    for options in searches:
        for sample, prompt in enumerate(([], [5], [30, 9, 8, 20, 19], list(range(4, 12)))):
            expected, actual = (list(completer.stream_ids(prompt, options, sample)) for completer in of_words)
            assert actual == expected


def test_a_text_ends_when_the_file_is_full(of_words) -> None:
    endless = SamplingOptions(temperature=0, min_tokens=60, max_tokens=60)
    keras_completer, completer = of_words
    assert (keras_completer.capacity, completer.capacity) == (None, 24)
    for length in (0, 7, 22, 23):
        prompt = [4 + i for i in range(length)]
        tokens = list(completer.stream_ids(prompt, endless))
        assert tokens == list(keras_completer.stream_ids(prompt, endless))[: 24 - length]
        assert len(tokens) == 24 - length
    with pytest.raises(TextTooLongError, match="at most 23 tokens.*Received: 24 tokens"):
        completer.stream_ids([5] * 24)
    with pytest.raises(TextTooLongError):
        completer.stream("w1 " * 24)


def test_texts_of_one_completer_may_grow_side_by_side(of_words) -> None:
    options = SamplingOptions(seed=1, min_tokens=15, max_tokens=15)
    prompts = [[5], [6, 7, 8], [30]]
    expected = [list(of_words[1].stream_ids(prompt, options)) for prompt in prompts]
    together = zip(*(of_words[1].stream_ids(prompt, options) for prompt in prompts), strict=True)
    assert [list(tokens) for tokens in zip(*together, strict=True)] == expected


def test_streams_of_words(of_words) -> None:
    options = SamplingOptions(seed=3, min_tokens=9, max_tokens=9)
    expected, actual = (list(completer.stream("w1 unheard", options)) for completer in of_words)
    assert actual == expected and len(actual) == 9 and actual[0].startswith(" ")


def test_streams_of_pieces_cut_no_character() -> None:
    vocabulary = trained("unigram")
    model = language_model_of(lite(vocabulary_size=vocabulary.size), seed=3)
    weights = dict(model.named_weights())
    weights["embedding/table"] = 0.1 * weights["embedding/table"]  # any token may come, most of them bytes
    model.assign_named_weights(weights)
    for seed in range(4):
        options = SamplingOptions(seed=seed, min_tokens=16, max_tokens=16)
        completers = both(model, vocabulary)
        expected, actual = (list(completer.stream("Où est", options)) for completer in completers)
        ids = vocabulary.encode("Où est")
        tokens = list(completers[1].stream_ids(ids, options))
        assert actual == expected
        assert vocabulary.decode(ids) + "".join(actual) == vocabulary.decode(ids + tokens)
        assert any(vocabulary.piece(token).startswith("<0x") for token in tokens)


def test_completing_from_a_file_needs_no_tensorflow(tmp_path) -> None:
    model = language_model_of(lite(cutoffs=(9, 20)), seed=2)
    (tmp_path / "model.tflite").write_bytes(compile_language_model(model.config, model.named_weights(), BUCKETS))
    WORDS.save(tmp_path / "vocabulary.txt")
    program = f"""
import sys
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.text.single_vocabulary import load_vocabulary
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
runner = LanguageModelRunner({str(tmp_path / "model.tflite")!r}, {BUCKETS})
completer = TFLiteCompleter(runner, load_vocabulary({str(tmp_path)!r}))
print(completer.complete("w1", SamplingOptions(temperature=0, max_tokens=5)))
print(sorted({{"tensorflow", "tf_keras"}} & set(sys.modules)))
"""
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert printed == [KerasCompleter(model, WORDS).complete("w1", SamplingOptions(temperature=0, max_tokens=5)), "[]"]


def test_states_of_both_completers(of_words) -> None:
    """What perplexity and checks read."""
    states = [completer.start([2, 5, 6]) for completer in of_words]
    for token in (7, 30):
        rows = [state.step(token) for state in states]
        np.testing.assert_allclose(rows[1], rows[0], rtol=0, atol=2e-5)
        assert all(state.log_probabilities is row for state, row in zip(states, rows, strict=True))
    assert [state.position for state in states] == [5, 5]
    for completer in of_words:
        with pytest.raises(ValueError, match="ids must not be empty"):
            completer.start([])
