"""Cuts a sentence that has more tokens than the model reads (docs/paragraphs.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lite_transformer_tf.paragraphs.characters import (
    CLAUSE_MARKS,
    CLOSED_CLAUSE_MARKS,
    JOINER,
    JOINING,
    MARKS,
)
from lite_transformer_tf.paragraphs.markup import Cell
from lite_transformer_tf.paragraphs.sentences import is_closing, is_space, skip_spaces

Range = tuple[int, int]
Cells = Sequence[Cell]

CHARACTERS_PER_TOKEN = 64
"""A text of more characters than this times the limit is too long without being counted."""

MARKS_OF_PARTS = CLAUSE_MARKS | MARKS - {"."}


def cut(cells: Cells, part: Range, tokens: Callable[[Cells], int], limit: int | None) -> Iterator[Range]:
    """The parts of a sentence, each of at most `limit` tokens.

    Args:
        cells: The text.
        part: Begin and end of the sentence.
        tokens: Counts the tokens of what the model reads of some cells.
        limit: Greatest number of tokens. None allows any number.
    """
    begin, end = part
    if limit is None:
        yield part
        return

    def count(place: int) -> int | None:
        """Tokens from `begin` to a place; None when there are too many."""
        if place - begin > CHARACTERS_PER_TOKEN * limit:
            return None
        found = tokens(cells[begin:place])
        return found if found <= limit else None

    while begin < end:
        place = _place(cells, begin, end, count, limit) if count(end) is None else end
        yield begin, place
        begin = place if place == end else skip_spaces(cells, place)


def _place(cells: Cells, begin: int, end: int, count: Callable[[int], int | None], limit: int) -> int:
    """Where a sentence that is too long is cut first."""
    end = min(end, begin + CHARACTERS_PER_TOKEN * limit + 1)  # what lies behind is too long without being looked at
    clause, length = _last(_clauses(cells, begin, end), count)
    if clause is not None and 4 * length >= limit:
        return clause
    for places in (_gaps(cells, begin, end), _characters(cells, begin, end)):
        place, _ = _last(places, count)
        if place is not None:
            return place
    return begin + 1  # one character alone has too many tokens


def _last(places: Iterator[int], count: Callable[[int], int | None]) -> tuple[int | None, int]:
    """The place before the first one that has too many tokens in front of it, and its number of tokens."""
    best, length = None, 0
    for place in places:
        found = count(place)
        if found is None:
            break
        best, length = place, found
    return best, length


def _clauses(cells: Cells, begin: int, end: int) -> Iterator[int]:
    """Ends of clauses."""
    for place in range(begin + 1, end):
        if cells[place - 1].char in CLOSED_CLAUSE_MARKS:
            yield place
        elif is_space(cells[place]):
            mark = place - 1
            while mark > begin and is_closing(cells[mark]):
                mark -= 1
            if cells[mark].char in MARKS_OF_PARTS:
                yield place


def _gaps(cells: Cells, begin: int, end: int) -> Iterator[int]:
    """Ends of words."""
    yield from (place for place in range(begin + 1, end) if is_space(cells[place]) and not is_space(cells[place - 1]))


def _characters(cells: Cells, begin: int, end: int) -> Iterator[int]:
    """Ends of characters, with the marks that belong to them."""
    for place in range(begin + 1, end):
        if cells[place].char not in JOINING and cells[place - 1].char != JOINER:
            yield place
