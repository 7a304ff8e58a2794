"""The Keras callback that watches each batch: progress, log, checkpoints, snapshots, numbers that are not finite."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, Protocol

import tf_keras as keras

from lite_transformer_tf.training.checkpoints import DivergedError
from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.optimizer import learning_rate_at
from lite_transformer_tf.training.progress import Progress
from lite_transformer_tf.training.signals import StopRequest
from lite_transformer_tf.training.updates import UpdateCounter


class Loop(Protocol):
    """What `BatchWatch` needs of the training loop."""

    model: keras.Model
    progress: Progress
    settings: TrainingConfig
    display: Display
    stop: StopRequest

    def end_interval(self) -> None: ...

    def stops_here(self) -> bool: ...

    def take_snapshot(self) -> None: ...

    def save_checkpoint(self) -> None: ...


def callback_list(
    model: keras.Model, callbacks: Sequence[keras.callbacks.Callback], epochs: int, steps: int
) -> keras.callbacks.CallbackList:
    """The callbacks of one `model.fit`, without Keras' warnings that a checkpoint takes longer than a batch.

    Args:
        model: The model.
        callbacks: In the order in which they run.
        epochs, steps: Parameters that Keras tells the callbacks.
    """
    listed = keras.callbacks.CallbackList(
        list(callbacks), add_history=True, model=model, verbose=0, epochs=epochs, steps=steps
    )
    listed._check_timing = False
    return listed


class BatchWatch(keras.callbacks.Callback):
    """Updates the loop's `Progress` after every batch of `model.fit`.

    Checkpoints and snapshots are made only between updates, never within the batches of one accumulated update.
    """

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop
        self._begin = 0.0
        self._counter = UpdateCounter(loop.model.optimizer)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.model.reset_metrics()  # so that the logs are this batch's, not a running mean
        self._begin = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        seconds = time.perf_counter() - self._begin
        loop, progress, settings = self._loop, self._loop.progress, self._loop.settings
        figures = logs or {}
        loss, tokens = float(figures["loss"]), int(figures["tokens"])
        nll = float(figures.get("nll", loss))
        complete = (progress.batch + 1) % settings.accumulation_steps == 0
        rate = learning_rate_at(self.model.optimizer, self._counter.count)
        updated = self._counter.updated()
        if not math.isfinite(loss):
            raise DivergedError(
                f"The loss is {loss} at update {progress.update + 1}, epoch {progress.epoch + 1}, "
                f"with learning rate {rate:.3g}."
            )
        progress.batch += 1
        progress.update += updated
        progress.tokens += tokens
        progress.seconds += seconds
        progress.interval.add(loss, nll, tokens, seconds, updated)
        loop.display.batch(progress.update, loss, tokens, seconds, rate)
        if updated:
            self._after_update()
        if complete and loop.stops_here():
            self.model.stop_training = True
            loop.save_checkpoint()

    def _after_update(self) -> None:
        loop, progress, settings = self._loop, self._loop.progress, self._loop.settings
        if progress.update % settings.log_every == 0:
            loop.end_interval()
        if settings.snapshot_every and progress.update % settings.snapshot_every == 0:
            loop.take_snapshot()
        if settings.max_updates is not None and progress.update >= settings.max_updates:
            self.model.stop_training = True
        if progress.update % settings.checkpoint_every == 0 and not loop.stop.requested:
            loop.save_checkpoint()
