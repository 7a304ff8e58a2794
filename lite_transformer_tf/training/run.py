"""A training run: a directory that explains itself, and one function that begins it, resumes it, or finds it finished.

RUN/config.yaml        the merged configuration
RUN/data.json          digests of the data, so that a run never resumes with other data
RUN/*.model            the vocabularies (vocabulary.txt: the words of a language model)
RUN/checkpoints/       ckpt-*: everything that resuming exactly needs; weights-*.npz: snapshots for the average, and the
best RUN/log.jsonl          figures over time and of each validation, one JSON object per line
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

from lite_transformer_tf.files import PathLike, atomic_write_text
from lite_transformer_tf.models.saving import Model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.report import REPORT_NAME, write_report
from lite_transformer_tf.training.config import TaskConfig, TrainingConfig
from lite_transformer_tf.training.display import Display, format_seconds
from lite_transformer_tf.training.finishing import finish_run
from lite_transformer_tf.training.loop import TrainingLoop
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizer import build_optimizer
from lite_transformer_tf.training.precision import precision
from lite_transformer_tf.training.run_directory import CONFIG_NAME, claim, locked, refuse_foreign
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
    """

    directory: Path
    finished: bool
    already: bool
    figures: dict[str, Any]
    update: int

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
        towers=settings.towers or default_towers(),
        accumulation_steps=settings.accumulation_steps,
        seed=settings.seed,
        teacher=teacher,
    )


def run_training(task: Task, config: TaskConfig, output: PathLike, display: Display | None = None) -> RunResult:
    """Trains `task` in the directory `output`: begins, resumes, or finds it finished.

    After a stop, a crash or `kill -9` the same call resumes from the last checkpoint, and ends with the weights of an
    uninterrupted run (bit by bit on a processor with the same thread settings).

    Args:
        task: What is trained.
        config: Checked settings.
        output: Directory of the run.
        display: Shows the progress.

    Raises:
        SettingsError: the directory holds a run with another configuration or data, or something else, or is in use.
        DivergedError: the loss or a weight is not finite; the message names update and learning rate.
    """
    directory = Path(output)
    display = display or Display()
    refuse_foreign(directory)
    with locked(directory):
        claim(directory, config, task.fingerprint())
        report = directory / REPORT_NAME
        if report.is_file():
            figures = json.loads(report.read_text(encoding="utf-8"))
            updates = figures["training"]["updates"]
            display.line(f"{directory} is finished ({updates} updates); its model is {directory / 'model'}")
            return RunResult(directory, True, True, figures, updates)
        with precision(config.training.precision):
            task.prepare(directory)
            config = _with_numbers(config, task.data.steps_per_epoch, directory)
            loop = _loop(task, config, directory, display)
            progress = loop.run()
            if not progress.finished:
                spent = format_seconds(progress.seconds)
                display.line(f"stopped at update {progress.update} after {spent}; the same command resumes from there")
                return RunResult(directory, False, False, {}, progress.update)
            figures = finish_run(task, loop.model, loop, config, directory)
        write_report(directory, figures, seed=config.training.seed)
        return RunResult(directory, True, False, figures, progress.update)


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


def _loop(task: Task, config: TaskConfig, directory: Path, display: Display) -> TrainingLoop:
    """The loop of a prepared task's new model, at the last checkpoint of the run."""
    keras.utils.set_random_seed(config.training.seed)
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
    )
    progress = loop.progress
    if loop.resumed:
        display.line(f"resuming at update {progress.update}, epoch {progress.epoch + 1}, batch {progress.batch}")
    else:
        for line in describe_length(config.training, task.data.steps_per_epoch):
            display.line(line)
    return loop
