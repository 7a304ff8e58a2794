"""Numbers in words, clock times, prices, dates and durations, in both languages."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import english, french
from lite_transformer_tf.data.travel_phrases.entries import Entry

_EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_EN_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_FR_UNITS = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
).split()
_FR_TENS = "- - vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()


def english_number(number: int) -> str:
    """A number from 0 to 999 in words: "two hundred and thirty-one".

    Raises:
        ValueError: the number is out of range.
    """
    _check_range(number)
    if number < 20:
        return _EN_UNITS[number]
    if number < 100:
        return _EN_TENS[number // 10] + (f"-{_EN_UNITS[number % 10]}" if number % 10 else "")
    rest = f" and {english_number(number % 100)}" if number % 100 else ""
    return f"{_EN_UNITS[number // 100]} hundred{rest}"


def french_number(number: int) -> str:
    """A number from 0 to 999 in words, in traditional spelling: "soixante et onze", "quatre-vingts", "deux cent un".

    Raises:
        ValueError: the number is out of range.
    """
    _check_range(number)
    if number < 20:
        return _FR_UNITS[number]
    if number < 100:
        tens = number // 10
        unit = number % 10 + (10 if tens in (7, 9) else 0)
        if unit == 0:
            return _FR_TENS[tens] + ("s" if tens == 8 else "")
        joint = " et " if unit in (1, 11) and tens < 8 else "-"
        return _FR_TENS[tens] + joint + _FR_UNITS[unit]
    hundreds = "cent" if number < 200 else f"{_FR_UNITS[number // 100]} cent"
    if number % 100 == 0:
        return hundreds + ("s" if number >= 200 else "")
    return f"{hundreds} {french_number(number % 100)}"


def _check_range(number: int) -> None:
    if not 0 <= number <= 999:
        raise ValueError(f"A number in words must be from 0 to 999. Received: {number!r}")


def _number(number: int) -> Entry:
    return Entry(english_number(number), french_number(number))


def _clock() -> list[Entry]:
    """Times of the clock face: "half past three" = "trois heures et demie"."""
    times = [Entry("noon", "midi"), Entry("midnight", "minuit")]
    for hour in range(1, 12):
        french_hour = "une heure" if hour == 1 else f"{_FR_UNITS[hour]} heures"
        following = "midi" if hour == 11 else f"{_FR_UNITS[hour + 1]} heures"
        hour_word, next_word = _EN_UNITS[hour], "noon" if hour == 11 else _EN_UNITS[hour + 1]
        times.append(Entry(f"{hour_word} o'clock", french_hour))
        times.append(Entry(f"quarter past {hour_word}", f"{french_hour} et quart"))
        times.append(Entry(f"half past {hour_word}", f"{french_hour} et demie"))
        times.append(Entry(f"quarter to {next_word}", f"{following} moins le quart"))
        for minutes in (5, 10, 20):
            times.append(
                Entry(
                    f"{_EN_UNITS[minutes] if minutes < 20 else 'twenty'} past {hour_word}",
                    f"{french_hour} {french_number(minutes)}",
                )
            )
            times.append(
                Entry(
                    f"{_EN_UNITS[minutes] if minutes < 20 else 'twenty'} to {next_word}",
                    f"{following} moins {french_number(minutes)}",
                )
            )
    return times


def _timetable() -> list[Entry]:
    """Times in digits: "2:15 pm" = "14 h 15"."""
    times = []
    for hour in range(6, 24):
        for minutes in range(0, 60, 5):
            clock = f"{(hour - 1) % 12 + 1}:{minutes:02d} {'am' if hour < 12 else 'pm'}"
            times.append(Entry(clock, f"{hour} h {minutes:02d}" if minutes else f"{hour} h"))
    return times


def _parts_of_day() -> list[Entry]:
    """Full hours with the part of the day: "six in the evening" = "six heures du soir"."""
    times = []
    for english_part, french_part, hours in (
        ("in the morning", "du matin", range(5, 12)),
        ("in the afternoon", "de l'après-midi", range(1, 7)),
    ):
        for hour in hours:
            times.append(
                Entry(
                    f"{_EN_UNITS[hour]} {english_part}",
                    f"{'une heure' if hour == 1 else _FR_UNITS[hour] + ' heures'} {french_part}",
                )
            )
    for hour in range(6, 12):
        times.append(Entry(f"{_EN_UNITS[hour]} in the evening", f"{_FR_UNITS[hour]} heures du soir"))
    return times


COUNTS = [_number(n) for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)]
DIGIT_COUNTS = [Entry(str(n), str(n)) for n in range(2, 100)]
NUMBERS = [_number(n) for n in range(2, 100) if n not in (21, 31, 41, 51, 61)]
CLOCK = _clock() + _parts_of_day()
TIMETABLE = _timetable()

PRICES = (
    [Entry(f"{n} euros", f"{n} euros") for n in range(2, 100)]
    + [Entry(f"{n} euros", f"{n} euros") for n in range(100, 500, 10)]
    + [Entry(f"{english_number(n)} euros", f"{french_number(n)} euros") for n in range(2, 100)]
    + [Entry(f"{english_number(n)} euros", f"{french_number(n)} euros") for n in range(100, 1000, 50)]
    + [Entry(f"€{n}.{cents}", f"{n},{cents} €") for n in range(1, 40) for cents in ("50", "90", "20")]
)

CHEAP_PRICES = [Entry(f"{n} euros", f"{n} euros") for n in range(2, 26)] + [
    Entry(f"€{n}.{cents}", f"{n},{cents} €") for n in range(1, 13) for cents in ("50", "90", "20")
]

_WEEKDAYS = {
    "Monday": "lundi",
    "Tuesday": "mardi",
    "Wednesday": "mercredi",
    "Thursday": "jeudi",
    "Friday": "vendredi",
    "Saturday": "samedi",
    "Sunday": "dimanche",
}
WEEKDAYS = [Entry(en, fr) for en, fr in _WEEKDAYS.items()]
_MONTHS = (
    "January/janvier February/février March/mars April/avril May/mai June/juin July/juillet August/août "
    "September/septembre October/octobre November/novembre December/décembre"
)
MONTHS = [Entry(*pair.split("/")) for pair in _MONTHS.split()]
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Without preposition: "May 1" = "le 1er mai"; the English rules write "on" before it.
DATES = [
    Entry(f"{month.en} {day}", f"le {'1er' if day == 1 else day} {month.fr}")
    for month, length in zip(MONTHS, _LENGTHS, strict=True)
    for day in range(1, length + 1)
]
YEARS = [Entry(str(year), str(year)) for year in range(1950, 2011)]
SEASONS = [
    Entry("in spring", "au printemps"),
    Entry("in summer", "en été"),
    Entry("in autumn", "en automne"),
    Entry("in winter", "en hiver"),
]


def _durations(units: str, counts: tuple[int, ...]) -> list[Entry]:
    """Durations "two weeks" = "deux semaines" with each count; a one is "a week" or "an hour"."""
    durations = []
    for line in units.split(";"):
        en, fr, gender = line.split("/")
        for count in counts:
            if count == 1:
                durations.append(Entry(f"a {en}", f"{'un' if gender == 'm' else 'une'} {fr}"))
            else:
                many = french.plural(fr)
                durations.append(
                    Entry(f"{english_number(count)} {english.plural(en)}", f"{french_number(count)} {many}")
                )
    return durations


STAYS = _durations("night/nuit/f;week/semaine/f", (1, 2, 3, 4, 5, 6)) + _durations(
    "day/jour/m;month/mois/m", (1, 2, 3, 4, 5, 6, 10)
)
WAITS = _durations("minute/minute/f", (5, 10, 15, 20, 30, 40, 45)) + _durations("hour/heure/f", (1, 2, 3, 4))
TRIPS = _durations("hour/heure/f", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
SPANS = _durations("hour/heure/f;week/semaine/f", (1, 2, 3, 4)) + _durations(
    "day/jour/m;month/mois/m;year/an/m", (2, 3, 4, 5, 6)
)
# A stay within one month: from May 3 to May 9.
DATE_RANGES = [
    Entry(f"from {month.en} {first} to {month.en} {last}", f"du {'1er' if first == 1 else first} au {last} {month.fr}")
    for month, length in zip(MONTHS, _LENGTHS, strict=True)
    for first in range(1, length - 1)
    for last in range(first + 2, min(first + 15, length) + 1)
]
TREATMENTS = _durations("day/jour/m;week/semaine/f", (2, 3, 4, 5, 6, 10))
