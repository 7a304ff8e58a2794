"""How many pieces a text supports: each must occur often enough to be learnt from."""

from __future__ import annotations

from collections.abc import Iterable

RESERVED = 4 + 256  # special and byte pieces
CHARACTERS_PER_PIECE = 50  # a piece of two characters or more then occurs some six or seven times, in the median


def supported_size(sentences: Iterable[str], largest: int) -> int:
    """The size of a vocabulary for a text, at most `largest`.

    The largest vocabulary that SentencePiece can make of a small text has most of its pieces from one or two places,
    whole words and phrases, of which a model learns nothing for other texts. So a text may have, besides the special
    pieces, the bytes and its characters, one piece for every 50 characters; a sentence that occurs again does not count
    again. On 200 pairs of sentences this gives some 600 pieces, of which 80 % occur five times or more; SentencePiece's
    largest has 1,250, of which 25 % do (`tests/text/test_vocabulary_size.py`).

    Args:
        sentences: Normalised texts, read only as far as needed.
        largest: Size to be had from a text that is large enough.

    Returns:
        The number of pieces, with the 4 special and 256 byte pieces.
    """
    seen: set[str] = set()
    alphabet = {" "}  # SentencePiece begins every text with one
    characters = 0
    for sentence in sentences:
        if sentence not in seen:
            seen.add(sentence)
            alphabet.update(sentence)
            characters += len(sentence)
            if RESERVED + characters // CHARACTERS_PER_PIECE >= largest:
                return largest
    return min(largest, RESERVED + len(alphabet) + characters // CHARACTERS_PER_PIECE)
