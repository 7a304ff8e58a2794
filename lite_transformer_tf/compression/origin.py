"""What a chain of compression steps begins with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Origin:
    """A trained model, and how it was trained.

    Args:
        task, config, data: Of the run that trained it, see `tasks.registry`.
        model: Its directory.
    """

    task: str
    config: Any
    data: Any
    model: Path
