"""One sentence: what the model reads of it, and its spans put into the answer (docs/paragraphs.md)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from lite_transformer_tf.paragraphs import entities
from lite_transformer_tf.paragraphs.capitals import in_sentence_case
from lite_transformer_tf.paragraphs.characters import (
    CLAUSE_MARKS,
    CLOSED_CLAUSE_MARKS,
    CLOSED_MARKS,
    CLOSING,
    JOINING,
    MARKS,
    PAIRS,
    PUNCTUATION,
    SPACES,
    is_ideograph,
)
from lite_transformer_tf.paragraphs.markup import Cell, Kind, raw

BEHIND_A_WORD = MARKS | CLOSED_MARKS | CLAUSE_MARKS | CLOSED_CLAUSE_MARKS | CLOSING


@dataclass(frozen=True)
class Span:
    """A span that was taken out of a sentence.

    Attributes:
        raw: As it is written in the text.
        kind: OPEN, CLOSE or WORD.
        offset: Number of characters of `Sentence.plain` in front of it.
        apart: Whether white space, or an ideograph, stands in front of it, and behind it.
    """

    raw: str
    kind: Kind
    offset: int
    apart: tuple[bool, bool] = (False, False)


class Sentence:
    """A sentence, or a part of one.

    Args:
        cells: Its cells.
        is_unreadable: Whether it is one character of more tokens than the model reads. Defaults to `False`.

    Attributes:
        raw: As it is written in the text.
        plain: What the model reads: no spans, characters in place of entities, and not all in capitals.
        is_copied: Whether no model reads it: it is unreadable, or holds nothing but spans and punctuation.
    """

    def __init__(self, cells: Sequence[Cell], is_unreadable: bool = False) -> None:
        self.raw = raw(cells)
        self.plain, self.spans = _separate(cells)
        self._units = units(self.plain)
        words = [begin for begin, _ in self._units if self.plain[begin] not in PUNCTUATION]
        self.is_copied = is_unreadable or (bool(self.spans) and not words)

    def answer(self, translation: str, escaped: bool) -> str:
        """A translation of `plain` with every span in its place.

        Args:
            translation: What the model wrote.
            escaped: Whether `&`, `<`, `>` and no-break spaces of the translation become entities.
        """
        written, place = "", 0
        for span, target in zip(self.spans, self._places(translation), strict=True):
            written += _escaped(translation[place:target], escaped)
            written += _spaced(span, written, translation[target : target + 1])
            place = target
        return written + _escaped(translation[place:], escaped)

    def _places(self, translation: str) -> list[int]:
        """The offset of each span in a translation, in ascending order."""
        found, last = [], 0
        target = units(translation)
        opened: tuple[int, int] | None = None  # units before the last opening tag, here and in the translation
        for span in self.spans:
            before = self._units_before(span)
            mapped = self._mapped(before, len(target))
            if span.kind is Kind.CLOSE and opened is not None and before > opened[0]:
                mapped = max(mapped, min(opened[1] + 1, len(target)))
            if span.kind is Kind.OPEN:
                opened = before, mapped
            if span.kind is Kind.OPEN:
                place = target[mapped][0] if mapped < len(target) else len(translation)
            else:
                place = target[mapped - 1][1] if mapped else 0
            last = max(last, place)
            found.append(last)
        return found

    def _units_before(self, span: Span) -> int:
        """Units of the sentence in front of a span; one around it counts, unless the span is an opening tag."""
        if span.kind is Kind.OPEN:
            return bisect_right(self._units, span.offset, key=lambda unit: unit[1])
        return bisect_left(self._units, span.offset, key=lambda unit: unit[0])

    def _mapped(self, before: int, count: int) -> int:
        """The same part of a translation of `count` units; not its edge for a span inside the sentence."""
        total = len(self._units)
        if before == 0:
            return 0
        if before == total:
            return count
        mapped = (2 * before * count + total) // (2 * total)
        return min(max(mapped, 1), count - 1) if count > 1 else mapped


def units(text: str) -> list[tuple[int, int]]:
    """Begin and end of the units of a text: words, single ideographs, single punctuation marks."""
    found: list[tuple[int, int]] = []
    is_open = False  # whether the last unit is a word that may go on
    for place, char in enumerate(text):
        if char in SPACES:
            is_open = False
        elif found and found[-1][1] == place and char in JOINING:
            found[-1] = found[-1][0], place + 1
        elif char in PUNCTUATION or is_ideograph(char):
            found.append((place, place + 1))
            is_open = False
        elif is_open:
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
            is_open = True
    return found


def plain_text(cells: Sequence[Cell]) -> str:
    """What the model reads of some cells."""
    return _separate(cells)[0]


def _separate(cells: Sequence[Cell]) -> tuple[str, tuple[Span, ...]]:
    """The plain text of some cells, and the spans in it."""
    plain: list[str] = []
    spans: list[Span] = []
    place = 0
    for begin, end in _words(cells):
        _take(cells[place:begin], plain, spans)
        if end < len(cells) and cells[end].char in BEHIND_A_WORD:
            _drop_spaces(plain)
        apart = (begin > 0 and _is_apart(cells[begin - 1]), end < len(cells) and _is_apart(cells[end]))
        spans.append(Span(raw(cells[begin:end]), Kind.WORD, len(plain), apart))
        place = end
    _take(cells[place:], plain, spans)
    _drop_spaces(plain)
    return in_sentence_case("".join(plain)), tuple(spans)


def _take(cells: Sequence[Cell], plain: list[str], spans: list[Span]) -> None:
    """Moves cells to the plain text and the spans; white space on both sides of a span is left once."""
    for cell in cells:
        if cell.kind is not Kind.TEXT:
            spans.append(Span(cell.raw, cell.kind, len(plain)))
        elif not (cell.char in SPACES and spans and spans[-1].offset == len(plain) and _ends_in_space(plain)):
            plain.append(cell.char)


def _ends_in_space(plain: Sequence[str]) -> bool:
    return not plain or plain[-1] in SPACES


def _drop_spaces(plain: list[str]) -> None:
    while plain and plain[-1] in SPACES:
        plain.pop()


def _words(cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Begin and end of each span that stands for a word, with the brackets, quotes and tags that enclose it alone."""
    found: list[tuple[int, int]] = []
    for place, cell in enumerate(cells):
        if cell.kind is not Kind.WORD:
            continue
        first = found[-1][1] if found else 0
        begin, end = place, place + 1
        while begin > first and end < len(cells) and _encloses(cells[begin - 1], cells[end]):
            begin, end = begin - 1, end + 1
        found.append((begin, end))
    return found


def _encloses(opening: Cell, closing: Cell) -> bool:
    if opening.kind is Kind.OPEN:
        return closing.kind is Kind.CLOSE
    return bool(opening.char) and PAIRS.get(opening.char) == closing.char


def _is_apart(cell: Cell) -> bool:
    return cell.char in SPACES or (cell.char != "" and is_ideograph(cell.char))


def _spaced(span: Span, before: str, after: str) -> str:
    """A span with the spaces that it needs between the texts before and after it in the answer."""
    front = span.apart[0] and before != "" and _needs_space(before[-1])
    back = span.apart[1] and after != "" and _needs_space(after) and after not in PUNCTUATION
    return " " * front + span.raw + " " * back


def _needs_space(neighbour: str) -> bool:
    return neighbour not in SPACES and not is_ideograph(neighbour)


def _escaped(text: str, escaped: bool) -> str:
    return entities.escape(text) if escaped else text
