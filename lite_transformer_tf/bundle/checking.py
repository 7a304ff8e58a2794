"""Checks of what a JSON file of a bundle claims: names of files, depth, and pydantic's findings as one sentence."""

from __future__ import annotations

import json
import math
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

LONGEST_NAME = 255  # bytes, what file systems take
LONGEST_VALUE = 200  # characters of a received value that a message shows
DEEPEST = 100  # objects and lists within one another

RULES = {
    "missing": "must be given",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "dataclass_type": "must be an object",
    "unexpected_keyword_argument": "is not a field of this file",
}
"""pydantic's kinds of errors in words; a kind that is missing here keeps its own message."""


def plain_name(name: str) -> str:
    """`name` when it is the name of a file without a directory.

    Raises:
        ValueError: It is not, or a file system may refuse it.
    """
    plain = name.isprintable() and not set(name) & set("/\\") and name not in ("", ".", "..")
    if not plain or len(name.encode()) > LONGEST_NAME:
        raise ValueError("must be the name of a file without a directory")
    return name


Whole = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[int, Field(strict=True, ge=1)]
Name = Annotated[str, AfterValidator(plain_name)]


def read_json(content: str | bytes) -> object:
    """The value of a JSON text.

    Raises:
        ValueError: It is not JSON in UTF-8, has numbers that JSON cannot express, or is nested more than `DEEPEST`
            times.
    """
    try:
        value = json.loads(content if isinstance(content, str) else content.decode())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    todo = [(value, 0)]
    while todo:
        entry, depth = todo.pop()
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        if isinstance(entry, float) and not math.isfinite(entry):
            raise ValueError(f"it has a number that is {entry}")
        inner = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ()
        todo.extend((value, depth + 1) for value in inner)
    return value


def problem(error: ValidationError) -> str:
    """The first finding, such as "files['a.txt'].size must be a whole number. Received: '1'"."""
    found = error.errors(include_url=False)[0]
    kind, context = found["type"], found.get("ctx", {})
    rule = RULES.get(kind)
    if rule is None:
        rule = str(context["error"]) if kind == "value_error" else found["msg"].replace("Input should be", "must be", 1)
    received = "nothing" if kind == "missing" else shorten(found["input"])
    return f"{_place(found['loc'])} {rule}. Received: {received}".lstrip()


def shorten(value: object) -> str:
    """`repr(value)`, of a long one only its beginning."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}... ({len(text)} characters)"


def _place(location: tuple[int | str, ...]) -> str:
    place = ""
    for part in location:
        if part == "[key]":  # what pydantic adds when the key itself is wrong
            continue
        name = isinstance(part, str) and part.isidentifier()
        place += (f".{part}" if place else f"{part}") if name else f"[{part!r}]"
    return place
