"""The written file: shared and aligned constants, int8 weights, and what the inspection says of it."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from lite_transformer_tf.branches.convolution.graph import band_matrices
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.builder.flatbuffer import BUFFER_ALIGNMENT, ModelBuilder, unpack
from lite_transformer_tf.litert.builder.operators import Graph
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.graph.inspection import (
    constant_bytes,
    constants_of_shape,
    minimum_runtime,
    operator_counts,
)
from lite_transformer_tf.litert.graph.weights import vocabulary_groups
from lite_transformer_tf.litert.quantize.widths import WIDTHS, make_variant
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite.models import CONFIGS, keras_model, keras_model_of, random_source

ROWS, DIM = 400, 64
TIED = LiteTransformerConfig.lite(
    embed_dim=DIM, kernel_sizes=(3, 7), source_vocabulary_size=ROWS, target_vocabulary_size=ROWS
)
OPTIONS = GraphOptions((8, 16, 32), 4)


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return dict(keras_model_of(TIED).named_weights())


@pytest.fixture(scope="module")
def files(weights: dict[str, np.ndarray]) -> dict[str, bytes]:
    compiled = compile_model(TIED, weights, OPTIONS)
    return {
        variant: make_variant(compiled, variant) for variant, width in WIDTHS.items() if not width.needs_calibration
    }


def test_constants_are_shared_between_graphs_and_aligned() -> None:
    table = np.arange(12, dtype=np.float32).reshape(3, 4)
    builder = ModelBuilder("two graphs, one table")
    for name in ("first", "second"):
        graph = Graph(builder, name)
        ids = graph.input("ids", (2,), "int32")
        graph.output("rows", graph.dense(graph.lookup(ids, table), table))
    content = builder.finish()
    assert list(constants_of_shape(content, (3, 4)).values()) == [{"FLOAT32"}]
    model = schema.Model.GetRootAs(content, 0)
    for index in range(1, model.BuffersLength()):
        data = model.Buffers(index).DataAsNumpy()
        offset = data.__array_interface__["data"][0] - np.frombuffer(content, np.uint8).__array_interface__["data"][0]
        assert offset % BUFFER_ALIGNMENT == 0
    interpreter = Interpreter(model_content=content)
    for name in ("first", "second"):
        rows = interpreter.get_signature_runner(name)(ids=np.array([2, 0], np.int32))["rows"]
        np.testing.assert_array_equal(rows, table[[2, 0]] @ table.T)


def test_float32_file_holds_each_weight_once(files: dict[str, bytes], weights: dict[str, np.ndarray]) -> None:
    parameters = sum(value.size for value in weights.values())
    taps = sum(value.size for name, value in weights.items() if name.endswith("/taps"))
    constants = constant_bytes(files["float32"])
    # Beyond the weights: positions, encoder bands, decoder taps repeated over channels, and a few small ones.
    positions, bands = (
        4 * 33 * DIM,
        4 * 4 * sum(32 * (32 + k - 1) + 2 * 8 * (8 + k - 1) + 2 * 16 * (16 + k - 1) for k in (3, 7)),
    )
    assert 4 * (parameters - taps) < constants < 4 * parameters + positions + bands + 4 * 6 * 64 + 10_000
    assert constants_of_shape(files["float32"], (ROWS, DIM)).keys().__len__() == 1
    assert minimum_runtime(files["float32"]) == "2.3.0"


def test_int8_file_holds_the_tied_table_once_and_as_int8(
    files: dict[str, bytes], weights: dict[str, np.ndarray]
) -> None:
    assert list(constants_of_shape(files["int8"], (ROWS, DIM)).values()) == [{"INT8"}]
    kernels = sum(value.size for name, value in weights.items() if name.endswith("/kernel"))
    # Kernels and the table shrink to a quarter: were the table there twice, or float, the difference would be smaller.
    saved = constant_bytes(files["float32"]) - constant_bytes(files["int8"])
    assert saved == 3 * (kernels + ROWS * DIM)


def test_int8_weights_are_the_rounded_float_weights(files: dict[str, bytes], weights: dict[str, np.ndarray]) -> None:
    model = unpack(files["int8"])
    (buffer,) = constants_of_shape(files["int8"], (ROWS, DIM))
    tensor = next(tensor for graph in model.subgraphs for tensor in graph.tensors if tensor.buffer == buffer)
    stored = np.frombuffer(model.buffers[buffer].data, np.int8).reshape(ROWS, DIM)
    table = weights["source_embedding/table"]
    scale = np.abs(table).max(1, keepdims=True) / 127
    np.testing.assert_allclose(tensor.quantization.scale, scale[:, 0], rtol=1e-6)
    assert np.abs(stored * scale - table).max() <= 0.5001 * scale.max()


def test_float16_file_holds_each_weight_once_in_half_the_bytes(
    files: dict[str, bytes], weights: dict[str, np.ndarray]
) -> None:
    (buffer,) = constants_of_shape(files["float16"], (ROWS, DIM))
    stored = np.frombuffer(unpack(files["float16"]).buffers[buffer].data, np.float16).reshape(ROWS, DIM)
    np.testing.assert_array_equal(stored, weights["source_embedding/table"].astype(np.float16))
    kernels = sum(value.size for name, value in weights.items() if name.endswith("/kernel"))
    assert constant_bytes(files["float32"]) - constant_bytes(files["float16"]) == 2 * (kernels + ROWS * DIM)
    assert minimum_runtime(files["float16"]) == "2.3.0"


def test_int4_file_holds_two_weights_a_byte(files: dict[str, bytes], weights: dict[str, np.ndarray]) -> None:
    assert list(constants_of_shape(files["int4"], (ROWS, DIM)).values()) == [{"INT4"}]
    kernels = sum(value.size for name, value in weights.items() if name.endswith("/kernel"))
    assert constant_bytes(files["int8"]) - constant_bytes(files["int4"]) == (kernels + ROWS * DIM) / 2
    assert minimum_runtime(files["int4"]) == "2.18.0"


def test_int8_file_asks_for_a_runtime_that_knows_scales_for_each_row(files: dict[str, bytes]) -> None:
    """Older runtimes ran a file of older operator versions too, with the first row's scale for all: wrong tokens."""
    counts = operator_counts(files["int8"])
    assert {version for name, version in counts if name == "FULLY_CONNECTED"} == {12}
    assert {version for name, version in counts if name == "EMBEDDING_LOOKUP"} == {4}
    assert minimum_runtime(files["int8"]) == "2.18.0"
    assert counts["BATCH_MATMUL", 1] > 0  # and products of activations, masks and bands stay float


