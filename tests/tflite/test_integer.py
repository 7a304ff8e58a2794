"""The int16x8 file: computes in integers what the float32 file computes, within some hundredths."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.builder.flatbuffer import OPERATOR_NAMES, unpack
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_language_model, compile_model
from lite_transformer_tf.litert.graph.inspection import constant_bytes, constants_of_shape, minimum_runtime
from lite_transformer_tf.litert.graph.weights import vocabulary_groups
from lite_transformer_tf.litert.quantize.calibration import observe
from lite_transformer_tf.litert.quantize.integer_tensors import no_power_of_two
from lite_transformer_tf.litert.quantize.ranges import Range, Ranges
from lite_transformer_tf.litert.quantize.widths import make_variant
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite import language_models
from tests.tflite.kernels import use_kernels
from tests.tflite.models import CONFIGS, keras_model, random_source

BUCKETS, BEAM = (8, 40), 2
TOLERANCE = 0.03  # of the standard deviation of the logits; what eight-bit weights add is left out


def rounded_weights(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights that eight bits hold exactly, so that activations alone make a difference."""
    return {name: _rounded(name, value) for name, value in weights.items()}


def _rounded(name: str, value: np.ndarray) -> np.ndarray:
    if not name.endswith(("/kernel", "/table")):
        return value
    rows = value.T if name.endswith("/kernel") else value
    scale = np.abs(rows).max(1, keepdims=True) / 127
    rows = (np.rint(rows / scale) * scale).astype(np.float32)
    return rows.T if name.endswith("/kernel") else rows


@lru_cache
def files(name: str) -> tuple[bytes, bytes]:
    """float32 and int16x8."""
    return both_files(CONFIGS[name], rounded_weights(keras_model(name).named_weights()))


def both_files(config: LiteTransformerConfig, weights: Mapping[str, np.ndarray]) -> tuple[bytes, bytes]:
    content, ranges = compile_model(config, weights, GraphOptions(BUCKETS, BEAM)), Ranges()
    for bucket in BUCKETS:
        runner = Runner(content, (bucket,), BEAM, config.pad_id)
        observe(runner, content, ranges)
        for seed in range(4):
            _run(runner, random_source(config, bucket - 2 * (seed % 2), seed=seed), seed)
    return content, make_variant(content, "int16x8", ranges)


