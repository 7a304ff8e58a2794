"""Where a run stands: everything but weights and optimizer that resuming exactly needs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from lite_transformer_tf.readers.json_text import parse_json


@dataclass
class Interval:
    """Sums over the updates since the last line of the log."""

    updates: int = 0
    tokens: int = 0
    loss: float = 0.0
    nll: float = 0.0
    seconds: float = 0.0

    def add(self, loss: float, nll: float, tokens: int, seconds: float, is_update: bool) -> None:
        """One batch: its mean loss and negative log-likelihood per target token, and how long it took."""
        self.updates += is_update
        self.tokens += tokens
        self.loss += loss * tokens
        self.nll += nll * tokens
        self.seconds += seconds

    def figures(self) -> dict[str, float]:
        tokens = max(self.tokens, 1)
        return {
            "loss": self.loss / tokens,
            "nll": self.nll / tokens,
            "tokens_per_second": self.tokens / max(self.seconds, 1e-9),
        }


@dataclass
class Progress:
    """The state of the loop.

    Args:
        epoch: Index of the current epoch, from 0.
        batch: Batches of it that have been used.
        update: Updates made.
        tokens: Target tokens seen.
        seconds: Time spent training.
        best_score, best_update: Of the best validation so far; higher is better.
        without_improvement: Validations since then whose score could have been better.
        snapshots: Updates of the snapshots that the average takes, oldest first.
        log_size: Bytes of the log that belong to this state.
        interval: The log's unfinished line.
        stopped_early, finished: Why and whether the loop is over.
    """

    epoch: int = 0
    batch: int = 0
    update: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best_score: float | None = None
    best_update: int | None = None
    without_improvement: int = 0
    snapshots: list[int] = field(default_factory=list)
    log_size: int = 0
    interval: Interval = field(default_factory=Interval)
    stopped_early: bool = False
    finished: bool = False

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """Inverse of `to_json`, also of earlier versions.

        They called the count `fruitless`, and could finish a run before its first score: such a run resumes.
        """
        data: dict[str, Any] = parse_json(text)
        if "fruitless" in data:
            data["without_improvement"] = data.pop("fruitless")
        progress = cls(**{**data, "interval": Interval(**data["interval"])})
        if progress.finished and not progress.has_model:
            progress.finished = progress.stopped_early = False
        if progress.best_update is None:
            progress.without_improvement = 0
        return progress

    @property
    def needed_snapshots(self) -> tuple[int, ...]:
        """Updates of the weights on the disk that the run needs: for the average, and the best."""
        best = [] if self.best_update is None else [self.best_update]
        return tuple(sorted({*self.snapshots, *best}))

    def forget_snapshots(self, updates: Collection[int]) -> None:
        """Leaves out weights that are lost. A finished run without any is judged once more."""
        self.snapshots = [update for update in self.snapshots if update not in updates]
        if self.best_update in updates:
            self.best_update = self.best_score = None
            self.without_improvement = 0
        if self.finished and not self.has_model:
            self.finished = self.stopped_early = False

    @property
    def has_model(self) -> bool:
        """Whether there are weights to choose the finished model from."""
        return self.best_update is not None or bool(self.snapshots)
