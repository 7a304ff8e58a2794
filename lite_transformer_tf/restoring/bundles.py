"""The configuration and the weights of a bundle, as the model had them."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.bundle.card import FACTS_NAME, ModelFacts
from lite_transformer_tf.bundle.directory import read_bundle, read_bytes
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, MODEL_NAME, BundleError, Manifest
from lite_transformer_tf.config import ModelConfig
from lite_transformer_tf.files import PathLike, atomic_write_bytes, atomic_write_json, temporary_directory
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.litert.graph.unfolding import UnfoldingError, unfold
from lite_transformer_tf.model_directory import (
    WEIGHTS_FILE,
    ModelDescription,
    config_from_dict,
    model_directory,
    read_description,
    save_weights,
    write_description,
)
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.restoring.stored import stored_weights
from lite_transformer_tf.shipped.cache import made_once
from lite_transformer_tf.shipped.resolve import find_path

FORM = "1"  # of the directories that are made here; another one makes them anew
RULE = "A model must be the directory of a model, a run or a bundle, a bundle's download"


@dataclass(frozen=True)
class RestoredModel:
    """What a bundle says of its model.

    Args:
        config: Configuration of the model.
        weights: Its weights by name, float32: the integers of the file times the step of their row.
    """

    config: ModelConfig
    weights: Mapping[str, np.ndarray]


def restored_weights(manifest: Manifest, model: bytes) -> RestoredModel:
    """The configuration and the weights of a bundle.

    Args:
        manifest: Its manifest.
        model: Bytes of its model.tflite.

    Raises:
        BundleError: Its manifest has no configuration of a model, or another version wrote the graphs.
    """
    again = "export the model again with this version"
    try:
        config = config_from_dict(manifest.config)
    except ValueError as error:
        rule = "A bundle becomes a model again only with the model's configuration in its manifest"
        raise BundleError(f"{rule}; {again}. Received: {error}") from error
    try:
        return RestoredModel(config, unfold(model, config, model_count(config).shapes, manifest.buckets[0]))
    except UnfoldingError as error:
        rule = f"The weights of this {manifest.variant} bundle cannot be read back; {again}, as int4, int8 or floats"
        raise BundleError(f"{rule}. Received: {error}") from error


def restore(path: PathLike, limits: Limits = DEFAULT_LIMITS) -> RestoredModel:
    """The configuration and the weights of a bundle, or of the pretrained model of this name.

    Args:
        path: See `trainable_directory`.
        limits: Bytes that the files may have.

    Raises:
        BundleError: There is no such bundle, it is damaged, or see `restored_weights`.
    """
    folder = trainable_directory(path, limits=limits)
    if folder is None:
        raise BundleError(
            f"{RULE} or a pretrained one's name. Received: {str(path)!r}, which holds none of their files"
        )
    description = read_description(folder, limits)
    return RestoredModel(description.config, stored_weights(folder, limits, description))


def trainable_directory(
    path: PathLike, error: type[Exception] = BundleError, limits: Limits = DEFAULT_LIMITS
) -> Path | None:
    """A model directory: `path` itself, that of a run, or one that is made once from a bundle.

    Args:
        path: A model directory, a run, a bundle, its download, or the name of a pretrained model.
        error: Class of the error where there is nothing at the path.
        limits: Bytes that the files of a bundle may have.

    Returns:
        The directory, or None where `path` holds no model.

    Raises:
        BundleError: There is nothing at the path, or see `restored_weights`.
    """
    folder = find_path(path, RULE, error)
    if folder.is_dir() and not (folder / MANIFEST_NAME).is_file():
        return model_directory(folder)
    content = read_bytes(folder, [MANIFEST_NAME], limits).get(MANIFEST_NAME)
    if content is None:
        raise BundleError(f"A bundle must hold a {MANIFEST_NAME}. Received: none in {str(path)!r}")
    key = f"model-{FORM}-{hashlib.sha256(content).hexdigest()[:24]}"

    def make(directory: Path) -> None:
        write_directory(folder, directory, limits)

    made = made_once(key, make, lambda directory: (directory / WEIGHTS_FILE).is_file())
    return made or _in_memory(key, folder, limits)


_temporary: dict[str, Path] = {}


def _in_memory(key: str, bundle: Path, limits: Limits) -> Path:
    """The directory for the rest of this process, where no lasting one can be written."""
    if key not in _temporary:
        with contextlib.ExitStack() as stack:
            directory = stack.enter_context(temporary_directory())
            write_directory(bundle, directory, limits)
            atexit.register(stack.pop_all().close)  # it is removed with the process
        _temporary[key] = directory
    return _temporary[key]


def write_directory(bundle: PathLike, directory: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Writes the model directory of a bundle into an empty directory.

    Args:
        bundle: The bundle, or its download.
        directory: The empty directory.
        limits: Bytes that the files of the bundle may have.

    Raises:
        BundleError: The bundle is damaged, or see `restored_weights`.
    """
    manifest, contents = read_bundle(bundle, limits)
    restored = restored_weights(manifest, contents[MODEL_NAME])
    description = ModelDescription(manifest.task, manifest.settings, restored.config)
    vocabularies = set(manifest.vocabulary_files.values())
    for name in sorted(vocabularies):
        atomic_write_bytes(directory / name, contents[name])
    facts = ModelFacts(
        languages=manifest.languages,
        data=f"the weights of a bundle of the variant {manifest.variant}",
        scores=manifest.metrics.get("scores", {}),
        licence=manifest.licence,
        attribution=manifest.attribution,
    )
    atomic_write_json(directory / FACTS_NAME, _given(dataclasses.asdict(facts)))
    save_weights(restored.weights, directory / WEIGHTS_FILE)
    write_description(directory, description, {WEIGHTS_FILE, *vocabularies})


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}
