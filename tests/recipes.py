"""The recipes of the package, each with the configuration that it is for."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.settings.yaml_text import parse_yaml
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
from lite_transformer_tf.training.config import RunConfig, TaskConfig

PATHS = sorted(Path("train/configs").glob("*.yaml"))


def kind_of(path: Path) -> type[TaskConfig]:
    """The class of a recipe: translations name a target language, language models how they are evaluated."""
    data = parse_yaml(path.read_text())
    if "evaluation" in data:
        return LanguageModelRunConfig
    return RunConfig if len(data["data"].get("target", "")) == 2 else SummarizationConfig
