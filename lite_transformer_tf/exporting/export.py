"""From a trained model to a checked bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import numpy as np

from lite_transformer_tf.branches.base import known_caches
from lite_transformer_tf.bundle.card import CARD_NAME, render_card
from lite_transformer_tf.bundle.directory import read_files, read_manifest, write_bundle
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, MODEL_NAME, Manifest
from lite_transformer_tf.bundle.tensor_table import describe_signatures
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.language_model import LanguageModelExport
from lite_transformer_tf.exporting.sequence_to_sequence import SequenceToSequenceExport
from lite_transformer_tf.exporting.verify import Comparison, VerificationError, describe_differences
from lite_transformer_tf.files import PathLike, check_output, temporary_directory
from lite_transformer_tf.litert.builder.linear import Weights
from lite_transformer_tf.litert.graph.inspection import constant_bytes, minimum_runtime, operator_counts
from lite_transformer_tf.litert.quantize.dequantize import compare_weights, dequantize
from lite_transformer_tf.litert.quantize.ranges import Ranges
from lite_transformer_tf.litert.quantize.widths import WIDTHS, make_variant
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.model_directory import config_from_dict
from lite_transformer_tf.report import REPORT_NAME, environment

if TYPE_CHECKING:
    from lite_transformer_tf.config.presets import ModelConfig
    from lite_transformer_tf.decoding.completion import Completer
    from lite_transformer_tf.decoding.options import Generator
    from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
    from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
    from lite_transformer_tf.models.saving import Model, Vocabularies

    Reference: TypeAlias = Generator | Completer

Candidate = TypeVar("Candidate")

EXPORTS: dict[type, Any] = {
    LiteTransformerConfig: SequenceToSequenceExport,
    LanguageModelConfig: LanguageModelExport,
}
"""Class of a model's configuration to what exports it, see `Export`."""


class Export(Protocol[Candidate]):
    """What differs between the kinds of models, and what generates with their files (`Candidate`).

    Attributes:
        config, weights, job: what is exported.
        vocabulary_files: name to bytes.
    """

    weights: Weights
    job: ExportJob

    @property
    def config(self) -> ModelConfig: ...

    @property
    def vocabulary_files(self) -> dict[str, bytes]: ...

    def compile(self) -> bytes:
        """The float32 file."""
        ...

    def open(self, content: bytes) -> Candidate:
        """What generates with a file."""
        ...

    def calibrate(self, content: bytes) -> Ranges:
        """The ranges of the tensors of the float32 file, of every signature, on the calibration texts."""
        ...

    def compare(self, candidate: Candidate) -> list[Comparison]:
        """An opened file beside the model, on the check set."""
        ...

    def metrics(self, candidate: Candidate, comparisons: Sequence[Comparison]) -> dict[str, Any]:
        """Speed and scores of an opened file, for the manifest."""
        ...

    def limits(self) -> list[str]:
        """What the bundle cannot do, for the card."""
        ...

    def contract(self) -> dict[str, Any]:
        """Fields of the manifest: vocabularies, buckets, limits."""
        ...


def export_bundle(
    model: Model, vocabularies: Vocabularies, output: PathLike, job: ExportJob, *, overwrite: bool = False
) -> dict[str, Any]:
    """Compiles, checks and writes the bundle of a Keras model; see `export_weights`."""
    reference = reference_of(model, vocabularies, job.settings)
    return export_weights(
        model.config, model.named_weights(), vocabularies, reference, output, job, overwrite=overwrite
    )


def reference_of(model: Model, vocabularies: Vocabularies, settings: Mapping[str, Any] | None = None) -> Reference:
    """What a file is compared with: a Keras generator, or the Keras completer of a language model.

    Args:
        model, vocabularies: As `load_model` returns them.
        settings: Settings that were saved with the model.
    """
    return EXPORTS[type(model.config)].reference(model, vocabularies, settings or {})


