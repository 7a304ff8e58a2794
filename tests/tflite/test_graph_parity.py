"""The compiled graphs compute what the Keras model, and the reference implementation, compute."""

from __future__ import annotations

import numpy as np
import pytest

from lite_transformer_tf.decoding.numpy_search import log_softmax, search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.graph.inspection import minimum_runtime, operator_counts
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.golden_vectors import MINI, golden
from tests.tflite.kernels import use_kernels
from tests.tflite.models import CONFIGS, keras_model, random_source

TOLERANCE = 2e-5


def make_runner(config, weights, buckets, beam_size=4, **settings) -> Runner:
    content = compile_model(config, weights, GraphOptions(buckets, beam_size))
    return Runner(content, buckets, beam_size, config.pad_id, **settings)


def teacher_forced(runner: Runner, source, fed, size) -> np.ndarray:
    """Logits (T, V) of `decode_step` for the tokens `fed`. Checks the other outputs of both steps against them."""
    state, rows = runner.greedy(runner.encode(source)), runner.beam(runner.encode(source), runner.beam_size)
    collected = []
    for token in fed:
        best, log_probability = state.step(int(token))
        top_tokens, top_log_probabilities = rows.step([int(token)] * runner.beam_size)
        logits = state.logits()[:size]
        np.testing.assert_allclose(rows.logits(runner.beam_size - 1)[:size], logits, atol=TOLERANCE)
        expected = log_softmax(logits)
        order = np.argsort(-expected, kind="stable")
        count = top_tokens.shape[1]
        for row in range(runner.beam_size):
            np.testing.assert_array_equal(top_tokens[row], order[:count])
            np.testing.assert_allclose(top_log_probabilities[row], expected[order[:count]], atol=TOLERANCE)
        expected[1] = -np.inf
        assert best == expected.argmax()
        assert log_probability == pytest.approx(expected.max(), abs=TOLERANCE)
        collected.append(logits)
    return np.stack(collected)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_agrees_with_keras_and_no_result_depends_on_the_bucket(name: str) -> None:
    config, model = CONFIGS[name], keras_model(name)
    # Sources of 1, 7, 12 and 33 tokens. Steps start in a bucket of 8 or 12 and grow into 40, which is convolved in two
    # blocks.
    runner = make_runner(config, model.named_weights(), (8, 12, 40))
    for length in (1, 7, 12, 33):
        source = random_source(config, length, seed=length)
        fed = [config.eos_id, *random_source(config, 15, seed=length + 100)[:-1]]
        fed = [token % config.target_vocabulary_size for token in fed]
        expected = model({"source_ids": np.array([source], np.int32), "target_ids": np.array([fed], np.int32)}).numpy()[
            0
        ]
        actual = teacher_forced(runner, source, fed, config.target_vocabulary_size)
        np.testing.assert_allclose(actual, expected, atol=TOLERANCE)


@pytest.mark.parametrize("resolver", ["BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF"])
@pytest.mark.parametrize("name", CONFIGS)
def test_no_result_depends_on_the_kernels(name: str, resolver: str) -> None:
    """Without XNNPACK, the runtime computes some operators in place, even in memory that is still to be read."""
    config = CONFIGS[name]
    content = compile_model(config, keras_model(name).named_weights(), GraphOptions((12,), 2))
    fed, answers = [config.eos_id, 5, 6, 7, 8], []
    for kernels in ("AUTO", resolver):
        runner = Runner(content, (12,), 2, config.pad_id)
        use_kernels(runner, content, kernels)
        answers.append(teacher_forced(runner, random_source(config, 9), fed, config.target_vocabulary_size))
    np.testing.assert_allclose(*answers, atol=TOLERANCE)


@pytest.mark.parametrize("name", MINI)
def test_logits_of_the_reference_implementation(name: str) -> None:
    vectors = golden(name)
    runner = make_runner(vectors.config, vectors.weights, (9, 24))
    for sentence in range(3):
        source, fed = vectors.ids(f"single{sentence}_src")[0], vectors.ids(f"single{sentence}_prev")[0]
        expected = vectors.arrays[f"single{sentence}_logits_BTV"][0]
        np.testing.assert_allclose(teacher_forced(runner, source, fed, expected.shape[1]), expected, atol=TOLERANCE)
    # Step by step in the reference: the sentence that is not padded there.
    np.testing.assert_allclose(
        teacher_forced(runner, vectors.ids("src_tokens")[0], vectors.ids("prev_output_tokens")[0], expected.shape[1]),
        vectors.arrays["inc_logits_BTV"][0],
        atol=TOLERANCE,
    )


