"""The figures of a trained run: sizes, scores, and what a paired bootstrap resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.budgets import TOKENS
from benchmarks.quality.records import weights_digest
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.data.parallel_text import is_whole
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.profiling import ModelProfile
from lite_transformer_tf.tasks.registry import run_config
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.stored_model import find_directory
from lite_transformer_tf.training.run_directory import finished_figures, vocabularies_of

if TYPE_CHECKING:
    from lite_transformer_tf.config.presets import ModelConfig
    from lite_transformer_tf.tasks.task import StoredModel

VARIANTS = ("float32", "int8")


def measure(run: Path, task: str, data: Path, whole: bool = True) -> dict[str, Any]:
    """The figures of a finished run, ready for JSON.

    Args:
        run: The run directory.
        task: Name of its task.
        data: Directory of its data.
        whole: With the scores, the answers and the bytes of its file. Defaults to True.

    Raises:
        ValueError: The run has no test set, or its hypotheses are not those of the test set.
    """
    report = finished_figures(run)
    if report is None or (whole and not report["test"]):
        raise ValueError(f"A measurement needs a finished run with a test set. Received: {str(run)!r}")
    training = report["training"]
    found = {
        "weights": weights_digest(run),
        "task": task,
        "updates": training["updates"],
        "target_tokens": training["target_tokens"],
        "seconds": training["seconds"],
        "environment": report.get("environment", {}),
        "vocabularies": vocabularies_of(run),
        "validation": report["model"]["validation"],
        "chosen": report["model"]["chosen"],
    }
    return {**found, **scored(run, task, data, report)} if whole else found


def scored(run: Path, task: str, data: Path, report: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes and scores of a finished run."""
    stored = find_directory(run, task)
    profile = ModelProfile.of(stored.config, TOKENS, TOKENS)
    answered = "encoder" in stored.config.stacks
    return {
        "mult_adds": {name: profile.mult_adds(name) for name in ("paper", "complete")},
        "parameters": {"total": profile.parameters.total, "backbone": profile.parameters.backbone_total},
        "bytes": file_bytes(stored),
        **(answers(run, stored, data, report) if answered else windows(run, stored, data)),
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
