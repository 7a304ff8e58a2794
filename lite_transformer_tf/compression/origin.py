"""What a chain of compression steps begins with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lite_transformer_tf.data.plain_text import TextSplits
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.training.config import TaskConfig

Splits = TranslationSplits | TextSplits


@dataclass(frozen=True)
class Origin:
    """A trained model, and how it was trained.

    Args:
        task, config, data: Of the run that trained it, see `tasks.registry`.
        model: Its directory.
    """

    task: str
    config: TaskConfig
    data: Splits
    model: Path
