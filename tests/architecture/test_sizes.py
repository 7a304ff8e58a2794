"""Files, functions and lines that a reader takes in at a glance."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import source_files

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE = 300, 50, 120
DATA = {
    "lite_transformer_tf/data/travel_phrases/nouns.py",
    "lite_transformer_tf/data/travel_phrases/topics/clauses.py",
    "lite_transformer_tf/data/travel_phrases/verbs.py",
}
"""Lexicons, which are read like a dictionary."""

KNOWN_FILES = {
    "lite_transformer_tf/config/encoder_decoder.py",
    "lite_transformer_tf/training/config.py",
    "android_demo/tools/decoding_fixtures.py",
    "android_demo/tools/tokenizer_fixtures.py",
}
KNOWN_FUNCTIONS = {
    "lite_transformer_tf/compression/chain.py:export",
    "lite_transformer_tf/compression/chain_report.py:draw",
    "lite_transformer_tf/exporting/export.py:export_weights",
    "lite_transformer_tf/text/model_file.py:check_model",
    "lite_transformer_tf/training/picture.py:draw_run",
    "export/tflite.py:add_arguments",
    "benchmarks/training_speed.py:main",
}
KNOWN_LINES = """
lite_transformer_tf/_allocator.py
lite_transformer_tf/_legacy_keras.py
lite_transformer_tf/cli/__init__.py
lite_transformer_tf/cli/common.py
lite_transformer_tf/cli/evaluate.py
lite_transformer_tf/cli/main.py
lite_transformer_tf/cli/profile.py
lite_transformer_tf/cli/scoring.py
lite_transformer_tf/cli/translate.py
lite_transformer_tf/compression/baking.py
lite_transformer_tf/compression/chain.py
lite_transformer_tf/compression/chain_report.py
lite_transformer_tf/compression/config.py
lite_transformer_tf/compression/places.py
lite_transformer_tf/compression/pruning.py
lite_transformer_tf/compression/quantization.py
lite_transformer_tf/compression/quantizers.py
lite_transformer_tf/compression/report.py
lite_transformer_tf/compression/scan.py
lite_transformer_tf/compression/selection.py
lite_transformer_tf/compression/shares.py
lite_transformer_tf/compression/stages.py
lite_transformer_tf/config/encoder_decoder.py
lite_transformer_tf/config/language_model.py
lite_transformer_tf/data/__init__.py
lite_transformer_tf/data/batching.py
lite_transformer_tf/data/cleaning.py
lite_transformer_tf/data/docstring_text.py
lite_transformer_tf/data/docstrings.py
lite_transformer_tf/data/files.py
lite_transformer_tf/data/language_modeling.py
lite_transformer_tf/data/plain_text.py
lite_transformer_tf/data/python_docs.py
lite_transformer_tf/data/ragged.py
lite_transformer_tf/data/records.py
lite_transformer_tf/data/splits.py
lite_transformer_tf/data/summaries.py
lite_transformer_tf/data/tensorflow_datasets.py
lite_transformer_tf/data/tokenised.py
lite_transformer_tf/data/translation.py
lite_transformer_tf/data/travel_phrases/corpus.py
lite_transformer_tf/data/travel_phrases/english.py
lite_transformer_tf/data/travel_phrases/entries.py
lite_transformer_tf/data/travel_phrases/french.py
lite_transformer_tf/data/travel_phrases/french_verbs.py
lite_transformer_tf/data/travel_phrases/numerals.py
lite_transformer_tf/data/travel_phrases/people.py
lite_transformer_tf/data/travel_phrases/places.py
lite_transformer_tf/data/travel_phrases/rules.py
lite_transformer_tf/data/travel_phrases/topics/countries.py
lite_transformer_tf/data/travel_phrases/topics/directions.py
lite_transformer_tf/data/travel_phrases/topics/food.py
lite_transformer_tf/data/travel_phrases/topics/health.py
lite_transformer_tf/data/travel_phrases/topics/people.py
lite_transformer_tf/data/travel_phrases/topics/services.py
lite_transformer_tf/data/travel_phrases/topics/shopping.py
lite_transformer_tf/data/travel_phrases/topics/time.py
lite_transformer_tf/decoding/completion.py
lite_transformer_tf/decoding/constraints.py
lite_transformer_tf/decoding/graph_search.py
lite_transformer_tf/decoding/keras_generator.py
lite_transformer_tf/decoding/numpy_search.py
lite_transformer_tf/decoding/options.py
lite_transformer_tf/decoding/sampling.py
lite_transformer_tf/evaluation/generation.py
lite_transformer_tf/evaluation/perplexity.py
lite_transformer_tf/evaluation/summarization.py
lite_transformer_tf/evaluation/translation.py
lite_transformer_tf/exporting/export.py
lite_transformer_tf/exporting/export_job.py
lite_transformer_tf/exporting/language_model.py
lite_transformer_tf/exporting/sequence_to_sequence.py
lite_transformer_tf/exporting/verify.py
lite_transformer_tf/files.py
lite_transformer_tf/layers/adaptive_embedding.py
lite_transformer_tf/layers/adaptive_softmax.py
lite_transformer_tf/layers/composite.py
lite_transformer_tf/layers/decoder_layer.py
lite_transformer_tf/layers/dynamic_convolution.py
lite_transformer_tf/layers/lightweight_convolution.py
lite_transformer_tf/layers/long_short_range_attention.py
lite_transformer_tf/layers/multi_head_attention.py
lite_transformer_tf/layers/pre_norm_layer.py
lite_transformer_tf/litert/graph/compiler.py
lite_transformer_tf/litert/graph/decoder_graph.py
lite_transformer_tf/litert/graph/encoder_graph.py
lite_transformer_tf/litert/graph/flatbuffer.py
lite_transformer_tf/litert/graph/language_model_graph.py
lite_transformer_tf/litert/graph/language_model_weights.py
lite_transformer_tf/litert/graph/operators.py
lite_transformer_tf/litert/graph/sequence_graph.py
lite_transformer_tf/litert/graph/step_graph.py
lite_transformer_tf/litert/graph/weights.py
lite_transformer_tf/litert/runtime/generator.py
lite_transformer_tf/litert/runtime/language_model_runner.py
lite_transformer_tf/litert/runtime/runner.py
lite_transformer_tf/litert/runtime/signature.py
lite_transformer_tf/litert/runtime/states.py
lite_transformer_tf/models/language_model.py
lite_transformer_tf/models/lite_transformer.py
lite_transformer_tf/models/named_weights.py
lite_transformer_tf/models/saving.py
lite_transformer_tf/models/teacher.py
lite_transformer_tf/models/token_training.py
lite_transformer_tf/ops/attention.py
lite_transformer_tf/ops/convolution.py
lite_transformer_tf/ops/cross_entropy.py
lite_transformer_tf/ops/dropout.py
lite_transformer_tf/ops/embedding.py
lite_transformer_tf/ops/normalization.py
lite_transformer_tf/ops/randomness.py
lite_transformer_tf/profiling/conventions.py
lite_transformer_tf/profiling/equal_transformer.py
lite_transformer_tf/profiling/layer_operations.py
lite_transformer_tf/profiling/models.py
lite_transformer_tf/profiling/parameters.py
lite_transformer_tf/report.py
lite_transformer_tf/tasks/language_model.py
lite_transformer_tf/tasks/language_model_config.py
lite_transformer_tf/tasks/sequence_to_sequence.py
lite_transformer_tf/tasks/summarization.py
lite_transformer_tf/tasks/summarization_config.py
lite_transformer_tf/tasks/translation.py
lite_transformer_tf/text/model_file.py
lite_transformer_tf/text/vocabulary.py
lite_transformer_tf/text/vocabulary_pair.py
lite_transformer_tf/text/vocabulary_training.py
lite_transformer_tf/text/word_vocabulary.py
lite_transformer_tf/training/adam.py
lite_transformer_tf/training/averaging.py
lite_transformer_tf/training/callbacks.py
lite_transformer_tf/training/checkpoints.py
lite_transformer_tf/training/config.py
lite_transformer_tf/training/fine_tuning.py
lite_transformer_tf/training/loop.py
lite_transformer_tf/training/loss.py
lite_transformer_tf/training/muon.py
lite_transformer_tf/training/optimizer.py
lite_transformer_tf/training/picture.py
lite_transformer_tf/training/precision.py
lite_transformer_tf/training/run.py
lite_transformer_tf/training/runlog.py
lite_transformer_tf/training/schedules.py
lite_transformer_tf/training/settings.py
lite_transformer_tf/training/threads.py
train/__main__.py
train/demo.py
train/language_model.py
train/program.py
train/summarization.py
train/translation.py
export/__init__.py
export/compress.py
export/tflite.py
export/verify.py
benchmarks/decode_speed.py
benchmarks/download_size.py
benchmarks/training_speed.py
android_demo/tools/apk.py
android_demo/tools/apk_checks.py
android_demo/tools/decoding_fixtures.py
android_demo/tools/gradle_scripts.py
android_demo/tools/lint.py
android_demo/tools/normalization_table.py
android_demo/tools/resource_table.py
android_demo/tools/resources.py
android_demo/tools/shrunk_classes.py
android_demo/tools/speed.py
android_demo/tools/tokenizer_fixtures.py
""".split()


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    lengths = {path.as_posix(): len(text.splitlines()) for path, text in source_files().items()}
    found = {path: length for path, length in lengths.items() if length > LONGEST_FILE}
    assert {path: length for path, length in found.items() if path not in DATA | KNOWN_FILES} == {}


def test_no_function_is_longer_than_a_page():
    found = {
        f"{path.as_posix()}:{node.name}": node.end_lineno - node.lineno + 1
        for path, text in source_files().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert {name: length for name, length in found.items() if name not in KNOWN_FUNCTIONS} == {}


def test_no_line_is_longer_than_a_screen():
    found = {path.as_posix(): long_lines(path) for path in source_files()}
    assert {path: lines for path, lines in found.items() if lines and path not in {*DATA, *KNOWN_LINES}} == {}


def long_lines(path: Path) -> list[int]:
    return [number for number, line in enumerate(source_files()[path].split("\n"), start=1) if len(line) > LONGEST_LINE]
