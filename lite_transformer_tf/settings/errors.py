"""Errors of settings, as sentences: the rule in the user's words, then the value received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lite_transformer_tf.settings.findings import rule_of, shorten
from lite_transformer_tf.settings.shapes import Bounds, Shape, is_section, shapes

NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "text", tuple: "a list"}
QUOTE = "text: quote it, for YAML reads no, off, yes and on as false and true"
UNKNOWN = ("unexpected_keyword_argument", "unexpected_positional_argument")


class SettingsError(ValueError):
    """A setting is unknown, missing, of the wrong kind or out of range; the message names it."""


class BrokenRule(SettingsError):
    """A rule about several fields of one section does not hold.

    Args:
        field: Name of the field to change.
        rule: What the field must be, without its name.
        received: Its value.
    """

    def __init__(self, field: str, rule: str, received: object) -> None:
        super().__init__(f"{field} {rule}. Received: {received!r}")


def require(holds: bool, field: str, rule: str, received: object) -> None:
    """Checks a rule of a section's `__post_init__`.

    Example:
        require(self.floor <= self.peak, "floor", "must not exceed peak", self.floor)
    """
    if not holds:
        raise BrokenRule(field, rule, received)


def explain(section: type, error: ValidationError, where: str = "", title: str = "The configuration") -> str:
    """The sentences of an error, one per line.

    Args:
        section: Class that was validated.
        error: What pydantic found.
        where: Path of the section, for messages.
        title: What a section without a path is called.
    """
    sentences: list[str] = []
    names: dict[tuple[str, bool], list[str]] = {}  # missing and unknown names, listed per section
    owners: dict[str, _Place] = {}
    for details in error.errors(include_url=False):
        if details["type"] == "too_short" and details["input"]:  # its entries were wrong, which is told already
            continue
        if details["type"] == "missing" or details["type"] in UNKNOWN:
            place = _find(section, details["loc"][:-1], where)
            owners[place.path] = place
            names.setdefault((place.path, details["type"] == "missing"), []).append(str(details["loc"][-1]))
        else:
            sentences.append(_sentence(_find(section, details["loc"], where), details))
    for (path, missing), listed in names.items():
        place = owners[path]
        subject = f"The section {path!r}{place.of_kind}" if path else title
        if missing:
            sentences.append(f"{subject} needs a value for {', '.join(listed)}. Received: none")
        else:
            known = sorted(shapes(place.owner)) if place.owner else []
            sentences.append(f"{subject} knows only {known}. Received: {', '.join(sorted(listed))}")
    return "\n".join(sentences)


class _Place:
    """Where an error lies: its path, and the shape or the section there."""

    def __init__(self, section: type, where: str) -> None:
        self.path = where
        self.owner: type | None = section
        self.shape: Shape | None = None
        self.of_kind = ""

    def enter(self, part: str | int) -> None:
        """One step of pydantic's location: a name, a position, or the kind of a section."""
        if self.shape is not None and self.shape.kinds is not None and self.owner is None:
            self.owner, self.of_kind = self.shape.section(part), f" of kind {part!r}"
        elif self.owner is not None:
            known = shapes(self.owner)
            name = list(known)[part] if isinstance(part, int) else part
            self.path = f"{self.path}.{name}" if self.path else name
            self.shape = known.get(name)
            self.owner = self.shape.section() if self.shape else None
            self.of_kind = ""
        elif isinstance(part, int):
            self.path, self.shape = f"{self.path}[{part}]", self.shape.item if self.shape else None
            self.owner = self.shape.section() if self.shape else None
        else:
            self.path, self.shape = f"{self.path}.{part}", None


def _find(section: type, location: Sequence[str | int], where: str) -> _Place:
    place = _Place(section, where)
    for part in location:
        place.enter(part)
    return place


def _sentence(place: _Place, details: ErrorDetails) -> str:
    received, context = details["input"], details.get("ctx", {})
    if details["type"] == "value_error":
        inner = context["error"]
        if not place.path:
            return str(inner)
        return f"{place.path}{'.' if isinstance(inner, BrokenRule) else ': '}{inner}"
    if details["type"].startswith("union_tag") and place.shape is not None:
        kind = received.get("kind") if isinstance(received, Mapping) else received
        return f"{place.path}.kind must be one of {sorted(place.shape.kinds or ())}. Received: {kind!r}"
    rule = rule_of(details) if place.shape is None else _rule(place.shape, details["type"], received)
    return f"{place.path or 'The configuration'} {rule}. Received: {shorten(received)}"


def _rule(shape: Shape, error: str, received: object) -> str:
    """What a field must be, from its shape and pydantic's name of the error."""
    kind = shape.kind
    if error.startswith(("greater_than", "less_than")):
        rule = f"must {range_in_words(shape.bounds)}"
    elif error == "finite_number" and kind is float:
        rule = "must be a finite number"
    elif error == "string_too_short":
        return "must not be empty"
    elif error == "too_short":
        return "must have at least one entry"
    elif shape.choices:
        rule = f"must be one of {list(shape.choices)}"
    elif kind is str and isinstance(received, bool):
        rule = f"must be {QUOTE}"
    elif kind is dict or is_section(kind):
        rule = "must be a section of settings"
    else:
        rule = f"must be {NAMES.get(kind, kind)}"
    return f"{rule}, or be null" if shape.optional else rule


def range_in_words(bounds: Bounds) -> str:
    """The range of a number: "be positive", "be at least 2", "lie in [0, 1)"."""
    low, high = (
        next(((name, bounds[name]) for name in names if name in bounds), None) for names in (("ge", "gt"), ("le", "lt"))
    )
    if low and high:
        left, right = "[" if low[0] == "ge" else "(", "]" if high[0] == "le" else ")"
        return f"lie in {left}{low[1]:g}, {high[1]:g}{right}"
    if high:
        return f"be {'at most' if high[0] == 'le' else 'below'} {high[1]:g}"
    if low is None:
        return "be a number"
    if low[1] == 0:
        return "not be negative" if low[0] == "ge" else "be positive"
    return f"be {'at least' if low[0] == 'ge' else 'above'} {low[1]:g}"
