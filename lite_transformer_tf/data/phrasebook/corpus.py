"""Reads the phrasebook: a table for each topic, a row for each sentence, a column for each language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lite_transformer_tf.data.everyday_phrases.corpus import SPLITS, position
from lite_transformer_tf.data.travel_phrases.corpus import Pair

LANGUAGES = ("en", "fr", "de", "es")
HELD_OUT = 33
"""One of this many rows is in "valid", and one in "test"."""
ESSENTIALS = "essentials"
"""The topic of phrases that must never be wrong: all of its rows are in "train"."""


@lru_cache(maxsize=1)
def _rows() -> dict[str, tuple[tuple[str, dict[str, str]], ...]]:
    """Topic and sentences of each row, by split, in mixed order."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {split: [] for split in SPLITS}
    for path in sorted(Path(__file__).parent.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = dict(zip(LANGUAGES, line.split("\t"), strict=True))
            place = HELD_OUT if path.stem == ESSENTIALS else position(row["en"]) % HELD_OUT
            found[{0: "valid", 1: "test"}.get(place, "train")].append((path.stem, row))
    return {split: tuple(sorted(rows, key=lambda row: position(row[1]["en"]))) for split, rows in found.items()}


def phrasebook(language: str, split: str = "train") -> list[Pair]:
    """English sentences of every day with their translations; the same ones in the same order in every process.

    A row's split is the same for all languages. No sentence of any language is in two splits.

    Args:
        language: `"fr"`, `"de"` or `"es"`.
        split: `"train"`, or one row of 33 each for `"valid"` and `"test"`; the essentials are all in `"train"`.

    Returns:
        The pairs, in mixed order, with their topics.

    Raises:
        ValueError: The language or the split is unknown.
    """
    if language not in LANGUAGES[1:]:
        raise ValueError(f"A language of the phrasebook must be one of {LANGUAGES[1:]}. Received: {language!r}")
    if split not in SPLITS:
        raise ValueError(f"A split of the phrasebook must be one of {SPLITS}. Received: {split!r}")
    return [Pair(row["en"], row[language], topic) for topic, row in _rows()[split]]


def essentials(language: str) -> list[Pair]:
    """The phrases that must never be wrong, as cries for help: a part of `phrasebook(language)` to be drawn more often.

    Args:
        language: `"fr"`, `"de"` or `"es"`.

    Raises:
        ValueError: The language is unknown.
    """
    return [pair for pair in phrasebook(language) if pair.topic == ESSENTIALS]
