"""Reads a text as cells: characters, and the spans that no model may change (docs/paragraphs.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from lite_transformer_tf.paragraphs import entities


class Kind(Enum):
    """What a cell is."""

    TEXT = auto()
    OPEN = auto()  # belongs to what follows
    CLOSE = auto()  # belongs to what precedes
    WORD = auto()  # stands for a word
    BREAK = auto()  # ends a sentence, as a line break does


class Cell(NamedTuple):
    """One character, or one span.

    Attributes:
        raw: As it is written in the text.
        char: The character that it stands for; empty for a span.
        kind: What it is.
    """

    raw: str
    char: str
    kind: Kind


_TAG = r"</?[A-Za-z][A-Za-z0-9:._-]*(?:[ \t\r\n][^<>]*)?/?>|<!--[^<>]*-->|<![A-Za-z][^<>]*>|<\?[A-Za-z][^<>]*\?>"
_URL = (
    r"(?<![A-Za-z0-9])(?:(?:[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp])://|[Ww][Ww][Ww]\.)"
    r"[-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%\u00c0-\u1fff]+"
)
_EMAIL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
_PLACEHOLDER = (
    r"\{\{[^\{\}<>\r\n]{1,64}\}\}|[$%]?\{[-A-Za-z0-9_.:,!%+#$@\[\]]{0,64}\}"
    r"|%\([A-Za-z_][A-Za-z0-9_]{0,63}\)[-+#0]{0,3}[0-9]{0,3}(?:\.[0-9]{1,3})?[diouxXeEfFgGcrsa](?![A-Za-z0-9])"
    r"|%(?:[0-9]{1,2}\$)?[-+#0]{0,3}[0-9]{0,3}(?:\.[0-9]{1,3})?(?:hh|h|ll|l|L|q|j|z|t)?"
    r"[diouxXeEfFgGaAcsS@](?![A-Za-z0-9])|%%"
)
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
SPAN = "|".join(f"({pattern})" for pattern in (_TAG, _URL, _EMAIL, _PLACEHOLDER, _ENTITY))
"""All spans: one regular expression, the same in Kotlin, with a group per kind."""

_SPAN = re.compile(SPAN)
_IS_TAG, _IS_URL, _IS_ENTITY = 1, 2, 5
_NAME = re.compile("[A-Za-z][A-Za-z0-9:._-]*")
_BEHIND_URL = frozenset(".,;:!?'،؛؟۔।॥։።។။")
_BRACKETS = {")": "(", "]": "["}
BREAKS = frozenset(
    "address article aside base blockquote body br caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main meta nav ol optgroup option p "
    "pre script section select style summary table tbody td textarea tfoot th thead title tr ul".split()
)
"""Names of tags that end a sentence."""

VOID = frozenset("area embed img input source track wbr".split())
"""Names of tags that stand for a word although nothing closes them."""


def read_cells(text: str) -> list[Cell]:
    """The cells of a text; their `raw` texts joined are the text."""
    cells: list[Cell] = []
    place = 0
    for begin, end, cell in _spans(text):
        cells += [Cell(char, char, Kind.TEXT) for char in text[place:begin]]
        cells.append(cell)
        place = end
    return cells + [Cell(char, char, Kind.TEXT) for char in text[place:]]


def raw(cells: Sequence[Cell]) -> str:
    return "".join(cell.raw for cell in cells)


def _spans(text: str) -> Iterator[tuple[int, int, Cell]]:
    """Begin, end and cell of each span."""
    place = 0
    while found := _SPAN.search(text, place):
        begin, place = found.span()
        if found.lastindex == _IS_URL:
            place = begin + len(_trimmed_url(found[0]))
        written = text[begin:place]
        yield begin, place, _cell(written, found.lastindex)


def _cell(written: str, group: int | None) -> Cell:
    if group == _IS_TAG:
        return Cell(written, "", _kind_of_tag(written))
    character = entities.character(written) if group == _IS_ENTITY else None
    return Cell(written, "", Kind.WORD) if character is None else Cell(written, character, Kind.TEXT)


def _kind_of_tag(tag: str) -> Kind:
    if tag.startswith("<!--"):
        return Kind.OPEN
    found = _NAME.search(tag)
    name = found[0].lower() if found else ""
    if name in BREAKS or tag.startswith(("<!", "<?")):
        return Kind.BREAK
    if tag.startswith("</"):
        return Kind.CLOSE
    return Kind.WORD if name in VOID or tag.endswith("/>") else Kind.OPEN


def _trimmed_url(url: str) -> str:
    """An address without the punctuation of the sentence at its end; brackets that it opens itself stay."""
    unpaired = {closing: url.count(closing) - url.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if unpaired.get(last, 0) > 0:
            unpaired[last] -= 1
        elif last not in _BEHIND_URL:
            break
        end -= 1
    return url[:end]
