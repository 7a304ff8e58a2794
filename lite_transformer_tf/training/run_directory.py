"""The directory of a run: whose it is, and what refuses to resume it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.report import REPORT_NAME
from lite_transformer_tf.settings import SettingsError, StoredConfig, differences, from_mapping, read_yaml, to_mapping
from lite_transformer_tf.settings.shapes import is_section

C = TypeVar("C", bound=StoredConfig)
LOCK_NAME, CONFIG_NAME, DATA_NAME = ".lock", "config.yaml", "data.json"
CHECKPOINTS_NAME = "checkpoints"
VOCABULARIES = ("*.model", "vocabulary.txt")
CHOSEN = {
    "data": {"tokens_per_batch": {}, "batch_size": {}},
    "training": {"epochs": {}, "schedule": {"warmup_steps": {}}, "validation": {"every": {}, "score_every": {}}},
}
"""Settings that follow from the data when they are null: a run keeps the numbers that it began with."""
LEFTOVERS = (CHECKPOINTS_NAME, "tensorboard", "log.jsonl", "run.png")


def refuse_foreign(directory: Path) -> None:
    """Raises `SettingsError` when a directory is neither new nor empty nor a run."""
    if not directory.is_dir() or (directory / CONFIG_NAME).is_file():
        return
    others = sorted(entry.name for entry in directory.iterdir() if entry.name not in (LOCK_NAME, DATA_NAME))
    if others:
        raise SettingsError(
            "The output must be a new or empty directory, or a run. "
            f"Received: {str(directory)!r}, which holds {others[:5]}"
        )


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keeps a second process out of the run; the lock vanishes with the process, however it ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK_NAME).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SettingsError(
                "Only one process may train in a run's directory. "
                f"Received: {str(directory)!r}, which another one is using"
            ) from error
        yield


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
    """Whether a run has a checkpoint, or is finished."""
    return (directory / CHECKPOINTS_NAME / "checkpoint").is_file() or (directory / REPORT_NAME).is_file()


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
    stored = json.loads((directory / DATA_NAME).read_text(encoding="utf-8"))
    for name, value in fingerprint.items():
        if name in stored and is_section(type(value)):
            plain = json.loads(stored[name]) if isinstance(stored[name], str) else stored[name]
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
    """Removes what an attempt left that failed before its first checkpoint."""
    for name in LEFTOVERS:
        path = directory / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not keep_vocabularies:
        for pattern in VOCABULARIES:
            for path in directory.glob(pattern):
                path.unlink()
