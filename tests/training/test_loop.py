"""The loop with a real tiny model: resuming, accumulation, numbers that are not finite, early stopping, the log."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.data import find_splits
from lite_transformer_tf.models.saving import load_weights
from lite_transformer_tf.settings import apply_overrides
from lite_transformer_tf.tasks.translation import TRANSLATION
from lite_transformer_tf.training.checkpoints import DivergedError
from lite_transformer_tf.training.config import RunConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.loop import TrainingLoop
from lite_transformer_tf.training.precision import precision
from lite_transformer_tf.training.run import compile_model
from lite_transformer_tf.training.runlog import read_log

from .conftest import TINY


class Bench:
    """Builds loops over the toy data. They share one model, whose graphs take seconds to build; each begins with its
    initial weights and an empty optimizer, or what its checkpoints have. Two batches make an update."""

    def __init__(self, data: Path, work: Path) -> None:
        self.work = work
        self.splits = find_splits(data, "en", "de")
        config = self.config()
        self.task = TRANSLATION.make(config, self.splits)
        self.task.prepare(work)
        self.model = self.new_model(config)
        self._weights = self.model.named_weights()

    def config(self, *overrides: str) -> RunConfig:
        return RunConfig.from_dict(
            apply_overrides(TINY, ["training.validation.scores=false", "training.accumulation_steps=2", *overrides])
        )

    def new_model(self, config: RunConfig):
        keras.utils.set_random_seed(config.training.seed)
        task = TRANSLATION.make(config, self.splits)
        task.prepare(self.work)
        model = task.build_model()
        compile_model(model, config.training, task.data.steps_per_epoch)
        return model

    def loop(self, name: str, *overrides: str, validate=None, model=None, callbacks=()) -> TrainingLoop:
        for variable in (*self.model.optimizer.variables, *self.model.non_trainable_variables):
            variable.assign(tf.zeros_like(variable))
        self.model.assign_named_weights(self._weights)
        judge = validate or (lambda decode: self.task.validate(self.model, decode))
        settings = self.config(*overrides).training
        return TrainingLoop(
            model or self.model,
            self.task.data,
            judge,
            settings,
            self.work / name,
            Display(settings.epochs, quiet=True),
            callbacks=callbacks,
        )


@pytest.fixture(scope="module")
def bench(toy_data, tmp_path_factory) -> Bench:
    return Bench(toy_data, tmp_path_factory.mktemp("bench"))


def stop_at(loop: TrainingLoop, update: int) -> None:
    """Runs until that update, as a SIGTERM there would."""
    watched = loop.log.write

    def write(kind, number, figures):
        watched(kind, number, figures)
        loop.stop.requested |= number >= update

    loop.log.write = write
    loop.run()


def assert_same_weights(first, second) -> None:
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)


def figures_of(path: Path) -> list[dict]:
    """The log without what depends on the clock."""
    return [
        {key: value for key, value in record.items() if "second" not in key} for record in read_log(path / "log.jsonl")
    ]


def test_a_stopped_run_goes_on_exactly(bench):
    """Stopped in the middle of the second epoch; weights, optimizer, progress and log equal those of a straight run."""
    straight = bench.loop("straight")
    straight.run()
    weights = bench.model.named_weights()
    slots = [variable.numpy() for variable in bench.model.optimizer.variables]
    per_epoch = straight.progress.update // 2
    first = bench.loop("parts")
    stop_at(first, per_epoch + 4)
    stopped_weights = bench.model.named_weights()
    assert not first.progress.finished
    assert first.progress.epoch == 1 and 0 < first.progress.batch < 2 * per_epoch
    second = bench.loop("parts")
    assert second.resumed and second.progress.update == first.progress.update
    assert_same_weights(stopped_weights, bench.model.named_weights())
    second.run()
    assert second.progress.finished
    assert_same_weights(weights, bench.model.named_weights())
    for expected, variable in zip(slots, bench.model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(expected, variable.numpy(), err_msg=variable.name)
    assert figures_of(straight.directory) == figures_of(second.directory)
    for name in ("update", "epoch", "tokens", "snapshots", "best_score", "best_update"):
        assert getattr(second.progress, name) == getattr(straight.progress, name), name
    assert (second.directory / "run.png").read_bytes().startswith(b"\x89PNG")


class StopBehind(keras.callbacks.Callback):
    """A Ctrl-C after the last batch of an epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.loop: TrainingLoop | None = None

    def on_epoch_end(self, epoch, logs=None) -> None:
        assert self.loop is not None
        self.loop.stop.requested = True


def test_a_stop_behind_the_last_batch_of_an_epoch_loses_nothing(bench):
    """The checkpoint that the message promises is there, and validation and snapshot of the epoch follow."""
    late = StopBehind()
    first = late.loop = bench.loop("late", callbacks=[late])
    first.run()
    assert not first.progress.finished and first.progress.snapshots == []
    assert (first.progress.epoch, first.progress.batch) == (0, 2 * first.progress.update)
    weights = bench.model.named_weights()
    second = bench.loop("late")
    assert (second.progress.update, second.progress.batch) == (first.progress.update, first.progress.batch)
    assert_same_weights(weights, bench.model.named_weights())
    second.run()
    assert second.progress.finished and second.progress.snapshots == [first.progress.update, 2 * first.progress.update]
    assert figures_of(bench.work / "late") == figures_of(bench.work / "straight")


