"""What an answer must copy from its source: numbers, times, currency signs, codes, addresses (docs/trust.md).

Needs neither a model nor TensorFlow. `CopyCheck.kt` is the same in Kotlin.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
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
_WORDABLE = "n(?:[0-9]|1[0-9]|[1-9]0+)|t[0-9]+:(?:00|15|30|45)"
"""Keys of items that another language may write as words."""
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
    form = shape(text)
    return [_item(found.lastgroup or "", text, form, found) for found in re.finditer(_ITEM, form)]


def _item(kind: str, text: str, form: str, found: re.Match[str]) -> Item:
    itself, shaped = text[found.start() : found.end()], found[0]
    if kind in ("time", "number"):
        inner = re.compile(PATTERNS[kind]).match(form, found.start())
        assert inner is not None
        return _time(itself, inner) if kind == "time" else _number(itself, inner[1])
    if kind == "sign":
        return Item(itself, f"s{itself}")
    if kind != "code":
        return Item(itself, f"x{itself.lower() if kind == 'email' else itself}")
    digits = re.findall("[0-9]+", shaped)
    key = "".join(s if s.isdigit() else c for s, c in zip(shaped, itself, strict=True)).lower()
    return Item(itself, f"x{key}", (tuple(f"n{_whole(part)}" for part in digits),))


def _whole(digits: str) -> str:
    """Two digits with a zero in front are the number behind it; longer ones keep their zeros, as in 007."""
    return digits[1:] if len(digits) == 2 and digits[0] == "0" else digits


def _number(text: str, digits: str) -> Item:
    parts = re.split("[^0-9]", digits)
    if re.fullmatch(_GROUPED, digits):
        marks = re.findall("[^0-9]", digits)
        decimal = marks[-1] in ".," and (len(parts[-1]) != 3 or len(set(marks)) > 1)
        fraction = parts.pop() if decimal else ""
        key = _decimal("".join(parts), fraction)
        if " " not in marks:
            return Item(text, key)
        return Item(text, key, ((*(f"n{_whole(part)}" for part in parts[:-1]), _decimal(parts[-1], fraction)),))
    if len(parts) == 1:
        return Item(text, f"n{_whole(digits)}")
    pieces = tuple(f"n{_whole(part)}" for part in parts)
    return Item(text, _decimal(*parts) if len(parts) == 2 else f"n{'.'.join(parts)}", (pieces,))


def _decimal(whole: str, fraction: str) -> str:
    fraction = fraction.rstrip("0")
    return f"n{_whole(whole)}.{fraction}" if fraction else f"n{_whole(whole)}"


def _time(text: str, found: re.Match[str]) -> Item:
    hour, minute, second = int(found[1]) % 12, found[2] or found[4] or "00", found[3]
    hours = dict.fromkeys((str(int(found[1])), str(hour), str(hour + 12)))
    key = f"t{hour}:{minute}"
    if second is not None:
        return Item(text, f"{key}:{second}", tuple((f"n{h}", *_minutes(minute, second)) for h in hours))
    if minute == "00":
        return Item(text, key, tuple((f"n{h}",) for h in hours))
    apart = [(f"n{h}", *_minutes(minute)) for h in hours]
    return Item(text, key, (*apart, *((_decimal(h, minute),) for h in hours)))


def _minutes(*parts: str) -> tuple[str, ...]:
    return tuple(f"n{_whole(part)}" for part in parts)


def _keys(items: Sequence[Item], known: Collection[str]) -> list[tuple[str, str]]:
    """Pairs (key, text): an item that the other text has only in another form counts in that form."""
    result = []
    for item in items:
        form = () if item.key in known else next((f for f in item.forms if all(k in known for k in f)), ())
        result += [(key, item.text) for key in form or (item.key,)]
    return result


def _compared(one: Sequence[Item], other: Sequence[Item]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    keys, others = {item.key for item in one}, {item.key for item in other}
    return _keys(one, others), _keys(other, keys)


def missing(source: Sequence[Item], answer: Sequence[Item]) -> tuple[str, ...]:
    """Texts of the source's items that the answer lacks, each as often as it lacks it."""
    wanted, given = _compared(source, answer)
    lacking, added = _without(wanted, given), _without(given, wanted)
    wordable = [place for place, (key, _) in lacking if re.fullmatch(_WORDABLE, key)]
    signs = [place for place, (key, _) in lacking if key[0] == "s"]
    excused = {*wordable, *signs}
    other = [place for place, _ in lacking if place not in excused]
    numbers = sum(key[0] in "nt" for _, (key, _) in added) - sum(wanted[place][0][0] in "nt" for place in other)
    # Words may stand for these, unless other numbers, or other signs, stand in their place.
    wordable = sorted(wordable, key=lambda place: _size(wanted[place][0]))[max(0, len(wordable) - max(0, numbers)) :]
    signs = signs[: sum(key[0] == "s" for _, (key, _) in added)]
    return tuple(wanted[place][1] for place in sorted({*other, *wordable, *signs}))


def unsupported(source: Sequence[Item], answer: Sequence[Item]) -> tuple[str, ...]:
    """Texts of the answer's items that are not in the source; numbers that may have been words there are left out."""
    known, given = _compared(source, answer)
    keys = {key for key, _ in known}
    found = [text for key, text in given if key not in keys and key[0] != "s" and not re.fullmatch(_WORDABLE, key)]
    return tuple(dict.fromkeys(found))


def _without(keys: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[tuple[int, tuple[str, str]]]:
    """The entries of `keys`, with their places, that `others` does not have as often."""
    left = Counter(key for key, _ in others)
    result = []
    for place, entry in enumerate(keys):
        if left[entry[0]] > 0:
            left[entry[0]] -= 1
        else:
            result.append((place, entry))
    return result


def _size(key: str) -> tuple[int, str]:
    """Sorts the keys of numbers and times by value."""
    whole = key[1:].split(":")[0]
    return len(whole), whole
