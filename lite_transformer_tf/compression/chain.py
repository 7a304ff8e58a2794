"""The whole chain: trained model -> pruned -> trained with rounded weights -> bundles of every width, each measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.archive import pack_bundle
from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, MODEL_NAME
from lite_transformer_tf.compression.config import CompressionConfig
from lite_transformer_tf.compression.made import MadeBundle, key_of
from lite_transformer_tf.compression.origin import Origin
from lite_transformer_tf.compression.report import sparsity
from lite_transformer_tf.compression.stages import check_stages, run_pruning, run_quantization
from lite_transformer_tf.exporting.export import export_bundle, float_activations
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.exporting.verify import Answers
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.quantize.widths import WIDTHS
from lite_transformer_tf.models.saving import Model, Vocabularies, load_model, load_task
from lite_transformer_tf.profiling import Parameters, count_parameters, model_count
from lite_transformer_tf.readers.json_text import read_object
from lite_transformer_tf.report import REPORT_NAME
from lite_transformer_tf.tasks.registry import find_task, run_config
from lite_transformer_tf.training.run import RunResult

BITS_OF = {name: width.bits for name, width in WIDTHS.items()}
PRUNED = "pruned"


@dataclass(frozen=True)
class Row:
    """One bundle of the report.

    Args:
        name: what was done, in words.
        model: directory of the Keras model that it is compiled from.
        variant: of the file.
        score: of the Keras model on the test set, with its name; `None` when it has no test set.
        bits: of the layers that were trained in other bits than the variant's, by name.
    """

    name: str
    model: Path
    variant: str
    score: float | None
    bits: Mapping[str, int] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return "_".join("".join(letter if letter.isalnum() else " " for letter in self.name).split())


class Chain:
    """The steps of one compression, each in a directory of `output`, each skipped when it is there.

    Args:
        run: directory of the run that trained the model.
        data_directory: of the data that it was trained on; `None` with an embedded corpus.
        output: where all of it goes.
        config: the steps.
        announce: Called with a line for people when a bundle that is there is made anew.

    Raises:
        FileNotFoundError: `run` is no finished run.
    """

    def __init__(
        self,
        run: PathLike,
        data_directory: PathLike | None,
        output: PathLike,
        config: CompressionConfig | None = None,
        announce: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._announce = announce
        self.run_directory, self.output = Path(run), Path(output)
        self.config = config or CompressionConfig()
        self.start = self.run_directory / "model"
        if not self.start.is_dir():
            rule = "A compression begins with the directory of a finished training run, which holds its model"
            raise FileNotFoundError(f"{rule}. Received: no {str(self.start)!r}")
        name, self.settings = load_task(self.start)
        self.task = find_task(name)
        self._run_config = run_config(self.run_directory, name)
        check_stages(self.config, self._run_config)
        self._data = self.task.load(self._run_config.data, data_directory)
        self._answers: dict[Path, Answers] = {}

    def train(self) -> dict[str, RunResult]:
        """Runs the trainings; stops behind the first one that was interrupted."""
        results = {}
        origin = Origin(self.task.name, self._run_config, self._data, self.start)
        start = self.start
        if self.config.pruning is not None:
            results[PRUNED] = run_pruning(origin, self.output / PRUNED, self.config.pruning)
            start = results[PRUNED].model_directory
        for bits in self.config.bits:
            if not all(result.finished for result in results.values()):
                break
            stage = self.output / f"int{bits}"
            average = self.config.average_bits if bits == 4 else None
            results[f"int{bits}"] = run_quantization(origin, start, stage, bits, self.config.quantization, average)
        return results

    def rows(self, results: Mapping[str, RunResult]) -> list[Row]:
        """The bundles: the model, pruned, and for each width not trained and trained; 16 bits need no training."""
        rows = [Row("float32", self.start, "float32", score_of_run(self.run_directory))]
        rows += [Row(f"int{bits}", self.start, f"int{bits}", None) for bits in self.config.bits]
        before, start = "", self.start
        if PRUNED in results:
            before, start = "pruned, ", results[PRUNED].model_directory
            rows.append(Row("pruned", start, "float32", first_score(results[PRUNED].figures)))
            rows.append(Row("pruned, float16", start, "float16", None))
        for bits in self.config.bits:
            if before:
                rows.append(Row(f"{before}int{bits}", start, f"int{bits}", None))
            trained = results[f"int{bits}"]
            score, other = first_score(trained.figures), other_bits(trained.figures, bits)
            rows.append(Row(f"{before}trained in int{bits}", trained.model_directory, f"int{bits}", score, other))
        if self.config.integer and 8 in self.config.bits:
            trained = results["int8"]
            score = first_score(trained.figures)
            rows.append(Row(f"{before}integer", start, "int16x8", None))
            rows.append(Row(f"{before}trained in int8, integer", trained.model_directory, "int16x8", score))
        return rows

    @cached_property
    def check_set(self) -> tuple[list[str], list[str]]:
        """Texts and references that bundles are compared and scored on: of the test set."""
        return self.task.check_set(self._data, self.config.check_limit)

    def _job(self, row: Row) -> ExportJob:
        """The export that makes the bundle of a row."""
        return ExportJob(
            *self.check_set,
            row.variant,
            self.task.default_graph(self.settings, buckets=self.config.buckets),
            ModelFacts.load(row.model),
            self.task.name,
            self.settings,
            self.task.calibration_texts(self._data) if WIDTHS[row.variant].needs_calibration else (),
            answers=self._answers.setdefault(row.model, Answers()),
        )

    def _make(self, row: Row, model: Model, vocabularies: Vocabularies, made: MadeBundle) -> None:
        """Makes the bundle of a row and its download, unless whole ones are there that were made from the same.

        Raises:
            FileExistsError: Something else is where the bundle belongs.
        """
        directory, job = made.directory, self._job(row)
        is_bundle, key = (directory / MANIFEST_NAME).is_file(), key_of(row.model, job)
        if not is_bundle and directory.is_dir() and any(directory.iterdir()):
            rule = "The bundles of an earlier call must be whole; remove one that is not, and it is made anew"
            raise FileExistsError(f"{rule}. Received: {str(directory)!r} without {MANIFEST_NAME}")
        fault = made.fault(key)
        if fault is not None:
            if is_bundle:
                self._announce(f"{directory} is made anew: {fault}")
            export_bundle(model, vocabularies, directory, job, overwrite=is_bundle)
        download_fault = made.download_fault()
        if fault is None and download_fault is None:
            return
        if fault is None:
            self._announce(f"{made.packed} is made anew: {download_fault}")
        pack_bundle(directory, made.packed)
        made.write_record(key)

    def export(self, row: Row) -> dict[str, Any]:
        """The figures of one row; its bundle and download are made unless they are there, see `MadeBundle`.

        Raises:
            FileExistsError: Something else is where the bundle belongs.
        """
        made = MadeBundle(self.output / "bundles" / row.slug)
        directory, packed = made.directory, made.packed
        model, vocabularies = load_model(row.model)
        self._make(row, model, vocabularies, made)
        manifest, (total, zeros), bits = read_manifest(directory), backbone(model), BITS_OF[row.variant]
        compared = manifest.verification["comparisons"]
        checks = {
            name: {entry["search"]: entry["equal"] / entry["sentences"] for entry in found}
            for name, found in compared.items()
        }
        scores = {name: entry["score"] for name, entry in manifest.metrics.get("scores", {}).items()}
        return {
            "name": row.name,
            "variant": row.variant,
            "backbone_parameters": total,
            "backbone_sparsity": zeros / total,
            "backbone_bytes": ((total - zeros) * bits + additional_bits(model, bits, row.bits)) / 8,
            "layers_in_other_bits": dict(row.bits),
            "sparsity": sparsity(model)["total"]["sparsity"],
            "model_bytes": (directory / MODEL_NAME).stat().st_size,
            "download_bytes": packed.stat().st_size,
            "score_of_the_model": row.score,
            "scores": scores,
            "equal_ids": checks[row.variant],
            "equal_ids_float_activations": checks.get(float_activations(row.variant), {}),
            "stored_weights": manifest.verification.get("weights"),
            "milliseconds": manifest.metrics["speed"]["milliseconds"],
        }


def first_score(figures: Mapping[str, Any]) -> float | None:
    """The score on the test set that a run's figures name first; `None` without a test set."""
    return next((value for value in figures.get("test", {}).values() if isinstance(value, float)), None)


