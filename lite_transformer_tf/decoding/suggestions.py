"""Suggesting words while a text is typed (docs/suggestions.md), with anything that completes texts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.decoding.completion import Completer, ReadText
from lite_transformer_tf.decoding.turns import Turns, whole_call
from lite_transformer_tf.text.typed_words import BEGUN, TypedWords, fold, is_word, typed

LONGEST, DROPPED = 48, 16
"""Tokens of a sentence that the model reads at most, and how many of the first ones are left out at a time."""


class Suggester:
    """Suggests whole words: the next ones behind a space, otherwise completions of the word that is being typed.

    A key costs at most one run of the model: what has been read is kept, and nothing is read before a word has ended.
    Use a suggester of its own for each text field, so that texts do not take turns.

    Thread-safe: `suggest` waits for the calls of other threads, and of other users of the completer.

    Args:
        completer: Completer of a language model with a vocabulary of typed words.

    Raises:
        ValueError: The vocabulary is of another kind.

    Example:
        suggester = Suggester(lt.open_bundle("next-words-en.ltpk"))
        suggester.suggest("How are y")  # ["you", "your", "you're"]
    """

    def __init__(self, completer: Completer) -> None:
        vocabulary = completer.vocabulary
        if not isinstance(vocabulary, TypedWords):
            rule = "Suggestions need a language model with vocabulary.kind: typed"
            raise ValueError(f"{rule}. Received: one with {type(vocabulary).__name__}")
        self._completer, self._vocabulary = completer, vocabulary
        words = sorted((fold(word), i) for i, word in enumerate(vocabulary.words) if is_word(word))
        self._folded = [word for word, _ in words]
        self._ids = np.array([i for _, i in words], np.int64)
        self._limit = LONGEST if completer.capacity is None else min(LONGEST, completer.capacity - 1)
        self._reader = _Reader(completer)

    @property
    def turns(self) -> Turns:
        """Turns of the completer."""
        return self._completer.turns

    @whole_call
    def suggest(self, text: str, count: int = 3) -> list[str]:
        """Words for the end of a text, the likeliest first.

        Args:
            text: The text up to the cursor; it may be empty.
            count: Largest number of words. Defaults to `3`.

        Returns:
            At most `count` words: fewer where the vocabulary has no more, none where no word may begin, as behind a
            comma or a digit. In a word that has begun, each begins with its letters in the user's case.

        Raises:
            ValueError: `count` is not positive, or `text` contains a lone surrogate.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1. Received: {count!r}")
        context, begun = typed(text)
        tokens = self._recent(self._vocabulary.ids_of(context))
        if begun is None:
            if tokens:
                self._reader.read(tokens[:-1])  # so that the next key has one token to read, not two
            return []
        ids = self._candidates(fold(begun))
        if not len(ids):
            return []
        row = self._reader.read(tokens)
        found: list[str] = []
        for place in np.argsort(-row[ids], kind="stable"):
            word = spelt(self._vocabulary.words[ids[place]], begun, first=not context)
            if word != begun:
                found.append(word)
            if len(found) == count:
                break
        return found

    def _candidates(self, prefix: str) -> np.ndarray:
        """Ids of the words that begin with a folded prefix, ascending."""
        first, last = (bisect_left(self._folded, bound) for bound in (prefix, f"{prefix}\U0010ffff"))
        return np.sort(self._ids[first:last])

    def _recent(self, ids: list[int]) -> list[int]:
        """The last tokens of a sentence that is longer than the model reads."""
        more = len(ids) - self._limit
        return ids if more <= 0 else ids[-(-more // DROPPED) * DROPPED :]


def spelt(word: str, begun: str, *, first: bool) -> str:
    """A word of the vocabulary as it is suggested.

    Args:
        word: Its spelling within sentences.
        begun: What has been typed of it.
        first: Whether it is the first word of a sentence.
    """
    if not begun:
        return word[:1].upper() + word[1:] if first else word
    if begun == begun.lower():
        return word
    rest = word[len(begun) :]
    return begun + (rest.upper() if len(begun) > 1 and begun == begun.upper() else rest)


def accept(text: str, word: str) -> str:
    """The text when a suggestion is picked: the word that has begun becomes the suggestion, and a space follows."""
    begun = BEGUN.search(text)
    return f"{text[: begun.start()] if begun else text}{word} "


class _Reader:
    """The sentence that was read last, and the log-probabilities behind each of its tokens."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._text: ReadText | None = None
        self._ids: list[int] = []
        self._rows: dict[int, np.ndarray] = {}

    def read(self, ids: Sequence[int]) -> np.ndarray:
        """Log-probabilities of the token behind `ids`; at most one run of the model if one token is new."""
        ids, known, text = list(ids), self._ids, self._text
        if text is not None and ids == known:
            return text.log_probabilities
        if text is not None and ids == known[: len(ids)] and len(ids) in self._rows:
            return self._rows[len(ids)]
        self._text = None  # a run that fails leaves nothing behind
        if text is None or ids[: len(known)] != known:
            text = self._completer.start([self._completer.vocabulary.eos_id, *ids])
            self._ids, self._rows = ids, {}
        for token in ids[len(self._ids) :]:
            self._rows[len(self._ids)] = text.log_probabilities
            text.step(token)
            self._ids.append(token)
        self._text = text
        return text.log_probabilities
