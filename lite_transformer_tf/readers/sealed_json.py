"""JSON objects that state their own SHA-256, so that a damaged one is told from one that was written so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lite_transformer_tf.files import PathLike, atomic_write_json
from lite_transformer_tf.readers.json_text import read_json


def seal_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of an object in hexadecimal digits, whatever the order of its names and the space between them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def write_sealed(path: PathLike, content: Mapping[str, Any], name: str) -> None:
    """Writes an object with its seal, completely or not at all.

    Args:
        path: The file.
        content: The object.
        name: Name of the seal, which `content` does not have.
    """
    atomic_write_json(path, {**content, name: seal_of(content)})


def read_sealed(path: PathLike, name: str) -> dict[str, Any] | None:
    """What `write_sealed` wrote, without the seal; None when it is not there, or not as it was written."""
    try:
        content = read_json(path)
        return content if content.pop(name) == seal_of(content) else None
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
