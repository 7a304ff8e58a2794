"""Sentences written all in capitals, as a model reads them (docs/paragraphs.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lite_transformer_tf.paragraphs.characters import PUNCTUATION, SPACES, is_digit, is_letter, is_small

FEWEST = 4
"""A sentence of fewer capitals may be an abbreviation: NO, USA."""

UNDECIDED = frozenset("ªºß")
"""Small letters that stand among capitals too: 2º PISO, STRAßE."""


def is_capital(char: str) -> bool:
    """Whether a letter has a small one, a single character."""
    small = char.lower()
    return is_letter(char) and small != char and len(small) == 1


def in_sentence_case(text: str) -> str:
    """A text all in capitals with small letters behind its first letter; another text as it is.

    Args:
        text: What a model is asked to read. Its length stays, and so do the word I and words with digits.
    """
    if any(is_small(char) and char not in UNDECIDED for char in text):
        return text  # most texts end here, at their second letter
    capitals = [is_capital(char) for char in text]
    count = sum(capitals)
    if count < FEWEST:
        return text
    if 4 * count < 3 * sum(char not in SPACES and char not in PUNCTUATION and not is_digit(char) for char in text):
        return text  # a name in another script
    stay = {next(place for place, char in enumerate(text) if is_letter(char))}
    for begin, end in _words(text):
        if text[begin:end] == "I" or any(map(is_digit, text[begin:end])):
            stay.update(range(begin, end))
    return "".join(
        char.lower() if capital and place not in stay else char
        for place, (char, capital) in enumerate(zip(text, capitals, strict=True))
    )


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of letters and digits."""
    begin = 0
    for belongs, run in groupby(text, lambda char: is_letter(char) or is_digit(char)):
        end = begin + len(list(run))
        if belongs:
            yield begin, end
        begin = end
