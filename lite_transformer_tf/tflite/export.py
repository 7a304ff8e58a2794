"""From a trained model to a checked bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.decoding.options import DecodingOptions, Generator
from lite_transformer_tf.files import PathLike, check_output
from lite_transformer_tf.report import REPORT_NAME, environment
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair
from lite_transformer_tf.tflite.bundle import open_bundle, write_bundle
from lite_transformer_tf.tflite.compiler import GraphOptions, compile_model
from lite_transformer_tf.tflite.generator import TFLiteGenerator
from lite_transformer_tf.tflite.inspection import constant_bytes, minimum_runtime, operator_counts
from lite_transformer_tf.tflite.manifest import MANIFEST_NAME, MODEL_NAME, Manifest
from lite_transformer_tf.tflite.model_card import CARD_NAME, ModelFacts, render_card
from lite_transformer_tf.tflite.quantization import DESCRIPTIONS, VARIANTS, make_variant
from lite_transformer_tf.tflite.tensor_table import describe_signatures
from lite_transformer_tf.tflite.verify import Comparison, VerificationError, compare_generators, describe_differences
from lite_transformer_tf.tflite.weights import Weights

CHECK_SET_NAME = "check_sentences.txt"


@dataclass(frozen=True)
class ExportJob:
    """What an export needs besides the model.

    Args:
        check_texts: sentences on which the compiled file must agree with the model.
        references: their translations, to score the bundle; none to leave the scores out.
        variant: one of `VARIANTS`.
        graph: buckets and beam size.
        facts: for the model card.
        task: what the model does.
        threads: threads of the interpreter while checking and timing.
    """

    check_texts: Sequence[str]
    references: Sequence[str] = ()
    variant: str = "int8"
    graph: GraphOptions = field(default_factory=GraphOptions)
    facts: ModelFacts = field(default_factory=ModelFacts)
    task: str = "translation"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"variant must be one of {VARIANTS}. Received: {self.variant!r}")
        if not any(text.strip() for text in self.check_texts):
            raise ValueError(f"A check set must hold at least one sentence. Received: {len(self.check_texts)} lines without text")
        if self.references and len(self.references) != len(self.check_texts):
            raise ValueError(f"There must be a reference for every check sentence. Received: {len(self.references)} for {len(self.check_texts)}")

    def searches(self) -> list[DecodingOptions]:
        """The searches that are compared: greedy, and the beam that the file is made for."""
        return [DecodingOptions(beam_size=size) for size in sorted({1, self.graph.beam_size})]


def export_bundle(model: Any, vocabularies: VocabularyPair, output: PathLike, job: ExportJob, *, overwrite: bool = False) -> dict[str, Any]:
    """Compiles, checks and writes the bundle of a Keras model; see `export_weights`."""
    reference = reference_generator(model, vocabularies)
    return export_weights(model.config, model.named_weights(), vocabularies, reference, output, job, overwrite=overwrite)


def reference_generator(model: Any, vocabularies: VocabularyPair) -> Generator:
    """The Keras generator that a file is compared with. Where pads would change a result (imported models), it takes one sentence at a time."""
    from lite_transformer_tf.decoding.generator import KerasGenerator  # needs TensorFlow

    if not isinstance(model.config, LiteTransformerConfig):
        raise ValueError(f"Only encoder-decoder models are compiled into bundles. Received: a model of {type(model.config).__name__}")
    settings = {"tokens_per_batch": 1} if model.config.pads_leak else {}
    return KerasGenerator(model, vocabularies.source, vocabularies.target, **settings)


def export_weights(
    config: LiteTransformerConfig,
    weights: Weights,
    vocabularies: VocabularyPair,
    reference: Generator,
    output: PathLike,
    job: ExportJob,
    *,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Compiles `weights`, compares the file with `reference`, and writes the bundle only if all sentences agree.

    Args:
        config, weights: the model; names and shapes of `model.named_weights()`.
        vocabularies: of the sizes that the config states.
        reference: generator over the same weights, the Keras model's.
        output: directory of the bundle.
        job: variant, check set and the rest.
        overwrite: whether another bundle at `output` may be replaced.

    Returns:
        the report, which is also written to `report.json` in the bundle.

    Raises:
        VerificationError: the float32 form translates a sentence of the check set otherwise; no bundle is written.
        FileExistsError: `output` may not be written.
    """
    check_output(output, overwrite=overwrite, marker=MANIFEST_NAME)
    expected_sizes = (config.source_vocabulary_size, config.target_vocabulary_size)
    if vocabularies.sizes != expected_sizes:
        raise ValueError(f"The vocabularies must have the model's sizes {expected_sizes}. Received: {vocabularies.sizes}")
    compiled = compile_model(config, weights, job.graph)
    contents = {variant: make_variant(compiled, variant) for variant in dict.fromkeys(("float32", job.variant))}
    comparisons: dict[str, list[Comparison]] = {}
    for variant, content in contents.items():
        generator = TFLiteGenerator.of_content(content, config, job.graph, vocabularies.source, vocabularies.target, job.threads)
        comparisons[variant] = [compare_generators(reference, generator, job.check_texts, options) for options in job.searches()]
        if variant == "float32":
            _require_identical(comparisons[variant])
    content = contents[job.variant]
    metrics = _metrics(generator, comparisons[job.variant], job)
    manifest = _manifest(config, weights, vocabularies, content, comparisons, metrics, job)
    report = _report(manifest, content, contents)
    files = {
        MODEL_NAME: content,
        **{name: vocabulary.model for name, vocabulary in vocabularies.files.items()},
        CARD_NAME: render_card(manifest, job.facts, len(content)).encode(),
        REPORT_NAME: _json(report),
    }
    write_bundle(output, manifest, files, overwrite=overwrite)
    return report


