"""The loop over epochs around `model.fit`: validation, best model, early stopping, checkpoints, resuming exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tf_keras as keras

from lite_transformer_tf.models.saving import save_weights
from lite_transformer_tf.training.averaging import snapshot_path
from lite_transformer_tf.training.callbacks import BatchWatch, callback_list
from lite_transformer_tf.training.checkpoints import RunCheckpoints
from lite_transformer_tf.training.config import TrainingConfig
from lite_transformer_tf.training.display import Display, format_seconds
from lite_transformer_tf.training.distribution import Distribution
from lite_transformer_tf.training.optimizer import learning_rate_at
from lite_transformer_tf.training.picture import draw_run
from lite_transformer_tf.training.progress import Interval, Progress
from lite_transformer_tf.training.runlog import NoLog, RunLog, read_log
from lite_transformer_tf.training.score import BLEU, Score
from lite_transformer_tf.training.signals import StopRequest
from lite_transformer_tf.training.training_data import TrainingData

Validate = Callable[[bool], dict[str, Any]]
"""`validate(decode)` returns figures of the current weights: "nll", with `decode` also the score, such as "bleu"."""


class TrainingLoop:
    """Trains a compiled model in a run directory, from where that directory's checkpoints stand.

    Args:
        model: Built and compiled Keras model with `named_weights()`, whose `train_step` returns "loss", "nll" and
            "tokens".
        data: Its batches.
        validate: Measures the model.
        settings: Of the loop.
        directory: The run's directory; `checkpoints/`, `log.jsonl`, `tensorboard/` and `run.png` are written there.
        display: Shows the progress.
        title: Heading of the plots.
        score: The figure of a validation that models are compared by.
        callbacks: Further Keras callbacks of `model.fit`; they run before weights are saved.
        distribution: Devices and workers. Only the chief writes the directory; the others have one of their own, which
            they read.

    Example:
        >>> progress = TrainingLoop(model, data, validate, settings, Path("runs/de")).run()
    """

    def __init__(
        self,
        model: keras.Model,
        data: TrainingData,
        validate: Validate,
        settings: TrainingConfig,
        directory: Path,
        display: Display | None = None,
        title: str = "",
        score: Score = BLEU,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        distribution: Distribution | None = None,
    ) -> None:
        self.model, self.directory = model, Path(directory)
        self.settings = settings.fitted(data.steps_per_epoch)
        self._epochs, self._every, self._score_every = self.settings.rhythm
        self.display = display or Display()
        self.display.epochs = self._epochs
        self.stop = StopRequest()
        self._data, self._validate, self._title, self._callbacks = data, validate, title, list(callbacks)
        self.score, self.distribution = score, distribution or Distribution()
        self._writes = self.distribution.is_chief
        self._share_checkpoints()
        self._checkpoints = RunCheckpoints(
            self.directory / "checkpoints",
            model,
            model.optimizer,
            announce=self.display.warn,
            with_snapshots=self._writes,
        )
        self.progress = self._checkpoints.restore() or Progress()
        self.resumed = self.progress.update > 0
        self._saved = self._position
        size, folder = self.progress.log_size, self.directory / "tensorboard"
        log = self.directory / "log.jsonl"
        self.log: RunLog | NoLog = RunLog(log, size, folder) if self._writes else NoLog()

    def run(self) -> Progress:
        """Trains to the end, or until a stop is requested (`progress.finished` tells which).

        Raises:
            DivergedError: the loss or a weight is not finite; the last good checkpoint remains.
        """
        try:
            with self.stop:
                while not self.progress.finished and not self._agree_to_stop():
                    self._epoch()
                if self._saved != self._position:
                    self.save_checkpoint()
        finally:
            self.display.end_epoch()
            self.log.close()
        return self.progress

    def _epoch(self) -> None:
        progress, settings = self.progress, self.settings
        batches, parts = self._data.steps_per_epoch, settings.accumulation_steps
        steps = batches - batches % parts
        if steps == 0:
            raise ValueError(
                "An epoch must have at least accumulation_steps batches. "
                f"Received: {batches} batches, accumulation_steps={parts}"
            )
        left = steps * (self._epochs - progress.epoch) - progress.batch
        if settings.max_updates is not None:
            left = min(left, (settings.max_updates - progress.update) * settings.accumulation_steps)
        self.display.begin_epoch(progress.epoch, progress.batch, steps, left)
        if left > 0 and progress.batch < steps:
            begin, end, rest = progress.epoch, progress.epoch + 1, steps - progress.batch
            dataset = self.distribution.batches(self._data, begin, progress.batch, rest)
            callbacks = callback_list(self.model, [*self._callbacks, BatchWatch(self)], end, rest)
            known = None if self.distribution.strategy is None else rest  # a distributed dataset does not tell
            self.model.fit(
                dataset, initial_epoch=begin, epochs=end, verbose=0, callbacks=callbacks, steps_per_epoch=known
            )
        self.display.end_epoch()
        if not self._agree_to_stop():
            self._end_epoch()

    def stops_here(self) -> bool:
        """Whether training is to stop after this update. Several workers ask each other once per line of the log."""
        if self.distribution.workers > 1 and self.progress.update % self.settings.log_every:
            return False
        return self._agree_to_stop()

    def _agree_to_stop(self) -> bool:
        return self.distribution.agrees(self.stop.requested)

    def _share_checkpoints(self) -> None:
        """Gives the other workers the chief's checkpoints."""
        files = [path for path in (self.directory / "checkpoints").glob("*") if path.is_file()]
        self.distribution.share_files(self.directory, [path for path in files if path.suffix != ".npz"])

    def _end_epoch(self) -> None:
        progress, settings = self.progress, self.settings
        number = progress.epoch + 1
        limit = settings.max_updates is not None and progress.update >= settings.max_updates
        last = number >= self._epochs or limit
        if settings.snapshot_every is None or last:
            self.take_snapshot()
        judged = last or number % self._every == 0
        if judged:
            self._judge(number, last)
        patience = settings.validation.patience
        progress.stopped_early = not last and patience is not None and progress.without_improvement >= patience
        progress.finished = last or progress.stopped_early
        if progress.finished and not progress.has_model:  # no score is finite
            progress.best_update = progress.update
            self._save_weights()
        if progress.finished:
            self.end_interval()
        progress.epoch, progress.batch = number, 0
        self.save_checkpoint()
        if judged and self._writes:
            draw_run(read_log(self.directory / "log.jsonl"), self.directory / "run.png", self._title, self.score)
        if progress.stopped_early:
            self.display.line(f"no better model in {patience} validations: stopped early")

    def _judge(self, number: int, last: bool) -> None:
        """Validates, and keeps the weights when they are the best; a validation without a score does not count."""
        progress, settings = self.progress, self.settings.validation
        decode = settings.scores and (last or number % self._score_every == 0)
        figures = self.distribution.shared_figures(self._validate(decode and self._writes))
        self.log.write("validation", progress.update, {"epoch": number, **figures})
        better = False
        if decode or not settings.scores:
            score, best = self.score.rank(figures), progress.best_score
            better = math.isfinite(score) and (best is None or score > best)
            if better:
                progress.best_score = score
            if better or (best is not None and self.score.as_good(figures, best)):
                progress.best_update = progress.update
                self._save_weights()
            progress.without_improvement = 0 if better else progress.without_improvement + 1
        text = "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if isinstance(value, float))
        time_spent = format_seconds(progress.seconds)
        self.display.line(
            f"epoch {number}/{self._epochs}  update {progress.update}  validation: {text}"
            f"{'  (best)' if better else ''}  trained {time_spent}"
        )

    def _save_weights(self) -> None:
        if self._writes:
            save_weights(self.model.named_weights(), self.snapshot(self.progress.update))

    @property
    def _position(self) -> tuple[int, int]:
        return self.progress.epoch, self.progress.batch

    def snapshot(self, update: int) -> Path:
        """Path of the weights after that many updates."""
        return snapshot_path(self.directory / "checkpoints", update)

    def take_snapshot(self) -> None:
        """Keeps the current weights for the average, once per update."""
        if self.settings.average and self.progress.update not in self.progress.snapshots:
            self._save_weights()
            self.progress.snapshots = [*self.progress.snapshots, self.progress.update][-self.settings.average :]

    def end_interval(self) -> None:
        """Writes a line of the log about the updates since the last one, if there are any."""
        progress = self.progress
        if progress.interval.updates:
            figures = {
                "epoch": progress.epoch + 1,
                **progress.interval.figures(),
                "learning_rate": learning_rate_at(self.model.optimizer, max(0, progress.update - 1)),
                "seconds": round(progress.seconds, 3),
            }
            self.log.write("update", progress.update, figures)
            progress.interval = Interval()

    def save_checkpoint(self) -> None:
        """Saves everything as it stands, see `RunCheckpoints.save`."""
        self._saved = self._position
        if self._writes:
            self.progress.log_size = self.log.size
            self._checkpoints.save(self.progress)
