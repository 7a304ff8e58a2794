"""Keystroke savings, the usual measure of word prediction: how many keys suggestions spare (docs/suggestions.md).

Trnka and McCoy (2008), Evaluating Word Prediction: Framing Keystroke Savings, define it. Fowler et al. (2015), Effects
of Language Modeling and its Personalization on Touchscreen Typing Performance, use it for keyboards.
Federated Learning for Mobile Keyboard Prediction (Hard et al. 2018) counts the next words shown before any letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.text.normalization import normalize
from lite_transformer_tf.text.typed_words import TOKEN, TypedWords, fold, is_word

Suggest = Callable[[str, int], list[str]]
"""The words that are shown for the text up to the cursor, at most so many; `Suggester.suggest` is one."""


@dataclass(frozen=True)
class Keystrokes:
    """Keys that were needed for some texts.

    Args:
        characters: Keys without suggestions: the characters of the texts.
        keys: Keys with them.
        words: Words of the texts.
        picked: Words that were picked from the suggestions.
        first, shown: Words that were the first suggestion, or one of them, before their first letter.
    """

    characters: int = 0
    keys: int = 0
    words: int = 0
    picked: int = 0
    first: int = 0
    shown: int = 0

    def __add__(self, other: Keystrokes) -> Keystrokes:
        return Keystrokes(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def savings(self) -> float:
        """Keystroke savings in percent."""
        return 100 * (1 - self.keys / self.characters) if self.characters else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Figures for a report."""
        share = 100 / max(self.words, 1)
        return {
            "keystroke_savings": self.savings,
            "picked": share * self.picked,
            "next_word_first": share * self.first,
            "next_word_shown": share * self.shown,
            **vars(self),
        }


def readable(text: str) -> str:
    """A text as it is typed: normalised, with single spaces and straight apostrophes."""
    return " ".join(normalize(text).replace("\u2019", "'").split())


def type_text(text: str, suggest: Suggest, count: int = 3) -> Keystrokes:
    """Types a text with a user who picks a word as soon as it is shown.

    A pick is one key. It enters the word and the space behind it, if one follows; before a mark there is none, as
    keyboards take it back. A word is shown when a suggestion equals it in every character. Shift is not a key.

    Args:
        text: The text, see `readable`.
        suggest: What is shown.
        count: Number of words that are shown. Defaults to `3`.
    """
    ends = {match.start(): match.end() for match in TOKEN.finditer(text) if is_word(match.group())}
    place = keys = picked = first = shown = 0
    begin = end = 0  # of the word at `place`
    while place < len(text):
        if place in ends:
            begin, end = place, ends[place]
        if place < end:
            words = suggest(text[:place], count)
            found = text[begin:end] in words
            if place == begin:
                first += words[:1] == [text[begin:end]]
                shown += found
            if found:
                picked += 1
                place = end + (text[end : end + 1] == " ")
                keys += 1
                continue
        place += 1
        keys += 1
    return Keystrokes(len(text), keys, len(ends), picked, first, shown)


def keystrokes(texts: Iterable[str], suggest: Suggest, count: int = 3) -> Keystrokes:
    """The same for texts, each typed into an empty field."""
    return sum((type_text(readable(text), suggest, count) for text in texts), Keystrokes())


def perfect(vocabulary: TypedWords, text: str) -> Suggest:
    """What nothing can surpass: each word of a text is shown at once if it is in the vocabulary in that spelling.

    The first word of a sentence may also be capitalised.
    """
    known = {fold(word): word for word in vocabulary.words}
    tokens = {match.start(): match.group() for match in TOKEN.finditer(text)}

    def suggest(before: str, count: int) -> list[str]:
        word = tokens.get(len(before), "")
        spelling = known.get(fold(word), "")
        return [word] if word and word in (spelling, spelling[:1].upper() + spelling[1:]) else []

    return suggest
