"""pydantic's findings in words, for whatever it checks: fields of settings, of manifests and of lists of files."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LONGEST_VALUE = 200  # characters of a received value that a message shows

RULES = {
    "missing": "must be given",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "dataclass_type": "must be an object",
    "json_invalid": "must hold whole Unicode characters only",
    "unexpected_keyword_argument": "is not a field of this file",
}
"""pydantic's kinds of errors in words; a kind that is missing here keeps its own message."""


def problem(error: ValidationError) -> str:
    """The first finding, such as "files['a.txt'].size must be a whole number. Received: '1'"."""
    found = error.errors(include_url=False)[0]
    if not found["loc"] and "Received: " in rule_of(found):  # about several fields
        return rule_of(found)
    received = "nothing" if found["type"] == "missing" else shorten(found["input"])
    return f"{_place(found['loc'])} {rule_of(found)}. Received: {received}".lstrip()


def rule_of(found: ErrorDetails) -> str:
    """What a finding says that a value must be, without its name."""
    kind, context = found["type"], found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    return RULES.get(kind) or found["msg"].replace("Input should be", "must be", 1)


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
