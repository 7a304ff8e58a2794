"""The directory of a run: whose it is, and what refuses to resume it."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lite_transformer_tf.data.files import file_digest
from lite_transformer_tf.files import atomic_write_json, atomic_write_text, is_leftover, remove_leftovers
from lite_transformer_tf.files.errors import named
from lite_transformer_tf.model_directory import CONFIG_FILE, model_directory
from lite_transformer_tf.readers.json_text import parse_json, read_object
from lite_transformer_tf.report import REPORT_NAME
from lite_transformer_tf.settings import SettingsError, StoredConfig, differences, from_mapping, read_yaml, to_mapping
from lite_transformer_tf.settings.shapes import is_section
from lite_transformer_tf.training.checkpoint_files import has_checkpoints, unfinished

C = TypeVar("C", bound=StoredConfig)
LOCK_NAME, CONFIG_NAME, DATA_NAME = ".lock", "config.yaml", "data.json"
CHECKPOINTS_NAME = "checkpoints"
VOCABULARIES = ("*.model", "vocabulary.txt", "vocabulary.json", "source.json", "target.json")


def vocabulary_files(directory: Path) -> list[Path]:
    """The vocabulary files in a directory."""
    return [path for pattern in VOCABULARIES for path in sorted(directory.glob(pattern))]


def vocabularies_of(directory: Path) -> dict[str, str]:
    """SHA-256 of the vocabulary files in a directory, by name."""
    return {path.name: file_digest(path) for path in vocabulary_files(directory)}


CHOSEN = {
    "data": {"tokens_per_batch": {}, "batch_size": {}},
    "training": {"epochs": {}, "schedule": {"warmup_steps": {}}, "validation": {"every": {}, "score_every": {}}},
}
"""Settings that follow from the data when they are null: a run keeps the numbers that it began with."""
LEFTOVERS = (f"{CHECKPOINTS_NAME}/weights-*.npz", "tensorboard/events.*", "log.jsonl", "run.png")
"""Patterns of what a run writes before its first checkpoint, besides the vocabularies."""


def refuse_foreign(directory: Path) -> None:
    """Raises `SettingsError` when a directory is neither new nor empty nor a run."""
    if not directory.is_dir() or (directory / CONFIG_NAME).is_file():
        return
    names = [entry.name for entry in directory.iterdir()]
    begun = (LOCK_NAME, DATA_NAME)  # and what a start that was killed within its first moments leaves
    others = sorted(name for name in names if name not in begun and not is_leftover(name, CONFIG_NAME, DATA_NAME))
    if others:
        raise SettingsError(
            "The output must be a new or empty directory, or a run. "
            f"Received: {str(directory)!r}, which holds {others[:5]}"
        )


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keeps a second process out of the run; the lock vanishes with the process, however it ends.

    Raises:
        SettingsError: Another process has it.
        OutputError: The directory cannot be made or written.
    """
    with named(directory / LOCK_NAME):
        directory.mkdir(parents=True, exist_ok=True)
        stream = (directory / LOCK_NAME).open("w")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SettingsError(
                "Only one process may train in a run's directory. "
                f"Received: {str(directory)!r}, which another one is using"
            ) from error
        remove_leftovers(directory)
        yield


def finished_figures(directory: Path) -> dict[str, Any] | None:
    """The figures of a finished run; None when it has not finished. It writes nothing.

    Raises:
        SettingsError: Its report or its model is damaged or missing.
    """
    report = directory / REPORT_NAME
    if not report.is_file():
        return None
    rule = f"A finished run must have {REPORT_NAME} and its model, whole"
    again = f"remove {REPORT_NAME}, and the same command finishes the run again from its last checkpoint"
    try:
        figures = read_object(report, "The report of a run", {"training.updates": int})
    except (OSError, ValueError) as error:
        received = f"{str(report)!r}, which is damaged ({error!r})"
        raise SettingsError(f"{rule}; {again}. Received: {received}") from error
    if model_directory(directory / "model") is None:
        raise SettingsError(f"{rule}; {again}. Received: {str(directory)!r} without model/{CONFIG_FILE}")
    return figures


