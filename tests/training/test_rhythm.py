"""When a loop validates, scores and stops, for every combination of its settings; a model can be chosen in the end."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training import loop as loop_module
from lite_transformer_tf.training.config import TrainingConfig, ValidationConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.finishing import choose_weights
from lite_transformer_tf.training.loop import TrainingLoop

EPOCHS, STEPS = 12, 2
SCORES = {1: 1.0, 2: 5.0, 3: 4.0, 4: 6.0}  # of validations by epoch; later ones are worse


class Data:
    steps_per_epoch = STEPS

    def dataset(self, epoch: int, skip: int = 0) -> tf.data.Dataset:
        return tf.data.Dataset.range(skip, STEPS)


class Model(tf.Module):
    """One weight, which says in which epoch it was trained; `fit` trains nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = tf.Variable(0.0)
        self.optimizer = keras.optimizers.SGD()
        self.loop: Any = None

    def fit(self, dataset: tf.data.Dataset, **arguments: Any) -> None:
        progress = self.loop.progress
        progress.batch, progress.update = STEPS, progress.update + STEPS
        self.weight.assign(float(progress.epoch + 1))

    def named_weights(self) -> dict[str, np.ndarray]:
        return {"weight": self.weight.numpy()}

    def assign_named_weights(self, weights: dict[str, np.ndarray]) -> None:
        self.weight.assign(weights["weight"])


class Watch:
    """Validates by the table, and remembers (epoch, decoded)."""

    def __init__(self, model: Model, scores: dict[int, float]) -> None:
        self.model, self.scores, self.calls = model, scores, []  # type: ignore[var-annotated]

    def __call__(self, decode: bool) -> dict[str, Any]:
        epoch = int(self.model.weight.numpy())
        self.calls.append((epoch, decode))
        score = self.scores.get(epoch, 0.0)
        return {"nll": -score, **({"bleu": score} if decode else {})}


def run(directory: Path, settings: TrainingConfig, scores: dict[int, float] = SCORES) -> tuple[TrainingLoop, Watch]:
    model = Model()
    watch = Watch(model, scores)
    loop = TrainingLoop(model, Data(), watch, settings, directory, Display(EPOCHS, quiet=True))
    model.loop = loop
    loop.run()
    return loop, watch


def expected(validation: ValidationConfig) -> tuple[list[tuple[int, bool]], int, int, bool]:
    """Validations, the epoch of the best score, the last epoch, and whether that is early: the rules in plain words."""
    calls, best, waited = [], 0, 0
    for epoch in range(1, EPOCHS + 1):
        last = epoch == EPOCHS
        if epoch % validation.every and not last:
            continue
        decoded = validation.scores and (epoch % validation.score_every == 0 or last)
        calls.append((epoch, decoded))
        if decoded or not validation.scores:
            better = not best or SCORES.get(epoch, 0.0) > SCORES.get(best, 0.0)
            best, waited = (epoch, 0) if better else (best, waited + 1)
            if validation.patience is not None and waited >= validation.patience and not last:
                return calls, best, epoch, True
    return calls, best, EPOCHS, False


TABLE = list(product((1, 2, 3), (1, 2), (None, 1, 2, 3), (0, 2), (True, False)))


@pytest.mark.parametrize("every, factor, patience, average, scores", TABLE)
def test_every_rhythm(every, factor, patience, average, scores, tmp_path, monkeypatch):
    monkeypatch.setattr(loop_module, "draw_run", lambda *arguments: None)
    validation = ValidationConfig(every=every, score_every=every * factor, patience=patience, scores=scores)
    loop, watch = run(tmp_path, TrainingConfig(epochs=EPOCHS, validation=validation, average=average))
    calls, best, last, early = expected(validation)
    progress = loop.progress
    assert watch.calls == calls
    assert (progress.epoch, progress.stopped_early, progress.finished) == (last, early, True)
    assert progress.best_update == STEPS * best
    task = SimpleNamespace(validate=lambda model, decode, final: Watch(model, SCORES)(decode))
    choice = choose_weights(task, loop.model, loop)
    names = [*([f"last, update {STEPS * last}"] if last > best else []), f"best, update {STEPS * best}"]
    assert [name for name in choice["candidates"] if "average" not in name] == names
    assert len(choice["candidates"]) == len(names) + (average > 1)


def test_patience_counts_validations_from_the_first_score_on(tmp_path):
    """The command of the issue: it stopped before the first validation, and could never be finished."""
    validation = ValidationConfig(every=3, score_every=3, patience=2)
    loop, watch = run(tmp_path, TrainingConfig(epochs=EPOCHS, validation=validation, average=0))
    assert watch.calls == [(3, True), (6, True), (9, True)] and loop.progress.stopped_early
    assert loop.progress.best_update == 3 * STEPS


def test_the_message_counts_validations(tmp_path, capsys):
    model = Model()
    validation = ValidationConfig(every=2, score_every=2, patience=1)
    settings = TrainingConfig(epochs=EPOCHS, validation=validation, average=0)
    model.loop = TrainingLoop(model, Data(), Watch(model, {2: 1.0}), settings, tmp_path, Display(EPOCHS))
    model.loop.run()
    assert "no better model in 1 validations: stopped early" in capsys.readouterr().err


def test_scores_that_are_not_finite_leave_the_last_weights(tmp_path):
    validation = ValidationConfig(patience=1)
    loop, _ = run(tmp_path, TrainingConfig(epochs=3, validation=validation, average=0), dict.fromkeys(range(9), np.nan))
    assert loop.progress.finished and loop.progress.best_update == loop.progress.update
    assert loop.snapshot(loop.progress.update).is_file()


def test_a_stop_during_the_validation_keeps_the_epoch(tmp_path):
    model = Model()

    def validate(decode: bool) -> dict[str, Any]:
        model.loop.stop.requested = True
        return {"nll": 1.0, "bleu": 1.0}

    settings = TrainingConfig(epochs=EPOCHS, average=0)
    model.loop = TrainingLoop(model, Data(), validate, settings, tmp_path, Display(EPOCHS, quiet=True))
    progress = model.loop.run()
    assert (progress.epoch, progress.batch, progress.finished) == (1, 0, False)
    again = TrainingLoop(Model(), Data(), validate, settings, tmp_path, Display(EPOCHS, quiet=True))
    assert again.resumed and (again.progress.epoch, again.progress.best_update) == (1, STEPS)


def test_while_the_score_is_noise_the_latest_of_like_likelihood_is_the_best(tmp_path):
    """Within a tenth of the lowest; what comes after is worse, and no improvement for the patience."""
    nll = {1: 4.0, 2: 3.0, 3: 3.2, 4: 3.3, 5: 3.31, 6: 3.9}
    model = Model()

    def validate(decode: bool) -> dict[str, Any]:
        return {"nll": nll[int(model.weight.numpy())], "bleu": 1.0}

    settings = TrainingConfig(epochs=6, average=0, validation=ValidationConfig(patience=4))
    loop = model.loop = TrainingLoop(model, Data(), validate, settings, tmp_path, Display(quiet=True))
    progress = loop.run()
    assert (progress.best_score, progress.best_update) == (-3.0, 4 * STEPS)
    assert progress.without_improvement == 4 and loop.snapshot(4 * STEPS).is_file()
