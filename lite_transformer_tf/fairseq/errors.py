"""The one error of this room, and how values are shown in it."""

from __future__ import annotations

LONGEST = 80


class CheckpointError(ValueError):
    """A checkpoint cannot be read or is not supported; the message is one sentence."""


def shown(value: object) -> str:
    """A value for a message. What is nested, or long, is only named, because a file may nest it without end."""
    if value is None or isinstance(value, bool | float):
        return repr(value)
    if isinstance(value, int):
        return repr(value) if value.bit_length() < 256 else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, str | bytes):
        return repr(value if len(value) <= LONGEST else value[:LONGEST])
    if isinstance(value, list | tuple) and len(value) <= 16:
        plain = [item for item in value if item is None or isinstance(item, bool | int | float | str)]
        if len(plain) == len(value):
            return f"[{', '.join(map(shown, value))}]"
    return f"a {type(value).__name__}"
