"""The table of widths: what it says of a file is true, and a new width is one entry."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from lite_transformer_tf.cli.common import CommandParser
from lite_transformer_tf.cli.export import COMMAND as EXPORT
from lite_transformer_tf.compression.chain import BITS_OF
from lite_transformer_tf.compression.config import WEIGHT_BITS
from lite_transformer_tf.compression.quantizers import BITS
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.exporting.export import export_bundle, float_activations
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.builder.flatbuffer import unpack
from lite_transformer_tf.litert.builder.matrices import INTEGER_STORAGE, constant_matrices, matrix_values
from lite_transformer_tf.litert.graph.compiler import GraphOptions, compile_model
from lite_transformer_tf.litert.graph.inspection import minimum_runtime
from lite_transformer_tf.litert.quantize.dequantize import compare_weights
from lite_transformer_tf.litert.quantize.finishing import finish
from lite_transformer_tf.litert.quantize.rows import quantize_rows
from lite_transformer_tf.litert.quantize.widths import WIDTHS, Width, make_rows, make_variant
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.litert.runtime.runner import Runner
from tests.tflite.models import CONFIGS, SENTENCES, keras_model, text_model
from tests.tflite.test_integer import files as integer_files

NAME = "one_layer"
DOCUMENT = Path(__file__).parents[2] / "docs/bundle.md"


def compiled() -> bytes:
    return compile_model(CONFIGS[NAME], keras_model(NAME).named_weights(), GraphOptions((8,), 2))


def test_the_table_says_what_a_file_is():
    files = {name: make_variant(compiled(), name) for name, width in WIDTHS.items() if not width.needs_calibration}
    files["int16x8"] = integer_files(NAME)[1]
    assert files.keys() == WIDTHS.keys()
    for name, width in WIDTHS.items():
        assert (name, minimum_runtime(files[name])) == (width.name, width.runtime)
        model = unpack(files[name])
        types = {tensor.type for graph in model.subgraphs for _, tensor in constant_matrices(model, graph)}
        stored = {getattr(schema.TensorType, width.stored.upper())} if width.stored != "float16" else set()
        assert types == stored  # a half stands behind a DEQUANTIZE
        assert width.description == {"weights": width.weights, "activations": width.activations}
        if width.levels is not None:
            assert width.levels == 2 ** (width.bits - 1) - 1 and width.stored in INTEGER_STORAGE


def test_others_read_the_table():
    parser = CommandParser()
    EXPORT.add_arguments(parser)
    (variant,) = (action for action in parser._actions if action.dest == "variant")
    assert list(variant.choices) == list(WIDTHS)
    assert BITS_OF == {"float32": 32, "float16": 16, "int8": 8, "int4": 4, "int16x8": 8}
    assert (BITS, WEIGHT_BITS) == ((4, 8, 16, 32), (4, 8))


def test_the_document_says_what_the_table_says():
    rows = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `") and line.count("|") == 6]
    assert len(rows) >= 5 and set(rows) <= {
        f"| `{width.name}` | {width.bits} | {width.weights} | {width.activations} | {width.runtime} |"
        for width in WIDTHS.values()
    }


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("name", ["lightweight_tied", "mixed_branches"])
def test_files_are_those_of_ai_edge_quantizer(name: str, bits: int):
    """Byte for byte; it is slow to load, and only this test needs it."""
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager

    content = compile_model(CONFIGS[name], keras_model(name).named_weights(), GraphOptions((8, 16), 2))
    recipes = recipe_manager.RecipeManager()
    for operator in ("FULLY_CONNECTED", "EMBEDDING_LOOKUP"):
        rows = qtyping.QuantGranularity.CHANNELWISE
        recipes.add_dynamic_config(".*", qtyping.TFLOperationName[operator], bits, granularity=rows)
    tool = quantizer.Quantizer(content)
    tool.load_quantization_recipe(recipes.get_quantization_recipe())
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        expected = tool.quantize().quantized_model
    assert make_variant(content, f"int{bits}") == finish(unpack(bytes(expected)))


def test_rows_are_rounded_to_their_own_largest_magnitude():
    matrix = np.array([[1.0, -0.6, 0.26], [0, 0, 0], [-63.5, 31.74, 0.1]], np.float32)
    integers, steps = quantize_rows(matrix, 127)
    assert integers.tolist() == [[127, -76, 33], [0, 0, 0], [-127, 63, 0]]
    np.testing.assert_allclose(steps, [1 / 127, 1e-9 / 127, 0.5], rtol=1e-6)
    assert quantize_rows(matrix, 7)[0].tolist() == [[7, -4, 2], [0, 0, 0], [-7, 3, 0]]


@pytest.mark.parametrize("values", [np.arange(-7, 8), np.arange(-7, 7)], ids=["odd", "even"])
def test_nibbles_come_back(values: np.ndarray):
    storage = INTEGER_STORAGE["int4"]
    data = storage.write(values.astype(np.int8))
    assert len(data) == -(-len(values) // 2) and storage.read(data)[: len(values)].tolist() == values.tolist()


@pytest.mark.parametrize("variant", ["int8", "int4"])
def test_zeros_of_two_shapes_have_the_scales_of_their_rows(variant: str):
    """Pruning may leave two matrices of equal size empty; the file stores their bytes once."""
    config, weights = CONFIGS["mixed_branches"], dict(keras_model("mixed_branches").named_weights())
    shapes = set()
    for part in ("inner", "outer"):
        kernel = f"encoder/layer_0/feed_forward/{part}/kernel"
        weights[kernel] = np.zeros_like(weights[kernel])
        shapes.add(weights[kernel].shape)
    assert shapes == {(32, 24), (24, 32)}
    content = compile_model(config, weights, GraphOptions((8,), 1))
    model = unpack(make_variant(content, variant))
    found = [tensor for graph in model.subgraphs for _, tensor in constant_matrices(model, graph)]
    assert all(len(tensor.quantization.scale) == tensor.shape[0] for tensor in found)
    empty = {tuple(tensor.shape) for tensor in found if not matrix_values(model, tensor).any()}
    assert shapes <= empty
    Runner(make_variant(content, variant), (8,), 1, config.pad_id).encode([5, 6, 2])


SIX = Width(
    "int6",
    bits=6,
    levels=31,
    stored="int8",
    runtime="2.18.0",
    weights="integers from -31 to 31, stored as int8",
    activations="float32; quantised to int8 for each call inside FULLY_CONNECTED",
    make=make_rows,
    rounds_activations=True,
)


@pytest.fixture
def six(monkeypatch: pytest.MonkeyPatch) -> Width:
    monkeypatch.setitem(WIDTHS, SIX.name, SIX)
    return SIX


def test_a_new_width_is_one_entry(six: Width, tmp_path: Path):
    """Compiled, checked, described, opened and answering."""
    model, vocabularies = text_model()
    report = export_bundle(
        model, vocabularies, tmp_path / "bundle", ExportJob(SENTENCES, variant=six.name, graph=GraphOptions((8, 64), 2))
    )
    generator = open_bundle(tmp_path / "bundle")
    manifest = generator.manifest
    assert (manifest.variant, manifest.quantization, manifest.minimum_runtime) == ("int6", six.description, six.runtime)
    assert f"| Variant | int6 ({six.weights}) |" in (tmp_path / "bundle/README.md").read_text()
    assert list(report["verification"]["comparisons"]) == ["float32", float_activations("int6"), "int6"]
    assert 0.2 / 31 < report["verification"]["weights"]["largest_difference"] < 0.51 / 31
    answers = generator.generate(SENTENCES, DecodingOptions(beam_size=2, max_length=8))
    assert all(answer and len(answer[0].ids) <= 8 for answer in answers)
    stored = unpack((tmp_path / "bundle/model.tflite").read_bytes())
    largest = {
        int(np.abs(stored.buffers[tensor.buffer].data.view(np.int8)).max())
        for graph in stored.subgraphs
        for _, tensor in constant_matrices(stored, graph)
    }
    assert largest == {31} and json.loads((tmp_path / "bundle/report.json").read_text())["variant"] == "int6"


def test_a_matrix_that_was_trained_on_a_wider_grid_keeps_it(six: Width):
    generator, weights, kept = np.random.default_rng(0), {}, "encoder/layer_0/feed_forward/inner/kernel"
    for name, value in keras_model("one_layer").named_weights().items():
        weights[name] = value
        if name.endswith(("/kernel", "/table")):
            levels = 127 if name == kept else 31
            rows = generator.integers(-levels, levels + 1, value.T.shape if name.endswith("/kernel") else value.shape)
            rows[:, 0] = levels
            baked = (rows * generator.uniform(0.001, 0.01, (len(rows), 1))).astype(np.float32)
            weights[name] = baked.T if name.endswith("/kernel") else baked
    content = compile_model(CONFIGS["one_layer"], weights, GraphOptions((8,), 1))
    assert compare_weights(make_variant(content, "int6"), content)["largest_difference"] < 1e-6
    assert compare_weights(make_variant(content, "int4"), content)["largest_difference"] > 0.02


def test_an_unknown_width_is_refused():
    with pytest.raises(ValueError, match=r"variant must be one of \['float32', 'float16'.*Received: 'int3'"):
        make_variant(b"", "int3")