def _run(runner: Runner, source: list[int], seed: int, steps: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Logits of `decode_step` and of both rows of `beam_step`, for the same tokens."""
    memory = runner.encode(source)
    state, rows = runner.greedy(memory), runner.beam(memory, BEAM)
    single, double = [], []
    for token in np.random.default_rng(seed).integers(4, 29, steps).tolist():
        state.step(token)
        rows.step([token, (token + 1) % 29])
        single.append(state.logits())
        double.append(np.stack([rows.logits(0), rows.logits(1)]))
    return np.stack(single), np.stack(double)


@pytest.mark.parametrize(
    ("name", "resolver"),
    [*((name, "AUTO") for name in CONFIGS), ("dynamic_glu", "BUILTIN_REF"), ("mixed_branches", "BUILTIN_REF")],
)
def test_integers_compute_what_floats_do(name: str, resolver: str) -> None:
    assert 0 < relative_error(CONFIGS[name], files(name), resolver) < TOLERANCE


def relative_error(config: LiteTransformerConfig, contents: tuple[bytes, bytes], resolver: str = "AUTO") -> float:
    """The largest difference of two files' logits, in standard deviations."""
    outputs = []
    for content in contents:
        runner = Runner(content, BUCKETS, BEAM, config.pad_id)
        use_kernels(runner, content, resolver)
        size = config.target_vocabulary_size
        found = [_run(runner, random_source(config, length, seed=9), 9) for length in (1, 6, 23)]
        outputs.append(np.concatenate([part[..., :size].reshape(-1, size) for pair in found for part in pair]))
    floats, integers = outputs
    return float(np.abs(floats - integers).max() / floats.std())


def test_a_row_of_zeros_keeps_its_bias() -> None:
    """Pruning leaves such rows; they have no largest magnitude to take a scale from."""
    weights = dict(rounded_weights(keras_model("lightweight_tied").named_weights()))
    for layer in (
        "encoder/layer_0/feed_forward/inner",
        "decoder/layer_0/cross_attention/output",
        "decoder/layer_0/lsra/attention/value",
    ):
        kernel, bias = (weights[f"{layer}/{part}"].copy() for part in ("kernel", "bias"))
        kernel[:, ::2], bias[::2] = (0 if layer.startswith("decoder") else 1e-12), 0.7
        weights[f"{layer}/kernel"], weights[f"{layer}/bias"] = kernel, bias
    weights["decoder/layer_0/feed_forward/inner/kernel"] = np.zeros_like(
        weights["decoder/layer_0/feed_forward/inner/kernel"]
    )
    config = CONFIGS["lightweight_tied"]
    assert 0 < relative_error(config, both_files(config, weights)) < TOLERANCE


def test_empty_matrices_of_two_shapes_have_the_scales_of_their_rows() -> None:
    """Their bytes are one buffer of the float32 file."""
    config, weights = CONFIGS["mixed_branches"], dict(rounded_weights(keras_model("mixed_branches").named_weights()))
    inner, outer = (f"encoder/layer_0/feed_forward/{part}/kernel" for part in ("inner", "outer"))
    assert (weights[inner].shape, weights[outer].shape) == ((32, 24), (24, 32))
    weights[inner], weights[outer] = np.zeros_like(weights[inner]), np.zeros_like(weights[outer])
    assert 0 < relative_error(config, both_files(config, weights)) < TOLERANCE


@pytest.mark.parametrize("name", ["plain", "three_cutoffs", "mixed_branches", "no_attention"])
def test_language_models_in_integers(name: str) -> None:
    config, model = language_models.CONFIGS[name], language_models.keras_language_model(name)
    content = compile_language_model(config, rounded_weights(model.named_weights()), BUCKETS)
    ranges: Ranges = {}
    for bucket in BUCKETS:
        runner = LanguageModelRunner(content, (bucket,))
        observe(runner, content, ranges)
        for seed in range(6):
            _read(runner, language_models.random_text(bucket, seed=seed))
    floats, integers = (
        _read(LanguageModelRunner(file, BUCKETS), language_models.random_text(20, seed=17))
        for file in (content, make_variant(content, "int16x8", ranges))
    )
    assert 0 < np.abs(floats - integers).max() < 2 * TOLERANCE * floats.std()


def _read(runner: LanguageModelRunner, ids: list[int]) -> np.ndarray:
    """Log-probabilities after the prompt, which is half of the text, and after every further token."""
    state = runner.prefill(ids[: len(ids) // 2])
    return np.stack([state.log_probabilities, *(state.step(token) for token in ids[len(ids) // 2 :])])


def test_no_product_is_left_in_float() -> None:
    _, content = files("dynamic_glu")
    model = unpack(content)
    kinds = {value: name for name, value in vars(schema.TensorType).items() if not name.startswith("_")}
    computed = set()
    for graph in model.subgraphs:
        for operator in graph.operators:
            name = OPERATOR_NAMES[model.operatorCodes[operator.opcodeIndex].builtinCode]
            computed.add((name, kinds[graph.tensors[operator.outputs[0]].type]))
            if name == "FULLY_CONNECTED":
                assert [kinds[graph.tensors[tensor].type] for tensor in operator.inputs][1:] in (
                    ["INT8"],
                    ["INT8", "INT64"],
                )
    floats = {name for name, kind in computed if kind == "FLOAT32"}
    body = {"FULLY_CONNECTED", "BATCH_MATMUL", "MEAN", "RSQRT", "LOGISTIC", "SUM", "SQUARED_DIFFERENCE"}
    assert floats.isdisjoint(body)
    assert body - {"SUM", "SQUARED_DIFFERENCE"} <= {
        name for name, kind in computed if kind == "INT16"
    }  # these two become others


def test_tables_stay_int8_and_are_stored_once() -> None:
    floats, integers = files("lightweight_tied")
    rows = vocabulary_groups(37)[1]
    assert list(constants_of_shape(integers, (rows, 32)).values()) == [{"INT8"}]
    assert constant_bytes(integers) < 0.6 * constant_bytes(floats)
    assert minimum_runtime(integers) == "2.18.0"


def test_a_range_leaves_out_what_stands_for_minus_infinity() -> None:
    assert Range.of(np.array([-1e9, -2.0, 3.0], np.float32)) == Range(-2.0, 3.0, True)
    assert Range.of(np.array([], np.float32)) == Range()
    assert Range(-1.0, 2.0) | Range(-3.0, 1.0, True) == Range(-3.0, 2.0, True)
    assert Range(-3.0, 2.0).magnitude == 3.0


def test_a_file_needs_a_calibration_of_all_signatures() -> None:
    content, _ = files("one_layer")
    with pytest.raises(ValueError, match="An int16x8 file needs a calibration"):
        make_variant(content, "int16x8")
    with pytest.raises(ValueError, match="calibration must run every signature.* Received: no run of 'encode_8'"):
        make_variant(content, "int16x8", {"encode_40": {}})


@pytest.mark.parametrize("exponent", range(-20, 3))
@pytest.mark.parametrize("factor", [0.9995, 1.0, 1.0005, 1.3])
def test_no_scale_lies_next_to_a_power_of_two(exponent: int, factor: float) -> None:
    """Sums whose scales all do take a kernel that aborts unless one input's scale equals the output's."""
    scale = no_power_of_two(factor * 2.0**exponent)
    distance = abs(np.log2(scale) - np.rint(np.log2(scale)))
    assert distance > 1.5e-3 and 1 <= scale / (factor * 2.0**exponent) <= 1.01
