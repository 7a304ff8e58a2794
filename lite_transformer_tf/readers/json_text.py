"""JSON: texts, files and lines, as strict as the phone's reader."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.readers.content import bounded_bytes, decoded_text
from lite_transformer_tf.readers.errors import DocumentError

DEEPEST = 100  # objects and lists within one another
LARGEST = 1 << 24  # bytes of a file, unless a caller says otherwise
KINDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def parse_json(content: str | bytes) -> Any:
    """The value of a JSON text, all of whose texts can be written in UTF-8.

    Args:
        content: The text, in UTF-8 when it is bytes.

    Returns:
        Dictionaries, lists, texts, numbers that are finite, booleans and `None`.

    Raises:
        DocumentError: It is not JSON in UTF-8, is nested more than `DEEPEST` times, has a name twice in an object, or
            a number that is too large or not finite, or half a surrogate pair.
    """
    text = decoded_text(content)
    value = _parsed(text)
    if "\\u" in text:
        _check_texts(value)
    return value


def _parsed(text: str) -> Any:
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise DocumentError("it is nested too deeply") from error
    except (json.JSONDecodeError, DocumentError) as error:
        raise DocumentError(str(error)) from error
    except ValueError as error:  # Python's own limit of digits
        raise DocumentError("it has a whole number of too many digits") from error
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(value)
    return value


def read_json(path: PathLike, what: str = "A JSON file", *, largest: int = LARGEST) -> Any:
    """The value of a file in JSON, see `parse_json`.

    Args:
        path: The file.
        what: What it is, for messages.
        largest: Bytes that it may have. Defaults to 16 MiB.

    Raises:
        DocumentError: It is larger, or not JSON.
        OSError: It cannot be read.
    """
    try:
        return parse_json(bounded_bytes(path, largest))
    except DocumentError as error:
        raise DocumentError(f"{what} must be JSON. Received: {str(path)!r}: {error}") from error


def read_object(
    path: PathLike, what: str, fields: dict[str, type] | None = None, *, largest: int = LARGEST
) -> dict[str, Any]:
    """The object in a file in JSON, with the fields that a program goes on to use.

    Args:
        path: The file.
        what: What it is, for messages, such as "The report of a run".
        fields: Names that it must have, each with the kind of its value; a dot leads into an object. Defaults to
            `None`: any object will do.
        largest: Bytes that it may have. Defaults to 16 MiB.

    Raises:
        DocumentError: It is not JSON, no object, or a field is missing or of another kind.
        OSError: It cannot be read.

    Example:
        read_object("runs/a/report.json", "The report of a run", {"training.updates": int})
    """
    value = read_json(path, what, largest=largest)
    if not isinstance(value, dict):
        raise DocumentError(f"{what} must be a JSON object. Received: {str(path)!r}, which holds {value!r:.80}")
    for name, kind in (fields or {}).items():
        found = _field(value, name)
        if not _is(found, kind):
            received = "nothing" if found is _MISSING else f"{found!r:.80}"
            raise DocumentError(f"{what} must have {KINDS[kind]} as {name!r}. Received: {str(path)!r}, with {received}")
    return value


def json_lines(path: PathLike, lines: Iterable[str | bytes], what: str = "A line of a .jsonl file") -> Iterator[Any]:
    """The values of the lines of a file, one by one; half a surrogate pair is left to who uses a text.

    Args:
        path: The file, for messages.
        lines: Its lines.
        what: What a line is, for messages.

    Raises:
        DocumentError: A line is not JSON; the message has its number.
    """
    for number, line in enumerate(lines, start=1):
        try:
            value = _parsed(decoded_text(line))
        except DocumentError as error:
            raise DocumentError(f"{what} must be JSON. Received: {str(path)!r}, line {number}: {error}") from error
        yield value


_MISSING = object()


def _field(value: object, name: str) -> object:
    for part in name.split("."):
        value = value.get(part, _MISSING) if isinstance(value, dict) else _MISSING
    return value


def _is(value: object, kind: type) -> bool:
    kinds = (int, float) if kind is float else kind
    return isinstance(value, kinds) and (kind is bool or not isinstance(value, bool))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DocumentError(f"it has the name {name!r:.80} twice in one object")
            seen.add(name)
    return found


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _not_finite(str(value))


def _not_finite(name: str) -> NoReturn:
    raise DocumentError(f"it has a number that is {float(name)}")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_not_finite)


def _check_texts(value: object) -> None:
    """Half a surrogate pair, which only an escape can write, is no text in UTF-8."""
    todo = [value]
    while todo:
        entry = todo.pop()
        if isinstance(entry, str):
            try:
                entry.encode()
            except UnicodeEncodeError as error:
                raise DocumentError(f"it has half a surrogate pair in {entry!r:.200}") from error
        elif isinstance(entry, dict):
            todo.extend((*entry, *entry.values()))
        elif isinstance(entry, list):
            todo.extend(entry)


def _check_depth(value: object) -> None:
    todo = [(value, 1)]
    while todo:
        entry, depth = todo.pop()
        if depth > DEEPEST:
            raise DocumentError("it is nested too deeply")
        inner = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ()
        todo.extend((value, depth + 1) for value in inner if isinstance(value, dict | list))
