"""The figures of a trained run: sizes, scores, and what a paired bootstrap resamples.

A measurement is a JSON file beside the run, made once for its weights. Tables and plots need nothing but these files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.budgets import TOKENS
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.parallel_text import is_whole
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.model_directory import WEIGHTS_FILE, read_description
from lite_transformer_tf.profiling import ModelProfile
from lite_transformer_tf.readers.json_text import read_object
from lite_transformer_tf.tasks.registry import run_config
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import find_directory
from lite_transformer_tf.training.run_directory import finished_figures, vocabularies_of

if TYPE_CHECKING:
    from lite_transformer_tf.config.presets import ModelConfig
    from lite_transformer_tf.tasks.task import StoredModel

FORMAT = 1
VARIANTS = ("float32", "int8")
LARGEST = 1 << 28  # bytes of a measurement


def weights_digest(run: Path) -> str:
    """SHA-256 of the weights of a finished run."""
    files = read_description(run / "model").files
    assert files is not None  # this version writes them
    return files[WEIGHTS_FILE].sha256


def read_measurement(path: Path, run: Path) -> dict[str, Any] | None:
    """The measurement of a run; `None` where there is none for its weights."""
    if not path.is_file():
        return None
    found = read_object(path, "The measurement of a run", {"format": int, "weights": str}, largest=LARGEST)
    return found if (found["format"], found["weights"]) == (FORMAT, weights_digest(run)) else None


def keep_measurement(run: Path, task: str, data: Path, path: Path) -> None:
    """Measures a finished run unless that is done.

    Args:
        run: The run directory.
        task: Name of its task.
        data: Directory of its data.
        path: JSON file that is written.
    """
    if read_measurement(path, run) is None:
        atomic_write_json(path, measure(run, task, data))


def measure(run: Path, task: str, data: Path) -> dict[str, Any]:
    """The figures of a finished run, ready for JSON; see `keep_measurement` for arguments.

    Raises:
        ValueError: The run has no test set, or its hypotheses are not those of the test set.
    """
    report = finished_figures(run)
    if report is None or not report["test"]:
        raise ValueError(f"A measurement needs a finished run with a test set. Received: {str(run)!r}")
    stored = find_directory(run, task)
    profile = ModelProfile.of(stored.config, TOKENS, TOKENS)
    training = report["training"]
    return {
        "format": FORMAT,
        "weights": weights_digest(run),
        "task": task,
        "mult_adds": {name: profile.mult_adds(name) for name in ("paper", "complete")},
        "parameters": {"total": profile.parameters.total, "backbone": profile.parameters.backbone_total},
        "bytes": file_bytes(stored),
        "updates": training["updates"],
        "target_tokens": training["target_tokens"],
        "seconds": training["seconds"],
        "environment": report.get("environment", {}),
        "vocabularies": vocabularies_of(run),
        "validation": report["model"]["validation"],
        "chosen": report["model"]["chosen"],
        **(answers(run, stored, data, report) if "encoder" in stored.config.stacks else windows(run, stored, data)),
    }


def file_bytes(stored: StoredModel) -> dict[str, int]:
    """Bytes of the model's TFLite file by width, for the lengths that an export would choose."""
    from lite_transformer_tf.litert.quantize.widths import make_variant
    from lite_transformer_tf.models.saving import load_model

    model, _ = load_model(stored.folder)
    content = compiled(stored.config, model.named_weights(), stored)
    return {variant: len(make_variant(content, variant)) for variant in VARIANTS}


def compiled(config: ModelConfig, weights: Mapping[str, Any], stored: StoredModel) -> bytes:
    """The float32 TFLite file of a model of either kind."""
    from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
    from lite_transformer_tf.litert.graph.compiler import compile_language_model, compile_model

    graph = stored.task.default_graph(stored.settings)
    if isinstance(config, LiteTransformerConfig):
        return compile_model(config, dict(weights), graph)
    return compile_language_model(config, dict(weights), graph.buckets)


def answers(run: Path, stored: StoredModel, data: Path, report: Mapping[str, Any]) -> dict[str, Any]:
    """Scores of an encoder-decoder, with all hypotheses and references of the test set."""
    task = stored.task
    assert isinstance(task, SequenceToSequence)
    pairs, hypotheses = test_answers(run, task, data)
    references = [one_line(target) for _, target in pairs]
    found: dict[str, Any] = {
        "scores": report["test"]["scores"],
        "hypotheses": hypotheses,
        "references": references,
        "language": stored.languages[1] if len(stored.languages) == 2 else None,
    }
    if task.score.name == "rougeL":
        found["segments"] = {"rougeL": rouge_segments(hypotheses, references)}
    return found


def test_answers(run: Path, task: SequenceToSequence, data: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """The pairs of a run's test set, and the run's hypotheses.

    Raises:
        ValueError: Their numbers differ.
    """
    test = task.load(run_config(run, task.name).data, data).test
    assert test is not None  # it has a score
    pairs = [pair for pair in test if not task.whole_pairs or is_whole(pair)]
    hypotheses = list(read_lines(run / "test_hypotheses.txt"))
    if len(hypotheses) != len(pairs):
        received = f"{len(hypotheses)} hypotheses for {len(pairs)} texts in {str(run)!r}"
        raise ValueError(f"A run must have one hypothesis for each text of its test set. Received: {received}")
    return pairs, hypotheses


def rouge_segments(hypotheses: Sequence[str], references: Sequence[str]) -> list[tuple[float, float]]:
    """The F1 of ROUGE-L of each pair, in [0, 100], each with the weight 1."""
    from lite_transformer_tf.evaluation.summarization import rouge

    return [(rouge([text], [target])["rougeL"], 1.0) for text, target in zip(hypotheses, references, strict=True)]


def windows(run: Path, stored: StoredModel, data: Path) -> dict[str, Any]:
    """Scores of a language model, with the loss of each window of the test text."""
    from lite_transformer_tf.data.language_modeling import TokenStream
    from lite_transformer_tf.evaluation.perplexity import PerplexityMeter
    from lite_transformer_tf.models.saving import load_model

    config = run_config(run, stored.task.name)
    test = stored.task.load(config.data, data).test
    assert test is not None  # it has a score
    model, vocabulary = load_model(stored.folder)
    window = stored.settings["evaluation"]
    stream = TokenStream.from_text(test, vocabulary)
    losses, counts = PerplexityMeter(model, window["block"], window["context_window"]).by_window(stream)
    how = f"blocks of {window['block']}, context window of {window['context_window']} tokens"
    figures = finished_figures(run)
    assert figures is not None
    names = ("perplexity", "perplexity_per_word", "bits_per_character")
    return {
        "scores": {name: {"score": figures["test"][name], "signature": how} for name in names},
        "segments": {"perplexity": [(float(loss), int(count)) for loss, count in zip(losses, counts, strict=True)]},
    }