def test_updates_that_float16_skips_do_not_count(bench):
    """A scale that overflows at first: those batches train nothing, and progress, log and optimizer agree about it."""
    overrides = ("training.epochs=1", "training.accumulation_steps=1", "training.log_every=1")
    config = bench.config(*overrides, "training.precision=mixed_float16")
    with precision("mixed_float16"):
        model = bench.new_model(config)
        optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(1e-3), initial_scale=2.0**30)
        model.compile(optimizer=optimizer, loss=model.loss, towers=1)
        optimizer.build(model.trainable_variables)
        data, directory, display = bench.task.data, bench.work / "skips", Display(1, quiet=True)
        loop = TrainingLoop(model, data, lambda decode: {"nll": 1.0}, config.training, directory, display)
        progress = loop.run()
    assert 0 < progress.update == int(optimizer.iterations) < data.steps_per_epoch
    updates = [record["update"] for record in read_log(directory / "log.jsonl") if record["kind"] == "update"]
    assert updates == list(range(1, progress.update + 1))


def test_the_log_holds_per_interval_means(bench):
    """The straight run's records: losses fall, the learning rate is the schedule's, each epoch has one validation."""
    records = read_log(bench.work / "straight" / "log.jsonl")
    updates = [record for record in records if record["kind"] == "update"]
    assert [record["update"] for record in updates] == list(range(2, updates[-1]["update"] + 1, 2))
    assert updates[-1]["nll"] < updates[0]["nll"] - 0.5
    assert all(record["loss"] > 0 and record["tokens_per_second"] > 0 for record in updates)
    assert updates[1]["learning_rate"] == pytest.approx(1e-7 + 3 * (1e-2 - 1e-7) / 10), (
        "update 4 used the rate after 3 updates"
    )
    assert [record["epoch"] for record in records if record["kind"] == "validation"] == [1, 2]


def test_a_loss_that_is_not_finite_stops_the_run(bench):
    """The message names update and learning rate, and the checkpoint that remains holds finite weights."""
    loop = bench.loop("diverged")
    watched = loop.log.write

    def write(kind, update, figures):
        watched(kind, update, figures)
        if update == 6:
            bench.model.trainable_variables[0].assign(bench.model.trainable_variables[0] * np.nan)

    loop.log.write = write
    with pytest.raises(DivergedError, match=r"The loss is nan at update 7, epoch 1, with learning rate 0.006\."):
        loop.run()
    again = bench.loop("diverged")
    assert again.progress.update == 4
    assert all(np.isfinite(value).all() for value in bench.model.named_weights().values())


def test_a_weight_that_is_not_finite_is_never_saved(bench):
    loop = bench.loop("diverged")
    loop.model.trainable_variables[0].assign(loop.model.trainable_variables[0] * np.inf)
    with pytest.raises(DivergedError, match="is not finite after update 4"):
        loop.save_checkpoint()
    assert bench.loop("diverged").progress.update == 4


def test_early_stopping_and_the_best(bench):
    """BLEU that falls after the second epoch: patience 2 stops after the fourth, the best weights are the second's."""
    scores = iter([10.0, 30.0, 20.0, 25.0, 40.0])
    overrides = (
        "training.epochs=9",
        "training.validation.scores=true",
        "training.validation.patience=2",
        "training.average=1",
    )
    loop = bench.loop("early", *overrides, validate=lambda decode: {"nll": 1.0, "bleu": next(scores)})
    loop.run()
    progress = loop.progress
    assert progress.stopped_early and progress.finished and progress.epoch == 4
    assert progress.best_score == 30.0 and progress.best_update == progress.update // 2
    kept = sorted(path.name for path in (loop.directory / "checkpoints").glob("weights-*"))
    per_epoch = progress.update // 4
    needed = (progress.best_update, progress.update - per_epoch, progress.update)  # also by the checkpoint before
    assert kept == [loop.snapshot(update).name for update in needed]
    latest = load_weights(loop.snapshot(progress.update))
    np.testing.assert_array_equal(
        latest["source_embedding/table"], loop.model.named_weights()["source_embedding/table"]
    )


def test_another_model_does_not_fit_the_checkpoint(bench):
    with pytest.raises(ValueError, match="does not fit this model"):
        bench.loop("early", model=bench.new_model(bench.config("model.embed_dim=32")))


def test_max_updates_ends_within_an_epoch(bench):
    loop = bench.loop("short", "training.max_updates=3", "training.snapshot_every=2")
    progress = loop.run()
    assert progress.finished and progress.update == 3
    assert progress.snapshots == [2, 3]
    assert dataclasses.asdict(bench.loop("short", "training.max_updates=3").progress) == dataclasses.asdict(progress)
