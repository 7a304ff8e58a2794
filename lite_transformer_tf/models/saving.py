"""A model directory: everything that translating, summarizing, or completing texts, needs, in plain files.

config.json     format version, task, settings of the task, model configuration
weights.npz     arrays by their stable names (`named_weights`), float32
*.model         the SentencePiece vocabularies; vocabulary.txt: the words of a language model
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_file, atomic_write_json
from lite_transformer_tf.model_directory import CONFIG_FILE
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.text import AnyVocabulary, VocabularyPair, load_vocabulary, save_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
TASK = "translation"
SUMMARIZATION = "summarization"
LANGUAGE_MODEL = "language-model"
KINDS: dict[str, Any] = {
    TASK: LiteTransformerConfig,
    SUMMARIZATION: LiteTransformerConfig,
    LANGUAGE_MODEL: LanguageModelConfig,
}
WEIGHTS_FILE = "weights.npz"


class ModelDirectoryError(ValueError):
    """A directory does not hold a model that this version can read."""


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


def vocabulary_sizes(config: LiteTransformerConfig | LanguageModelConfig) -> tuple[int, ...]:
    """Of source and target, or of the one vocabulary of a language model."""
    if isinstance(config, LanguageModelConfig):
        return (config.vocabulary_size,)
    return config.source_vocabulary_size, config.target_vocabulary_size


def _check_sizes(
    config: LiteTransformerConfig | LanguageModelConfig,
    vocabularies: VocabularyPair | AnyVocabulary,
    error: type[ValueError],
) -> None:
    """Raises `error` unless the vocabularies are of the kind and the sizes that the model needs."""
    sizes = vocabularies.sizes if isinstance(vocabularies, VocabularyPair) else (vocabularies.size,)
    expected = vocabulary_sizes(config)
    if tuple(sizes) != expected:
        raise error(f"Vocabulary sizes must be the model's {expected}. Received: {tuple(sizes)}")


def save_model(
    model: LiteTransformer | LanguageModel,
    vocabularies: VocabularyPair | AnyVocabulary,
    directory: PathLike,
    *,
    task: str | None = None,
    settings: Mapping[str, Any] | None = None,
    overwrite: bool = True,
) -> None:
    """Writes a model directory, whole or not at all; one that is there is replaced.

    Args:
        model: an encoder-decoder or a language model.
        vocabularies: the pair of an encoder-decoder, the one vocabulary of a language model; their sizes must be the model's.
        directory: where to.
        task: what the model is made for, a key of `KINDS`; `None` means "language-model" or "translation", by the kind of the model.
        settings: of the task, ready for JSON, such as `max_source_tokens`; `load_task` gives them back.
        overwrite: `False` refuses to replace a model.

    Raises:
        ValueError: the vocabularies, or the task, do not fit the model.
        FileExistsError: the directory holds something else than a model.
    """
    _check_sizes(model.config, vocabularies, ValueError)
    task = task or (LANGUAGE_MODEL if isinstance(model, LanguageModel) else TASK)
    if not isinstance(model.config, KINDS.get(task, ())):
        raise ValueError(
            f"task must be one of {sorted(KINDS)}, and of the model's kind. Received: {task!r} for a {type(model).__name__}"
        )
    with atomic_directory(directory, overwrite=overwrite, marker=CONFIG_FILE) as folder:
        atomic_write_json(
            folder / CONFIG_FILE,
            {"format": FORMAT, "task": task, "settings": dict(settings or {}), "model": model.config.to_dict()},
        )
        save_weights(model.named_weights(), folder / WEIGHTS_FILE)
        if isinstance(vocabularies, VocabularyPair):
            vocabularies.save(folder)
        else:
            save_vocabulary(vocabularies, folder)


def _read(directory: PathLike) -> dict[str, Any]:
    """config.json, its format and task known.

    Raises:
        ModelDirectoryError: there is none, or of another format or task.
    """
    path = Path(directory) / CONFIG_FILE
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelDirectoryError(
            f"A model directory must hold {CONFIG_FILE}. Received: {str(directory)!r} ({error})"
        ) from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT or stored.get("task") not in KINDS:
        kind = {key: stored.get(key) for key in ("format", "task")} if isinstance(stored, dict) else stored
        rule = f"{CONFIG_FILE} must say format {FORMAT} and a task of {sorted(KINDS)}"
        raise ModelDirectoryError(f"{rule}. Received: {kind!r} in {str(directory)!r}")
    return stored


def load_task(directory: PathLike) -> tuple[str, dict[str, Any]]:
    """What a model is made for, and the settings that were saved with it.

    Raises:
        ModelDirectoryError: the directory holds no model of this format.
    """
    stored = _read(directory)
    settings = stored.get("settings", {})
    if not isinstance(settings, dict):
        raise ModelDirectoryError(
            f"The settings in {CONFIG_FILE} must be an object. Received: {settings!r} in {str(directory)!r}"
        )
    return stored["task"], settings


def load_config(directory: PathLike, task: str | None = None) -> LiteTransformerConfig | LanguageModelConfig:
    """Reads the configuration of a model directory.

    Args:
        directory: of the model.
        task: what the model must be made for, "translation", "summarization" or "language-model"; `None` takes any.

    Raises:
        ModelDirectoryError: there is none, or of another format or task.
    """
    stored = _read(directory)
    if task not in (None, stored["task"]):
        raise ModelDirectoryError(
            f"The model's task must be {task!r} here. Received: {stored['task']!r} in {str(directory)!r}"
        )
    try:
        return KINDS[stored["task"]].from_dict(stored["model"])
    except (ValueError, TypeError, KeyError) as error:
        raise ModelDirectoryError(
            f"{CONFIG_FILE} must hold a model configuration. Received: {str(directory)!r} ({error})"
        ) from error


def load_model(directory: PathLike, task: str | None = None) -> tuple[Any, Any]:
    """Reads a model directory.

    Args:
        directory: of the model.
        task: what the model must be made for, "translation", "summarization" or "language-model"; `None` takes any.

    Returns:
        the model with its weights, and its vocabularies: `LiteTransformer` and `VocabularyPair`, or `LanguageModel` and a `Vocabulary`
        or `WordVocabulary`.

    Raises:
        ModelDirectoryError: it is not one, or damaged, or of another task.
    """
    config = load_config(directory, task)
    model = LanguageModel(config) if isinstance(config, LanguageModelConfig) else LiteTransformer(config)
    weights = load_weights(Path(directory) / WEIGHTS_FILE)
    try:
        vocabularies = (
            load_vocabulary(directory) if isinstance(config, LanguageModelConfig) else VocabularyPair.load(directory)
        )
        model.assign_named_weights(weights)
    except (ValueError, OSError) as error:
        raise ModelDirectoryError(f"A model directory must be whole. Received: {str(directory)!r} ({error})") from error
    _check_sizes(config, vocabularies, ModelDirectoryError)
    return model, vocabularies
