"""A model directory: everything that translating, summarizing, or completing texts, needs, in plain files.

config.json     format version, task, settings of the task, model configuration
weights.npz     arrays by their stable names (`named_weights`), float32
*.model         the SentencePiece vocabularies; vocabulary.txt: the words of a language model
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_file, atomic_write_json
from lite_transformer_tf.model_directory import (
    CONFIG_FILE,
    ModelConfig,
    ModelDescription,
    ModelDirectoryError,
    read_description,
)
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.text import AnyVocabulary, VocabularyPair, load_vocabulary, save_vocabulary

WEIGHTS_FILE = "weights.npz"
Model = LiteTransformer | LanguageModel
"""A model that a task trains."""

Vocabularies = VocabularyPair | AnyVocabulary
"""The pair of an encoder-decoder, or the one vocabulary of a language model."""


@dataclass(frozen=True)
class ModelKind:
    """What differs between the kinds of models.

    Args:
        build: Makes the model from its configuration.
        load_vocabularies: Reads its vocabularies from a model directory.
        task: Task of a model that is saved without one.
    """

    build: Callable[[Any], Any]
    load_vocabularies: Callable[[PathLike], Vocabularies]
    task: str


KINDS: dict[type, ModelKind] = {
    LiteTransformerConfig: ModelKind(LiteTransformer, VocabularyPair.load, "translation"),
    LanguageModelConfig: ModelKind(LanguageModel, load_vocabulary, "language-model"),
}


def save_weights(weights: Mapping[str, np.ndarray], path: PathLike) -> None:
    """Writes named arrays as .npz, whole or not at all."""
    with atomic_file(path) as stream:
        np.savez(stream, **dict(weights))  # type: ignore[arg-type]


def load_weights(path: PathLike) -> dict[str, np.ndarray]:
    """Reads named arrays. Nothing is unpickled.

    Raises:
        ModelDirectoryError: the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:  # damaged bytes make zipfile and NumPy raise errors of a dozen kinds
        raise ModelDirectoryError(
            f"Weights must be an undamaged .npz file of plain arrays. Received: {str(path)!r} ({error})"
        ) from error


def vocabulary_sizes(config: ModelConfig) -> tuple[int, ...]:
    """Of source and target, or of the one vocabulary of a language model."""
    if isinstance(config, LanguageModelConfig):
        return (config.vocabulary_size,)
    return config.source_vocabulary_size, config.target_vocabulary_size


def _check_sizes(config: ModelConfig, vocabularies: Vocabularies, error: type[ValueError]) -> None:
    """Raises `error` unless the vocabularies have the sizes that the model needs."""
    sizes = vocabularies.sizes if isinstance(vocabularies, VocabularyPair) else (vocabularies.size,)
    expected = vocabulary_sizes(config)
    if tuple(sizes) != expected:
        raise error(f"Vocabulary sizes must be the model's {expected}. Received: {tuple(sizes)}")


def save_model(
    model: LiteTransformer | LanguageModel,
    vocabularies: Vocabularies,
    directory: PathLike,
    *,
    task: str | None = None,
    settings: Mapping[str, Any] | None = None,
    overwrite: bool = True,
) -> None:
    """Writes a model directory, whole or not at all.

    Args:
        model: An encoder-decoder or a language model.
        vocabularies: The pair of an encoder-decoder, the one vocabulary of a language model; of the model's sizes.
        directory: Where to write.
        task: Name of the task that the model is made for. Defaults to the one of the model's kind, "translation" or
            "language-model".
        settings: Settings of the task, ready for JSON, such as `max_source_tokens`; `load_task` returns them.
        overwrite: Whether a model at `directory` may be replaced.

    Raises:
        ValueError: The vocabularies do not fit the model, or the name of the task is empty.
        FileExistsError: The directory holds something other than a model.
    """
    _check_sizes(model.config, vocabularies, ValueError)
    if task is not None and not (isinstance(task, str) and task):
        raise ValueError(f"task must be the name of a task. Received: {task!r}")
    description = ModelDescription(task or KINDS[type(model.config)].task, dict(settings or {}), model.config)
    with atomic_directory(directory, overwrite=overwrite, marker=CONFIG_FILE) as folder:
        atomic_write_json(folder / CONFIG_FILE, description.to_dict())
        save_weights(model.named_weights(), folder / WEIGHTS_FILE)
        if isinstance(vocabularies, VocabularyPair):
            vocabularies.save(folder)
        else:
            save_vocabulary(vocabularies, folder)


def load_task(directory: PathLike) -> tuple[str, dict[str, Any]]:
    """What a model is made for, and the settings that were saved with it.

    Raises:
        ModelDirectoryError: The directory holds no model of this format.
    """
    description = read_description(directory)
    return description.task, dict(description.settings)


def load_config(directory: PathLike, task: str | None = None) -> ModelConfig:
    """Reads the configuration of a model directory.

    Args:
        directory: The model directory.
        task: Task that the model must be made for. None accepts any.

    Raises:
        ModelDirectoryError: There is none, or it is of another format or task.
    """
    description = read_description(directory)
    if task not in (None, description.task):
        received = f"{description.task!r} in {str(directory)!r}"
        raise ModelDirectoryError(f"The model's task must be {task!r} here. Received: {received}")
    return description.config


def load_model(directory: PathLike, task: str | None = None) -> tuple[Any, Any]:
    """Reads a model directory.

    Args:
        directory: The model directory.
        task: Task that the model must be made for. None accepts any.

    Returns:
        The model with its weights, and its vocabularies: `LiteTransformer` and `VocabularyPair`, or `LanguageModel` and
        a `Vocabulary` or `WordVocabulary`.

    Raises:
        ModelDirectoryError: It is no model directory, or is damaged, or of another task.
    """
    config = load_config(directory, task)
    kind = KINDS[type(config)]
    model = kind.build(config)
    weights = load_weights(Path(directory) / WEIGHTS_FILE)
    try:
        vocabularies = kind.load_vocabularies(directory)
        model.assign_named_weights(weights)
    except (ValueError, OSError) as error:
        raise ModelDirectoryError(f"A model directory must be whole. Received: {str(directory)!r} ({error})") from error
    _check_sizes(config, vocabularies, ModelDirectoryError)
    return model, vocabularies
