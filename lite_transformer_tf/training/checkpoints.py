"""Checkpoints of a run: weights, optimizer and `Progress` in one, so that they can never disagree.

TensorFlow writes a checkpoint's files under temporary names and names it in the file `checkpoint` last; a process
killed at any moment leaves the one before in place.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.progress import Progress


class DivergedError(ArithmeticError):
    """Training has met a number that is not finite; the message names the update and the learning rate."""


class RunCheckpoints:
    """Saves and restores a run in `directory`.

    Args:
        directory: made when missing.
        model: a built Keras model.
        optimizer: with its slots made.
        keep: how many checkpoints remain.
    """

    def __init__(
        self, directory: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer, keep: int = 2
    ) -> None:
        self._directory = Path(directory)
        self._model = model
        self._state = tf.Variable("", dtype=tf.string, trainable=False)
        self._checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, progress=self._state)
        self._manager = tf.train.CheckpointManager(self._checkpoint, str(self._directory), max_to_keep=keep)

    def save(self, progress: Progress) -> None:
        """Writes a checkpoint of this moment.

        Raises:
            DivergedError: a weight is not finite. The checkpoints before stay as they are.
        """
        for variable in self._model.trainable_variables:
            if not np.isfinite(variable.numpy()).all():
                raise DivergedError(f"The weight {variable.name} is not finite after update {progress.update}.")
        self._state.assign(progress.to_json())
        self._manager.save(checkpoint_number=None)

    def restore(self) -> Progress | None:
        """Puts the newest checkpoint into model and optimizer and returns its `Progress`; `None` when there is none.

        Raises:
            ValueError: the checkpoint belongs to another model.
        """
        latest = self._manager.latest_checkpoint
        self._clean()
        if latest is None:
            return None
        try:
            self._checkpoint.restore(latest).assert_existing_objects_matched()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            raise ValueError(f"The checkpoint does not fit this model ({error}). Received: {latest!r}") from error
        return Progress.from_json(self._state.numpy().decode("utf-8"))

    def _clean(self) -> None:
        """Removes what a killed process may have left half-written."""
        known = {Path(name).name for name in self._manager.checkpoints}
        for entry in self._directory.glob("ckpt-*"):
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name.split(".")[0] not in known:
                entry.unlink(missing_ok=True)