def verify_bundle(directory: PathLike, reference: Generator, texts: Sequence[str], *, threads: int = 1) -> list[Comparison]:
    """Compares an existing bundle with a model on `texts`: greedy search, and the beam that the file is made for."""
    generator = open_bundle(directory, threads=threads)
    sizes = sorted({1, generator.runner.beam_size})
    return [compare_generators(reference, generator, texts, DecodingOptions(beam_size=size)) for size in sizes]


def check_pairs(model_directory: PathLike, check_set: PathLike | None, references: PathLike | None, limit: int | None = None) -> tuple[list[str], list[str]]:
    """Sentences to check, one a line of a text file, blank ones left out, and their references if there are any.

    Args:
        model_directory: where `check_sentences.txt` is looked for when no `check_set` is given.
        check_set, references: text files of equally many lines.
        limit: keep at most the first so many.

    Raises:
        FileNotFoundError: no check set. A bundle is never written unchecked.
        ValueError: references of another number of lines.
    """
    path = Path(check_set) if check_set is not None else Path(model_directory) / CHECK_SET_NAME
    if not path.is_file():
        raise FileNotFoundError(f"An export needs sentences to check: a file of them, or {CHECK_SET_NAME} in the model's directory. Received: no {str(path)!r}")
    texts = path.read_text(encoding="utf-8").splitlines()
    answers = Path(references).read_text(encoding="utf-8").splitlines() if references is not None else []
    if references is not None and len(answers) != len(texts):
        raise ValueError(f"The references must have a line for every check sentence. Received: {len(answers)} lines for {len(texts)}")
    kept = [index for index, text in enumerate(texts) if text.strip()][:limit]
    return [texts[index] for index in kept], [answers[index] for index in kept] if answers else []


def _require_identical(comparisons: Sequence[Comparison]) -> None:
    for comparison in comparisons:
        if comparison.compared == 0:
            raise VerificationError(f"The check set must hold sentences that fit into the largest bucket. Received: {comparison.too_long} too long ones")
        if not comparison.identical:
            raise VerificationError(f"The float32 file must translate every check sentence as the model does. Received: {describe_differences(comparison)}")


def _metrics(generator: TFLiteGenerator, comparisons: Sequence[Comparison], job: ExportJob) -> dict[str, Any]:
    speeds = {
        "greedy" if entry.options.beam_size == 1 else f"beam {entry.options.beam_size}": 1000 * entry.actual_seconds / entry.compared for entry in comparisons
    }
    facts = environment()
    how = f"Mean over {comparisons[0].compared} check sentences, {job.threads} thread(s), Python runner, {facts['cpu']}."
    metrics: dict[str, Any] = {"speed": {"how": how, "milliseconds": speeds}}
    if job.references:
        from lite_transformer_tf.evaluation.translation import score_translations

        pairs = [pair for pair in zip(job.check_texts, job.references, strict=True) if len(generator.source_ids(pair[0])) <= generator.runner.buckets[-1]]
        answers = generator.generate([text for text, _ in pairs], job.searches()[-1])
        metrics["scores"] = score_translations([answer[0].text if answer else "" for answer in answers], [reference for _, reference in pairs])
    return metrics


def _manifest(
    config: LiteTransformerConfig,
    weights: Weights,
    vocabularies: VocabularyPair,
    content: bytes,
    comparisons: Mapping[str, Sequence[Comparison]],
    metrics: Mapping[str, Any],
    job: ExportJob,
) -> Manifest:
    names = list(vocabularies.files)
    return Manifest(
        task=job.task,
        variant=job.variant,
        languages=tuple(job.facts.languages),
        special_ids={name: getattr(config, f"{name}_id") for name in ("bos", "pad", "eos", "unk")},
        vocabulary_sizes={"source": config.source_vocabulary_size, "target": config.target_vocabulary_size},
        embed_dim=config.embed_dim,
        parameters=sum(int(np.size(value)) for value in weights.values()),
        buckets=job.graph.buckets,
        beam_size=job.graph.beam_size,
        max_source_tokens=job.graph.buckets[-1],
        max_target_tokens=job.graph.buckets[-1] - 1,
        vocabulary_files={"source": names[0], "target": names[-1]},
        signatures=describe_signatures(content),
        files={},
        minimum_runtime=minimum_runtime(content),
        quantization=DESCRIPTIONS[job.variant],
        config=config.to_dict(),
        verification={"comparisons": {variant: [entry.to_dict() for entry in found] for variant, found in comparisons.items()}},
        metrics=metrics,
    )


def _report(manifest: Manifest, content: bytes, contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "variant": manifest.variant,
        "parameters": manifest.parameters,
        "model_bytes": {variant: len(file) for variant, file in contents.items()},
        "constant_bytes": constant_bytes(content),
        "minimum_runtime": manifest.minimum_runtime,
        "operators": {f"{name} {version}": count for (name, version), count in sorted(operator_counts(content).items())},
        "buckets": list(manifest.buckets),
        "beam_size": manifest.beam_size,
        "verification": manifest.verification,
        "metrics": manifest.metrics,
        "environment": environment(),
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
