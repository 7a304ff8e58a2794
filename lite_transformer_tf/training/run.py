"""A training run: a directory that explains itself, and one function that begins it, goes on with it, or finds it finished.

RUN/config.yaml        the merged configuration
RUN/data.json          digests of the data, so that a run never goes on with other data
RUN/*.model            the vocabularies (vocabulary.txt: the words of a language model)
RUN/checkpoints/       ckpt-*: everything an exact continuation needs; weights-*.npz: snapshots for the average, and the best
RUN/log.jsonl          figures of each few updates and of each validation, one JSON object a line
RUN/tensorboard/       the same figures for TensorBoard
RUN/run.png            loss, score and learning rate over the updates
RUN/model/             the finished model: the average of the snapshots or the best one, whichever validates better
RUN/report.json        figures of the finished run; written last
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import tf_keras as keras
import yaml

from lite_transformer_tf.files import PathLike, atomic_write_json, atomic_write_text
from lite_transformer_tf.models.saving import load_weights
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.report import write_report
from lite_transformer_tf.training.averaging import average_snapshots
from lite_transformer_tf.training.config import StoredConfig, TrainingConfig
from lite_transformer_tf.training.display import Display, format_seconds
from lite_transformer_tf.training.loop import TrainingData, TrainingLoop
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizer import build_optimizer
from lite_transformer_tf.training.precision import precision
from lite_transformer_tf.training.progress import Progress
from lite_transformer_tf.training.score import Score
from lite_transformer_tf.training.settings import SettingsError, differences
from lite_transformer_tf.training.threads import default_towers


class Task(Protocol):
    """Where tasks differ: how text becomes batches, which model, how it is judged and kept.

    Attributes:
        name, title, score: what it is called, and what its models are compared by.
        callbacks: further Keras callbacks of `model.fit`, after `build_model`.
        teacher: whom the model learns from beside the labels, after `build_model`; `None` for nobody.
    """

    name: str
    title: str
    score: Score
    callbacks: Sequence[Any]
    teacher: Teacher | None

    def fingerprint(self) -> dict[str, str]:
        """Digests of the data by split."""
        ...

    def prepare(self, directory: Path) -> None:
        """Makes vocabularies and batches; what is costly is stored in the run's directory."""
        ...

    @property
    def data(self) -> TrainingData:
        """The training batches, after `prepare`."""
        ...

    def build_model(self) -> Any:
        """A new model with its weights initialised, after `prepare`."""
        ...

    def validate(self, model: Any, decode: bool, final: bool = False) -> dict[str, Any]:
        """Figures on the validation set: "nll", and with `decode` the score; `final` with the options of the finished model."""
        ...

    def test(self, model: Any, directory: Path) -> dict[str, Any]:
        """Figures of the finished model on the test set, computed in float32 as everybody does who loads it; empty when there is no test
        set. Hypotheses go into `directory`."""
        ...

    def describe(self) -> dict[str, Any]:
        """Figures of data and vocabularies for the report."""
        ...

    def save(self, model: Any, directory: Path, test: dict[str, Any]) -> None:
        """Writes the model's directory, in the place of one that is there; `test` is what `test` gave."""
        ...


@dataclass(frozen=True)
class RunResult:
    """What `run_training` did.

    Args:
        directory: the run.  finished: whether it is complete.  already: whether it had been complete before.
        figures: of report.json; empty when it is not finished.
        update: updates made.
    """

    directory: Path
    finished: bool
    already: bool
    figures: dict[str, Any]
    update: int

    @property
    def model_directory(self) -> Path:
        return self.directory / "model"


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Keeps a second process out of the run; the lock vanishes with the process, however it ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SettingsError(
                f"Only one process may train in a run's directory. Received: {str(directory)!r}, which another one is using"
            ) from error
        yield


def _with_defaults(kind: type[StoredConfig], stored: Any) -> Any:
    """A stored configuration with the defaults of settings that have come since; as it is when it cannot be read."""
    try:
        return kind.from_dict(stored).to_dict()
    except SettingsError:
        return stored


def _claim(directory: Path, config: StoredConfig, fingerprint: dict[str, str]) -> None:
    """Stores configuration and data digests in a new run, or compares them with those of the run that is there.

    Raises:
        SettingsError: they differ, or the directory holds something else.
    """
    files = {"config.yaml": config.to_dict(), "data.json": fingerprint}
    stored = directory / "config.yaml"
    if not stored.is_file():
        others = sorted(entry.name for entry in directory.iterdir() if entry.name not in (".lock", *files))
        if others:
            raise SettingsError(
                f"The output must be a new or empty directory, or a run. Received: {str(directory)!r}, which holds {others[:5]}"
            )
        atomic_write_json(directory / "data.json", fingerprint)
        atomic_write_text(stored, config.to_yaml())
        return
    settings = _with_defaults(type(config), yaml.safe_load(stored.read_text(encoding="utf-8")))
    old = {"config.yaml": settings, "data.json": json.loads((directory / "data.json").read_text(encoding="utf-8"))}
    changes = [
        line
        for name, new in files.items()
        for line in differences(old[name], new, "" if name == "config.yaml" else name)
    ]
    if changes:
        raise SettingsError(
            "A run goes on only with its own configuration and data; choose another output directory, or undo the changes. "
            f"Received: {str(directory)!r} with {'; '.join(changes)}"
        )