@pytest.mark.parametrize("beam_size", [1, 4])
@pytest.mark.parametrize("name", MINI)
def test_beams_of_the_reference_implementation(name: str, beam_size: int) -> None:
    """Sentence 0; the others were decoded there beside it, padded, and pads change the reference's result."""
    vectors = golden(name)
    options = DecodingOptions(
        beam_size=beam_size, length_penalty=vectors.meta["lenpen"], max_length=20, n_best=beam_size
    )
    runner = make_runner(vectors.config, vectors.weights, (12, 14, 32))
    found = search(
        runner,
        vectors.ids("single0_src")[0].tolist(),
        options,
        eos_id=2,
        pad_id=1,
        vocabulary_size=vectors.config.target_vocabulary_size,
    )
    assert len(found) == beam_size
    for rank, (ids, score) in enumerate(found):
        key = f"beam{beam_size}/s0/h{rank}"
        assert [*ids, 2] == vectors.arrays[f"{key}/tokens"].tolist()
        assert score == pytest.approx(float(vectors.arrays[f"{key}/score"]), abs=1e-4)


@pytest.mark.parametrize("name", ["iwslt160_light", "wmt200_dynamic"])
def test_full_width_logits_of_the_reference_implementation(name: str) -> None:
    vectors = golden(name)
    runner = make_runner(vectors.config, vectors.weights, (32,))
    source, fed = vectors.ids("src_tokens")[0], vectors.ids("prev_output_tokens")[0]
    expected = vectors.arrays["logits_BTV"][0]
    np.testing.assert_allclose(teacher_forced(runner, source, fed, expected.shape[1]), expected, atol=5e-5)


def test_documented_interpreter_calls_give_the_same_numbers() -> None:
    config, model = CONFIGS["mixed_branches"], keras_model("mixed_branches")
    source, fed = random_source(config, 6), [2, 5, 6, 7]
    results = []
    for direct in (True, False):
        runner = make_runner(config, model.named_weights(), (8,), direct=direct)
        results.append(teacher_forced(runner, source, fed, config.target_vocabulary_size))
        assert runner.signature("encode", 8).direct is direct
    np.testing.assert_array_equal(results[0], results[1])


def test_the_most_probable_token_is_never_a_pad() -> None:
    config = CONFIGS["one_layer"]
    weights = dict(keras_model("one_layer").named_weights())
    table = weights["source_embedding/table"].copy()
    table[config.pad_id] = 0
    weights["source_embedding/table"] = table
    runner = make_runner(config, weights, (8,), beam_size=2)
    source = random_source(config, 5)
    state = runner.greedy(runner.encode(source))
    best, log_probability = state.step(config.eos_id)
    # Moving the pad's row towards the state raises its logit above all others, without another effect.
    states = np.linalg.lstsq(table, state.logits()[: len(table)], rcond=None)[0]
    table = table.copy()
    table[config.pad_id] = states * (state.logits().max() + 3) / (states @ states)
    runner = make_runner(config, {**weights, "source_embedding/table": table.astype(np.float32)}, (8,), beam_size=2)
    state = runner.greedy(runner.encode(source))
    forced, lower = state.step(config.eos_id)
    assert state.logits().argmax() == config.pad_id
    assert forced == best and lower < log_probability
    assert lower == pytest.approx(log_softmax(state.logits())[best], abs=TOLERANCE)


def test_only_builtin_operators_of_old_runtimes() -> None:
    for name in ("lightweight_tied", "mixed_branches", "no_attention"):
        content = compile_model(CONFIGS[name], keras_model(name).named_weights(), GraphOptions((8, 40), 3))
        assert operator_counts(content)["FULLY_CONNECTED", 1] > 0  # raises for custom and Flex operators
        assert minimum_runtime(content) == "2.3.0"