@pytest.mark.parametrize(("variant", "tolerance"), [("float16", 0.01), ("int8", 0.45)])
@pytest.mark.parametrize("name", CONFIGS)
def test_logits_of_smaller_weights_stay_near(name: str, variant: str, tolerance: float) -> None:
    config, model = CONFIGS[name], keras_model(name)
    compiled = compile_model(config, model.named_weights(), GraphOptions((8,), 2))
    logits = []
    for compared in ("float32", variant):
        runner = Runner(make_variant(compiled, compared), (8,), 2, config.pad_id)
        state = runner.greedy(runner.encode(random_source(config, 7)))
        logits.append(
            np.stack([state.step(token) and state.logits()[: config.target_vocabulary_size] for token in (2, 5, 6)])
        )
    assert 0 < np.abs(logits[0] - logits[1]).max() < tolerance * logits[0].std()


@pytest.mark.parametrize(("variant", "largest"), [("int8", 127), ("int4", 7)])
def test_baked_weights_are_stored_exactly(variant: str, largest: int) -> None:
    """Values on the grid of their row, as quantisation-aware training leaves them, come out of the file unchanged."""
    generator = np.random.default_rng(0)
    weights, grids = dict(keras_model("one_layer").named_weights()), {}
    for name, value in weights.items():
        if name.endswith(("/kernel", "/table")):
            rows = value.T if name.endswith("/kernel") else value
            grids[name] = generator.integers(-largest, largest + 1, rows.shape)
            grids[name][:, 0] = largest
            baked = (grids[name] * generator.uniform(0.001, 0.01, (len(rows), 1))).astype(np.float32)
            weights[name] = baked.T if name.endswith("/kernel") else baked
    model = unpack(make_variant(compile_model(CONFIGS["one_layer"], weights, GraphOptions((8,), 1)), variant))
    stored = {buffer.data.tobytes() for buffer in model.buffers if buffer.data is not None}
    fused = ("query", "key", "value")
    for side in ("encoder", "decoder"):
        branch = f"{side}/layer_0/lsra/attention"
        grids[f"{branch}/projection"] = np.concatenate([grids.pop(f"{branch}/{part}/kernel") for part in fused])
    cross = "decoder/layer_0/cross_attention"
    grids["memory"] = np.concatenate([grids.pop(f"{cross}/{part}/kernel") for part in fused[1:]])
    grids["source_embedding/table"] = np.pad(
        grids["source_embedding/table"], ((0, vocabulary_groups(37)[1] - 37), (0, 0))
    )  # rows up to whole groups
    missing = [name for name, grid in grids.items() if as_stored(grid.astype(np.int8), largest) not in stored]
    assert missing == []


def as_stored(grid: np.ndarray, largest: int) -> bytes:
    """int8 as it is; int4 two a byte, the first one in the low half."""
    if largest == 127:
        return grid.tobytes()
    flat = grid.reshape(-1).view(np.uint8) & 15
    return (flat[::2] | flat[1::2] << 4).tobytes()


@pytest.mark.parametrize(
    ("size", "group", "rows"), [(10_000, 100, 10_000), (6632, 67, 6633), (37, 3, 39), (1, 1, 1), (8848, 79, 8848)]
)
def test_vocabulary_is_filled_up_to_whole_groups_near_its_root(size: int, group: int, rows: int) -> None:
    assert vocabulary_groups(size) == (group, rows)


def test_band_matrices_are_the_convolution() -> None:
    taps = np.random.default_rng(0).random((2, 3)).astype(np.float32)
    u = np.random.default_rng(1).random(6).astype(np.float32)
    padded = np.pad(u, 1)
    for head in range(2):
        expected = [sum(taps[head, k] * padded[t + k] for k in range(3)) for t in range(6)]
        np.testing.assert_allclose(band_matrices(taps, 6)[head] @ padded, expected, rtol=1e-6)


def test_what_is_no_tflite_file_is_refused() -> None:
    with pytest.raises(ValueError, match="identifier"):
        unpack(b"not a model at all")
    with pytest.raises(ValueError, match="ascending"):
        GraphOptions((32, 16))
    with pytest.raises(ValueError, match="variant must be one of"):
        make_variant(b"", "int3")
