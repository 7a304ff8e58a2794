"""One step of a compression chain: a run that resumes, reports and ends in a model directory like any other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tf_keras as keras

from lite_transformer_tf.compression.baking import bake
from lite_transformer_tf.compression.config import CompressionConfig, FineTuning, Pruning, replaced
from lite_transformer_tf.compression.origin import Origin
from lite_transformer_tf.compression.pruning import PruningStep, prune
from lite_transformer_tf.compression.quantization import quantize_aware
from lite_transformer_tf.compression.shares import layer_bits, pruning_shares
from lite_transformer_tf.data.config import DataSection
from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.models.saving import WEIGHTS_FILE, Model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.settings import SettingsError, section, to_mapping
from lite_transformer_tf.tasks.registry import TASKS
from lite_transformer_tf.training.config import DistillationConfig, TaskConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.fine_tuning import FineTuningTask
from lite_transformer_tf.training.run import RunResult, run_training
from lite_transformer_tf.training.schedules.cosine import CosineConfig
from lite_transformer_tf.training.task import M, Task
from lite_transformer_tf.training.threads import configure_threads

INITIAL_RATE = 1e-7  # of the warm-up

Wrap = Callable[[Model, int], Sequence[keras.callbacks.Callback]]
"""`wrap(model, updates)` wraps a model for a training with this number of updates; returns Keras callbacks."""


@section
class PruningSettings(Pruning):
    """All that a pruning stage depends on: its run resumes only with the same.

    Args:
        step: What the stage does.
        shares: With `sensitivity`, the share of zeros by layer name.
    """

    step: Literal["pruning"] = "pruning"
    shares: dict[str, float] | None = None


@section
class QuantizationSettings(FineTuning):
    """All that a stage with rounded weights depends on.

    Args:
        step: What the stage does.
        bits: Of all layers, or by layer name.
    """

    step: str = ""
    bits: int | dict[str, int] = 8


@dataclass(frozen=True)
class Step:
    """What a stage does to its model.

    Args:
        wrap: Wraps it for the training.
        settings: All that this depends on.
        distillation: Share of the uncompressed model in the loss.
    """

    wrap: Wrap
    settings: PruningSettings | QuantizationSettings
    distillation: float


class StageTask(FineTuningTask[M]):
    """A `run.Task` that begins with the weights of a model, wraps them, and leaves a plain model.

    Args:
        inner: Task that the model was trained for, with the stage's configuration.
        config: That configuration.
        start: Directory of the model to begin with.
        step: What is done to it.
        uncompressed: Directory of the model that it learns from, if the step has a share of distillation.
    """

    def __init__(self, inner: Task[M], config: TaskConfig, start: Path, step: Step, uncompressed: Path) -> None:
        super().__init__(inner, config, start)
        self._training, self._step, self._uncompressed = config.training, step, uncompressed
        self.title = f"{inner.title}: {step.settings.step}"
        self._copy: M | None = None

    def fingerprint(self) -> dict[str, Any]:
        teacher = {"teacher": file_digest(self._uncompressed / WEIGHTS_FILE)} if self._step.distillation else {}
        return {**super().fingerprint(), **teacher, "compression": self._step.settings}

    def build_model(self) -> M:
        model = super().build_model()
        self.callbacks = list(self._step.wrap(model, self._training.updates(self.data.steps_per_epoch)))
        if self._step.distillation:
            self.teacher = Teacher(self._with_weights_of(self._uncompressed), self._step.distillation)
        return model

    def _plain(self, model: M) -> M:
        """A model without wrappers that has the masked and rounded weights, so decoding rounds nothing."""
        if self._copy is None:
            self._copy = self._inner.build_model()
        self._copy.assign_named_weights(bake(model))
        return self._copy

    def validate(self, model: M, decode: bool, final: bool = False) -> dict[str, Any]:
        plain = self._plain(model)
        if plain.optimizer is None:
            plain.compile(loss=model.loss)
        return super().validate(plain, decode, final)

    def test(self, model: M, directory: Path) -> dict[str, Any]:
        return super().test(self._plain(model), directory)

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "compression": to_mapping(self._step.settings)}

    def command(self, trained: str) -> str:
        return (
            f"python -m export compress --model RUN{' --data-dir DIR' if '--data-dir' in trained else ''} --output DIR"
        )

    def save(self, model: M, directory: Path, test: dict[str, Any]) -> None:
        super().save(self._plain(model), directory, test)


def stage_config(config: TaskConfig, training: FineTuning, *, keep_last: bool) -> TaskConfig:
    """The configuration of a run, with a stage's training in the place of its own.

    Args:
        config: Of the run that trained the model.
        training: Of the stage.
        keep_last: Whether the last weights are the result, not the best or an average.

    Raises:
        SettingsError: `training.tokens_per_batch` is given for a task whose batches are not measured in tokens.
    """
    base = config.training
    every = training.epochs if keep_last else 1
    scored = {
        field.name: every for field in dataclasses.fields(base.validation) if field.name == "score_every"
    }  # translations and summaries
    validation = replaced(base.validation, every=every, patience=None, **scored)
    schedule = CosineConfig(
        peak=training.peak,
        warmup_steps=training.warmup_steps,
        initial=min(INITIAL_RATE, training.peak),
        floor=training.peak / 100,
    )
    changed = dataclasses.replace(
        base,
        epochs=training.epochs,
        max_updates=None,
        schedule=schedule,
        validation=validation,
        distillation=DistillationConfig(),  # a stage has its own
        average=0 if keep_last else training.average,
        snapshot_every=None,
    )
    model = config.model if training.dropout is None else {**config.model, "dropout": training.dropout}
    return replaced(config, model=model, training=changed, data=_stage_data(config.data, training.tokens_per_batch))


def _stage_data(data: DataSection, tokens_per_batch: int | None) -> DataSection:
    if tokens_per_batch is None:
        return data
    if not hasattr(data, "tokens_per_batch"):
        raise SettingsError(
            f"A fine-tuning has tokens_per_batch for translation and summarization only. Received: {tokens_per_batch!r}"
        )
    return replaced(data, tokens_per_batch=tokens_per_batch)


def check_stages(config: CompressionConfig, run: TaskConfig) -> None:
    """Checks the stages' settings against the run that trained the model, before anything is written.

    Args:
        config: Of the compression.
        run: Configuration of the run.

    Raises:
        SettingsError: a stage has a setting that the run's task does not have.
    """
    stages = [("quantization", config.quantization, False)]
    if config.pruning is not None:
        stages.insert(0, ("pruning.training", config.pruning.training, True))
    for name, training, keep_last in stages:
        try:
            stage_config(run, training, keep_last=keep_last)
        except SettingsError as error:
            raise SettingsError(f"{name}: {error}") from error


def run_pruning(origin: Origin, output: PathLike, pruning: Pruning, display: Display | None = None) -> RunResult:
    """Prunes a model during further training, in the run directory `output`; a scan, if any, is stored beside it.

    Args:
        origin: The model.
        output: Directory of the stage's run.
        pruning: How much.
        display: Shows the progress.
    """
    config = stage_config(origin.config, pruning.training, keep_last=True)
    shares = pruning_shares(origin, Path(output).parent, pruning)

    def wrap(model: Model, updates: int) -> list[keras.callbacks.Callback]:
        prune(model, shares, end_step=max(1, round(pruning.reached * updates)), frequency=pruning.frequency)
        return [PruningStep()]

    settings = PruningSettings(**_fields(pruning), shares=shares if pruning.sensitivity else None)
    step = Step(wrap, settings, pruning.training.distillation)
    return _run(origin, origin.model, output, config, step, display)


def run_quantization(
    origin: Origin,
    start: PathLike,
    output: PathLike,
    bits: int,
    training: FineTuning,
    average_bits: float | None = None,
    display: Display | None = None,
) -> RunResult:
    """Trains a model with its weights rounded to `bits`; zeros stay zeros. See `run_pruning`.

    Args:
        origin: The uncompressed model.
        start: Directory of the model to begin with, such as a pruned one.
        output: Directory of the stage's run.
        bits: Of all layers.
        training: The fine-tuning.
        average_bits: Above `bits`, some layers have 8: see `layer_bits`, whose scan is stored beside the run.
        display: Shows the progress.
    """
    config = stage_config(origin.config, training, keep_last=False)
    mixed = average_bits is not None and average_bits > bits
    chosen: int | dict[str, int] = (
        layer_bits(origin, start, Path(output).parent, average_bits) if mixed and average_bits else bits
    )

    def wrap(model: Model, updates: int) -> list[keras.callbacks.Callback]:
        quantize_aware(model, chosen)
        return []

    settings = QuantizationSettings(**_fields(training), step=f"{bits}-bit weights", bits=chosen)
    step = Step(wrap, settings, training.distillation)
    return _run(origin, start, output, config, step, display)


def _fields(settings: Pruning | FineTuning) -> dict[str, Any]:
    """Values by name, sections as they are."""
    return {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}


def _run(
    origin: Origin, start: PathLike, output: PathLike, config: TaskConfig, step: Step, display: Display | None
) -> RunResult:
    configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
    inner: Task = TASKS[origin.task].make(config, origin.data)
    return run_training(
        StageTask(inner, config, Path(start), step, origin.model),
        config,
        output,
        display or Display(),
    )
