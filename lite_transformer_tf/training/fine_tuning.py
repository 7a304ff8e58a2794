"""Training that begins with a trained model: its weights and its vocabularies, with other data or another schedule."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import PathLike, atomic_write_json
from lite_transformer_tf.model_directory import CONFIG_FILE, model_directory
from lite_transformer_tf.models.saving import WEIGHTS_FILE, load_config, load_task, load_weights, vocabulary_sizes
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.settings import SettingsError, differences
from lite_transformer_tf.training.run_directory import VOCABULARIES
from lite_transformer_tf.training.task import M, Task

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.training.config import TaskConfig
    from lite_transformer_tf.training.loop import TrainingData


def copy_vocabularies(source: Path, target: Path) -> None:
    """Copies a model's vocabulary files."""
    for pattern in VOCABULARIES:
        for path in source.glob(pattern):
            shutil.copyfile(path, target / path.name)


def find_model(path: PathLike) -> Path:
    """The model directory of a finished run, or the model directory itself.

    Raises:
        FileNotFoundError: it is neither.
    """
    folder = model_directory(path)
    if folder is None:
        raise FileNotFoundError(
            "--start must be a finished run, or its model directory. "
            f"Received: {str(path)!r}, which has no {CONFIG_FILE}"
        )
    return folder


class FineTuningTask(Generic[M]):
    """A `run.Task` that begins with the weights of a model and keeps its vocabularies; the rest is the inner task's.

    Args:
        inner: the task.
        config: its configuration, which describes the architecture of the model. Dropout may differ; the `vocabulary`
            section is not used.
        start: the model, see `find_model`.

    Raises:
        FileNotFoundError: there is none.
        SettingsError: it was made for another task, or has another architecture.
    """

    def __init__(self, inner: Task[M], config: TaskConfig, start: PathLike) -> None:
        self._inner, self._start = inner, find_model(start)
        self.name, self.title, self.score = inner.name, inner.title, inner.score
        self.callbacks: Sequence[keras.callbacks.Callback] = ()
        self.teacher: Teacher | None = None
        made_for = load_task(self._start)[0]
        if made_for != inner.name:
            raise SettingsError(
                f"--start must be a model for {inner.name}. Received: {str(start)!r}, a model for {made_for}"
            )
        stored = load_config(self._start)
        described = config.build_model_config(*vocabulary_sizes(stored))
        if changes := differences(_without_dropout(stored.to_dict()), _without_dropout(described.to_dict())):
            raise SettingsError(
                f"--start: that model's architecture differs from the configuration: {'; '.join(changes[:5])}. "
                f"Received: {str(start)!r}"
            )

    @property
    def data(self) -> TrainingData:
        return self._inner.data

    def fingerprint(self) -> dict[str, Any]:
        """The inner task's, and that of the weights: a run goes on only with the model that it began with."""
        return {**self._inner.fingerprint(), "start": file_digest(self._start / WEIGHTS_FILE)}

    def prepare(self, directory: Path) -> None:
        copy_vocabularies(self._start, directory)
        self._inner.prepare(directory)

    def build_model(self) -> M:
        return self._with_weights_of(self._start)

    def _with_weights_of(self, directory: Path) -> M:
        """A new model of the inner task with the weights of a model directory."""
        model = self._inner.build_model()
        model.assign_named_weights(load_weights(directory / WEIGHTS_FILE))
        return model

    def validate(self, model: M, decode: bool, final: bool = False) -> dict[str, Any]:
        return self._inner.validate(model, decode, final)

    def test(self, model: M, directory: Path) -> dict[str, Any]:
        return self._inner.test(model, directory)

    def describe(self) -> dict[str, Any]:
        return self._inner.describe()

    def command(self, trained: str) -> str:
        """How to make the model again, given the command without `--start`."""
        return f"{trained} --start MODEL"

    def save(self, model: M, directory: Path, test: dict[str, Any]) -> None:
        self._inner.save(model, directory, test)
        path = directory / "card.json"
        card = json.loads(path.read_text(encoding="utf-8"))
        atomic_write_json(path, {**card, "training_command": self.command(card["training_command"])})


def beginning_with(start: PathLike | None, task: Task[M], config: TaskConfig) -> Task[M]:
    """The task as it is, or as one that begins with the model `start`."""
    return task if start is None else FineTuningTask(task, config, start)


def _without_dropout(config: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if "dropout" not in name}
