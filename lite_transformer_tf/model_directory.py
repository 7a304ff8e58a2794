"""The one reader of config.json and weights.npz: where a model lies, and what it is. Nothing here needs TensorFlow.

config.json has the size and the SHA-256 of the weights and of the vocabularies, and a SHA-256 of its own content.
`models.saving` writes a whole directory, and makes a model of it; `restoring.stored` reads and checks its weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from lite_transformer_tf.bundle.checking import Name
from lite_transformer_tf.bundle.manifest import FileInfo
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import ModelConfig
from lite_transformer_tf.files import PathLike, atomic_file, atomic_write_json
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, file_sha256, read_limited
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.readers.sealed_json import seal_of
from lite_transformer_tf.settings.findings import problem, shorten
from lite_transformer_tf.weights_file import read_arrays

CONFIG_FILE, WEIGHTS_FILE = "config.json", "weights.npz"
FORMAT = 1
DIGEST = "sha256"  # of the rest of config.json

_FILES = TypeAdapter(dict[Name, FileInfo])


class ModelDirectoryError(ValueError):
    """A directory holds no model that this version can read."""


@dataclass(frozen=True)
class ModelDescription:
    """What config.json says.

    Args:
        task: Name of the task that the model was trained for.
        settings: Settings of the task that were saved with the model, such as `max_source_tokens`.
        config: Configuration of the model.
        files: Name -> size and SHA-256 of the weights and of the vocabularies. Defaults to `None`: directories of
            earlier versions do not state them.
    """

    task: str
    settings: Mapping[str, Any]
    config: ModelConfig
    files: Mapping[str, FileInfo] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The content of config.json."""
        model = self.config.to_dict()
        content = {"format": FORMAT, "task": self.task, "settings": dict(self.settings), "model": model}
        if self.files is None:
            return content
        content["files"] = {name: asdict(info) for name, info in self.files.items()}
        return {**content, DIGEST: content_digest(content)}


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of config.json without its own, whatever the order of the keys and the space between them."""
    rest = {name: value for name, value in content.items() if name != DIGEST}
    return seal_of(rest)


def write_description(directory: PathLike, description: ModelDescription, names: Iterable[str]) -> None:
    """Writes config.json with the sizes and hashes of these files, which are there already."""
    folder = Path(directory)
    files = {name: FileInfo((folder / name).stat().st_size, file_sha256(folder / name)) for name in sorted(names)}
    atomic_write_json(folder / CONFIG_FILE, replace(description, files=files).to_dict())


def check_files(directory: PathLike, description: ModelDescription) -> None:
    """Compares the weights and the vocabularies with what config.json says of them, if it says anything.

    Raises:
        ModelDirectoryError: A file is missing, or its size or SHA-256 is another one.
    """
    for name, expected in (description.files or {}).items():
        path = Path(directory) / name
        rule = f"{name} must have {expected.size} bytes and the SHA-256 {expected.sha256}, as {CONFIG_FILE} says"
        rule += "; it was damaged or replaced, so copy or train the model again"
        if not path.is_file():
            raise ModelDirectoryError(f"{rule}. Received: no such file in {str(directory)!r}")
        if path.stat().st_size != expected.size:
            raise ModelDirectoryError(f"{rule}. Received: {path.stat().st_size} bytes in {str(directory)!r}")
        if (digest := file_sha256(path)) != expected.sha256:
            raise ModelDirectoryError(f"{rule}. Received: the SHA-256 {digest} in {str(directory)!r}")


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
        raise ValueError(f"A model configuration must be an object. Received: {shorten(data)}")
    kind = LiteTransformerConfig if "encoder" in data else LanguageModelConfig
    try:
        return kind.from_dict(data)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"A model configuration must be whole. Received: {error!r}") from error


def read_description(directory: PathLike, limits: Limits = DEFAULT_LIMITS) -> ModelDescription:
    """Reads config.json of a model directory.

    Args:
        directory: The model directory.
        limits: Bytes that the file may have.

    Raises:
        ModelDirectoryError: It is missing, damaged, too large, or of another format.
    """
    directory = Path(directory)
    try:
        content = read_limited(directory / CONFIG_FILE, limits.json_bytes)
    except (OSError, ValueError) as error:
        received = f"{str(directory)!r} ({error})"
        raise ModelDirectoryError(f"A model directory must hold {CONFIG_FILE}. Received: {received}") from error
    try:
        stored = parse_json(content)
    except ValueError as error:
        received = f"{str(directory)!r} ({error})"
        rule = f"A model directory must hold {CONFIG_FILE}, and {CONFIG_FILE} must be JSON"
        raise ModelDirectoryError(f"{rule}. Received: {received}") from error
    where = f"in {str(directory)!r}"
    if not isinstance(stored, dict) or stored.get("format") != FORMAT or not _is_name(stored.get("task")):
        kind = {key: stored.get(key) for key in ("format", "task")} if isinstance(stored, dict) else stored
        rule = f"{CONFIG_FILE} must say format {FORMAT} and the name of a task"
        raise ModelDirectoryError(f"{rule}. Received: {shorten(kind)} {where}")
    files = _read_files(stored, where)
    settings = stored.get("settings", {})
    if not isinstance(settings, dict):
        rule = f"The settings in {CONFIG_FILE} must be an object"
        raise ModelDirectoryError(f"{rule}. Received: {shorten(settings)} {where}")
    longest = settings.get("max_source_tokens")
    if longest is not None and (type(longest) is not int or longest < 1):
        rule = f"max_source_tokens in {CONFIG_FILE} must be a positive whole number"
        raise ModelDirectoryError(f"{rule}. Received: {shorten(longest)} {where}")
    try:
        return ModelDescription(stored["task"], settings, config_from_dict(stored.get("model")), files)
    except ValueError as error:
        rule = f"{CONFIG_FILE} must hold a model configuration"
        raise ModelDirectoryError(f"{rule}. Received: {str(directory)!r} ({error})") from error


def _read_files(stored: Mapping[str, Any], where: str) -> dict[str, FileInfo] | None:
    """The files that config.json states; None in one of an earlier version, which states none."""
    if DIGEST in stored and stored[DIGEST] != content_digest(stored):
        rule = f"{CONFIG_FILE} must have the {DIGEST} of its other entries"
        hint = f"it was changed after it was written; if you changed it on purpose, remove the line {DIGEST!r}"
        raise ModelDirectoryError(f"{rule}; {hint}. Received: {shorten(stored[DIGEST])} {where}")
    if "files" not in stored:
        return None
    try:
        files = _FILES.validate_python(stored["files"])
    except ValidationError as error:
        raise ModelDirectoryError(f"The files in {CONFIG_FILE}: {problem(error)} {where}") from error
    if WEIGHTS_FILE not in files or CONFIG_FILE in files:
        rule = f"The files in {CONFIG_FILE} must have {WEIGHTS_FILE}, and not {CONFIG_FILE} itself"
        raise ModelDirectoryError(f"{rule}. Received: {sorted(files)} {where}")
    return files


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def save_weights(weights: Mapping[str, np.ndarray], path: PathLike) -> None:
    """Writes named arrays as .npz, completely or not at all."""
    with atomic_file(path) as stream:
        np.savez(stream, **dict(weights))  # type: ignore[arg-type]


def load_weights(
    path: PathLike, shapes: Mapping[str, tuple[int, ...]] | None = None, limits: Limits = DEFAULT_LIMITS
) -> dict[str, np.ndarray]:
    """Reads named arrays. Nothing is unpickled, and nothing but headers is read of a file with other arrays.

    Args:
        path: The .npz file.
        shapes: Names and shapes of the arrays that it must have. `None` takes any.
        limits: Bytes that all arrays may have.

    Raises:
        ModelDirectoryError: The file is missing or damaged, or has other arrays.
    """
    try:
        return read_arrays(path, shapes, limits)
    except Exception as error:  # damaged files make zipfile and NumPy raise a dozen types of errors
        raise ModelDirectoryError(
            f"Weights must be a complete .npz file of plain arrays. Received: {str(path)!r} ({error})"
        ) from error
