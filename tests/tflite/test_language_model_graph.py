"""The compiled graphs of a language model compute what the Keras model, and the reference implementation, compute."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.bundle.tensor_table import describe_signatures
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.litert.graph.compiler import compile_language_model
from lite_transformer_tf.litert.graph.inspection import constants_of_shape, minimum_runtime, operator_counts
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.models.language_model import LanguageModel
from tests.language_model.golden import golden
from tests.tflite.kernels import use_kernels
from tests.tflite.language_models import CONFIGS, SIZE, keras_language_model, language_model_of, lite, random_text

TOLERANCE = 2e-5
BUCKETS = (8, 12, 48)  # the last one is convolved in two blocks


@lru_cache
def compiled(name: str) -> bytes:
    return compile_language_model(CONFIGS[name], keras_language_model(name).named_weights(), BUCKETS)


def keras_log_probabilities(model: LanguageModel, ids: list[int]) -> np.ndarray:
    """(T, V)."""
    return tf.nn.log_softmax(model({"ids": np.array([ids], np.int32)})).numpy()[0]


def teacher_forced(runner: LanguageModelRunner, ids: list[int], prompt: int) -> np.ndarray:
    """(T - prompt + 1, V): after a prompt of so many ids, and after each id behind it."""
    state = runner.prefill(ids[:prompt])
    rows = [state.log_probabilities, *(state.step(token) for token in ids[prompt:])]
    assert state.position == len(ids)
    np.testing.assert_array_equal(state.log_probabilities, rows[-1])
    return np.stack(rows)


@pytest.mark.parametrize("name", CONFIGS)
def test_prefill_and_steps_agree_with_keras_whatever_the_bucket(name: str) -> None:
    ids = random_text(BUCKETS[-1])
    expected = keras_log_probabilities(keras_language_model(name), ids)
    runner = LanguageModelRunner(compiled(name), BUCKETS)
    widest = max(getattr(branch, "kernel_size", 1) for layer in CONFIGS[name].decoder for branch in layer.branches)
    # Prompts that are shorter and longer than the window, that fill a bucket, and that leave one place in it.
    lengths = {1, 2, widest - 2, widest - 1, widest, 7, 8, 9, 11, 12, 13, 30, 47, 48}
    for length in sorted(lengths & set(range(1, 49))):
        np.testing.assert_allclose(
            teacher_forced(runner, ids, length), expected[length - 1 :], rtol=0, atol=TOLERANCE, err_msg=str(length)
        )


@pytest.mark.parametrize("resolver", ["BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF"])
@pytest.mark.parametrize("name", CONFIGS)
def test_no_result_depends_on_the_kernels(name: str, resolver: str) -> None:
    """Without XNNPACK, the runtime computes some operators in place, even in memory that is still to be read."""
    ids, answers = random_text(11), []
    for kernels in ("AUTO", resolver):
        runner = LanguageModelRunner(compiled(name), BUCKETS)
        use_kernels(runner, compiled(name), kernels)
        answers.append(teacher_forced(runner, ids, 4))
    np.testing.assert_allclose(*answers, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("buckets", [(28,), (10, 13, 28)])
def test_log_probabilities_of_the_reference_implementation(buckets: tuple[int, ...]) -> None:
    """Twelve layers, kernels up to 63, adaptive input and softmax."""
    runner = LanguageModelRunner(compile_language_model(golden.config, golden.weights, buckets), buckets)
    for part, rows in (("long", 1), ("short", 2)):
        for row in range(rows):
            ids = golden.ids(f"{part}/tokens")[row]
            real = [int(token) for token in ids if token != golden.config.pad_id][: buckets[-1]]
            expected = golden.arrays[f"{part}/log_probs_BTV"][row]
            for prompt in {1, len(real) // 2, len(real)}:
                np.testing.assert_allclose(
                    teacher_forced(runner, real, prompt), expected[prompt - 1 : len(real)], rtol=0, atol=3e-5
                )


def test_what_stands_behind_a_prompt_does_not_matter() -> None:
    runner = LanguageModelRunner(compiled("mixed_branches"), BUCKETS)
    signature, results = runner.signature("prefill", 12), []
    for fill in (0, 36):
        signature.inputs["ids"][:] = [*random_text(6), *[fill] * 6]
        signature.inputs["length"][0] = 6
        signature.run()
        outputs = {name: value.copy() for name, value in signature.outputs.items()}
        results.append({**outputs, "attention_cache": outputs["attention_cache"][:, :6]})
    for name, value in results[0].items():
        np.testing.assert_array_equal(value, results[1][name], err_msg=name)


def test_the_window_is_zero_before_the_text() -> None:
    runner = LanguageModelRunner(compiled("plain"), BUCKETS)
    runner.prefill(random_text(2))
    window = runner.signature("prefill", 8).outputs["window"]
    assert window.shape == (6, 32) and not window[:4].any() and window[4:].all()


def test_improbable_tokens_keep_their_log_probability() -> None:
    """exp(-150) is 0 in float32."""
    model = language_model_of(lite(cutoffs=(9, 20)), seed=1)
    weights = {name: value * (60 if name.endswith("/table") else 1) for name, value in model.named_weights().items()}
    model.assign_named_weights(weights)
    expected = keras_log_probabilities(model, [2, 30, 5])
    assert expected.min() < -150
    runner = LanguageModelRunner(compile_language_model(model.config, weights, (8,)), (8,))
    np.testing.assert_allclose(teacher_forced(runner, [2, 30, 5], 1), expected, rtol=2e-6, atol=2e-4)


def test_tokens_at_the_borders_of_bands_read_their_own_rows() -> None:
    config = CONFIGS["three_cutoffs"]
    runner = LanguageModelRunner(compiled("three_cutoffs"), BUCKETS)
    ids = [2, *(token for band in config.bands for token in (band.begin, band.end - 1))]
    expected = keras_log_probabilities(keras_language_model("three_cutoffs"), ids)
    for prompt in (1, len(ids)):
        np.testing.assert_allclose(teacher_forced(runner, ids, prompt), expected[prompt - 1 :], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("direct", [True, False])
def test_states_may_take_turns(direct: bool) -> None:
    runner = LanguageModelRunner(compiled("mixed_branches"), BUCKETS, direct=direct)
    texts = [random_text(20, seed=seed) for seed in range(3)]
    expected = [teacher_forced(runner, text, 5) for text in texts]
    states = [runner.prefill(text[:5]) for text in texts]
    for place in range(5, 20):
        for text, state, rows in zip(texts, states, expected, strict=True):
            np.testing.assert_array_equal(state.step(text[place]), rows[place - 4])


def test_documented_interpreter_calls_give_the_same_numbers() -> None:
    results = []
    for direct in (True, False):
        runner = LanguageModelRunner(compiled("three_cutoffs"), BUCKETS, direct=direct)
        results.append(teacher_forced(runner, random_text(20), 4))
        assert runner.signature("prefill", 8).direct is direct
    np.testing.assert_array_equal(*results)


def test_what_does_not_fit_is_refused_and_named() -> None:
    runner = LanguageModelRunner(compiled("plain"), BUCKETS)
    assert runner.capacity == 48 and runner.buckets == BUCKETS
    with pytest.raises(TextTooLongError, match=r"prompt may have at most 47 tokens.*Received: 48 tokens") as caught:
        runner.prefill([2] * 49)
    assert (caught.value.tokens, caught.value.limit) == (48, 47)
    state = runner.prefill([2] * 47)
    state.step(5)
    with pytest.raises(ValueError, match="largest bucket has 48 positions. Received: a step at position 48"):
        state.step(5)
    with pytest.raises(ValueError, match="ids must not be empty"):
        runner.prefill([])
    for ids in ([2, SIZE], [2, -1]):
        with pytest.raises(ValueError, match=rf"in \[0, {SIZE}\). Received: \[{ids[1]}\]"):
            runner.prefill(ids)
    with pytest.raises(ValueError, match="must lie in"):
        runner.prefill([2]).step(SIZE)
    with pytest.raises(ValueError, match="ascending"):
        compile_language_model(CONFIGS["plain"], {}, (48, 8))


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_each_table_stands_once_in_the_file(variant: str) -> None:
    config = lite(vocabulary_size=700, cutoffs=(100, 300))
    weights = language_model_of(config).named_weights()
    content = make_variant(compile_language_model(config, weights, (8, 32)), variant)
    for index, band in enumerate(config.bands):
        assert list(constants_of_shape(content, weights[f"embedding/band_{index}/table"].shape).values()) == [
            {variant.upper()}
        ], band
    plain = make_variant(compiled("plain"), variant)
    assert list(constants_of_shape(plain, (SIZE, 32)).values()) == [{variant.upper()}]
    assert {name for name, _ in describe_signatures(plain).items()} == {
        f"{kind}_{bucket}" for kind in ("prefill", "decode_step") for bucket in BUCKETS
    }


@pytest.mark.parametrize("name", CONFIGS)
def test_a_float32_file_runs_on_old_runtimes(name: str) -> None:
    assert minimum_runtime(compiled(name)) == "2.3.0"


@pytest.mark.parametrize("name", ["plain", "lightweight", "three_cutoffs", "mixed_branches", "no_attention"])
def test_int8_stays_near(name: str) -> None:
    """8 bits give a relative error of about 1/250 per product, 1 to 2 % of the spread after two or three layers."""
    content = make_variant(compiled(name), "int8")
    assert operator_counts(content)["FULLY_CONNECTED", 12] and operator_counts(content)["EMBEDDING_LOOKUP", 4]
    assert minimum_runtime(content) == "2.18.0"
    ids = random_text(BUCKETS[-1])
    expected = keras_log_probabilities(keras_language_model(name), ids)
    for prompt in (1, 20):
        actual = teacher_forced(LanguageModelRunner(content, BUCKETS), ids, prompt)
        difference = actual - expected[prompt - 1 :]
        assert 0 < np.sqrt((difference**2).mean()) < 0.03 * expected.std()
        np.testing.assert_allclose(np.exp(actual.astype(np.float64)).sum(1), 1, atol=1e-5)
        nlls = [
            -rows[np.arange(len(ids) - prompt), ids[prompt:]].mean()
            for rows in (actual[:-1], expected[prompt - 1 : -1])
        ]
        assert nlls[0] == pytest.approx(nlls[1], abs=0.02 * float(expected.std()))
