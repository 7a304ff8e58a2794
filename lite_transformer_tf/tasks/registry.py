"""The tasks by name. Programs are built from this list; another task is one more object in it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError, load_settings
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL
from lite_transformer_tf.tasks.options import Option, OptionError
from lite_transformer_tf.tasks.summarization import SUMMARIZATION
from lite_transformer_tf.tasks.task import Task
from lite_transformer_tf.tasks.translation import TRANSLATION

if TYPE_CHECKING:
    from lite_transformer_tf.training.config import TaskConfig

TASKS: dict[str, Task] = {}


def register(task: Task) -> None:
    """Adds a task, to all programs that are built from then on.

    Raises:
        ValueError: Its name, or its verb, is taken.
    """
    if task.name in TASKS or task.verb in {other.verb for other in TASKS.values()}:
        raise ValueError(f"A task needs a name and a verb of its own. Received: {task.name!r} with {task.verb!r}")
    TASKS[task.name] = task


for _task in (TRANSLATION, SUMMARIZATION, LANGUAGE_MODEL):
    register(_task)


def find_task(name: str) -> Task:
    """The task of this name.

    Raises:
        ValueError: There is none.
    """
    if name not in TASKS:
        raise ValueError(f"A task must be one of {sorted(TASKS)}. Received: {name!r}")
    return TASKS[name]


def run_config(run: PathLike, task: str) -> TaskConfig:
    """The configuration that a run directory was made with.

    Raises:
        SettingsError: The directory is no run of this version.
    """
    path = Path(run) / "config.yaml"
    if not path.is_file():
        raise SettingsError(f"A run is a directory with a config.yaml. Received: {str(run)!r}, which has none")
    return load_settings(find_task(task).config, path)


OptionsOf = Callable[[Task], Iterable[Option]]


def offered_options(options_of: OptionsOf) -> list[Option]:
    """The options of a program, those of all tasks, each name once."""
    return list({option.name: option for task in TASKS.values() for option in options_of(task)}.values())


def refuse_foreign(options_of: OptionsOf, task: Task, arguments: Namespace, path: str) -> None:
    """Raises OptionError if an option was given that the task of the model at `path` does not know."""
    own = {option.name for option in options_of(task)}
    for option in offered_options(options_of):
        if option.value(arguments) is not None and option.name not in own:
            known = [other.name for other in TASKS.values() if option.name in {o.name for o in options_of(other)}]
            received = f"{option.received(arguments)} with {path!r}, a model for {task.name}"
            raise OptionError(f"{option.name} is an option for models for {' or '.join(known)}. Received: {received}")
