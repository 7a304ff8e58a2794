"""Sources as people write them: lower case, capitals, no final mark, other quotes, no accents, slips of the finger.

Each disturbance is a function of a text and of draws in [0, 1); targets are never disturbed. Needs no TensorFlow.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import Annotated

import numpy as np
from annotated_types import Interval

from lite_transformer_tf.settings import require, section

AnyShare = Annotated[float, Interval(ge=0, le=1)]
_FINAL = re.compile(r"[\s.!?…]+$")
_FIRST = re.compile(r"^[¿¡\s]+")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"'})
_GUILLEMETS = re.compile(r"«\s*|\s*»")
_OPENING = re.compile(r"(^|[\s(\[«])(['\"])")
_CURLY = {"'": ("‘", "’"), '"': ("“", "”")}
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "¿": "", "¡": ""}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_GERMAN = re.compile("[äöÄÖß]")
_LETTERS = re.compile(r"(?<=[^\W\d_])[^\W\d_]")


@section
class NoiseConfig:
    """How often training sources are disturbed, anew in every epoch; each a share of the sources that it changes.

    Disturbances are drawn independently, so that a source may meet several; only `lower_case` and `capitals` exclude
    each other. Targets stay as they are: the model learns to answer careless input with proper text.

    Args:
        lower_case: Everything in lower case.
        capitals: Everything in capitals.
        no_final_mark: Without the marks at the end (and, in Spanish, at the beginning).
        quotes: Straight quotes and apostrophes become curly, curly ones and guillemets straight.
        missing_accents: Letters without their accents; German umlauts in half of the cases as ae, oe, ue; Spanish
            sentences without the marks at their beginnings.
        doubled_letters: One letter of a word is typed twice.
        joined: Share of the pairs that stand in one line with another pair, source with source and target with target,
            where the first one ends with a mark on both sides.
    """

    lower_case: AnyShare = 0.0
    capitals: AnyShare = 0.0
    no_final_mark: AnyShare = 0.0
    quotes: AnyShare = 0.0
    missing_accents: AnyShare = 0.0
    doubled_letters: AnyShare = 0.0
    joined: AnyShare = 0.0

    def __post_init__(self) -> None:
        both = self.lower_case + self.capitals
        require(both <= 1, "capitals", "must be at most 1 together with lower_case", both)

    def __bool__(self) -> bool:
        return any(dataclasses.astuple(self))


def without_final_mark(text: str) -> str:
    """The text without marks at its end, and without Spanish ones at its beginning; as it is when nothing is left."""
    return _FIRST.sub("", _FINAL.sub("", text)) or text


def other_quotes(text: str) -> str:
    """Curly quotes and guillemets made straight; in a text without any, straight ones made curly."""
    straight = _GUILLEMETS.sub('"', text.translate(_STRAIGHT))
    if straight != text:
        return straight
    opened = _OPENING.sub(lambda found: found[1] + _CURLY[found[2]][0], text)
    return opened.replace("'", "’").replace('"', "”")


def without_accents(text: str, german: bool = False) -> str:
    """Letters without accents, ligatures spelt out, no opening marks; with `german`, umlauts are spelt ae, oe, ue."""
    spelt = text.translate(_UMLAUTS) if german else text
    letters = unicodedata.normalize("NFD", spelt.translate(_LIGATURES))
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def doubled_letter(text: str, draw: float) -> str:
    """The text with one of its letters, not the first of a word, typed twice; `draw` in [0, 1) chooses it."""
    places = [found.start() for found in _LETTERS.finditer(text)]
    if not places:
        return text
    place = places[int(draw * len(places))]
    return text[:place] + text[place] + text[place:]


def disturbed(text: str, names: frozenset[str], choice: float) -> str:
    """A text as it is written carelessly.

    Args:
        text: The source.
        names: What happens to it, fields of `NoiseConfig` without `joined`.
        choice: Draw in [0, 1) for what has several forms.
    """
    if "no_final_mark" in names:
        text = without_final_mark(text)
    if "quotes" in names:
        text = other_quotes(text)
    if "missing_accents" in names:
        text = without_accents(text, german=choice < 0.5 and _GERMAN.search(text) is not None)
    if "doubled_letters" in names:
        text = doubled_letter(text, choice)
    if "lower_case" in names:
        return text.lower()
    return text.upper() if "capitals" in names else text


def draw_noise(noise: NoiseConfig, count: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """(count,) bool for each disturbance but `joined`: which of `count` sources meet it."""
    case = generator.random(count)
    found = {
        "lower_case": case < noise.lower_case,
        "capitals": (case >= noise.lower_case) & (case < noise.lower_case + noise.capitals),
    }
    for name in ("no_final_mark", "quotes", "missing_accents", "doubled_letters"):
        found[name] = generator.random(count) < getattr(noise, name)
    return found


def draw_joined(noise: NoiseConfig, count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(J,) and (J,) numbers of `count` pairs that are joined, the first ones and those behind them; none twice."""
    number = round(noise.joined * count / 2)
    order = generator.permutation(count) if number else np.zeros(0, np.int64)
    return order[:number], order[number : 2 * number]