def other_bits(figures: Mapping[str, Any], bits: int) -> dict[str, int]:
    """The layers that a stage for `bits` trained in other bits, by name, from its run's figures."""
    stored = figures["data"]["compression"]["bits"]
    return {name: width for name, width in stored.items() if width != bits} if isinstance(stored, Mapping) else {}


def score_of_run(run: PathLike) -> float | None:
    """The same from the report of a finished run.

    Raises:
        FileNotFoundError: the run is not finished.
    """
    return first_score(read_object(Path(run) / REPORT_NAME, "The report of a run"))


def _parameters(model: Model) -> Parameters:
    return count_parameters(model_count(model.config).shapes)


def backbone(model: Model) -> tuple[int, int]:
    """Number of parameters without embeddings, and of zeros in their weight matrices: the paper's counting."""
    parameters = _parameters(model)
    zeros = sum(
        figures["zeros"]
        for name, figures in sparsity(model)["layers"].items()
        if name.split("/")[0] in parameters.backbone
    )
    return parameters.backbone_total, zeros


def additional_bits(model: Model, bits: int, other: Mapping[str, int]) -> int:
    """What the backbone's matrices that `other` names have beyond `bits` for each weight, zeros not counted."""
    if not other:
        return 0
    parts, layers = _parameters(model).backbone, sparsity(model)["layers"]
    return sum(
        (width - bits) * (layers[name]["weights"] - layers[name]["zeros"])
        for name, width in other.items()
        if name.split("/")[0] in parts
    )


def baseline_figures(run: PathLike) -> dict[str, Any]:
    """A model to compare with, such as a Transformer: its run's score and its size in float32."""
    model, _ = load_model(Path(run) / "model")
    total, _ = backbone(model)
    return {
        "run": Path(run).name,
        "backbone_parameters": total,
        "backbone_bytes": 4 * total,
        "score_of_the_model": score_of_run(run),
    }
