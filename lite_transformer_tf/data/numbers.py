"""Other numbers for a pair: those that both texts have in common are replaced by drawn ones, each as it is written.

"Room 12 costs €45.67." and "La chambre 12 coûte 45,67 €." become "Room 85 costs €120.49." and "La chambre 85 coûte
120,49 €.": the items of the copy check say which numbers are equal, and each keeps its own marks, currency and place.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lite_transformer_tf.text.items import Figures, Item, Placed, figures, placed_items, shape

_MONTH = re.compile(
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fév|fev|avr|mai|juin|juil|aoû|aou|déc|mär|okt|dez|ene|abr|ago|dic",
    re.IGNORECASE,
)
_HOUR = re.compile(r" ?(?:o'clock|heures?|h\b|uhr|horas?|[ap]\.? ?m\b)", re.IGNORECASE)
_HALF_DAY = re.compile(r" ?[ap]\.?m\b", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[^\w]{0,2}(?:of |de |the )?(\w+)")
_LAST_WORD = re.compile(r"(\w+)[^\w]{0,2}(?:le |der |el |the )?$")
YEARS = range(1500, 2100)


@dataclass(frozen=True)
class _Place:
    """One occurrence of a number or time: the item, and whether its text is the source (0) or the target (1)."""

    side: int
    placed: Placed


def common_numbers(texts: tuple[str, str]) -> dict[str, list[_Place]]:
    """The numbers, times and telephone numbers of a pair by their keys; empty unless both texts have the same ones
    equally often.

    A time that the other side writes as a decimal number, as in 2.30 Uhr, counts as that time.
    """
    found = [[item for item in placed_items(text) if item.kind in _NEW] for text in texts]
    known = [{item.item.key for item in side} for side in found]
    sides = [[_as_time(item, known[1 - place]) for item in side] for place, side in enumerate(found)]
    counts = [Counter(item.item.key for item in side) for side in sides]
    if not counts[0] or counts[0] != counts[1]:
        return {}
    places: dict[str, list[_Place]] = {}
    for number, side in enumerate(sides):
        for placed in side:
            places.setdefault(placed.item.key, []).append(_Place(number, placed))
    return places


def _as_time(placed: Placed, others: set[str]) -> Placed:
    """A number with two parts, such as 2.30, as the time that the other side has."""
    (begin, end), *_ = placed.digits
    text = placed.item.text[: end - begin]
    parts = re.fullmatch(r"([0-9]{1,2})[.,]([0-5][0-9])", text)
    if placed.kind != "number" or placed.item.key in others or parts is None or int(parts[1]) > 24:
        return placed
    key = f"t{int(parts[1]) % 12}:{parts[2]}"
    if key not in others:
        return placed
    return Placed(Item(placed.item.text, key), "time", ((begin, begin + len(parts[1])), (end - 2, end)))


def with_other_numbers(source: str, target: str, rng: random.Random) -> tuple[str, str] | None:
    """The pair with its common numbers replaced; `None` when they do not correspond one to one, or cannot be replaced.

    Numbers below 2, ordinals and codes stay, since grammar depends on them. Years stay years, days of a month days of a
    month, hours of the day in their half of the day.

    Args:
        source, target: The texts.
        rng: Only `random()` is drawn from, whose sequence Python guarantees.
    """
    texts = source, target
    places = common_numbers(texts)
    edits: list[list[tuple[int, int, str]]] = [[], []]
    for found in places.values():
        written = _NEW[found[0].placed.kind](texts, found, rng)
        for place, digits in zip(found, written or [], strict=bool(written)):
            edits[place.side] += [
                (*span, digit) for span, digit in zip(place.placed.digits, digits, strict=True) if digit is not None
            ]
    if not edits[0]:
        return None
    return _edited(source, edits[0]), _edited(target, edits[1])


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for begin, end, digits in sorted(edits, reverse=True):
        text = text[:begin] + digits + text[end:]
    return text


def _between(rng: random.Random, low: int, high: int) -> int:
    """A whole number in [low, high]."""
    return low + int(rng.random() * (high - low + 1))


Written = list[list[str | None]]
"""For each occurrence its new digits, one text for each span of `Placed.digits`; `None` leaves a span."""


def _half_of_day(text: str, placed: Placed) -> str:
    """The letter of am or pm behind a time, or nothing."""
    found = _HALF_DAY.match(text, placed.digits[-1][1])
    return found[0].strip()[0].lower() if found else ""


def _new_time(texts: tuple[str, str], places: Sequence[_Place], rng: random.Random) -> Written | None:
    """Another time, in the same half of the day.

    `None` where one text says the half and the other leaves it to sense, as "at 2:30" and "à 14 h 30" do: other hours
    would teach that 9:30 is in the evening.
    """
    given = [[texts[place.side][begin:end] for begin, end in place.placed.digits] for place in places]
    hours = [int(parts[0]) for parts in given]
    marked = [_half_of_day(texts[place.side], place.placed) for place in places]
    late = max(hours) > 12 or "p" in marked
    if late and any(hour <= 12 and not mark for hour, mark in zip(hours, marked, strict=True)):
        return None
    hour, minute, second = _between(rng, 2, 11), _between(rng, 1, 59), _between(rng, 0, 59)
    if rng.random() < 0.6:
        minute = 5 * _between(rng, 1, 11)
    if any(len(parts) == 1 or int(parts[1]) == 0 for parts in given):
        minute = 0
    written: Written = []
    for parts, old in zip(given, hours, strict=True):
        new = hour + 12 if late and old > 12 else hour
        padded = f"{new:02d}" if parts[0][0] == "0" and len(parts[0]) == 2 else str(new)
        written.append([padded, *(f"{value:02d}" for value in (minute, second)[: len(parts) - 1])])
    return written


def _new_phone(texts: tuple[str, str], places: Sequence[_Place], rng: random.Random) -> Written | None:
    """Another telephone number; a zero in front of it, and the code behind a +, stay."""
    first, *rest = (texts[places[0].side][begin:end] for begin, end in places[0].placed.digits)
    kept = first if places[0].placed.item.text[0] == "+" else "0"
    drawn = "".join(str(_between(rng, 0, 9)) for _ in "".join((first, *rest))[len(kept) :])
    written: Written = []
    for place in places:
        digits = iter(kept + drawn)
        written.append(["".join(islice(digits, end - begin)) for begin, end in place.placed.digits])
    return written


def _new_number(texts: tuple[str, str], places: Sequence[_Place], rng: random.Random) -> Written | None:
    """Another number, in the form of each occurrence; `None` leaves this one as it is."""
    digits = [shape(texts[place.side][slice(*place.placed.digits[0])]) for place in places]
    forms = [figures(text) for text in digits]
    plain = [form for form in forms if form is not None]
    if len(plain) < len(forms) or not all(_alone(place.placed) for place in places):
        return None
    whole = "".join(plain[0].groups)
    if any("".join(form.groups).lstrip("0") != whole.lstrip("0") for form in plain):
        return None
    lengths = [len(form.fraction) for form in plain]
    if int(whole or 0) < 2 or min(lengths) == 0 < max(lengths):
        return None
    padded = {form.groups[0] for form in plain if form.groups[0][0] == "0"}
    if padded:
        new = _digits(rng, len(next(iter(padded))) - 1, 2)
        return [[f"0{new}" if form.groups[0][0] == "0" else str(new)] for form in plain]
    new = _drawn_whole(int(whole), max(len(form.groups) for form in plain), _context(texts, places), rng)
    fraction = _fraction(rng, min(lengths)) if max(lengths) else ""
    return [[_written(form, new, fraction)] for form in plain]


def _alone(placed: Placed) -> bool:
    """Whether a number has no suffix, as an ordinal has, but a unit."""
    begin, end = placed.digits[0]
    return placed.item.text[end - begin :] in ("", "km", "kg", "cm", "mm", "m", "g", "l", "ml", "k")


def _context(texts: tuple[str, str], places: Sequence[_Place]) -> str:
    """What a number is by its surroundings: "day", "hour", "date", "run" of a phone number, or "" for anything."""
    for place in places:
        text, (begin, end) = texts[place.side], place.placed.digits[0]
        after, before = _NEXT_WORD.match(text, end), _LAST_WORD.search(text, 0, begin)
        if re.match(r"[/-][0-9]", text[end:]) or re.search(r"[0-9][/-]$", text[:begin]):
            return "date"
        if re.match(r"[ .-][0-9]", text[end:]) or re.search(r"[0-9][ .-]$", text[:begin]):
            return "run"
        if any(word is not None and _MONTH.match(word[1]) for word in (after, before)):
            return "day"
        if _HOUR.match(text, end) and not _HALF_DAY.fullmatch(text, end):
            return "hour"
    return ""


def _digits(rng: random.Random, count: int, least: int = 0) -> int:
    """A number of `count` digits without a zero in front, at least `least`."""
    return _between(rng, max(least, 10 ** (count - 1)), 10**count - 1)


def _drawn_whole(old: int, groups: int, context: str, rng: random.Random) -> int:
    """The whole part of a new number, of the kind of the old one."""
    if context == "run":
        return _digits(rng, len(str(old)), 2)
    if context and old <= 31:
        limits = {
            "day": (2, 28),
            "hour": (2, 12) if old <= 12 else (13, 23),
            "date": (2, 12) if old <= 12 else (13, 31),
        }
        return _between(rng, *limits[context])
    if groups > 1:
        return _digits(rng, 3 * (groups - 1) + _between(rng, 1, 3))
    if old in YEARS:
        return _between(rng, YEARS[0], YEARS[-1]) if context or rng.random() < 0.9 else _digits(rng, 4)
    count = len(str(old))
    if count <= 3:
        lengths = {1: (1, 1, 2, 2, 3), 2: (1, 2, 2, 2, 3), 3: (2, 3, 3, 3, 3)}[count]
        count = lengths[int(rng.random() * len(lengths))]
    return _digits(rng, count, 2)


def _fraction(rng: random.Random, length: int) -> str:
    """Digits behind the point, of which not all are zero."""
    return f"{_between(rng, 1, 10**length - 1):0{length}d}"


def _written(form: Figures, whole: int, fraction: str) -> str:
    """A number in the marks of another one."""
    text = str(whole)
    if form.mark:
        text = f"{whole:,}".replace(",", form.mark)
    return text + form.point + fraction.ljust(len(form.fraction), "0") if form.point else text


_NEW = {"time": _new_time, "number": _new_number, "phone": _new_phone}
"""What draws another one of each kind of item."""
