"""Texts of any length, through a Keras model and through its file."""

from __future__ import annotations

import itertools

import pytest

from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.decoding.translator import SentenceGenerator, Translator, joined
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite.models import SENTENCES, text_model

OPTIONS = DecodingOptions(beam_size=3, n_best=3, max_length=6)
FIRST, SECOND, THIRD = SENTENCES[:3]


@pytest.fixture(scope="module")
def generators() -> dict[str, SentenceGenerator]:
    model, vocabularies = text_model()
    sides = vocabularies.source, vocabularies.target
    runner = Runner(compile_model(model.config, model.named_weights(), GraphOptions((40,), 3)), (40,), 3, 1)
    return {"keras": KerasGenerator(model, *sides), "file": TFLiteGenerator(runner, *sides)}


@pytest.fixture(params=["keras", "file"])
def generator(request, generators) -> SentenceGenerator:
    return generators[request.param]


def best(generator: SentenceGenerator, text: str) -> Hypothesis:
    return generator.generate([text], OPTIONS)[0][0]


def test_one_sentence_has_the_answers_of_the_generator(generator):
    texts = [*SENTENCES, "", "  "]
    assert Translator(generator, "en", "de").generate(texts, OPTIONS) == generator.generate(texts, OPTIONS)
    assert Translator(generator).generate([], OPTIONS) == []
    assert Translator(generator).beam_limit == generator.beam_limit


def test_sentences_are_joined_and_lines_stay(generator):
    text = f"  {FIRST} {SECOND}\r\n\r\n\t{THIRD}\n"
    found, *_ = Translator(generator, "en", "de").generate([text], OPTIONS)[0]
    parts = [best(generator, sentence) for sentence in (FIRST, SECOND, THIRD)]
    assert found.text == f"{parts[0].text} {parts[1].text}\r\n\r\n\t{parts[2].text}"
    assert found.ids == tuple(itertools.chain.from_iterable(part.ids for part in parts))
    assert found.score == pytest.approx(sum(part.score for part in parts), abs=1e-5)
    japanese, *_ = Translator(generator, "en", "ja").generate([text], OPTIONS)[0]
    assert japanese.text == f"{parts[0].text}{parts[1].text}\r\n\r\n\t{parts[2].text}"


def test_the_best_combinations_are_all_combinations_sorted(generator):
    found = Translator(generator).generate([f"{FIRST} {SECOND}\n{THIRD}"], OPTIONS)[0]
    lists = generator.generate([FIRST, SECOND, THIRD], OPTIONS)
    every = sorted(itertools.product(*lists), key=lambda chosen: -sum(entry.score for entry in chosen))[:3]
    assert [entry.text for entry in found] == ["{} {}\n{}".format(*(part.text for part in chosen)) for chosen in every]
    assert [entry.ids for entry in found] == [sum((part.ids for part in chosen), ()) for chosen in every]


def test_markup_and_addresses_survive(generator):
    expected = best(generator, FIRST)
    cases = {
        f"<p><b>{FIRST}</b></p>\n<br/>": f"<p><b>{expected.text}</b></p>\n<br/>",
        f"https://example.com/a\n{FIRST}": f"https://example.com/a\n{expected.text}",
        f"a@b.org. {FIRST} {{x}}": f"a@b.org. {expected.text} {{x}}",
        "<b>https://example.com</b>": "<b>https://example.com</b>",
    }
    found = Translator(generator, "en").generate(list(cases), OPTIONS)
    assert [answers[0].text for answers in found] == list(cases.values())
    assert [answers[0].ids for answers in found] == [expected.ids] * 3 + [()]
    assert found[-1][0] == Hypothesis("<b>https://example.com</b>", (), 0.0)


def test_a_sentence_that_is_too_long_is_cut(generators):
    file, clause = generators["file"], "Two dogs play in the snow,"
    lengths = [len(file.source_vocabulary.encode(text)) for text in (f"{clause} {clause}", f"{clause} yes")]
    assert file.source_limit == 39 and lengths[1] < 38 <= lengths[0] <= 39
    found, *_ = Translator(file).generate([f"{clause} {clause} {clause} yes"], OPTIONS)[0]
    assert found.ids == best(file, f"{clause} {clause}").ids + best(file, f"{clause} yes").ids
    assert found.too_long == (f"{clause} {clause} {clause} yes",)
    keras = generators["keras"]
    assert keras.source_limit is None  # it reads sentences of any length
    assert Translator(keras).generate([clause * 2], OPTIONS) == keras.generate([clause * 2], OPTIONS)


def test_a_model_that_truncates_reads_everything_in_parts(generators):
    file = generators["file"]
    sides = file.source_vocabulary, file.target_vocabulary
    short = TFLiteGenerator(file.runner, *sides, max_source_tokens=5)
    found, *_ = Translator(short).generate([FIRST], OPTIONS)[0]
    assert (short.source_limit, short.truncated) == (5, 0)
    assert len(found.ids) > 6 == OPTIONS.max_length  # of two parts at least


def test_a_text_has_no_hypotheses_where_a_sentence_has_none(generators):
    class Silent(TFLiteGenerator):
        def generate(self, texts, options=None):
            return [[] if text == SECOND else answers for text, answers in zip(texts, super().generate(texts, options))]

    file = generators["file"]
    silent = Translator(Silent(file.runner, file.source_vocabulary, file.target_vocabulary))
    assert silent.generate([f"{FIRST} {SECOND}", FIRST], OPTIONS) == [[], file.generate([FIRST], OPTIONS)[0]]


def test_joined_scores_are_added_in_order():
    parts = [Hypothesis("", (number,), score) for number, score in enumerate((0.1, 0.2, 0.3))]
    assert joined(parts, "x") == Hypothesis("x", (0, 1, 2), (0.1 + 0.2) + 0.3)
    assert joined(parts[:1], "y") == Hypothesis("y", (0,), 0.1)
