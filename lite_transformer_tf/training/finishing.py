"""The end of a run: the best weights are chosen, the model is saved and tested."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.models.saving import load_weights
from lite_transformer_tf.training.averaging import average_snapshots
from lite_transformer_tf.training.config import TaskConfig
from lite_transformer_tf.training.loop import TrainingLoop
from lite_transformer_tf.training.score import Score
from lite_transformer_tf.training.task import M, Task


def choose_weights(task: Task[M], model: M, loop: TrainingLoop) -> dict[str, Any]:
    """Puts the best of the candidates into the model: the average of the snapshots, the last, the best single one.

    Args:
        task: Judges them.
        model: With the last weights.
        loop: The finished loop.

    Returns:
        What was compared: `chosen`, its `validation`, and all `candidates`.
    """
    progress, scored = loop.progress, loop.settings.validation.scores
    candidates: dict[str, Callable[[], dict[str, np.ndarray]]] = {}
    if len(progress.snapshots) > 1:
        paths = [loop.snapshot(update) for update in progress.snapshots]
        candidates[f"average of {len(paths)}"] = lambda: average_snapshots(paths)
    best_update = progress.best_update
    if best_update != progress.update:
        last = model.named_weights()
        candidates[f"last, update {progress.update}"] = lambda: last
    if best_update is not None:
        candidates[f"best, update {best_update}"] = lambda: load_weights(loop.snapshot(best_update))
    compared: dict[str, dict[str, Any]] = {}
    for name, weights in candidates.items():
        model.assign_named_weights(weights())
        compared[name] = task.validate(model, decode=scored, final=True)
    chosen = _choose(compared, loop.score)
    model.assign_named_weights(candidates[chosen]())
    return {"chosen": chosen, "validation": compared[chosen], "candidates": compared}


def _choose(compared: dict[str, dict[str, Any]], score: Score) -> str:
    """The name of the best candidate; of those that are as good, see `Score.as_good`, the first.

    Args:
        compared: Figures by name; what is preferred stands before the rest.
        score: What they are compared by.
    """
    best = max(compared, key=lambda name: _rank(compared[name], score))
    rank = score.rank(compared[best])
    return next(name for name, figures in compared.items() if name == best or score.as_good(figures, rank))


def _rank(figures: dict[str, Any], score: Score) -> tuple[float, float]:
    """Rank, then likelihood; what is not finite comes last."""
    rank, likelihood = (
        value if math.isfinite(value) else -math.inf for value in (score.rank(figures), -float(figures["nll"]))
    )
    return rank, likelihood


def finish_run(task: Task[M], model: M, loop: TrainingLoop, config: TaskConfig, directory: Path) -> dict[str, Any]:
    """Chooses, tests and saves the finished model; returns the figures of the report."""
    progress = loop.progress
    choice = choose_weights(task, model, loop)
    loop.display.line(f"model: {choice['chosen']}, validation {_short(choice['validation'])}")
    test = task.test(model, directory)
    if test:
        loop.display.line(f"test: {_short(test)}")
    task.save(model, directory / "model", test)
    parameters = sum(int(value.size) for value in model.named_weights().values())
    return {
        "task": task.name,
        "model": {"parameters": parameters, **choice},
        "training": {
            "epochs": progress.epoch,
            "updates": progress.update,
            "target_tokens": progress.tokens,
            "seconds": round(progress.seconds, 1),
            "tokens_per_second": round(progress.tokens / max(progress.seconds, 1e-9), 1),
            "stopped_early": progress.stopped_early,
        },
        "test": test,
        "data": task.describe(),
        "config": config.to_dict(),
    }


def _short(figures: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if isinstance(value, float))
