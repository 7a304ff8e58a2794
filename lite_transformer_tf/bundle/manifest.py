"""The manifest of a bundle: typed, checked when it is read, and the same for Python and for the phone.

docs/bundle.md explains each field. A program of an older minor version reads a newer manifest: it ignores the fields
that it does not know. A new field needs a default, so that bundles of before still open.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.bundle.checking import LARGEST_INT, Long, Name, Positive, Whole, check_scores
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.settings.findings import problem, shorten

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
LARGEST_TENSOR = (1 << 29) - 1
"""Elements of a tensor: one more has 2^31 bytes, which no buffer of a phone holds."""

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
    if limit is not None and (type(limit) is not int or not 1 <= limit <= LARGEST_INT):
        raise ValueError("must have a positive whole number as max_source_tokens")
    for name in ("decoding", "confidence"):
        if not isinstance(values.get(name), Mapping | None):
            raise ValueError(f"must have an object as {name}")
    return values


def _check_metrics(values: Mapping[str, Any]) -> Mapping[str, Any]:
    scores = values.get("scores", {})
    if not isinstance(scores, Mapping):
        raise ValueError("must have an object as scores")
    check_scores(scores)
    return values


def _check_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    if math.prod(shape) > LARGEST_TENSOR:
        raise ValueError(f"must have at most {LARGEST_TENSOR} elements")
    return shape


def _check_tensors(tensors: tuple[TensorInfo, ...]) -> tuple[TensorInfo, ...]:
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise ValueError("must name each tensor once")
    return tensors


def _check_caches(caches: tuple[CacheSpec, ...] | None) -> tuple[CacheSpec, ...] | None:
    for side in ("input", "output"):
        names = [getattr(cache, side) for cache in caches or ()]
        if "" in names or len(set(names)) < len(names):
            raise ValueError(f"must name each {side} once")
    return caches


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
    shape: Annotated[tuple[Whole, ...], AfterValidator(_check_shape)]
    dtype: Annotated[str, _matching("float32|int32", "must be float32 or int32")]
    meaning: str = field(compare=False)


@dataclass(frozen=True, config=_READING)
class SignatureInfo:
    """One signature of the model file."""

    inputs: Annotated[tuple[TensorInfo, ...], AfterValidator(_check_tensors)]
    outputs: Annotated[tuple[TensorInfo, ...], AfterValidator(_check_tensors)]


@dataclass(frozen=True, config=_READING)
class FileInfo:
    """One file of the bundle: bytes and SHA-256 in hexadecimal digits."""

    size: Long
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
    parameters: Long
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
    metrics: Annotated[Mapping[str, Any], AfterValidator(_check_metrics)]
    caches: Annotated[tuple[CacheSpec, ...] | None, AfterValidator(_check_caches)] = None
    licence: str = ""
    attribution: str = ""
    schema_version: int = 1
    format: str = FORMAT

    def __post_init__(self) -> None:
        for name in ("max_source_tokens", "max_target_tokens"):
            if getattr(self, name) > self.buckets[-1]:
                rule = f"must have a {name} of at most the largest bucket, {self.buckets[-1]}"
                raise ValueError(f"{rule}. Received: {getattr(self, name)}")
        smallest = min(self.vocabulary_sizes.values())
        if max(self.special_ids.values()) >= smallest:
            raise ValueError(f"must have special_ids below the vocabulary_sizes. Received: {dict(self.special_ids)}")
        if len(set(self.special_ids.values())) < len(self.special_ids):
            raise ValueError(f"must have special_ids that differ. Received: {dict(self.special_ids)}")
        self._check_config()
        if MANIFEST_NAME in self.files:
            raise ValueError(f"must have files other than {MANIFEST_NAME} itself. Received: {sorted(self.files)}")

    def _check_config(self) -> None:
        """What the configuration of the model says too must be the same; another program's may say none of it."""
        sizes, ids = self.vocabulary_sizes, self.special_ids
        stated = {
            "embed_dim": self.embed_dim,
            "source_vocabulary_size": sizes["source"],
            "target_vocabulary_size": sizes["target"],
            "vocabulary_size": sizes["source"],
            **{f"{name}_id": number for name, number in ids.items()},
        }
        for name, number in stated.items():
            found = self.config.get(name, number)
            if type(found) is not int or found != number:
                rule = f"must have a config.{name} of {number}, as its other fields say"
                raise ValueError(f"{rule}. Received: {shorten(found)}")

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
        absent = {"caches": None, "licence": "", "attribution": ""}
        data = {name: value for name, value in dataclasses.asdict(self).items() if absent.get(name, ...) != value}
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
            data = parse_json(text)
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
