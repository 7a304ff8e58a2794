"""What a chain of compression steps begins with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A trained model, and how it was trained.

    Args:
        task, config, data: of the run that trained it, see `training.tasks`.
        model: its directory.
    """

    task: str
    config: Any
    data: Any
    model: Path
