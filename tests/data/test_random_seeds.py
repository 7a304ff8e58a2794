"""Loops over seeds and notebooks: TensorFlow drops its cache of operations there, and what they own dies with them.

`keras.utils.set_random_seed`, `tf.random.set_seed` and `keras.backend.clear_session` do that. Vocabularies, data sets
made before and after, iterators in the middle, and the graphs of searches must go on with the same ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.data import BatchedStreams, TokenStream
from lite_transformer_tf.decoding.keras_completer import KerasCompleter
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.evaluation.perplexity import PerplexityMeter
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.text import WordVocabulary
from tests.text.corpus import ENGLISH, trained
from tests.tiny import tiny_model

RESETS: dict[str, Callable[[], object]] = {
    "set_random_seed": lambda: keras.utils.set_random_seed(1),
    "set_seed": lambda: tf.random.set_seed(2),
    "clear_session": keras.backend.clear_session,
}
WORDS = WordVocabulary.train(ENGLISH)


@pytest.fixture(params=RESETS)
def reset(request: pytest.FixtureRequest) -> Callable[[], object]:
    return RESETS[request.param]


def pieces(kind: str) -> tuple[tf.data.Dataset, list]:
    """Batches tokenised by tf.data, and the ids they must have; one more vocabulary takes part, as in a pair."""
    vocabulary, other = trained(kind), trained("unigram" if kind == "bpe" else "bpe")

    def both(texts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return vocabulary.tokenize(texts), other.tokenize(texts)

    dataset = tf.data.Dataset.from_tensor_slices(ENGLISH).batch(3).map(both, num_parallel_calls=2)
    expected = [
        [v.encode(text) for text in ENGLISH[i : i + 3]] for i in range(0, len(ENGLISH), 3) for v in (vocabulary, other)
    ]
    return dataset, expected


def words(kind: str) -> tuple[tf.data.Dataset, list]:
    batches = BatchedStreams(TokenStream.from_text(ENGLISH, WORDS), batch_size=2, block=4)
    expected = [
        array.tolist()
        for number in range(batches.steps_per_epoch)
        for array in (batches.batch(0, number)[0]["ids"], batches.batch(0, number)[1])
    ]
    return batches.dataset(), expected


def read(elements: Iterator) -> list:
    """Both parts of each element as lists."""
    flat = ([element[0]["ids"], element[1]] if isinstance(element[0], dict) else element for element in elements)
    return [
        part.to_list() if isinstance(part, tf.RaggedTensor) else part.numpy().tolist() for pair in flat for part in pair
    ]


@pytest.mark.parametrize(("make", "kind"), [(pieces, "unigram"), (pieces, "bpe"), (words, "word")])
def test_data_sets_survive(make, kind, reset):
    before, expected = make(kind)
    assert read(iter(before)) == expected
    middle = iter(before)
    first = next(middle)
    reset()
    assert read(iter(before)) == expected
    assert read(iter(make(kind)[0])) == expected
    assert read(iter([first, *middle])) == expected


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_vocabulary_survives_between_two_calls(kind, reset):
    vocabulary, texts = trained(kind), tf.constant(ENGLISH)
    expected = [vocabulary.encode(text) for text in ENGLISH]
    assert vocabulary.tokenize(texts).to_list() == expected
    reset()
    assert vocabulary.tokenize(texts).to_list() == expected


def test_the_graphs_of_searches_survive():
    vocabulary, model = trained("unigram"), tiny_model(source_vocabulary_size=420, target_vocabulary_size=420)
    generator = KerasGenerator(model, vocabulary, vocabulary)
    options = DecodingOptions(beam_size=2, max_length=4)
    expected = generator.generate(ENGLISH[:3], options)
    for reset in RESETS.values():
        reset()
        assert generator.generate(ENGLISH[:3], options) == expected


def test_the_graphs_of_language_models_survive():
    model = LanguageModel(
        LanguageModelConfig.lite(embed_dim=16, heads=2, kernel_sizes=(3,), vocabulary_size=WORDS.size, cutoffs=(8,))
    )
    stream = TokenStream.from_text(ENGLISH[:4], WORDS)
    completer, meter = KerasCompleter(model, WORDS), PerplexityMeter(model, block=8)
    expected = completer.start([2, 5]).log_probabilities.tolist(), meter(stream).nll
    for reset in RESETS.values():
        reset()
        assert (completer.start([2, 5]).log_probabilities.tolist(), meter(stream).nll) == expected
