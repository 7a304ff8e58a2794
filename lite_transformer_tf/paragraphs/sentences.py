"""Finds the sentences of a text by rules that are the same on every device (docs/paragraphs.md)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lite_transformer_tf.paragraphs.abbreviations import Abbreviations
from lite_transformer_tf.paragraphs.characters import (
    CLOSED_MARKS,
    CLOSING,
    LINE_BREAKS,
    MARKS,
    OPENING,
    SPACES,
    is_digit,
    is_letter,
    is_small,
)
from lite_transformer_tf.paragraphs.markup import Cell, Kind, raw, read_cells

NARROW_SPACES = frozenset(" \xa0\u202f")
SPACED_QUOTES = frozenset("»›")
WITHOUT_SPACES = frozenset("zh ja th lo km my".split())


class Piece(NamedTuple):
    """A sentence, without white space around it, and what stands between it and the next one, or behind the last."""

    sentence: str
    separator: str


def language_of(code: str) -> str:
    """The language of a code such as `pt-BR`."""
    return code.partition("-")[0].partition("_")[0].lower()


def has_spaces(code: str) -> bool:
    """Whether spaces stand between the sentences of a language."""
    return language_of(code) not in WITHOUT_SPACES


def is_space(cell: Cell) -> bool:
    return cell.char in SPACES


def is_break(cell: Cell) -> bool:
    """Whether a cell ends a sentence whatever stands around it."""
    return cell.kind is Kind.BREAK or cell.char in LINE_BREAKS


def is_closing(cell: Cell) -> bool:
    return cell.kind is Kind.CLOSE or cell.char in CLOSING


def is_opening(cell: Cell) -> bool:
    return cell.kind is Kind.OPEN or cell.char in OPENING


class SentenceSplitter:
    """Finds the sentences of texts.

    Args:
        language: Code of the language of the texts, such as "en" or "pt-BR"; it decides which abbreviations are known.
            Defaults to "": those that all languages have.

    Example:
        SentenceSplitter("en").split("Mr. Smith left. He ran!") == [Piece("Mr. Smith left.", " "), Piece("He ran!", "")]
    """

    def __init__(self, language: str = "") -> None:
        self._abbreviations = Abbreviations(language_of(language))

    def split(self, text: str) -> list[Piece]:
        """The sentences of a text; joined with their separators, they are the text but what precedes the first."""
        cells = read_cells(text)
        ranges = self.ranges(cells)
        return [
            Piece(raw(cells[begin:end]), raw(cells[end:following]))
            for (begin, end), (following, _) in pairwise([*ranges, (len(cells), len(cells))])
        ]

    def ranges(self, cells: Sequence[Cell]) -> list[tuple[int, int]]:
        """Begin and end of each sentence."""
        found = []
        begin = skip_breaks(cells, 0)
        while begin < len(cells):
            end = self._end(cells, begin)
            found.append((begin, end))
            begin = skip_breaks(cells, end)
        return found

    def _end(self, cells: Sequence[Cell], begin: int) -> int:
        place = begin
        while place < len(cells) and not is_break(cells[place]):
            mark = place
            place += 1
            if cells[mark].char in MARKS or cells[mark].char in CLOSED_MARKS:
                place = skip_closing(cells, place)
                closed = any(cell.char in CLOSED_MARKS for cell in cells[mark:place])
                if closed or self._ends(cells, begin, mark, place):
                    return place
        return trimmed(cells, begin, place)

    def _ends(self, cells: Sequence[Cell], begin: int, mark: int, end: int) -> bool:
        """Whether the mark, with what closes it up to `end`, ends the sentence that began at `begin`."""
        if end == len(cells) or is_break(cells[end]):
            return True
        if not is_space(cells[end]):
            return False
        following = skip_spaces(cells, end)
        if following == len(cells) or any(is_break(cell) for cell in cells[end : following + 1]):
            return True
        if self._begins_small(cells, following):
            return False
        return not (cells[mark].char == "." and self._is_abbreviated(cells, begin, mark, following))

    @staticmethod
    def _begins_small(cells: Sequence[Cell], place: int) -> bool:
        while place < len(cells) and is_opening(cells[place]):
            place += 1
        return place < len(cells) and is_small(cells[place].char)

    def _is_abbreviated(self, cells: Sequence[Cell], begin: int, mark: int, following: int) -> bool:
        first = mark
        while first > begin and _is_of_word(cells[first - 1]):
            first -= 1
        word = "".join(cell.char for cell in cells[first:mark])
        if len(word) == 1 and is_letter(word) and word != "I":
            return True
        if word and all(is_digit(char) for char in word):
            begins = all(is_opening(cell) for cell in cells[begin:first])
            return begins or (self._abbreviations.has_ordinals and len(word) <= 2)
        return self._abbreviations.has(word.lower(), is_digit(cells[following].char))


def _is_of_word(cell: Cell) -> bool:
    return cell.kind is Kind.TEXT and not is_space(cell) and not is_opening(cell)


def skip_breaks(cells: Sequence[Cell], place: int) -> int:
    """The first place from `place` on that holds neither white space nor a tag that ends sentences."""
    while place < len(cells) and (is_space(cells[place]) or is_break(cells[place])):
        place += 1
    return place


def skip_spaces(cells: Sequence[Cell], place: int) -> int:
    while place < len(cells) and is_space(cells[place]):
        place += 1
    return place


def skip_closing(cells: Sequence[Cell], place: int) -> int:
    """The end of the quotes, brackets, closing tags and further marks behind a mark."""
    while place < len(cells):
        cell = cells[place]
        if is_closing(cell) or cell.char in MARKS or cell.char in CLOSED_MARKS:
            place += 1
        elif cell.char in NARROW_SPACES and _spaced_quote(cells, place + 1):
            place += 2
        else:
            break
    return place


def _spaced_quote(cells: Sequence[Cell], place: int) -> bool:
    """Whether a French closing quote, which has a space in front, stands here: white space or the end follows it."""
    if place >= len(cells) or cells[place].char not in SPACED_QUOTES:
        return False
    return place + 1 == len(cells) or is_space(cells[place + 1]) or is_break(cells[place + 1])


def trimmed(cells: Sequence[Cell], begin: int, end: int) -> int:
    """`end` without the white space in front of it."""
    while end > begin and is_space(cells[end - 1]):
        end -= 1
    return end
