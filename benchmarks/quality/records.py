"""Records of runs that have ended, one JSON file each: what it was made from, and all that tables and plots need.

A record holds for the configuration and the data of its run alone. The run itself, with its checkpoints, may be removed
or lie on another machine: what has a record is not trained again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.boundary.errors import Failure
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.model_directory import WEIGHTS_FILE, read_description
from lite_transformer_tf.readers.json_text import read_object

if TYPE_CHECKING:
    from lite_transformer_tf.data.config import DataSection
    from lite_transformer_tf.tasks.task import Task
    from lite_transformer_tf.training.config import TaskConfig

FORMAT = 2
LARGEST = 1 << 28  # bytes of a record


def configuration_digest(config: TaskConfig) -> str:
    """SHA-256 of the settings of a run."""
    return hashlib.sha256(config.to_yaml().encode()).hexdigest()


def data_digests(task: Task, settings: DataSection, directory: Path) -> dict[str, str]:
    """SHA-256 of the files of each split, as they lie on the disk."""
    found = task.locate(settings, directory)
    assert found is not None  # every case has files
    splits = {"train": found.train, "valid": found.valid, "test": found.test}
    return {name: corpus.digest() for name, corpus in splits.items() if corpus is not None}


def weights_digest(run: Path) -> str:
    """SHA-256 of the weights of a finished run."""
    files = read_description(run / "model").files
    assert files is not None  # this version writes them
    return files[WEIGHTS_FILE].sha256


def read_record(path: Path, config: TaskConfig, run: Path) -> dict[str, Any] | None:
    """The record of a run.

    Args:
        path: Its file.
        config: Configuration of the run.
        run: The run directory, which may be missing.

    Returns:
        The record; `None` where there is none, or where it is of another format, configuration or model.

    Raises:
        SettingsError: The record, or the model of the run, is damaged.
    """
    if not path.is_file():
        return None
    found = read_object(path, "The record of a run", {"format": int, "configuration": str}, largest=LARGEST)
    if (found["format"], found["configuration"]) != (FORMAT, configuration_digest(config)):
        return None
    if "diverged" not in found and (run / "model").is_dir() and found.get("weights") != weights_digest(run):
        return None
    return found


def write_record(path: Path, config: TaskConfig, data: dict[str, str], figures: dict[str, Any]) -> None:
    """Writes the record of a run: figures, or `{"diverged": message}`.

    Args:
        path: Its file.
        config: Configuration of the run.
        data: SHA-256 of the files of its data, by their names.
        figures: What was measured.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made_from = {"format": FORMAT, "configuration": configuration_digest(config), "data": data}
    atomic_write_json(path, {**made_from, **figures})


def check_data(record: dict[str, Any], path: Path, data: dict[str, str]) -> None:
    """Raises `Failure` if a record was made from other data than these."""
    if record["data"] != data:
        differ = sorted(name for name in {*record["data"], *data} if record["data"].get(name) != data.get(name))
        raise Failure(f"A record must be of the data that are given. Received: {path}, where {differ} differ")
