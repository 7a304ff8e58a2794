"""The Evolved Transformer as a product: it decodes, trains, is pruned, trains in 4 bits, exports to every variant."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import lite_transformer_tf as lt
from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.cells.evolved_config import EvolvedDecoderConfig
from lite_transformer_tf.compression.report import sparsity
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.numpy_search import search
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.exporting.export import export_bundle, reference_of
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_language_model, compile_model
from lite_transformer_tf.litert.graph.unfolding import unfold
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.models.saving import load_model, save_model
from tests.compression.steps import train_prune_and_round
from tests.tflite.kernels import use_kernels
from tests.tflite.language_models import language_model_of, random_text
from tests.tflite.models import CONFIGS, SENTENCES, SIZES, keras_model_of, random_source, text_model

TOLERANCE = 2e-5


def _beside_others() -> LiteTransformerConfig:
    """A decoder whose cells differ, also in the widths of heads and in kernels, but share the tensors of caches."""
    branches = (BranchConfig("attention", 16, 1), BranchConfig("lightweight", 16, 4, 13))
    cells = (
        EvolvedDecoderConfig(32, 4, True, 2),
        LayerConfig(branches, 24, 4),
        EvolvedDecoderConfig(32, 2, cross_attention_heads=4),
    )
    return LiteTransformerConfig(32, 37, 37, LiteTransformerConfig.lite(embed_dim=32, **SIZES).encoder[:1], cells)


@pytest.mark.parametrize("kernels", ["AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF"])
def test_cells_of_several_kinds_share_caches(kernels: str) -> None:
    config = _beside_others()
    model = keras_model_of(config)
    content = compile_model(config, model.named_weights(), GraphOptions((8, 20), 2))
    runner = Runner(content, (8, 20), 2, config.pad_id)
    use_kernels(runner, content, kernels)
    source, fed = random_source(config, 6), [config.eos_id, *random_source(config, 16, seed=1)[:-1]]
    inputs = {"source_ids": np.array([source], np.int32), "target_ids": np.array([fed], np.int32)}
    state = runner.greedy(runner.encode(source))
    for token, expected in zip(fed, model(inputs).numpy()[0], strict=True):
        state.step(token)
        np.testing.assert_allclose(state.logits()[: len(expected)], expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("beam_size", [1, 4])
def test_hypotheses_are_those_of_keras(beam_size: int) -> None:
    config = CONFIGS["evolved"]
    model = keras_model_of(config)
    content = compile_model(config, model.named_weights(), GraphOptions((6, 32), 4))
    runner = Runner(content, (6, 32), 4, config.pad_id)
    generator = KerasGenerator(model, None, None)  # type: ignore[arg-type]
    options = DecodingOptions(beam_size=beam_size, min_length=14, max_length=20, n_best=beam_size)
    sources = [random_source(config, 5 + seed, seed) for seed in range(3)]
    for source, expected in zip(sources, generator.generate_ids([ids[:-1] for ids in sources], options), strict=True):
        found = search(runner, source, options, eos_id=2, pad_id=1, vocabulary_size=37)
        assert [ids for ids, _ in found] == [ids for ids, _ in expected]
        np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], rtol=1e-4)


def test_a_file_gives_its_weights_back() -> None:
    config = _beside_others()
    weights = keras_model_of(config).named_weights()
    content = compile_model(config, weights, GraphOptions((8,), 1))
    found = unfold(content, config, {name: value.shape for name, value in weights.items()}, 8)
    for name, value in weights.items():
        if name.endswith("convolution/taps"):  # of the lightweight convolution: softmaxed in the file
            continue
        np.testing.assert_allclose(found[name], value, rtol=1e-6, err_msg=name)


def test_it_trains_prunes_and_trains_with_4_bits() -> None:
    config = LiteTransformerConfig.evolved(
        embed_dim=16, encoder_layers=1, decoder_layers=1, heads=2, dropout=0.0, **SIZES
    )
    model = lt.LiteTransformer(config)
    train_prune_and_round(model, 0.5)
    layers = sparsity(model)["layers"]
    for part in ("encoder/layer_0/convolutions/right", "decoder/layer_0/convolutions/left/pointwise"):
        assert layers[part]["sparsity"] >= 0.5
    kernel = model.named_weights()["decoder/layer_0/convolutions/output/pointwise/kernel"]
    grid = kernel / np.abs(kernel).max(0) * 7
    np.testing.assert_allclose(grid, np.rint(grid), rtol=0, atol=1e-3)


def test_it_is_saved_and_exported_to_every_variant(tmp_path) -> None:
    _, vocabularies = text_model()
    sizes = {"source_vocabulary_size": 290, "target_vocabulary_size": 290}
    config = LiteTransformerConfig.evolved(embed_dim=32, encoder_layers=1, decoder_layers=1, heads=4, **sizes)
    save_model(keras_model_of(config, seed=3), vocabularies, tmp_path / "model")
    model, vocabularies = load_model(tmp_path / "model")
    options = DecodingOptions(beam_size=2, max_length=14)
    expected = [answer[0] for answer in reference_of(model, vocabularies).generate(SENTENCES, options)]
    for variant in ("float32", "float16", "int8", "int4", "int16x8"):
        job = ExportJob(SENTENCES, variant=variant, graph=GraphOptions((16, 40), 2))
        export_bundle(model, vocabularies, tmp_path / variant, job)
        answers = [answer[0] for answer in open_bundle(tmp_path / variant).generate(SENTENCES, options)]
        if variant == "float32":
            assert [answer.ids for answer in answers] == [answer.ids for answer in expected]
        scores = [[answer.score for answer in found] for found in (answers, expected)]
        np.testing.assert_allclose(*scores, rtol=0, atol={"float32": 1e-4, "int4": 1.5}.get(variant, 0.1))


def test_a_language_model_of_these_cells_reads_a_prompt_and_goes_on_as_keras() -> None:
    config = LanguageModelConfig(32, 37, (EvolvedDecoderConfig(32, 2), EvolvedDecoderConfig(32, 4, True)))
    model, ids = language_model_of(config), random_text(16)
    expected = tf.nn.log_softmax(model({"ids": np.array([ids], np.int32)})).numpy()[0]
    runner = LanguageModelRunner(compile_language_model(config, model.named_weights(), (8, 20)), (8, 20))
    for prompt in (1, 4, 13):
        state = runner.prefill(ids[:prompt])
        rows = [state.log_probabilities, *(state.step(token) for token in ids[prompt:])]
        np.testing.assert_allclose(np.stack(rows), expected[prompt - 1 :], rtol=0, atol=TOLERANCE)