def export_weights(
    config: ModelConfig,
    weights: Weights,
    vocabularies: Vocabularies,
    reference: Reference,
    output: PathLike,
    job: ExportJob,
    *,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Compiles `weights`, compares the file with `reference`, and writes the bundle only if all texts agree.

    A file whose width rounds activations is also compared with its weights dequantized: what differs then is due to the
    rounding of weights, the rest to the rounding of activations.

    Args:
        config, weights: the model, an encoder-decoder or a language model; names and shapes of `model.named_weights()`.
        vocabularies: of the sizes that the config states: a `VocabularyPair`, or a language model's vocabulary.
        reference: over the same weights, the Keras model's; see `reference_of`.
        output: directory of the bundle.
        job: variant, check set and the rest.
        overwrite: whether another bundle at `output` may be replaced.

    Returns:
        the report, which is also written to `report.json` in the bundle.

    Raises:
        VerificationError: the float32 form answers a text of the check set otherwise; no bundle is written.
        FileExistsError: `output` may not be written.
    """
    check_output(output, overwrite=overwrite, marker=MANIFEST_NAME)
    export: Export = EXPORTS[type(config)](config, weights, vocabularies, reference, job)
    compiled = export.compile()
    ranges = export.calibrate(compiled) if WIDTHS[job.variant].needs_calibration else None
    contents = {variant: make_variant(compiled, variant, ranges) for variant in dict.fromkeys(("float32", job.variant))}
    content = contents[job.variant]
    verification, metrics = _verify(export, contents)
    manifest = _manifest(export, content, verification, metrics)
    report = _report(manifest, content, contents)
    files = {
        MODEL_NAME: content,
        **export.vocabulary_files,
        CARD_NAME: render_card(manifest, job.facts, len(content), export.limits()).encode(),
        REPORT_NAME: _json(report),
    }
    write_bundle(output, manifest, files, overwrite=overwrite, check=open_bundle)
    return report


def _verify(export: Export, contents: Mapping[str, bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the manifest says of the comparisons with the model, and the metrics of the exported variant."""
    variant = export.job.variant
    if not WIDTHS[variant].rounds_activations:
        comparisons, metrics = _compare(export, contents)
        return _entries(comparisons), metrics
    widened = {float_activations(variant): dequantize(contents[variant])}
    comparisons, metrics = _compare(export, {**contents, **widened})
    return {**_entries(comparisons), "weights": compare_weights(contents[variant], contents["float32"])}, metrics


def _entries(comparisons: Mapping[str, Sequence[Comparison]]) -> dict[str, Any]:
    return {"comparisons": {name: [entry.to_dict() for entry in found] for name, found in comparisons.items()}}


def _compare(export: Export, contents: Mapping[str, bytes]) -> tuple[dict[str, list[Comparison]], dict[str, Any]]:
    """Compares files with the model, the exported variant last, whose metrics are returned too.

    Raises:
        VerificationError: The float32 file answers a text of the check set otherwise.
    """
    variant = export.job.variant
    order = dict.fromkeys(("float32", *(name for name in contents if name != variant), variant))
    comparisons: dict[str, list[Comparison]] = {}
    for name in order:
        candidate = export.open(contents[name])
        comparisons[name] = export.compare(candidate)
        if name == "float32":
            _require_identical(comparisons[name])
    return comparisons, export.metrics(candidate, comparisons[variant])


def float_activations(variant: str) -> str:
    """The name of the comparison in which a file's weights are widened."""
    return f"{variant} weights, float32 activations"


def verify_bundle(
    directory: PathLike, reference: Reference, texts: Sequence[str], *, threads: int = 1, widened: bool = False
) -> list[Comparison]:
    """Compares an existing bundle with a model on `texts`.

    Encoder-decoders: greedy search, and the beam that the file is made for. Language models: greedy and sampled
    completions.

    Args:
        directory: the bundle.
        reference: see `reference_of`.
        texts: to compare.
        threads: threads of the interpreter.
        widened: whether an int8 or int4 bundle computes with float32 activations, its weights widened.

    Raises:
        ValueError: a bundle that is to be widened has no int8 or int4 weights.
    """
    candidate = _open_widened(directory, threads) if widened else open_bundle(directory, threads=threads)
    assert candidate.manifest is not None  # it was opened from a bundle
    kind = EXPORTS[type(config_from_dict(candidate.manifest.config))]
    return kind.verify(reference, candidate, texts)


def _open_widened(directory: PathLike, threads: int) -> TFLiteGenerator | TFLiteCompleter:
    manifest = read_manifest(directory)
    rounding = tuple(name for name, width in WIDTHS.items() if width.rounds_activations)
    if manifest.variant not in rounding:
        raise ValueError(
            f"Only bundles of the variants {rounding} round activations for each call. Received: {manifest.variant!r}"
        )
    files = read_files(directory, manifest)
    with temporary_directory() as folder:
        write_bundle(folder / "widened", manifest, {**files, MODEL_NAME: dequantize(files[MODEL_NAME])})
        return open_bundle(folder / "widened", threads=threads)


def _require_identical(comparisons: Sequence[Comparison]) -> None:
    for comparison in comparisons:
        if comparison.compared == 0:
            rule = "The check set must hold texts that fit into the largest bucket"
            raise VerificationError(f"{rule}. Received: {comparison.too_long} too long ones")
        if not comparison.identical:
            rule = "The float32 file must answer every check text as the model does"
            raise VerificationError(f"{rule}. Received: {describe_differences(comparison)}")


def _manifest(export: Export, content: bytes, verification: Mapping[str, Any], metrics: Mapping[str, Any]) -> Manifest:
    config, job = export.config, export.job
    signatures = describe_signatures(content)
    read = {tensor.name for signature in signatures.values() for tensor in signature.inputs}
    caches = tuple(spec for name, spec in known_caches().items() if name in read)
    return Manifest(
        task=job.task,
        variant=job.variant,
        languages=tuple(job.facts.languages),
        special_ids={name: getattr(config, f"{name}_id") for name in ("bos", "pad", "eos", "unk")},
        embed_dim=config.embed_dim,
        parameters=sum(int(np.size(value)) for value in export.weights.values()),
        signatures=signatures,
        caches=caches,
        schema_version=Manifest.version_for(caches),
        files={},
        minimum_runtime=minimum_runtime(content),
        quantization=WIDTHS[job.variant].description,
        config=config.to_dict(),
        settings=dict(job.settings),
        verification=verification,
        metrics=metrics,
        licence=job.facts.licence,
        attribution=job.facts.attribution,
        **export.contract(),
    )


def _report(manifest: Manifest, content: bytes, contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "task": manifest.task,
        "variant": manifest.variant,
        "parameters": manifest.parameters,
        "model_bytes": {variant: len(file) for variant, file in contents.items()},
        "constant_bytes": constant_bytes(content),
        "minimum_runtime": manifest.minimum_runtime,
        "operators": {
            f"{name} {version}": count for (name, version), count in sorted(operator_counts(content).items())
        },
        "buckets": list(manifest.buckets),
        "beam_size": manifest.beam_size,
        "verification": manifest.verification,
        "metrics": manifest.metrics,
        "environment": environment(),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
