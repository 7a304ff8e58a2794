"""Training with a teacher: a trained model whose predictions are learnt beside the labels (word-level distillation)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.models.saving import WEIGHTS_FILE, load_model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.training.config import TaskConfig
from lite_transformer_tf.training.fine_tuning import WrappedTask, copy_vocabularies, find_model, require_task
from lite_transformer_tf.training.run_directory import vocabularies_of
from lite_transformer_tf.training.task import M, Task

NAME = "training.distillation.teacher"


class DistillingTask(WrappedTask[M]):
    """A `run.Task` whose model learns from a teacher and takes its vocabularies; the rest is the inner task's.

    Args:
        inner: The task.
        teacher: The teacher, see `find_model`.
        weight: Share of the teacher in the loss.
        start: Trained model that the student begins with.

    Raises:
        FileNotFoundError: There is no teacher.
        SettingsError: It was made for another task, or `start` has other vocabularies.
    """

    def __init__(self, inner: Task[M], teacher: PathLike, weight: float, start: PathLike | None = None) -> None:
        super().__init__(inner)
        self._directory, self._weight = find_model(teacher, NAME), weight
        require_task(self._directory, inner.name, teacher, NAME)
        if start is not None and vocabularies_of(find_model(start)) != vocabularies_of(self._directory):
            rule = f"{NAME} must have the vocabularies of the model that --start names"
            raise SettingsError(f"{rule}. Received: {str(teacher)!r} with --start {str(start)!r}")

    def fingerprint(self) -> dict[str, Any]:
        """The inner task's, and that of the teacher's weights."""
        return {**self._inner.fingerprint(), "teacher": file_digest(self._directory / WEIGHTS_FILE)}

    def prepare(self, directory: Path) -> None:
        copy_vocabularies(self._directory, directory)
        super().prepare(directory)

    def build_model(self) -> M:
        model = super().build_model()
        self.teacher = Teacher(load_model(self._directory)[0], self._weight)
        return model


def with_teacher(
    config: TaskConfig, task: Task[M], start: PathLike | None, announce: Callable[[str], None] = lambda line: None
) -> Task[M]:
    """The task as it is, or as one that learns from the teacher that the configuration names.

    Args:
        config: Configuration of the run.
        task: The task.
        start: Trained model that it begins with.
        announce: Called with a line for people.
    """
    settings = config.training.distillation
    if settings.teacher is None:
        return task
    found = DistillingTask(task, settings.teacher, settings.weight, start)
    announce(f"teacher: {settings.teacher}, weight {settings.weight:g}; its vocabularies are used")
    return found
