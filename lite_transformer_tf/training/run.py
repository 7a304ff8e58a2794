"""A training run: a directory that explains itself, and one function that begins it, resumes it, or finds it finished.

RUN/config.yaml        the merged configuration
RUN/data.json          digests of the data, so that a run never resumes with other data
RUN/*.model            the vocabularies (vocabulary.txt: the words of a language model)
RUN/checkpoints/       ckpt-*: everything that resuming exactly needs; state.json: their hashes; weights-*.npz:
                       snapshots for the average, and the best
RUN/log.jsonl          figures over time and of each validation, one JSON object per line
RUN/tensorboard/       the same figures for TensorBoard
RUN/run.png            loss, score and learning rate over the updates
RUN/model/             the finished model: the average of the snapshots or the best one, whichever validates better
RUN/report.json        figures of the finished run; written last
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tf_keras as keras

from lite_transformer_tf.files import PathLike, atomic_write_text, temporary_directory
from lite_transformer_tf.models.saving import Model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.report import write_report
from lite_transformer_tf.settings import to_mapping
from lite_transformer_tf.training.config import TaskConfig, TrainingConfig
from lite_transformer_tf.training.display import Display, format_seconds
from lite_transformer_tf.training.distribution import Distribution
from lite_transformer_tf.training.finishing import finish_run
from lite_transformer_tf.training.loop import TrainingLoop
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizer import build_optimizer
from lite_transformer_tf.training.precision import precision
from lite_transformer_tf.training.run_directory import (
    CONFIG_NAME,
    as_begun,
    claim,
    finished_figures,
    locked,
    refuse_foreign,
    vocabulary_files,
)
from lite_transformer_tf.training.task import Task
from lite_transformer_tf.training.threads import default_towers

Config = TypeVar("Config", bound=TaskConfig)


@dataclass(frozen=True)
class RunResult:
    """What `run_training` did.

    Args:
        directory: Of the run.
        finished: Whether it is complete.
        already: Whether it had been complete before.
        figures: Those of report.json; empty when it is not finished.
        update: Updates made.
        is_chief: Whether this process wrote the directory; of several workers only the first does.
    """

    directory: Path
    finished: bool
    already: bool
    figures: dict[str, Any]
    update: int
    is_chief: bool = True

    @property
    def model_directory(self) -> Path:
        """Where the finished model lies."""
        return self.directory / "model"


def compile_model(
    model: Model, settings: TrainingConfig, steps_per_epoch: int, pad_id: int = 1, teacher: Teacher | None = None
) -> None:
    """Compiles a built model with the loss and the optimizer of the settings."""
    model.compile(
        optimizer=build_optimizer(settings, model.trainable_variables, settings.updates(steps_per_epoch)),
        loss=LabelSmoothedCrossEntropy(settings.label_smoothing, pad_id=pad_id),
        towers=settings.towers or (1 if model.distribute_strategy.num_replicas_in_sync > 1 else default_towers()),
        accumulation_steps=settings.accumulation_steps,
        seed=settings.seed,
        teacher=teacher,
        r_drop=settings.r_drop,
    )


def run_training(
    task: Task,
    config: TaskConfig,
    output: PathLike,
    display: Display | None = None,
    distribution: Distribution | None = None,
) -> RunResult:
    """Trains `task` in the directory `output`: begins, resumes, or finds it finished.

    After a stop, a crash or `kill -9` the same call resumes from the last checkpoint, and ends with the weights of an
    uninterrupted run (bit by bit on a processor with the same thread settings).

    Args:
        task: What is trained.
        config: Checked settings.
        output: Directory of the run.
        display: Shows the progress.
        distribution: Devices and workers; each worker calls this function. The run directory is the chief's.

    Raises:
        SettingsError: the directory holds a run with another configuration or data, or something else, or is in use.
        DivergedError: the loss or a weight is not finite; the message names update and learning rate.
        WorkerLostError: another worker has ended.
    """
    directory, display, distribution = Path(output), display or Display(), distribution or Distribution()
    with distribution.watched():
        if distribution.is_chief:
            return _lead(task, config, directory, display, distribution)
        with temporary_directory() as folder:
            return _follow(task, config, directory, folder, distribution)


def _lead(task: Task, config: TaskConfig, directory: Path, display: Display, distribution: Distribution) -> RunResult:
    """The run, in the only process or in the chief."""
    refuse_foreign(directory)
    if (known := finished_figures(directory)) is not None:
        claim(directory, config, task.fingerprint())  # refuses another run; a finished one is only read
        _agree(task, distribution)
        distribution.agrees(True)
        updates = known["training"]["updates"]
        display.line(f"{directory} is finished ({updates} updates); its model is {directory / 'model'}")
        return RunResult(directory, True, True, known, updates)
    with locked(directory):
        claim(directory, config, task.fingerprint())
        _agree(task, distribution)
        distribution.agrees(False)
        with precision(config.training.precision):
            task.prepare(directory)
            _share_vocabularies(directory, distribution)
            config = _with_numbers(config, task.data.steps_per_epoch, directory)
            loop = _loop(task, config, directory, display, distribution)
            progress = loop.run()
            if not progress.finished:
                spent = format_seconds(progress.seconds)
                display.line(f"stopped at update {progress.update} after {spent}; the same command resumes from there")
                return RunResult(directory, False, False, {}, progress.update)
            figures = finish_run(task, _own_model(task, loop), loop, config, directory)
        write_report(directory, figures, seed=config.training.seed)
        distribution.agrees(True)  # the others wait for the report
        return RunResult(directory, True, False, figures, progress.update)


def _follow(task: Task, config: TaskConfig, directory: Path, folder: Path, distribution: Distribution) -> RunResult:
    """A worker that is not the chief: it trains with the others, and writes only into a folder of its own."""
    _agree(task, distribution)
    if distribution.agrees(False):
        return RunResult(directory, True, True, {}, 0, is_chief=False)
    with precision(config.training.precision):
        _share_vocabularies(folder, distribution)
        task.prepare(folder)
        config = _with_numbers(config, task.data.steps_per_epoch, folder)
        progress = _loop(task, config, folder, Display(quiet=True), distribution).run()
    if progress.finished:
        distribution.agrees(False)  # the chief tests and saves the model
    return RunResult(directory, progress.finished, False, {}, progress.update, is_chief=False)


def begun_by_all(config: Config, directory: Path, distribution: Distribution) -> Config:
    """The configuration as the run in the chief's directory began, see `as_begun`, in every worker.

    Raises:
        SettingsError: The workers have different configurations.
        WorkerLostError: Another worker has ended.
    """
    if distribution.workers > 1:
        with distribution.watched():
            distribution.require_same(json.dumps(config.to_dict(), sort_keys=True))
            begun = as_begun(config, directory) if distribution.is_chief else config
            return type(config).from_dict(distribution.shared_figures(begun.to_dict()))
    return as_begun(config, directory)


def _agree(task: Task, distribution: Distribution) -> None:
    """Raises `SettingsError` unless all workers have the same data."""
    distribution.require_same(json.dumps(to_mapping(dict(task.fingerprint())), sort_keys=True))


def _share_vocabularies(directory: Path, distribution: Distribution) -> None:
    """Copies the chief's vocabularies into the folders of the other workers."""
    distribution.share_files(directory, vocabulary_files(directory))


