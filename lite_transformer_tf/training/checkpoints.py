"""Checkpoints of a run: weights, optimizer and `Progress` in one, so that they can never disagree.

TensorFlow writes a checkpoint's files; state.json, see `checkpoint_files`, names it last, with their hashes. A process
killed at any moment leaves the one before in place. A damaged checkpoint is moved aside, and the run resumes from the
newest whole one. Runs of earlier versions have no state.json: their checkpoints are read from end to end instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.files import OutputError, remove_leftovers, sync_directory, sync_file
from lite_transformer_tf.model_directory import ModelDirectoryError, load_weights
from lite_transformer_tf.training.averaging import snapshot_path
from lite_transformer_tf.training.checkpoint_files import (
    LISTED_BEFORE,
    STATE_NAME,
    CheckpointError,
    CheckpointState,
    Facts,
    StoredCheckpoint,
    checkpoint_files,
    facts_of,
    fault_of,
    move_aside,
    next_name,
    number_of,
    read_state,
    unfinished,
)
from lite_transformer_tf.training.progress import Progress
from lite_transformer_tf.training.run_directory import vocabularies_of

Announce = Callable[[str], None]


class DivergedError(ArithmeticError):
    """Training has met a number that is not finite; the message names the update and the learning rate."""


class RunCheckpoints:
    """Saves and restores a run in `directory`.

    Args:
        directory: made when missing.
        model: a built Keras model.
        optimizer: with its slots made.
        keep: how many checkpoints remain.
        announce: called with a line for people when something was damaged.
        with_snapshots: whether the directory also holds the weights that the checkpoints need; a worker that only
            reads copies of the checkpoints has none.
    """

    def __init__(
        self,
        directory: Path,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        keep: int = 2,
        announce: Announce = lambda line: None,
        with_snapshots: bool = True,
    ) -> None:
        self._directory, self._keep = Path(directory), keep
        self._model, self._announce, self._with_snapshots = model, announce, with_snapshots
        self._progress = tf.Variable("", dtype=tf.string, trainable=False)
        self._checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, progress=self._progress)
        self._state = CheckpointState()
        self._known: dict[tuple[str, int, int], Facts] = {}

    def save(self, progress: Progress) -> None:
        """Writes a checkpoint of this moment, then removes the oldest and the snapshots that none needs any more.

        Raises:
            DivergedError: a weight is not finite. The checkpoints before stay as they are.
            OutputError: The disk is full, or cannot be written. The checkpoints before stay as they are.
        """
        for variable in self._model.trainable_variables:
            if not np.isfinite(variable.numpy()).all():
                raise DivergedError(f"The weight {variable.name} is not finite after update {progress.update}.")
        self._directory.mkdir(parents=True, exist_ok=True)
        files = self._write(next_name(self._directory), progress)
        needed = tuple(snapshot_path(self._directory, update).name for update in progress.needed_snapshots)
        entry = StoredCheckpoint(
            files[0].name.split(".")[0], progress.update, {path.name: facts_of(path) for path in files}, needed
        )
        kept = (*self._state.checkpoints, entry)[-self._keep :]
        before, self._state = self._state, self._new_state(kept)
        self._state.write(self._directory)
        self._remove_old(before)

    def _write(self, name: str, progress: Progress) -> list[Path]:
        """Writes the files of a checkpoint, down to the disk."""
        self._progress.assign(progress.to_json())
        prefix = self._directory / name
        try:
            self._checkpoint.write(str(prefix))
            files = checkpoint_files(self._directory)[name]
            for path in files:
                sync_file(path)
        except (tf.errors.OpError, OSError) as error:
            self._remove(checkpoint_files(self._directory).get(name, []))
            self._remove([folder for folder in unfinished(self._directory) if folder.name.startswith(f"{name}_")])
            rule = "A checkpoint needs a disk that has space and can be written; the same command resumes the run"
            raise OutputError(f"{rule}. Received: {str(prefix)!r} ({_short(error)})") from error
        sync_directory(self._directory)
        return files

    def _new_state(self, kept: tuple[StoredCheckpoint, ...]) -> CheckpointState:
        names = dict.fromkeys(name for entry in kept for name in entry.snapshots)
        snapshots = {name: self._facts(self._directory / name) for name in names if (self._directory / name).is_file()}
        return CheckpointState(kept, snapshots, vocabularies_of(self._directory.parent))

    def _facts(self, path: Path) -> Facts:
        """Facts of a file, computed once as long as it is not written anew."""
        status = path.stat()
        key = path.name, status.st_mtime_ns, status.st_size
        if key not in self._known:
            self._known[key] = facts_of(path)
        return self._known[key]

    def _remove_old(self, before: CheckpointState) -> None:
        """Removes what state.json no longer names, and the list of earlier versions."""
        kept = {entry.name for entry in self._state.checkpoints}
        gone = [name for entry in before.checkpoints if entry.name not in kept for name in entry.files]
        self._remove([self._directory / name for name in (*gone, LISTED_BEFORE)])
        if self._with_snapshots:
            weights = self._directory.glob("weights-*.npz")
            self._remove([path for path in weights if path.name not in self._state.snapshots])

    @staticmethod
    def _remove(paths: list[Path]) -> None:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def restore(self) -> Progress | None:
        """Puts the newest whole checkpoint into model and optimizer.

        Returns:
            Its `Progress`; `None` when there is none.

        Raises:
            CheckpointError: There are checkpoints, but all are damaged, or the vocabularies are no longer the run's.
            ValueError: The checkpoint belongs to another model.
        """
        remove_leftovers(self._directory)
        state, found = read_state(self._directory), checkpoint_files(self._directory)
        if state is None and (self._directory / STATE_NAME).exists():
            self._announce(f"{self._directory / STATE_NAME} is damaged; the checkpoints are read from end to end")
        listed = {entry.name: entry for entry in reversed(state.checkpoints)} if state else {}
        faults: dict[str, str] = {}
        for name in (*listed, *(name for name in found if name not in listed)):
            fault = listed[name].fault(self._directory) if name in listed else self._fault(name)
            if fault is None:
                return self._resume(name, state, found, faults)
            faults[name] = fault
        if faults or state is not None or (self._directory / LISTED_BEFORE).is_file():
            rule = "A run resumes from a whole checkpoint; copy one back, or train in a new --output"
            received = "; ".join(f"{name}: {fault}" for name, fault in faults.items()) or "none of those that it lists"
            raise CheckpointError(f"{rule}. Received: {str(self._directory)!r} ({received})")
        return None

    def _fault(self, name: str) -> str | None:
        """What is wrong with a checkpoint that state.json does not name: every tensor is read, with its checksum."""
        try:
            reader = tf.train.load_checkpoint(str(self._directory / name))
            for tensor in reader.get_variable_to_shape_map():
                reader.get_tensor(tensor)
        except Exception as error:  # damaged files raise a dozen types of errors
            return _short(error)
        return None

    def _resume(
        self, name: str, state: CheckpointState | None, found: Mapping[str, list[Path]], faults: Mapping[str, str]
    ) -> Progress:
        """Restores a whole checkpoint, and puts the directory in order."""
        self._require_vocabularies(state)
        latest = str(self._directory / name)
        try:
            self._checkpoint.read(latest).assert_existing_objects_matched()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            raise ValueError(f"The checkpoint does not fit this model ({error}). Received: {latest!r}") from error
        progress = Progress.from_json(self._progress.numpy().decode("utf-8"))
        for other, fault in faults.items():
            self._announce(f"{self._directory / other} is damaged ({fault}); it is moved aside as damaged-{other}")
            move_aside(found.get(other, []))
        lost = self._lost_snapshots(progress, state)
        progress.forget_snapshots(lost)
        self._state = self._kept(name, state, found, progress)
        leftover = state is not None and not faults
        old = [path for other, paths in found.items() if leftover and other not in self._names() for path in paths]
        self._remove([*old, *unfinished(self._directory)])
        return progress

    def _names(self) -> set[str]:
        return {entry.name for entry in self._state.checkpoints}

    def _require_vocabularies(self, state: CheckpointState | None) -> None:
        present, expected = vocabularies_of(self._directory.parent), state.vocabularies if state else {}
        changed = [name for name, digest in expected.items() if present.get(name) != digest]
        if changed:
            rule = "A run resumes with the vocabularies that it began with; copy them back, or train in a new --output"
            raise CheckpointError(f"{rule}. Received: {str(self._directory.parent)!r}, where {changed} changed")

    def _kept(
        self, name: str, state: CheckpointState | None, found: Mapping[str, list[Path]], progress: Progress
    ) -> CheckpointState:
        """The checkpoint and whole older ones, as state.json names them from the next save on."""
        listed = {entry.name: entry for entry in state.checkpoints} if state else {}
        needed = tuple(snapshot_path(self._directory, update).name for update in progress.needed_snapshots)
        entries = []
        for other in [other for other in found if number_of(other) <= number_of(name)][: self._keep]:
            if other in listed:
                entries.append(listed[other])
            elif other == name or self._fault(other) is None:
                facts = {path.name: facts_of(path) for path in found[other]}
                entries.append(StoredCheckpoint(other, progress.update if other == name else 0, facts, needed))
        return CheckpointState(tuple(reversed(entries)), state.snapshots if state else {})

    def _lost_snapshots(self, progress: Progress, state: CheckpointState | None) -> list[int]:
        """The updates of the weights that the run needs and that are missing or damaged; those are moved aside."""
        lost = []
        for update in progress.needed_snapshots if self._with_snapshots else ():
            path = snapshot_path(self._directory, update)
            facts = state.snapshots.get(path.name) if state else None
            fault = fault_of(path, facts) if facts else _unreadable(path)
            if fault is not None:
                self._announce(f"{path} cannot be used ({fault}); the finished model is chosen without it")
                move_aside([path])
                lost.append(update)
        return lost


def _unreadable(path: Path) -> str | None:
    """What is wrong with a file of weights that state.json does not name."""
    try:
        load_weights(path)
    except ModelDirectoryError as error:
        return _short(error)
    return None


def _short(error: BaseException) -> str:
    """The first line of an error, which of TensorFlow's may be long."""
    return (str(error).split("\n")[0] or type(error).__name__)[:200]
