"""The one reader of config.json: where a model lies, and what it is. Nothing here needs TensorFlow.

`models.saving` writes the file, and reads what lies beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import ModelConfig
from lite_transformer_tf.files import PathLike

CONFIG_FILE = "config.json"
FORMAT = 1


class ModelDirectoryError(ValueError):
    """A directory holds no model that this version can read."""


@dataclass(frozen=True)
class ModelDescription:
    """What config.json says.

    Args:
        task: Name of the task that the model was trained for.
        settings: Settings of the task that were saved with the model, such as `max_source_tokens`.
        config: Configuration of the model.
    """

    task: str
    settings: Mapping[str, Any]
    config: ModelConfig

    def to_dict(self) -> dict[str, Any]:
        """The content of config.json."""
        model = self.config.to_dict()
        return {"format": FORMAT, "task": self.task, "settings": dict(self.settings), "model": model}


def model_directory(path: PathLike) -> Path | None:
    """`path` when it is a model directory, the `model/` of a finished run, or `None` when it is neither."""
    for folder in (Path(path), Path(path) / "model"):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return None


def config_from_dict(data: object) -> ModelConfig:
    """The configuration of an encoder-decoder or of a language model, from what its `to_dict` gave.

    Raises:
        ValueError: A setting is wrong, missing or unknown.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"A model configuration must be an object. Received: {data!r}")
    kind = LiteTransformerConfig if "encoder" in data else LanguageModelConfig
    try:
        return kind.from_dict(data)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"A model configuration must be whole. Received: {error!r}") from error


def read_description(directory: PathLike) -> ModelDescription:
    """Reads config.json of a model directory.

    Raises:
        ModelDirectoryError: It is missing, damaged, or of another format.
    """
    try:
        return _read(Path(directory))
    except RecursionError as error:
        received = f"{str(directory)!r}, whose {CONFIG_FILE} is nested too deeply"
        raise ModelDirectoryError(f"A model directory must hold {CONFIG_FILE}. Received: {received}") from error


def _read(directory: Path) -> ModelDescription:
    try:
        stored = json.loads((directory / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        received = f"{str(directory)!r} ({error})"
        raise ModelDirectoryError(f"A model directory must hold {CONFIG_FILE}. Received: {received}") from error
    where = f"in {str(directory)!r}"
    if not isinstance(stored, dict) or stored.get("format") != FORMAT or not _is_name(stored.get("task")):
        kind = {key: stored.get(key) for key in ("format", "task")} if isinstance(stored, dict) else stored
        rule = f"{CONFIG_FILE} must say format {FORMAT} and the name of a task"
        raise ModelDirectoryError(f"{rule}. Received: {kind!r} {where}")
    settings = stored.get("settings", {})
    if not isinstance(settings, dict):
        raise ModelDirectoryError(f"The settings in {CONFIG_FILE} must be an object. Received: {settings!r} {where}")
    longest = settings.get("max_source_tokens")
    if longest is not None and (type(longest) is not int or longest < 1):
        rule = f"max_source_tokens in {CONFIG_FILE} must be a positive whole number"
        raise ModelDirectoryError(f"{rule}. Received: {longest!r} {where}")
    try:
        return ModelDescription(stored["task"], settings, config_from_dict(stored.get("model")))
    except ValueError as error:
        rule = f"{CONFIG_FILE} must hold a model configuration"
        raise ModelDirectoryError(f"{rule}. Received: {str(directory)!r} ({error})") from error


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)
