"""A model directory: everything that is needed to translate, summarize or complete texts, in plain files.

config.json     format version, task, settings of the task, model configuration, sizes and hashes of the other files
weights.npz     arrays by their stable names (`named_weights`), float32
*.model         SentencePiece vocabularies; those of imported models are called *.json
vocabulary.txt  word vocabulary of a language model
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import ModelConfig
from lite_transformer_tf.files import PathLike, atomic_directory
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.model_directory import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    ModelDescription,
    ModelDirectoryError,
    load_weights,  # noqa: F401 (part of this module for its users)
    read_description,
    save_weights,
    write_description,
)
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.restoring.bundles import trainable_directory
from lite_transformer_tf.restoring.stored import stored_weights
from lite_transformer_tf.text import AnyVocabulary, VocabularyPair, load_vocabulary, save_vocabulary

Model = LiteTransformer | LanguageModel
"""A model that a task trains."""

Vocabularies = VocabularyPair | AnyVocabulary
"""The pair of vocabularies of an encoder-decoder, or the single vocabulary of a language model."""


@dataclass(frozen=True)
class ModelKind:
    """How a kind of model is built and saved.

    Args:
        build: Builds the model from its configuration.
        load_vocabularies: Reads its vocabularies from a model directory.
        task: Default task of a saved model.
    """

    build: Callable[[Any], LiteTransformer | LanguageModel]
    load_vocabularies: Callable[[PathLike, Limits], Vocabularies]
    task: str


KINDS: dict[type, ModelKind] = {
    LiteTransformerConfig: ModelKind(LiteTransformer, VocabularyPair.load, "translation"),
    LanguageModelConfig: ModelKind(LanguageModel, load_vocabulary, "language-model"),
}


def vocabulary_sizes(config: ModelConfig) -> tuple[int, ...]:
    """Vocabulary sizes of source and target, or of a language model's single vocabulary."""
    if isinstance(config, LanguageModelConfig):
        return (config.vocabulary_size,)
    return config.source_vocabulary_size, config.target_vocabulary_size


def _check_sizes(config: ModelConfig, vocabularies: Vocabularies, error: type[ValueError]) -> None:
    """Raises `error` unless the vocabularies have the model's sizes."""
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
    """Writes a model directory, completely or not at all.

    Args:
        model: Encoder-decoder or language model.
        vocabularies: Pair of vocabularies of an encoder-decoder, or the single vocabulary of a language model.
        directory: Directory to write.
        task: Name of the task that the model was trained for. Defaults to the default of the model's kind,
            "translation" or "language-model".
        settings: Settings of the task as JSON values, such as `max_source_tokens`. `load_task` returns them.
        overwrite: Whether to overwrite a model in `directory`.

    Raises:
        ValueError: The vocabularies do not match the model's sizes, or the name of the task is empty.
        FileExistsError: The directory contains something other than a model.
    """
    _check_sizes(model.config, vocabularies, ValueError)
    if task is not None and not (isinstance(task, str) and task):
        raise ValueError(f"task must be the name of a task. Received: {task!r}")
    description = ModelDescription(task or KINDS[type(model.config)].task, dict(settings or {}), model.config)
    with atomic_directory(directory, overwrite=overwrite, marker=CONFIG_FILE) as folder:
        save_weights(model.named_weights(), folder / WEIGHTS_FILE)
        if isinstance(vocabularies, VocabularyPair):
            vocabularies.save(folder)
        else:
            save_vocabulary(vocabularies, folder)
        write_description(folder, description, os.listdir(folder))


def load_task(directory: PathLike) -> tuple[str, dict[str, Any]]:
    """The task that a model was trained for, and the settings that were saved with it.

    Raises:
        ModelDirectoryError: The directory contains no model of this format.
    """
    description = read_description(directory)
    return description.task, dict(description.settings)


def load_config(directory: PathLike, task: str | None = None) -> ModelConfig:
    """Reads the configuration of a model directory.

    Args:
        directory: The model directory.
        task: Required task of the model. `None` accepts any task.

    Raises:
        ModelDirectoryError: There is no model, or it has another format or task.
    """
    return _description(directory, task, DEFAULT_LIMITS).config


def _description(directory: PathLike, task: str | None, limits: Limits) -> ModelDescription:
    description = read_description(directory, limits)
    if task not in (None, description.task):
        received = f"{description.task!r} in {str(directory)!r}"
        raise ModelDirectoryError(f"This needs a model for the task {task!r}. Received: {received}")
    return description


def load_model(
    directory: PathLike, task: str | None = None, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[LiteTransformer | LanguageModel, Any]:
    """Reads a model directory, or makes a model again from a bundle.

    The files are checked before a model is built: hashes, then names and shapes of the weights, then their values.

    Args:
        directory: The model directory, a run, a bundle, its download, or the name of a pretrained model. A path that
            exists comes first.
        task: Required task of the model. `None` accepts any task.
        limits: Bytes that its files may have. Defaults to `Limits()`.

    Returns:
        The model with its weights, and its vocabularies: `LiteTransformer` and `VocabularyPair`, or `LanguageModel` and
        a `Vocabulary` or `WordVocabulary`.

    Raises:
        ModelDirectoryError: There is no model, it is damaged, or it has another format or task.
        BundleError: A bundle is damaged, or without a configuration.
    """
    directory = trainable_directory(directory, ModelDirectoryError, limits) or directory
    description = _description(directory, task, limits)
    config, kind = description.config, KINDS[type(description.config)]
    weights = stored_weights(directory, limits, description)
    try:
        vocabularies = kind.load_vocabularies(directory, limits)
    except (ValueError, OSError) as error:
        rule = "A model directory must be complete"
        raise ModelDirectoryError(f"{rule}. Received: {str(directory)!r} ({error})") from error
    _check_sizes(config, vocabularies, ModelDirectoryError)
    model = kind.build(config)
    model.assign_named_weights(weights)
    return model, vocabularies
