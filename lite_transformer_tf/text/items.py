"""The items of a text, numbers, times, currency signs, codes and addresses, found in its shape (docs/trust.md).

What the copy check compares and what `data.numbers` replaces. Needs neither a model nor TensorFlow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_BEGIN, _END = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"
_REST = r'[^ \x00-\x1f<>"]*[A-Za-z0-9/]'
_GROUPED = (
    r"[1-9][0-9]{0,2}(?:[ '][0-9]{3}){1,8}(?:[.,][0-9]+)?"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,8}(?:\.[0-9]+)?"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,8}(?:,[0-9]+)?"
)
PATTERNS = {
    "url": rf"{_BEGIN}(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww][Ww][Ww]\.){_REST}",
    "email": rf"{_BEGIN}[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]*[A-Za-z0-9]){{1,8}}",
    "domain": r"(?<![A-Za-z0-9@.-])(?:[a-z0-9][a-z0-9-]*\.){1,8}(?:com|org|net|edu|gov|info|io|eu|de|fr|uk)"
    rf"{_END}(?:/{_REST})?",
    "phone": r"(?<![A-Za-z0-9+])(?<![0-9][./-])(?![0-9]{2}[./-][0-9]{2}[./-][0-9]{2,4}(?![./-]?[A-Za-z0-9]))"
    r"(?:\+[0-9]{1,4}(?:[ ./-][0-9]{1,8}){2,6}|0[0-9]{1,4}(?:[ ./-][0-9]{2,8}){2,6}|0[0-9]{2,4}[ /-][0-9]{5,8})"
    rf"{_END}",
    "time": rf"{_BEGIN}([01]?[0-9]|2[0-4])(?::([0-5][0-9])(?::([0-5][0-9]))?| ?[hH](?: ?([0-5][0-9]))?"
    rf"| ?[aApP]\.?[mM]){_END}",
    "number": rf"{_BEGIN}({_GROUPED}|[0-9]+(?:[.,][0-9]+){{0,8}})(?:-?[a-z]+(?:-[a-z]+){{0,4}})?{_END}",
    "code": rf"{_BEGIN}(?:[A-Za-z]+[-_]){{0,4}}[A-Za-z]*[0-9][A-Za-z0-9]*"
    rf"(?:[-_](?:[A-Z]+{_END}|[A-Za-z]*[0-9][A-Za-z0-9]*)|\.[0-9][A-Za-z0-9]*){{0,8}}",
    "sign": r"\$",
}
"""Kinds of items, found in the shape of a text (`shape`); where several begin, the first of this list counts.

