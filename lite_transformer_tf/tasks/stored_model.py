"""Finds and opens a model on the disk, of a run, in its directory or as a bundle."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.model_directory import config_from_dict, model_directory, read_description
from lite_transformer_tf.restoring.bundles import trainable_directory
from lite_transformer_tf.shipped.resolve import find_path
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.task import StoredModel

if TYPE_CHECKING:
    from lite_transformer_tf.decoding.completion import Completer
    from lite_transformer_tf.decoding.options import Generator


class ModelNotFoundError(ValueError):
    """There is no model where one should be."""


def find_model(path: PathLike, task: str | None = None) -> StoredModel:
    """The model at `path`: a model directory, a run (its model), a bundle, or the download form of one.

    Args:
        path: Where it lies, or the name of a pretrained model. A path that exists comes first.
        task: Name of the task that it must be made for. None accepts any.

    Raises:
        ModelNotFoundError: There is no model, or it is made for another task.
        ValueError, OSError: Its description is damaged, or this version does not know its task.
    """
    folder, bundle = _locate(path)
    if bundle:
        manifest = read_manifest(folder)
        name, settings, config = manifest.task, manifest.settings, config_from_dict(manifest.config)
    else:
        description = read_description(folder)
        name, settings, config = description.task, description.settings, description.config
    if task not in (None, name):
        raise ModelNotFoundError(f"A model for {task} is needed. Received: {str(path)!r}, a model for {name}")
    found = find_task(name)
    if not isinstance(config, found.model_config):
        received = f"{str(path)!r} with a {type(config).__name__}"
        raise ValueError(f"A model for {name} must have a {found.model_config.__name__}. Received: {received}")
    return StoredModel(str(path), folder, bundle, found, settings, config)


def find_directory(path: PathLike, task: str | None = None) -> StoredModel:
    """The same, as a model directory: one that can be exported, or trained further.

    A bundle becomes a model directory again, once for all programs, with the weights of its file.

    Raises:
        ModelNotFoundError: There is none.
        BundleError: The bundle cannot become a model again.
    """
    model = find_model(path, task)
    folder = trainable_directory(model.folder) if model.is_bundle else model.folder
    assert folder is not None  # a model was found there
    return dataclasses.replace(model, folder=folder, is_bundle=False)


def _locate(path: PathLike) -> tuple[Path, bool]:
    """The model directory or the bundle that `path` names, and whether it is a bundle.

    Raises:
        ModelNotFoundError: There is neither.
    """
    rule = "A model must be the directory of a model, a run or a bundle"
    folder = find_path(path, rule, ModelNotFoundError)
    if folder.is_file() or (folder / "manifest.json").is_file():
        return folder, True
    if (model := model_directory(folder)) is not None:
        return model, False
    if (folder / "checkpoints").is_dir():
        rule = "This run has not finished, so it holds no model yet; run its training command again"
        raise ModelNotFoundError(f"{rule}. Received: {str(path)!r}")
    raise ModelNotFoundError(f"{rule}. Received: {str(path)!r}, which holds none of their files")


def open_model(path: PathLike, task: str | None = None, **settings: Any) -> Generator | Completer:
    """Opens a model wherever it lies: a `Generator`, or the `Completer` of a language model.

    That of a translation model translates texts of any length (docs/paragraphs.md).

    Args:
        path: A model directory, a run, a bundle or the download form of one, or the name of a pretrained model.
        task: Name of the task that it must be made for. None accepts any.
        **settings: Passed to `open_bundle` for a bundle.

    Raises:
        see `find_model` and `Task.open`.

    Example:
        open_model("runs/multi30k", "translation").generate(["A man rides a horse."], DecodingOptions())
    """
    return find_model(path, task).open(**settings)
