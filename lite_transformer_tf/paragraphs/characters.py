"""The classes of characters of docs/paragraphs.md; `Characters.kt` has the same ones."""

from __future__ import annotations

from itertools import chain

from lite_transformer_tf.text import normalization


def _between(*ranges: tuple[int, int]) -> frozenset[str]:
    """The characters from the first to the last code point of each range."""
    return frozenset(map(chr, chain.from_iterable(range(first, last + 1) for first, last in ranges)))


LINE_BREAKS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
SPACES = _between(*normalization.SPACES)
INVISIBLE = frozenset("\xad\u061c\u180e\u200b\u200e\u200f\ufeff") | _between(
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069)
)
MARKS = frozenset(".!?…؟‼⁇⁈⁉")
CLOSED_MARKS = frozenset("。！？｡।॥۔։።။។")
CLAUSE_MARKS = frozenset(",;:–—،؛")
CLOSED_CLAUSE_MARKS = frozenset("，、；：､")
APOSTROPHES = frozenset("'’")
QUOTES = APOSTROPHES | frozenset('"“”‘„‚«»‹›')
CLOSING = QUOTES | INVISIBLE | frozenset(")]}」』】）》〉")
OPENING = QUOTES | INVISIBLE | frozenset("([{¿¡「『【（《〈")
PUNCTUATION = (
    MARKS | CLOSED_MARKS | CLAUSE_MARKS | CLOSED_CLAUSE_MARKS | ((OPENING | CLOSING) - APOSTROPHES) | frozenset("<>")
)
PAIRS = dict(zip("([{<\"'“‘„‚«‹»›「『【（《〈", ")]}>\"'”’“‘»›«‹」』】）》〉", strict=True))
"""Opening character -> the one that closes it."""

JOINING = frozenset("\u200d") | _between((0x300, 0x36F), (0xFE00, 0xFE0F), (0x1F3FB, 0x1F3FF))
"""Characters that belong to the one before them."""

JOINER = "\u200d"


def is_cased(char: str) -> bool:
    """Whether a character lies in the blocks of the scripts that have capital letters in sentences."""
    return "A" <= char <= "\u024f" or "\u0370" <= char <= "\u058f" or "\u1e00" <= char <= "\u1fff"


def is_small(char: str) -> bool:
    return is_cased(char) and char.islower()


def is_letter(char: str) -> bool:
    """Whether it is a letter of a script with capitals."""
    return is_cased(char) and char.isalpha()


def is_digit(char: str) -> bool:
    return char.isdecimal() and char <= "\uffff"


def is_ideograph(char: str) -> bool:
    """Whether it is a word of its own: Chinese characters and kana."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff66" <= char <= "\uff9f"
        or "\U00020000" <= char <= "\U0003ffff"
    )
