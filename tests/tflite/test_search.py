"""Greedy and beam search give the ids of the Keras search (docs/decoding.md), with any bucket and exported beam."""

from __future__ import annotations

import pytest

from lite_transformer_tf.decoding.numpy_search import search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.runtime.runner import Runner, TextTooLongError
from tests.tflite.models import CONFIGS, keras_generator, keras_model, random_source

OPTIONS = {
    "greedy": DecodingOptions(beam_size=1, max_length=20),
    "beam": DecodingOptions(beam_size=4, max_length=20, n_best=4),
    "narrow": DecodingOptions(beam_size=2, max_length=20, n_best=2, length_penalty=0.0),
    "wide": DecodingOptions(beam_size=7, max_length=14, n_best=7, length_penalty=0.6),
    "long_greedy": DecodingOptions(beam_size=1, min_length=18, max_length=18),
    "long_beam": DecodingOptions(beam_size=4, min_length=18, max_length=18, n_best=3),
    "may_be_empty": DecodingOptions(beam_size=4, min_length=0, max_length=6, n_best=4),
    "short": DecodingOptions(beam_size=3, max_length=1, n_best=3),
    "blocked_greedy": DecodingOptions(beam_size=1, min_length=12, max_length=20, no_repeat_ngram=1),
    "blocked_beam": DecodingOptions(beam_size=4, min_length=12, max_length=20, no_repeat_ngram=2, n_best=4),
    "by_length": DecodingOptions(beam_size=2, max_length_ratio=0.5, max_length_offset=4, n_best=2),
}


@pytest.fixture(scope="module")
def runners() -> dict[str, Runner]:
    made = {}
    for name in ("lightweight_tied", "dynamic_glu", "mixed_branches"):
        config = CONFIGS[name]
        content = compile_model(config, keras_model(name).named_weights(), GraphOptions((6, 8, 10, 32), 4))
        made[name] = Runner(content, (6, 8, 10, 32), 4, config.pad_id)
    return made


def found_by(runner: Runner, name: str, source: list[int], options: DecodingOptions | None):
    config = CONFIGS[name]
    return search(
        runner,
        source,
        options,
        eos_id=config.eos_id,
        pad_id=config.pad_id,
        vocabulary_size=config.target_vocabulary_size,
    )


CASES = [*(("lightweight_tied", case) for case in OPTIONS), ("dynamic_glu", "long_beam"), ("mixed_branches", "beam")]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_same_hypotheses_as_keras(runners: dict[str, Runner], name: str, case: str) -> None:
    options, runner = OPTIONS[case], runners[name]
    sources = [random_source(CONFIGS[name], length, seed) for seed, length in enumerate((1, 4, 6, 9, 17))]
    sources = [source for source in sources if len(source) > 1]
    expected = keras_generator(name).generate_ids([source[:-1] for source in sources], options)
    for source, hypotheses in zip(sources, expected, strict=True):
        found = found_by(runner, name, source, options)
        assert [ids for ids, _ in found] == [ids for ids, _ in hypotheses]
        assert [score for _, score in found] == pytest.approx([score for _, score in hypotheses], abs=1e-4)


def test_the_capacity_of_the_largest_bucket_is_a_maximum_length() -> None:
    name = "lightweight_tied"
    runner = Runner(
        compile_model(CONFIGS[name], keras_model(name).named_weights(), GraphOptions((6, 9), 4)), (6, 9), 4, 1
    )
    source = random_source(CONFIGS[name], 5)
    for beam_size in (1, 6):
        endless = DecodingOptions(beam_size=beam_size, min_length=8, max_length=50, n_best=beam_size)
        bounded = endless.replace(max_length=8)
        expected = keras_generator(name).generate_ids([source[:-1]], bounded)[0]
        found = found_by(runner, name, source, endless)
        assert [ids for ids, _ in found] == [ids for ids, _ in expected]
        assert all(len(ids) == 8 for ids, _ in found)


def test_a_source_that_fits_no_bucket_is_refused_and_named() -> None:
    name = "one_layer"
    runner = Runner(
        compile_model(CONFIGS[name], keras_model(name).named_weights(), GraphOptions((6, 9), 1)), (6, 9), 1, 1
    )
    source = random_source(CONFIGS[name], 10)
    with pytest.raises(TextTooLongError, match=r"at most 9 tokens.*Received: 10 tokens") as caught:
        found_by(runner, name, source, DecodingOptions(beam_size=1))
    assert (caught.value.tokens, caught.value.limit) == (10, 9)
    assert found_by(runner, name, source[1:], DecodingOptions(beam_size=1, max_length=3))


def test_a_file_without_beam_search_answers_default_calls_greedily_and_refuses_a_beam() -> None:
    name = "one_layer"
    content = compile_model(CONFIGS[name], keras_model(name).named_weights(), GraphOptions((6, 9), 1))
    runner, source = Runner(content, (6, 9), 1, 1), random_source(CONFIGS[name], 5)
    greedy = found_by(runner, name, source, DecodingOptions(beam_size=1))
    assert greedy == found_by(runner, name, source, None) and len(greedy[0][0]) == 8
    with pytest.raises(ValueError, match=r"at most 1 for a file that was exported with --beam-size 1. Received: 2"):
        found_by(runner, name, source, DecodingOptions(beam_size=2))
    with pytest.raises(ValueError, match=r"min_length must not exceed the 8 tokens.*Received: 9"):
        found_by(runner, name, source, DecodingOptions(beam_size=1, min_length=9))
