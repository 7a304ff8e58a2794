"""How the name of a pretrained model becomes a path. Every program and function that opens a model asks here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lite_transformer_tf.bundle.container import packed_digests, unpack_file
from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import file_sha256
from lite_transformer_tf.shipped.cache import made_once
from lite_transformer_tf.shipped.index import PretrainedModel, pretrained


def known_names() -> str:
    """The names of all pretrained models, for a message."""
    return ", ".join(model.name for model in pretrained()) or "none is in this installation"


def find_path(path: PathLike, rule: str, error: type[Exception] = BundleError) -> Path:
    """A path that exists, or the bundle of the pretrained model of this name. What exists comes first.

    Args:
        path: As the user gave it.
        rule: What it may be, for the message, such as "A bundle must be a directory or its download".
        error: Class of the error.

    Raises:
        Exception: There is neither; of the class `error`.
        BundleError: The file of the pretrained model is damaged.
    """
    if Path(path).exists():
        return Path(path)
    for model in pretrained():
        if model.name == str(path):
            return unpacked(model)
    rule = f"{rule}, or the name of a pretrained model ({known_names()})"
    raise error(f"{rule}. Received: {str(path)!r}, which does not exist")


def packed_path(path: PathLike) -> Path:
    """The download form of the pretrained model of this name, or the path itself. What exists comes first."""
    found = {model.name: model.path for model in pretrained()}
    return Path(path) if Path(path).exists() else found.get(str(path), Path(path))


def unpacked(model: PretrainedModel) -> Path:
    """The bundle of a pretrained model, unpacked once for all programs; its download form where none can be written.

    An unpacked bundle is used only if every file has the SHA-256 that the download form states.

    Raises:
        BundleError: The download form is not the one that was installed.
    """
    try:
        content = model.path.read_bytes()
    except OSError as error:
        raise BundleError(f"{model.name} is missing; install the package again. Received: {error}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != model.sha256:
        rule = f"{model.path.name} must have the SHA-256 {model.sha256}; install the package again"
        raise BundleError(f"{rule}. Received: {digest}")

    def make(folder: Path) -> None:
        for name, data in unpack_file(content).items():
            (folder / name).write_bytes(data)

    def check(folder: Path) -> bool:
        expected = packed_digests(content)
        found = {name: folder / name for name in expected}
        return all(path.is_file() and file_sha256(path) == expected[name] for name, path in found.items())

    return made_once(f"{model.name}-{digest[:16]}", make, check) or model.path
