"""What programs check before they load TensorFlow: that all files are there, and that results can be written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.files import check_readable
from lite_transformer_tf.data.found import all_told
from lite_transformer_tf.files import PathLike, check_writable, received
from lite_transformer_tf.settings import SettingsError, from_mapping
from lite_transformer_tf.tasks.options import Option
from lite_transformer_tf.tasks.task import Task

Check = Callable[[], Any]

__all__ = ["Check", "all_told", "data_files", "input_files", "writable"]


def input_files(*named: tuple[Option | str, PathLike | None]) -> list[Check]:
    """Checks that files exist and can be unpacked, by the options that name them; an option may have no value."""

    def check(name: str, path: PathLike) -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f"{name} must name a file that exists. Received: {received(path)}")
        check_readable(path)

    given = [(name.name if isinstance(name, Option) else name, path) for name, path in named if path is not None]
    return [lambda name=name, path=path: check(name, path) for name, path in given]  # type: ignore[misc]


def writable(path: PathLike | None, *names: str, directory: bool) -> list[Check]:
    """Checks that results can be written at a path, see `check_writable`; none without a path.

    Args:
        path: The path.
        *names: Names of the files that are written in a directory.
        directory: Whether it is a directory.
    """

    def check(place: PathLike) -> None:
        check_writable(place, directory=directory)
        for name in names:
            check_writable(Path(place) / name, directory=False)

    return [] if path is None else [partial(check, path)]


def data_files(task: Task, settings: dict[str, Any], directory: PathLike | None) -> None:
    """Checks that the files of a run's data exist.

    Args:
        task: The task.
        settings: Plain settings of the run, as `read_settings` gives them.
        directory: Directory of the data, if it is given.

    Raises:
        see `Task.locate`. What is wrong in the settings is not told here: their check tells all of it.
    """
    try:
        data: Any = from_mapping(task.data_config, settings.get("data"), "data")
    except SettingsError:
        return
    task.locate(data, directory)
