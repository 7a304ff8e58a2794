"""Prices, times, dates and other numbers in digits, as each language writes them."""

from __future__ import annotations

import random

from lite_transformer_tf.data.travel_phrases import places
from lite_transformer_tf.data.travel_phrases.entries import Entry, Text
from lite_transformer_tf.data.travel_phrases.numerals import MONTHS, TIMETABLE

THIN = " "
"""Space between groups of three digits in French."""
YEAR = [Entry(str(year), str(year)) for year in range(1900, 2031)]
ROOMS = [Entry(str(n), str(n)) for n in range(101, 620, 7)]
SMALL = [Entry(str(n), str(n)) for n in range(2, 100)]
LARGE = [Entry(str(n), str(n)) for n in range(103, 1000, 13)]
CLOCKS = [Entry(str(time.en).replace(":00", ""), time.fr) for time in TIMETABLE]
"""Times of the day; a full hour is "8 pm", which travel phrases write "8:00 pm": a model meets both."""
CITIES = [city for city in places.CITIES if city.en != "Hamburg"]  # whose h is silent to some, and not to others


class Lowered(str):
    """A sentence; `{slot.low}` begins with a small letter."""

    @property
    def low(self) -> str:
        return self[0].lower() + self[1:]


def decimal(whole: int, cents: int) -> tuple[str, str]:
    """A number with two decimals in English and in French: 1,234.50 and 1 234,50."""
    english = f"{whole:,}.{cents:02d}"
    return english, f"{whole:,}".replace(",", THIN) + f",{cents:02d}"


def grouped(number: int) -> tuple[str, str]:
    """A whole number in English and in French: 12,500 and 12 500."""
    return f"{number:,}", f"{number:,}".replace(",", THIN)


def _drawn(count: int, seed: int) -> list[int]:
    """Numbers in [0, 1,000,000); only `random()` is used, whose sequence Python guarantees."""
    rng = random.Random(seed)
    return [int(rng.random() * 1_000_000) for _ in range(count)]


def _prices() -> list[Entry]:
    found = []
    for number, draw in enumerate(_drawn(600, 1)):
        whole, cents = 2 + draw % (20, 100, 400)[number % 3], draw // 1000 % 100
        english, french = decimal(whole, cents)
        sign = "€€€€$£"[number % 6]
        found.append(Entry(f"{sign}{english}", f"{french} {sign}"))
    for number, draw in enumerate(_drawn(200, 2)):
        sign = "€€$£"[number % 4]
        found.append(Entry(f"{sign}{2 + draw % 500}", f"{2 + draw % 500} {sign}"))
    for number, draw in enumerate(_drawn(200, 3)):
        english, french = grouped(1000 + draw % (9000, 90000)[number % 2])
        sign = "€$£€"[number % 4]
        found.append(Entry(f"{sign}{english}", f"{french} {sign}"))
    names = (("euros", "euros"), ("dollars", "dollars"), ("pounds", "livres"), ("euros", "euros"))
    for number, draw in enumerate(_drawn(300, 4)):
        english, french = names[number % 4]
        amount = 2 + draw % (30, 300)[number % 2]
        found.append(Entry(f"{amount} {english}", f"{amount} {french}"))
    for number, draw in enumerate(_drawn(100, 5)):
        english, french = decimal(2 + draw % 90, draw // 1000 % 100)
        name = names[number % 4]
        found.append(Entry(f"{english} {name[0]}", f"{french} {name[1]}"))
    return list(dict.fromkeys(found))


def _phones() -> list[Entry]:
    """French telephone numbers, which both languages write in pairs of digits."""
    found = []
    for draw, more in zip(_drawn(150, 6), _drawn(150, 7)):
        pairs = [f"0{1 + draw % 9}", *(f"{value:02d}" for value in (draw // 100 % 100, draw // 10000, more % 100))]
        text = " ".join([*pairs, f"{more // 10000:02d}"])
        found.append(Entry(text, text))
    return found


def _dates() -> list[Entry]:
    """Dates with the year: "May 5, 2012" = "le 5 mai 2012"."""
    found = []
    for draw in _drawn(300, 8):
        month, day, year = MONTHS[draw % 12], 2 + draw // 12 % 27, 1950 + draw // 1000 % 80
        found.append(Entry(f"{month.en} {day}, {year}", f"le {day} {month.fr} {year}"))
    return found


def _amounts() -> list[Entry]:
    """Whole numbers from 1,000 on, in groups."""
    return [Entry(*grouped(1000 + draw % (9000, 90000, 900000)[n % 3])) for n, draw in enumerate(_drawn(200, 9))]


def _measures() -> list[Entry]:
    """Numbers with one decimal: "3.5" = "3,5"."""
    return [Entry(f"{whole}.{tenth}", f"{whole},{tenth}") for whole in range(2, 60, 2) for tenth in (1, 3, 5, 7)]


def dated(date: Entry) -> Entry:
    """A date whose French has the form `bare` without the article."""
    return Entry(date.en, Text(date.fr, bare=date.fr.removeprefix("le ")))


ORDERS = [Entry(str(100_000 + draw % 900_000), str(100_000 + draw % 900_000)) for draw in _drawn(100, 10)]
PRICES, PHONES, DATES, AMOUNTS, MEASURES = _prices(), _phones(), _dates(), _amounts(), _measures()