def as_begun(config: C, directory: Path) -> C:
    """The configuration with the numbers that the run in a directory, if there is one, has in the place of null."""
    if not has_progress(directory) or not (directory / CONFIG_NAME).is_file():
        return config
    try:
        return type(config).from_dict(_filled(config.to_dict(), _stored_config(directory, config), CHOSEN))
    except SettingsError:  # they contradict other settings, which differ too: `claim` names those
        return config


def _filled(new: Any, old: Any, chosen: Mapping[str, Any]) -> Any:
    if not chosen:
        return old if new is None else new
    both = isinstance(new, dict) and isinstance(old, dict)
    known = {name: inner for name, inner in chosen.items() if both and name in new and name in old}
    return new if not known else {**new, **{name: _filled(new[name], old[name], known[name]) for name in known}}


def claim(directory: Path, config: StoredConfig, fingerprint: Mapping[str, Any]) -> None:
    """Stores configuration and data digests in a new run, or compares them with those of the run that is there.

    A run without a checkpoint has nothing to lose: one that failed before, perhaps for its settings, is begun anew with
    others.

    Args:
        directory: Of the run.
        config: Checked settings.
        fingerprint: See `Task.fingerprint`.

    Raises:
        SettingsError: they differ, or the directory holds something else.
    """
    refuse_foreign(directory)
    new = {CONFIG_NAME: config.to_dict(), DATA_NAME: to_mapping(dict(fingerprint))}
    if (directory / CONFIG_NAME).is_file():
        old = {CONFIG_NAME: _stored_config(directory, config), DATA_NAME: _stored_data(directory, fingerprint)}
        changes = [line for name in new for line in differences(old[name], new[name], _title(name))]
        if not changes:
            return
        if has_progress(directory):
            raise SettingsError(
                "This run was started with different settings or data. "
                f"Use a new --output, or revert: {'; '.join(changes)}. Received: {str(directory)!r}"
            )
        _begin_anew(directory, keep_vocabularies=_same_text(old, new))
    atomic_write_json(directory / DATA_NAME, new[DATA_NAME])
    atomic_write_text(directory / CONFIG_NAME, config.to_yaml())


def has_progress(directory: Path) -> bool:
    """Whether a run has a checkpoint, perhaps a damaged one, or is finished."""
    return has_checkpoints(directory / CHECKPOINTS_NAME) or (directory / REPORT_NAME).is_file()


def _title(name: str) -> str:
    return "" if name == CONFIG_NAME else name


def _stored_config(directory: Path, config: StoredConfig) -> dict[str, Any]:
    """The stored configuration with the defaults of settings that have come since; as it is when it cannot be read."""
    stored = read_yaml(directory / CONFIG_NAME)
    try:
        return type(config).from_dict(type(config).upgraded(stored)).to_dict()
    except SettingsError:
        return stored


def _stored_data(directory: Path, fingerprint: Mapping[str, Any]) -> dict[str, Any]:
    """What data.json holds, sections of settings with the defaults of what has come since.

    Earlier versions stored a section as one text in JSON.
    """
    stored = read_object(directory / DATA_NAME, "What a run knows of its data")
    for name, value in fingerprint.items():
        if name in stored and is_section(type(value)):
            plain = parse_json(stored[name]) if isinstance(stored[name], str) else stored[name]
            with contextlib.suppress(SettingsError):
                plain = to_mapping(from_mapping(type(value), plain))
            stored[name] = plain
    return stored


def _same_text(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two runs have the same vocabularies."""
    parts = ("data", "vocabulary")
    same = all(old[CONFIG_NAME].get(part) == new[CONFIG_NAME].get(part) for part in parts)
    return same and old[DATA_NAME] == new[DATA_NAME]


def _begin_anew(directory: Path, keep_vocabularies: bool) -> None:
    """Removes what an attempt left that failed before its first checkpoint, and nothing else."""
    for pattern in (*LEFTOVERS, *(() if keep_vocabularies else VOCABULARIES)):
        for path in directory.glob(pattern):
            path.unlink()
    for path in unfinished(directory / CHECKPOINTS_NAME):
        shutil.rmtree(path)
    for name in (CHECKPOINTS_NAME, "tensorboard"):
        with contextlib.suppress(OSError):  # it is not there, or holds something else
            (directory / name).rmdir()
