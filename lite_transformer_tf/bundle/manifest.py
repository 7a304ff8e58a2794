"""The manifest of a bundle: typed, checked when it is read, and the same for Python and for the phone. docs/bundle.md explains each field."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
FORMAT = "lite-transformer-bundle"
MANIFEST_NAME = "manifest.json"
MODEL_NAME = "model.tflite"


class BundleError(ValueError):
    """A bundle cannot be used: something is missing, damaged, or from another time; the message says what."""


@dataclass(frozen=True)
class TensorInfo:
    """One input or output of a signature."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    meaning: str


@dataclass(frozen=True)
class SignatureInfo:
    """One signature of the model file."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]


@dataclass(frozen=True)
class FileInfo:
    """One file of the bundle: bytes and SHA-256 in hexadecimal digits."""

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> FileInfo:
        return cls(len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself; docs/bundle.md has the meaning of each field."""

    task: str
    variant: str
    languages: tuple[str, ...]
    special_ids: Mapping[str, int]
    vocabulary_sizes: Mapping[str, int]
    embed_dim: int
    parameters: int
    buckets: tuple[int, ...]
    beam_size: int
    max_source_tokens: int
    max_target_tokens: int
    vocabulary_files: Mapping[str, str]
    signatures: Mapping[str, SignatureInfo]
    files: Mapping[str, FileInfo]
    minimum_runtime: str
    quantization: Mapping[str, str]
    config: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    verification: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    format: str = FORMAT

    def to_json(self) -> str:
        data = dataclasses.asdict(self)
        first = {key: data.pop(key) for key in ("format", "schema_version")}
        return json.dumps({**first, **data}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Inverse of `to_json`.

        Raises:
            BundleError: no JSON object, another format, an unknown schema version, or a field that is missing or of a wrong kind.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise BundleError(f"{MANIFEST_NAME} must be JSON. Received: {error}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            received = data.get("format") if isinstance(data, dict) else type(data).__name__
            raise BundleError(f"{MANIFEST_NAME} must have the format {FORMAT!r}. Received: {received!r}")
        version = data.get("schema_version")
        if version != SCHEMA_VERSION:
            rule = f"This program reads bundles of schema version {SCHEMA_VERSION}; use the program that wrote it, or a newer one."
            raise BundleError(f"{rule} Received: {version!r}")
        names = {entry.name for entry in dataclasses.fields(cls)}
        missing = sorted(names - set(data))
        if missing:
            raise BundleError(f"{MANIFEST_NAME} must have every field of its schema. Received: none for {missing}")
        try:
            return cls(**{**{name: data[name] for name in names}, **_typed(data)})
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise BundleError(
                f"A field of {MANIFEST_NAME} is not of the kind that its schema asks for. Received: {error!r}"
            ) from error


def _settings(data: Any) -> Mapping[str, Any]:
    limit = data.get("max_source_tokens")
    if limit is not None and (type(limit) is not int or limit < 1):
        raise ValueError(f"settings.max_source_tokens {limit!r} is not a positive whole number")
    return data


def _typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are more than plain values; anything of a wrong kind raises."""

    def integer(value: Any) -> int:
        if type(value) is not int or value < 0:
            raise TypeError(f"{value!r} is not a whole number")
        return value

    def tensor(entry: Mapping[str, Any]) -> TensorInfo:
        return TensorInfo(
            str(entry["name"]),
            tuple(integer(size) for size in entry["shape"]),
            str(entry["dtype"]),
            str(entry["meaning"]),
        )

    def plain_name(name: str) -> str:
        if not name or Path(name).name != name or name == MANIFEST_NAME:
            raise ValueError(f"{name!r} is not the name of a file of the bundle")
        return name

    files = {
        plain_name(name): FileInfo(integer(entry["size"]), str(entry["sha256"]))
        for name, entry in data["files"].items()
    }
    vocabulary_files = {side: data["vocabulary_files"][side] for side in ("source", "target")}
    for name in (MODEL_NAME, *vocabulary_files.values()):
        if name not in files:
            raise ValueError(f"files has no {name!r}")
    buckets = tuple(integer(bucket) for bucket in data["buckets"])
    if not buckets or list(buckets) != sorted(set(buckets)):
        raise ValueError(f"buckets {buckets!r} are not ascending")
    return {
        "files": files,
        "vocabulary_files": vocabulary_files,
        "buckets": buckets,
        "beam_size": integer(data["beam_size"]),
        "settings": _settings(data["settings"]),
        "languages": tuple(str(language) for language in data["languages"]),
        "special_ids": {name: integer(data["special_ids"][name]) for name in ("bos", "pad", "eos", "unk")},
        "vocabulary_sizes": {side: integer(data["vocabulary_sizes"][side]) for side in ("source", "target")},
        "signatures": {
            name: SignatureInfo(tuple(map(tensor, entry["inputs"])), tuple(map(tensor, entry["outputs"])))
            for name, entry in data["signatures"].items()
        },
    }