def compile_model(
    model: Any, settings: TrainingConfig, steps_per_epoch: int, pad_id: int = 1, teacher: Teacher | None = None
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


def choose_weights(task: Task, model: Any, loop: TrainingLoop) -> dict[str, Any]:
    """Puts the best of the candidates - average of the snapshots, best single one - into the model and returns what was compared."""
    progress, score, scored = loop.progress, loop.score, loop.settings.validation.scores
    candidates: dict[str, Callable[[], dict[str, Any]]] = {}
    if len(progress.snapshots) > 1:
        paths = [loop.snapshot(update) for update in progress.snapshots]
        candidates[f"average of {len(paths)}"] = lambda: average_snapshots(paths)
    best_update = progress.best_update
    if best_update is not None:
        candidates[f"best, update {best_update}"] = lambda: load_weights(loop.snapshot(best_update))
    compared: dict[str, dict[str, Any]] = {}
    for name, weights in candidates.items():
        model.assign_named_weights(weights())
        compared[name] = task.validate(model, decode=scored, final=True)
    chosen = max(
        compared, key=lambda name: (score.merit(compared[name][score.name]) if scored else 0.0, -compared[name]["nll"])
    )
    model.assign_named_weights(candidates[chosen]())
    return {"chosen": chosen, "validation": compared[chosen], "candidates": compared}


def _finish(task: Task, model: Any, loop: TrainingLoop, config: StoredConfig, directory: Path) -> dict[str, Any]:
    """Chooses, saves and tests the finished model; returns the figures of the report."""
    progress: Progress = loop.progress
    choice = choose_weights(task, model, loop)
    loop.display.line(f"model: {choice['chosen']}, validation {_short(choice['validation'])}")
    test = task.test(model, directory)
    if test:
        loop.display.line(f"test: {_short(test)}")
    task.save(model, directory / "model", test)
    parameters = sum(int(value.size) for value in model.named_weights().values())
    return {
        "task": task.name,
        "model": {"parameters": parameters, **choice},
        "training": {
            "epochs": progress.epoch,
            "updates": progress.update,
            "target_tokens": progress.tokens,
            "seconds": round(progress.seconds, 1),
            "tokens_per_second": round(progress.tokens / max(progress.seconds, 1e-9), 1),
            "stopped_early": progress.stopped_early,
        },
        "test": test,
        "data": task.describe(),
        "config": config.to_dict(),
    }


def _short(figures: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if isinstance(value, float))


def run_training(task: Task, config: StoredConfig, output: PathLike, display: Display | None = None) -> RunResult:
    """Trains `task` in the directory `output`: begins, goes on where it stopped, or finds it finished.

    After a stop, a crash or `kill -9` the same call goes on from the last checkpoint, and ends with the weights that an uninterrupted
    run has (bit by bit on a processor with the same thread settings).

    Raises:
        SettingsError: the directory holds a run with another configuration or data, or something else, or is in use.
        DivergedError: the loss or a weight is not finite; the message names update and learning rate.
    """
    directory = Path(output)
    display = display or Display(config.training.epochs)
    with _locked(directory):
        _claim(directory, config, task.fingerprint())
        report = directory / "report.json"
        if report.is_file():
            figures = json.loads(report.read_text(encoding="utf-8"))
            display.line(
                f"{directory} is finished ({figures['training']['updates']} updates); its model is {directory / 'model'}"
            )
            return RunResult(directory, True, True, figures, figures["training"]["updates"])
        with precision(config.training.precision):
            task.prepare(directory)
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
            if loop.resumed:
                display.line(
                    f"going on from update {loop.progress.update}, epoch {loop.progress.epoch + 1}, batch {loop.progress.batch}"
                )
            progress = loop.run()
            if not progress.finished:
                display.line(
                    f"stopped at update {progress.update} after {format_seconds(progress.seconds)}; the same command goes on from there"
                )
                return RunResult(directory, False, False, {}, progress.update)
            figures = _finish(task, model, loop, config, directory)
        write_report(directory, figures, seed=config.training.seed)
        return RunResult(directory, True, False, figures, progress.update)
