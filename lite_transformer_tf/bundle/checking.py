"""Kinds of fields that a JSON file of a bundle has: names of files, and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

LONGEST_NAME = 255  # bytes, what file systems take


def plain_name(name: str) -> str:
    """`name` when it is the name of a file without a directory.

    Raises:
        ValueError: It is not, or a file system may refuse it.
    """
    plain = name.isprintable() and not set(name) & set("/\\") and name not in ("", ".", "..")
    if not plain or len(name.encode()) > LONGEST_NAME:
        raise ValueError("must be the name of a file without a directory")
    return name


LARGEST_INT = (1 << 31) - 1  # what an Int of Kotlin holds
Whole = Annotated[int, Field(strict=True, ge=0, le=LARGEST_INT)]
Positive = Annotated[int, Field(strict=True, ge=1, le=LARGEST_INT)]
Long = Annotated[int, Field(strict=True, ge=0, lt=1 << 63)]
Name = Annotated[str, AfterValidator(plain_name)]


def check_scores(scores: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scores of a model, by metric.

    Raises:
        ValueError: One is neither a number nor an object with a number.
    """
    for name, entry in scores.items():
        number = entry.get("score") if isinstance(entry, Mapping) else entry
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f'must have a number, or an object with a number as "score", for {name!r}')
    return scores