def _own_model(task: Task, loop: TrainingLoop) -> Any:
    """The trained model for this process alone: the others have no part in choosing and testing."""
    if loop.distribution.workers == 1:
        return loop.model
    model = task.build_model()
    model.assign_named_weights(loop.model.named_weights())
    model.compile(loss=loop.model.loss)
    return model


def describe_length(training: TrainingConfig, steps_per_epoch: int) -> list[str]:
    """The length of a run as a sentence, and a warning when the warm-up is longer.

    Args:
        training: With all numbers, see `TrainingConfig.fitted`.
        steps_per_epoch: Batches of an epoch.
    """
    updates = training.updates(steps_per_epoch)
    warm_up = training.schedule.warm_up_of(updates)
    batches = f"{steps_per_epoch} batch{'es' if steps_per_epoch > 1 else ''}"
    lines = [f"training: {updates} updates, epochs of {batches}; warm-up over {warm_up} updates"]
    if warm_up >= updates:
        lines.append(
            "warning: training.schedule.warmup_steps should be less than the updates of the whole run: the learning "
            "rate never reaches its peak, and the model will be poor. Set training.schedule.warmup_steps and "
            "training.epochs to null, and both follow from the data. "
            f"Received: a warm-up of {warm_up} updates for {updates} updates"
        )
    return lines


def _with_numbers(config: Config, steps_per_epoch: int, directory: Path) -> Config:
    """The configuration with the numbers that follow from the batches of an epoch; the run keeps them."""
    fitted = dataclasses.replace(config, training=config.training.fitted(steps_per_epoch))  # type: ignore[type-var]
    if fitted != config:
        atomic_write_text(directory / CONFIG_NAME, fitted.to_yaml())
    return fitted


def _loop(
    task: Task, config: TaskConfig, directory: Path, display: Display, distribution: Distribution
) -> TrainingLoop:
    """The loop of a prepared task's new model, at the last checkpoint of the run."""
    keras.utils.set_random_seed(config.training.seed)
    with distribution.scope():
        model = task.build_model()
        compile_model(model, config.training, task.data.steps_per_epoch, teacher=task.teacher)
    loop = TrainingLoop(
        model,
        task.data,
        lambda decode: task.validate(model, decode),
        config.training,
        directory,
        display,
        task.title,
        task.score,
        task.callbacks,
        distribution,
    )
    progress = loop.progress
    if loop.resumed:
        display.line(f"resuming at update {progress.update}, epoch {progress.epoch + 1}, batch {progress.batch}")
    else:
        for line in describe_length(config.training, task.data.steps_per_epoch):
            display.line(line)
    return loop