Parts are counted, so that no text takes longer than its length allows.
"""
# Compiled on first use, by `re` itself: a bundle that only opens needs none.
_ITEM = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items())
_SHAPES = {" ": " ", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2019": "'", "\u2011": "-", "\u2212": "-"}
_CATEGORIES = {"Lu": "X", "Lt": "X", "Ll": "x", "Sc": "$"}
OTHER = "\x01"


@dataclass(frozen=True)
class Item:
    """Something in a text that an answer must copy.

    Args:
        text: As it stands there.
        key: Kind and value: items with equal keys are equal. `n` numbers, `t` times, `s` signs, `x` anything else.
        forms: Other ways of writing it, each a list of keys.
    """

    text: str
    key: str
    forms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Placed:
    """An item and where it stands in its text.

    Args:
        item: The item.
        kind: Its kind, a key of `PATTERNS`.
        digits: Begin and end of its digits: of a number, with the marks within; of a time, the hour, then the minutes
            and the seconds that it has; of a telephone number, each group; of others, none.
    """

    item: Item
    kind: str
    digits: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Figures:
    """How a number is written in digits.

    Args:
        groups: The groups of its whole part.
        mark: Mark between the groups; empty for a single one.
        point: Mark before the fraction; empty without one.
        fraction: Digits of the fraction.
    """

    groups: tuple[str, ...]
    mark: str = ""
    point: str = ""
    fraction: str = ""


@cache
def _shape_of(character: str) -> str:
    if character in _SHAPES or character < "\x80":
        return _SHAPES.get(character, character)
    if character > "\uffff":
        return OTHER
    digit = unicodedata.decimal(character, None)
    return _CATEGORIES.get(unicodedata.category(character), OTHER) if digit is None else str(digit)


def shape(text: str) -> str:
    """The text with one ASCII character for each of its characters, so that patterns mean the same everywhere."""
    return "".join(map(_shape_of, text))


def items_of(text: str) -> list[Item]:
    """The items of a text, in their order."""
    return [placed.item for placed in placed_items(text)]


def placed_items(text: str) -> list[Placed]:
    """The items of a text with their places, in their order."""
    form = shape(text)
    return [_placed(found.lastgroup or "", text, form, found) for found in re.finditer(_ITEM, form)]


def _placed(kind: str, text: str, form: str, found: re.Match[str]) -> Placed:
    itself, shaped = text[found.start() : found.end()], found[0]
    if kind in ("time", "number"):
        inner = re.compile(PATTERNS[kind]).match(form, found.start())
        assert inner is not None
        item = _time(itself, inner) if kind == "time" else _number(itself, inner[1])
        groups = range(1, len(inner.groups()) + 1)
        return Placed(item, kind, tuple(inner.span(group) for group in groups if inner[group] is not None))
    if kind == "sign":
        return Placed(Item(itself, f"s{itself}"), kind)
    if kind not in ("code", "phone"):
        return Placed(Item(itself, f"x{itself.lower() if kind == 'email' else itself}"), kind)
    runs = [run.span() for run in re.finditer("[0-9]+", shaped)]
    digits = [shaped[begin:end] for begin, end in runs]
    if kind == "phone":
        places = tuple((found.start() + begin, found.start() + end) for begin, end in runs)
        return Placed(Item(itself, f"x{'+' * (shaped[0] == '+')}{''.join(digits)}", (_groups(digits),)), kind, places)
    key = "".join(s if s.isdigit() else c for s, c in zip(shaped, itself, strict=True)).lower()
    return Placed(Item(itself, f"x{key}", (_groups(digits),)), kind)


def figures(digits: str) -> Figures | None:
    """How digits with marks, in their shape, are read; `None` for what is no number, such as 17.05.2020."""
    parts = re.split("[^0-9]", digits)
    marks = re.findall("[^0-9]", digits)
    if re.fullmatch(_GROUPED, digits):
        decimal = marks[-1] in ".," and (len(parts[-1]) != 3 or len(set(marks)) > 1)
        fraction = parts.pop() if decimal else ""
        between = marks[:-1] if decimal else marks
        return Figures(tuple(parts), between[0] if between else "", marks[-1] if decimal else "", fraction)
    if len(parts) == 1:
        return Figures((digits,))
    return Figures((parts[0],), "", marks[0], parts[1]) if len(parts) == 2 else None


def _whole(digits: str) -> str:
    """Two digits with a zero in front are the number behind it; longer ones keep their zeros, as in 007."""
    return digits[1:] if len(digits) == 2 and digits[0] == "0" else digits


def _groups(parts: Iterable[str]) -> tuple[str, ...]:
    """Keys of groups of digits that stand as numbers of their own."""
    return tuple(f"n{_whole(part)}" for part in parts)


def _number(text: str, digits: str) -> Item:
    found = figures(digits)
    if found is None:
        parts = re.split("[^0-9]", digits)
        return Item(text, f"n{'.'.join(parts)}", (_groups(parts),))
    *groups, last = found.groups
    key = _decimal("".join(found.groups), found.fraction)
    if groups:
        marks = re.findall("[^0-9]", digits)
        form = (*_groups(groups), _decimal(last, found.fraction))
        return Item(text, key, (form,)) if " " in marks else Item(text, key)
    return Item(text, key, (_groups((last, found.fraction)),)) if found.point else Item(text, key)


def _decimal(whole: str, fraction: str) -> str:
    fraction = fraction.rstrip("0")
    return f"n{_whole(whole)}.{fraction}" if fraction else f"n{_whole(whole)}"


def _time(text: str, found: re.Match[str]) -> Item:
    hour, minute, second = int(found[1]) % 12, found[2] or found[4] or "00", found[3]
    hours = dict.fromkeys((str(int(found[1])), str(hour), str(hour + 12)))
    key = f"t{hour}:{minute}"
    if second is not None:
        return Item(text, f"{key}:{second}", tuple((f"n{h}", *_groups((minute, second))) for h in hours))
    if minute == "00":
        return Item(text, key, tuple((f"n{h}",) for h in hours))
    apart = [(f"n{h}", *_groups((minute,))) for h in hours]
    return Item(text, key, (*apart, *((_decimal(h, minute),) for h in hours)))
