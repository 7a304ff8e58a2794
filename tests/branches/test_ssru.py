"""A kind of branch that nothing else names: it trains, decodes with a cache, compresses, exports to every variant."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

import lite_transformer_tf as lt
from lite_transformer_tf.branches import BranchConfig, BranchUse
from lite_transformer_tf.branches.ssru.layer import SimpleRecurrentUnit, scan
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.compression.report import sparsity
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.numpy_search import search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.exporting.export import export_bundle, reference_of
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_language_model, compile_model
from lite_transformer_tf.litert.graph.fusion import fused_layers
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.models.saving import load_model, save_model
from lite_transformer_tf.profiling import Kind
from tests.compression.steps import train_prune_and_round
from tests.layers.checks import CHECKS
from tests.layers.contract import Case
from tests.tflite.kernels import use_kernels
from tests.tflite.language_models import language_model_of, random_text
from tests.tflite.models import SENTENCES, SIZES, keras_model_of, random_source, text_model

SETTINGS = {"embed_dim": 32, "kernel_sizes": (3, 5), **SIZES}
CONFIGS = {
    "alone": LiteTransformerConfig.lite(decoder_branches=["ssru"], **SETTINGS),
    "beside_attention": LiteTransformerConfig.lite(decoder_branches=["attention", "ssru"], **SETTINGS),
    "all_kinds": LiteTransformerConfig.lite(decoder_branches=["ssru", "lightweight", "attention", "ssru"], **SETTINGS),
}
LANGUAGE = LanguageModelConfig.lite(
    embed_dim=32, kernel_sizes=(3, 5), branches=["ssru", "lightweight"], vocabulary_size=37, cutoffs=(9,)
)
TOLERANCE = 2e-5


STATES = np.random.default_rng(0).normal(size=(2, 5, 8)).astype(np.float32)
CONTRACT = Case(SimpleRecurrentUnit, {}, {"inputs": STATES}, (2, 5, 8), parameters=2 * 8 * 8 + 8)


@pytest.mark.parametrize("check", CHECKS)
def test_the_layer_keeps_the_contract_of_keras(check, tmp_path):
    CHECKS[check](CONTRACT, tmp_path)


def by_hand(weights: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """(B, T, C) in float64, one position after the other."""
    kernel, bias, project = (weights[name].astype(np.float64) for name in ("forget/kernel", "forget/bias", "input"))
    state, outputs = np.zeros((len(inputs), inputs.shape[2])), []
    for x in inputs.astype(np.float64).transpose(1, 0, 2):
        forget = 1 / (1 + np.exp(-(x @ kernel + bias)))
        state = forget * state + (1 - forget) * (x @ project)
        outputs.append(np.maximum(state, 0))
    return np.stack(outputs, 1)


@pytest.mark.parametrize("length", [1, 2, 7, 16])
def test_the_layer_is_the_recurrence_and_its_cache_goes_on(length: int) -> None:
    generator = np.random.default_rng(length)
    inputs = generator.normal(size=(3, length, 6)).astype(np.float32)
    layer = SimpleRecurrentUnit()
    layer(inputs)
    layer.set_weights([generator.normal(size=weight.shape).astype(np.float32) for weight in layer.get_weights()])
    named = {weight.name: weight.numpy() for weight in layer.weights}
    weights = {
        "forget/kernel": layer.forget.kernel.numpy(),
        "forget/bias": layer.forget.bias.numpy(),
        "input": layer.input_projection.kernel.numpy(),
    }
    assert len(named) == 3
    expected = by_hand(weights, inputs)
    np.testing.assert_allclose(layer(inputs), expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(tf.function(layer)(inputs), expected, rtol=0, atol=1e-5)
    cache, begin = layer.initial_cache(3), 0
    for size in (1, length // 2, length):
        outputs, cache = layer(inputs[:, begin : begin + size], cache=cache)
        np.testing.assert_allclose(outputs, expected[:, begin : begin + size], rtol=0, atol=1e-5)
        begin += size
        if begin >= length or not length // 2:
            break


def test_the_gradient_of_the_scan_is_that_of_the_loop() -> None:
    generator = np.random.default_rng(0)
    decay = tf.constant(generator.uniform(size=(2, 9, 3)), tf.float64)
    added = tf.constant(generator.normal(size=(2, 9, 3)))

    def loop(decay: tf.Tensor, added: tf.Tensor) -> tf.Tensor:
        state, states = tf.zeros_like(decay[:, 0]), []
        for step in range(9):
            state = decay[:, step] * state + added[:, step]
            states.append(state)
        return tf.stack(states, 1)

    gradients = []
    for function in (loop, lambda a, b: scan(a, b)[0]):
        with tf.GradientTape() as tape:
            tape.watch([decay, added])
            total = tf.reduce_sum(tf.sin(function(decay, added)))
        gradients.append(tape.gradient(total, [decay, added]))
    for expected, found in zip(*gradients, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_it_reads_from_left_to_right_only() -> None:
    with pytest.raises(ValueError, match="an encoder cannot use it. Received: SsruBranch"):
        LiteTransformerConfig(
            16, 9, 9, (LayerConfig((BranchConfig("ssru", 16),), 8),), (LayerConfig((BranchConfig("ssru", 16),), 8, 2),)
        )
    with pytest.raises(ValueError, match="must be causal. Received: False"):
        BranchConfig("ssru", 16).layer(BranchUse(causal=False))
    with pytest.raises(ValueError, match=r"'ssru' are \['channels'\]. Received: {'heads': 4}"):
        BranchConfig("ssru", 16, 4)


@pytest.mark.parametrize("name", CONFIGS)
def test_configurations_survive_plain_data(name: str) -> None:
    config = CONFIGS[name]
    assert LiteTransformerConfig.from_dict(config.to_dict()) == config
    kinds = [branch.kind for branch in config.decoder[0].branches]
    parts = {"ssru": "ssru", "attention": "attention", "lightweight": "convolution"}
    assert [name.split("_")[0] for name in config.decoder[0].branch_names] == [parts[kind] for kind in kinds]
    assert all(branch.kind in ("attention", "lightweight") for layer in config.encoder for branch in layer.branches)


def test_mult_adds() -> None:
    count = BranchConfig("ssru", 6).count(BranchUse(causal=True), 7)
    counts = {(operation.path, operation.kind): operation.count for operation in count.operations}
    assert counts == {
        ("forget", Kind.LINEAR): 36 * 7,
        ("forget", Kind.BIAS): 6 * 7,
        ("input", Kind.LINEAR): 36 * 7,
        ("core", Kind.ACTIVATION): 7 * 6 * 7,
    }


def test_both_products_are_one_matrix_of_the_file() -> None:
    matrices = fused_layers(CONFIGS["beside_attention"])
    lsra = "decoder/layer_0/lsra"
    assert matrices[f"{lsra}/ssru/forget"] == matrices[f"{lsra}/ssru/input"] != matrices[f"{lsra}/attention/query"]


def runner_of(config: LiteTransformerConfig, buckets: tuple[int, ...], beam_size: int = 4) -> Runner:
    content = compile_model(config, keras_model_of(config).named_weights(), GraphOptions(buckets, beam_size))
    return Runner(content, buckets, beam_size, config.pad_id)


@pytest.mark.parametrize("kernels", ["AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF"])
@pytest.mark.parametrize("name", CONFIGS)
def test_logits_are_those_of_keras_in_every_bucket(name: str, kernels: str) -> None:
    config, model = CONFIGS[name], keras_model_of(CONFIGS[name])
    content = compile_model(config, model.named_weights(), GraphOptions((8, 12, 40), 2))
    runner = Runner(content, (8, 12, 40), 2, config.pad_id)
    use_kernels(runner, content, kernels)
    source, fed = random_source(config, 7), [config.eos_id, *random_source(config, 15, seed=1)[:-1]]
    inputs = {"source_ids": np.array([source], np.int32), "target_ids": np.array([fed], np.int32)}
    state = runner.greedy(runner.encode(source))
    for token, expected in zip(fed, model(inputs).numpy()[0], strict=True):
        state.step(token)
        np.testing.assert_allclose(state.logits()[: len(expected)], expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("beam_size", [1, 3, 4])
@pytest.mark.parametrize("name", CONFIGS)
def test_hypotheses_are_those_of_keras(name: str, beam_size: int) -> None:
    config, runner = CONFIGS[name], runner_of(CONFIGS[name], (6, 32), 2 if beam_size == 3 else 4)
    generator = KerasGenerator(keras_model_of(config), None, None)  # type: ignore[arg-type]
    options = DecodingOptions(beam_size=beam_size, min_length=8, max_length=20, n_best=beam_size)
    for seed in range(3):
        source = random_source(config, 5 + seed, seed)
        (expected,) = generator.generate_ids([source[:-1]], options)
        found = search(runner, source, options, eos_id=2, pad_id=1, vocabulary_size=config.target_vocabulary_size)
        assert [ids for ids, _ in found] == [ids for ids, _ in expected]
        np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], rtol=1e-4)


def test_a_language_model_reads_a_prompt_and_goes_on_as_keras() -> None:
    model, ids = language_model_of(LANGUAGE), random_text(20)
    expected = tf.nn.log_softmax(model({"ids": np.array([ids], np.int32)})).numpy()[0]
    runner = LanguageModelRunner(compile_language_model(LANGUAGE, model.named_weights(), (8, 24)), (8, 24))
    for prompt in (1, 4, 7, 8, 20):
        other = runner.prefill(random_text(5, seed=3))  # takes turns with it
        state = runner.prefill(ids[:prompt])
        rows = [state.log_probabilities]
        for token in ids[prompt:]:
            other.step(5) if other.position < 24 else None
            rows.append(state.step(token))
        np.testing.assert_allclose(np.stack(rows), expected[prompt - 1 :], rtol=0, atol=TOLERANCE)


def test_it_trains_prunes_and_trains_with_rounded_weights() -> None:
    config = dataclasses.replace(CONFIGS["beside_attention"], dropout=0.0)
    model = lt.LiteTransformer(config)
    train_prune_and_round(model, {"decoder/*/ssru/*": 0.5})
    layers = sparsity(model)["layers"]
    for part in ("forget", "input"):
        assert layers[f"decoder/layer_0/lsra/ssru/{part}"]["sparsity"] >= 0.5


def test_it_is_saved_and_exported_to_every_variant(tmp_path) -> None:
    _, vocabularies = text_model()
    config = LiteTransformerConfig.lite(
        embed_dim=32,
        kernel_sizes=(3,),
        decoder_branches=["attention", "ssru"],
        source_vocabulary_size=290,
        target_vocabulary_size=290,
    )
    save_model(keras_model_of(config, seed=3), vocabularies, tmp_path / "model")
    model, vocabularies = load_model(tmp_path / "model")
    options = DecodingOptions(beam_size=2, max_length=12)
    expected = [answer[0] for answer in reference_of(model, vocabularies).generate(SENTENCES, options)]
    for variant in ("float32", "float16", "int8", "int4", "int16x8"):
        job = ExportJob(SENTENCES, variant=variant, graph=GraphOptions((16, 40), 2))
        export_bundle(model, vocabularies, tmp_path / variant, job)
        bundle = open_bundle(tmp_path / variant)
        answers = [answer[0] for answer in bundle.generate(SENTENCES, options)]
        if variant == "float32":
            assert [answer.ids for answer in answers] == [answer.ids for answer in expected]
        scores = [[answer.score for answer in found] for found in (answers, expected)]
        np.testing.assert_allclose(*scores, rtol=0, atol={"float32": 1e-4, "int4": 1.5}.get(variant, 0.1))
