"""The list of the models in this installation, read from the file that `python -m export pretrained` writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from lite_transformer_tf.bundle.card import CARD_NAME
from lite_transformer_tf.bundle.checking import Name, Whole
from lite_transformer_tf.bundle.directory import read_bytes, read_manifest
from lite_transformer_tf.bundle.front_matter import without_front_matter
from lite_transformer_tf.bundle.manifest import BundleError, Digest, Word
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.settings.findings import problem

MODELS = Path(__file__).parents[1] / "pretrained" / "models"
INDEX_NAME = "index.json"
SUFFIX = ".ltpk"


@dataclass(frozen=True, config=ConfigDict(extra="ignore"))
class PretrainedModel:
    """One model of this installation.

    Args:
        name: What programs and functions take in place of a path, such as "everyday-en-fr".
        task: Name of its task.
        languages: Language codes; source first for a translation model.
        licence: Licence of the model.
        attribution: What a user of the model must name: the authors of its training data.
        scores: Metric -> `{"score": number, "signature": text}`, as the bundle's manifest has them.
        variant: How its weights are stored.
        parameters: Number of its parameters.
        bytes: Size of its file.
        sha256: SHA-256 of its file in hexadecimal digits.
    """

    name: Name
    task: Word
    languages: tuple[Word, ...]
    licence: str
    attribution: str
    scores: Mapping[str, Any]
    variant: Word
    parameters: Whole
    bytes: Whole
    sha256: Digest

    @property
    def path(self) -> Path:
        """The packed bundle."""
        return MODELS / f"{self.name}{SUFFIX}"

    @cached_property
    def card(self) -> str:
        """The model card, Markdown."""
        return without_front_matter(read_bytes(self.path, [CARD_NAME])[CARD_NAME].decode())

    def __str__(self) -> str:
        languages = " to ".join(self.languages) if self.task == "translation" else ", ".join(self.languages)
        scores = ", ".join(f"{name} {score:.2f}" for name, score in main_scores(self.scores).items())
        parts = (f"{self.task}{f' ({languages})' if languages else ''}", f"{self.bytes / 1e6:.2f} MB", scores)
        return f"{self.name}: {', '.join(part for part in (*parts, self.licence) if part)}"


_ENTRIES = TypeAdapter(dict[Name, dict[str, Any]])
_SHOWN = ("bleu", "chrf", "rougeL", "perplexity")


def main_scores(scores: Mapping[str, Any]) -> dict[str, float]:
    """The scores that a line of a list shows."""
    numbers = {
        name: entry["score"] if isinstance(entry, Mapping) else entry
        for name, entry in scores.items()
        if name in _SHOWN
    }
    return {name: float(score) for name, score in numbers.items()}


def pretrained() -> list[PretrainedModel]:
    """The models that this installation holds, by name; none of them is downloaded.

    `open_bundle(name)` opens one, `LiteTransformer.from_preset(name)` makes a Keras model of it.

    Raises:
        BundleError: The list is damaged.

    Example:
        >>> for model in pretrained():
        ...     print(model.name, model.task, model.licence)
    """
    path = MODELS / INDEX_NAME
    if not path.is_file():
        return []
    try:
        entries = _ENTRIES.validate_python(parse_json(path.read_bytes()))
        return [PretrainedModel(name=name, **entry) for name, entry in sorted(entries.items())]
    except ValidationError as error:
        raise BundleError(f"The list of pretrained models is damaged: {problem(error)}") from error
    except (ValueError, TypeError) as error:
        raise BundleError(f"The list of pretrained models is damaged. Received: {str(path)!r} ({error})") from error


def facts_of(path: Path) -> dict[str, Any]:
    """The entry of a packed bundle in the list, read from its own manifest.

    Raises:
        BundleError: It is no bundle, or a damaged one.
    """
    manifest, content = read_manifest(path), path.read_bytes()
    return {
        "task": manifest.task,
        "languages": list(manifest.languages),
        "licence": manifest.licence,
        "attribution": manifest.attribution,
        "scores": dict(manifest.metrics.get("scores", {})),
        "variant": manifest.variant,
        "parameters": manifest.parameters,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def index_of(directory: Path) -> str:
    """The list of all packed bundles of a directory, as the text of its file."""
    entries = {path.name.removesuffix(SUFFIX): facts_of(path) for path in sorted(directory.glob(f"*{SUFFIX}"))}
    return json.dumps(entries, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
