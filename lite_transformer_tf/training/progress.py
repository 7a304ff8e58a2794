"""Where a run stands: everything but weights and optimizer that a checkpoint must hold for an exact continuation."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any


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
        epoch: index of the current epoch, from 0.  batch: batches of it that have been used.
        update: updates made.  tokens: target tokens seen.  seconds: time spent training.
        best_score, best_update: of the best validation so far; higher is better.
        fruitless: validations since then.
        snapshots: updates of the snapshots that the average takes, oldest first.
        log_size: bytes of the log that belong to this state.
        interval: the log's unfinished line.
        stopped_early, finished: why and whether the loop is over.
    """

    epoch: int = 0
    batch: int = 0
    update: int = 0
    tokens: int = 0
    seconds: float = 0.0
    best_score: float | None = None
    best_update: int | None = None
    fruitless: int = 0
    snapshots: list[int] = field(default_factory=list)
    log_size: int = 0
    interval: Interval = field(default_factory=Interval)
    stopped_early: bool = False
    finished: bool = False

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Progress:
        data: dict[str, Any] = json.loads(text)
        return cls(**{**data, "interval": Interval(**data["interval"])})
