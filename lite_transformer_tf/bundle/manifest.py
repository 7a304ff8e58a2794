"""The manifest of a bundle: typed, checked when it is read, and the same for Python and for the phone.

docs/bundle.md explains each field. A program of an older minor version reads a newer manifest: it ignores the fields
that it does not know. A new field needs a default, so that bundles of before still open.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.bundle.checking import Name, Positive, Whole, problem, read_json, shorten

SCHEMA_VERSIONS = (1, 2)
"""Schema versions that this program reads. Bundles with caches other than `FIRST_CACHES` have version 2."""
FIRST_CACHES = (
    CacheSpec("attention_cache", "new_attention", Growth.ROWS),
    CacheSpec("window", "new_window", Growth.WINDOW),
)
"""The caches that a reader of version 1 knows by name; its bundles need not list them."""
FORMAT = "lite-transformer-bundle"
MANIFEST_NAME = "manifest.json"
MODEL_NAME = "model.tflite"

_READING = ConfigDict(extra="ignore")


class BundleError(ValueError):
    """A bundle cannot be used: something is missing, damaged, or from another version; the message says what."""


def _matching(pattern: str, rule: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(rule)
        return value

    return AfterValidator(check)


def _holding(*names: str) -> AfterValidator:
    """Keeps these keys; all must be there."""

    def check(values: Mapping[str, Any]) -> Mapping[str, Any]:
        missing = [name for name in names if name not in values]
        if missing:
            raise ValueError(f"must have an entry for each of {list(names)}, but {missing} are missing")
        return {name: values[name] for name in names}

    return AfterValidator(check)


def _check_buckets(values: tuple[int, ...]) -> tuple[int, ...]:
    if not values or list(values) != sorted(set(values)):
        raise ValueError("must be ascending")
    return values


def _check_settings(values: Mapping[str, Any]) -> Mapping[str, Any]:
    limit = values.get("max_source_tokens")
    if limit is not None and (type(limit) is not int or limit < 1):
        raise ValueError("must have a positive whole number as max_source_tokens")
    return values


Word = Annotated[str, Field(min_length=1)]
Digest = Annotated[str, _matching("[0-9a-f]{64}", "must be 64 hexadecimal digits")]
Version = Annotated[str, _matching(r"[0-9]+\.[0-9]+\.[0-9]+", "must be a version such as 2.18.0")]


@dataclass(frozen=True, config=_READING)
class TensorInfo:
    """One input or output of a signature.

    Args:
        name: Name of the tensor.
        shape: Its sizes.
        dtype: Type of its elements, such as "float32".
        meaning: What it contains, in a sentence, which may be worded differently in bundles of other versions.
    """

    name: Word
    shape: tuple[Whole, ...]
    dtype: Word
    meaning: str = field(compare=False)


@dataclass(frozen=True, config=_READING)
class SignatureInfo:
    """One signature of the model file."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]


@dataclass(frozen=True, config=_READING)
class FileInfo:
    """One file of the bundle: bytes and SHA-256 in hexadecimal digits."""

    size: Whole
    sha256: Digest

    @classmethod
    def of(cls, content: bytes) -> FileInfo:
        return cls(len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, config=_READING)
class Manifest:
    """What a bundle says of itself; docs/bundle.md has the meaning of each field."""

    task: Word
    variant: Word
    languages: tuple[Word, ...]
    special_ids: Annotated[Mapping[str, Whole], _holding("bos", "pad", "eos", "unk")]
    vocabulary_sizes: Annotated[Mapping[str, Positive], _holding("source", "target")]
    embed_dim: Positive
    parameters: Whole
    buckets: Annotated[tuple[Positive, ...], AfterValidator(_check_buckets)]
    beam_size: Positive
    max_source_tokens: Whole
    max_target_tokens: Whole
    vocabulary_files: Annotated[Mapping[str, Name], _holding("source", "target")]
    signatures: Mapping[str, SignatureInfo]
    files: Mapping[Name, FileInfo]
    minimum_runtime: Version
    quantization: Annotated[Mapping[str, str], _holding("weights", "activations")]
    config: Mapping[str, Any]
    settings: Annotated[Mapping[str, Any], AfterValidator(_check_settings)]
    verification: Mapping[str, Any]
    metrics: Mapping[str, Any]
    caches: tuple[CacheSpec, ...] | None = None
    schema_version: int = 1
    format: str = FORMAT

    def __post_init__(self) -> None:
        for name in ("max_source_tokens", "max_target_tokens"):
            if getattr(self, name) > self.buckets[-1]:
                rule = f"must have a {name} of at most the largest bucket, {self.buckets[-1]}"
                raise ValueError(f"{rule}, not {getattr(self, name)}")
        smallest = min(self.vocabulary_sizes.values())
        if max(self.special_ids.values()) >= smallest:
            raise ValueError(f"must have special_ids below the vocabulary_sizes, not {dict(self.special_ids)}")
        if MANIFEST_NAME in self.files:
            raise ValueError(f"must have files other than {MANIFEST_NAME} itself")

    @property
    def step_caches(self) -> tuple[CacheSpec, ...]:
        """The caches of the decoding steps, also where the manifest does not list them."""
        return FIRST_CACHES if self.caches is None else self.caches

    @staticmethod
    def version_for(caches: Iterable[CacheSpec]) -> int:
        """The schema version of a bundle with these caches."""
        return 1 if set(caches) <= set(FIRST_CACHES) else 2

    def require_files(self) -> None:
        """Checks that `files` has the model and the vocabularies.

        Raises:
            BundleError: One is missing.
        """
        for name in (MODEL_NAME, *self.vocabulary_files.values()):
            if name not in self.files:
                raise BundleError(f"{MANIFEST_NAME}: files must have {name!r}. Received: {sorted(self.files)}")

    def to_json(self) -> str:
        data = {
            name: value for name, value in dataclasses.asdict(self).items() if name != "caches" or value is not None
        }
        first = {key: data.pop(key) for key in ("format", "schema_version")}
        return json.dumps({**first, **data}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Inverse of `to_json`. Fields that this version does not know are ignored.

        Raises:
            BundleError: It is no JSON object in UTF-8, has another format or an unknown schema version, or a field is
                missing or invalid.
        """
        try:
            data = read_json(text)
        except ValueError as error:
            raise BundleError(f"{MANIFEST_NAME} must be JSON in UTF-8. Received: {error}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            received = data.get("format") if isinstance(data, dict) else type(data).__name__
            raise BundleError(f"{MANIFEST_NAME} must have the format {FORMAT!r}. Received: {shorten(received)}")
        version = data.get("schema_version")
        if type(version) is not int or version not in SCHEMA_VERSIONS:
            rule = f"This program reads bundles of schema version {' and '.join(map(str, SCHEMA_VERSIONS))}"
            raise BundleError(f"{rule}; use the program that wrote it, or a newer one. Received: {shorten(version)}")
        try:
            manifest = cls(**data)
        except ValidationError as error:
            raise BundleError(f"{MANIFEST_NAME}: {problem(error)}") from error
        manifest.require_files()
        return manifest
