"""A model directory: everything that translating needs, in plain files.

config.json     format version, task, model configuration
weights.npz     arrays by their stable names (`LiteTransformer.named_weights`), float32
*.model         the SentencePiece vocabularies
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.files import PathLike, atomic_directory, atomic_file, atomic_write_json
from lite_transformer_tf.models.lite_transformer import LiteTransformer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

FORMAT = 1
TASK = "translation"
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "weights.npz"


class ModelDirectoryError(ValueError):
    """A directory does not hold a model that this version can read."""


def save_weights(weights: Mapping[str, np.ndarray], path: PathLike) -> None:
    """Writes named arrays as .npz, whole or not at all."""
    with atomic_file(path) as stream:
        np.savez(stream, **weights)


def load_weights(path: PathLike) -> dict[str, np.ndarray]:
    """Reads named arrays. Nothing is unpickled.

    Raises:
        ModelDirectoryError: the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise ModelDirectoryError(f"Weights must be an undamaged .npz file of plain arrays. Received: {str(path)!r} ({error})") from error


def save_model(model: LiteTransformer, vocabularies: VocabularyPair, directory: PathLike, *, overwrite: bool = True) -> None:
    """Writes a model directory, whole or not at all; one that is there is replaced.

    Args:
        model: the model.
        vocabularies: their sizes must be the model's.
        directory: where to.
        overwrite: `False` refuses to replace a model.

    Raises:
        ValueError: the vocabularies do not fit the model.
        FileExistsError: the directory holds something else than a model.
    """
    sizes = (model.config.source_vocabulary_size, model.config.target_vocabulary_size)
    if tuple(vocabularies.sizes) != sizes:
        raise ValueError(f"Vocabulary sizes must be the model's {sizes}. Received: {tuple(vocabularies.sizes)}")
    with atomic_directory(directory, overwrite=overwrite, marker=CONFIG_FILE) as folder:
        atomic_write_json(folder / CONFIG_FILE, {"format": FORMAT, "task": TASK, "model": model.config.to_dict()})
        save_weights(model.named_weights(), folder / WEIGHTS_FILE)
        vocabularies.save(folder)


def load_config(directory: PathLike) -> LiteTransformerConfig:
    """Reads the configuration of a model directory.

    Raises:
        ModelDirectoryError: there is none, or of another format.
    """
    path = Path(directory) / CONFIG_FILE
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelDirectoryError(f"A model directory must hold {CONFIG_FILE}. Received: {str(directory)!r} ({error})") from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT or stored.get("task") != TASK:
        kind = {key: stored.get(key) for key in ("format", "task")} if isinstance(stored, dict) else stored
        raise ModelDirectoryError(f"{CONFIG_FILE} must say format {FORMAT} and task {TASK!r}. Received: {kind!r} in {str(directory)!r}")
    return LiteTransformerConfig.from_dict(stored["model"])


def load_model(directory: PathLike) -> tuple[LiteTransformer, VocabularyPair]:
    """Reads a model directory.

    Returns:
        the model with its weights, and its vocabularies.

    Raises:
        ModelDirectoryError: it is not one, or damaged.
    """
    from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

    model = LiteTransformer(load_config(directory))
    model.assign_named_weights(load_weights(Path(directory) / WEIGHTS_FILE))
    return model, VocabularyPair.load(directory)
