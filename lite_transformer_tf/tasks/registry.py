"""The three tasks by name: the configuration, the data and the `run.Task` of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError, load_settings
from lite_transformer_tf.tasks import language_model, summarization, translation
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
from lite_transformer_tf.training.config import RunConfig, TaskConfig
from lite_transformer_tf.training.task import Task


@dataclass(frozen=True)
class TaskKind:
    """One task.

    Args:
        config: class of its configuration.
        load: data from the `data` section and a directory.
        make: the task from a configuration and data.
    """

    config: type[TaskConfig]
    load: Callable[[Any, PathLike | None], Any]
    make: Callable[[Any, Any], Task]


TASKS: dict[str, TaskKind] = {
    "translation": TaskKind(RunConfig, translation.load_splits, translation.TranslationTask),
    "summarization": TaskKind(SummarizationConfig, summarization.load_splits, summarization.SummarizationTask),
    "language-model": TaskKind(LanguageModelRunConfig, language_model.load_texts, language_model.LanguageModelTask),
}


def run_config(run: PathLike, task: str) -> Any:
    """The configuration that a run directory was made with.

    Raises:
        SettingsError: the directory is no run of this version.
    """
    path = Path(run) / "config.yaml"
    if not path.is_file():
        raise SettingsError(f"A run is a directory with a config.yaml. Received: {str(run)!r}, which has none")
    return load_settings(TASKS[task].config, path)
