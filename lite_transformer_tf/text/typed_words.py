"""The words of a text as people type it, and a vocabulary of them: what next-word suggestions read.

docs/suggestions.md has the rules; the phone's `TypedWords` follows them too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lite_transformer_tf.text.normalization import SCHEMAS
from lite_transformer_tf.text.word_vocabulary import SPECIAL_WORDS, WordVocabulary

SCHEMA = 2
"""The text schema by which a text is normalised before it is split."""
LAST_LINE = f"typed words, text schema {SCHEMA}"
"""The last line of a vocabulary's file, which no word can be."""
NUMBER = "0"
"""The token of every number."""
ABBREVIATIONS = "mrs|mr|ms|dr|st|prof|jr|sr"
"""Words whose full stop belongs to them."""

LETTERS = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0300-\u1fff\u2c00-\u2dff\u3040-\ud7ff"
    "\uf900-\ufaff\U00010000-\U0001efff"
)
"""What counts as a letter; ranges, so that no version of Unicode changes a word."""
WORD = f"[{LETTERS}][{LETTERS}0-9]*(?:['\u2019-][{LETTERS}0-9]+)*"
TOKEN = re.compile(
    rf"(?P<word>(?:[A-Za-z]\.){{2,}}|(?i:{ABBREVIATIONS})\.|{WORD})|(?P<number>[0-9][{LETTERS}0-9]*(?:[.,:/-][0-9]+)*)"
    r"|(?P<end>[.!?]+)|(?P<mark>[,;:])"
)
BEGUN = re.compile(rf"{WORD}['\u2019-]?\Z")
LINE_BREAKS = re.compile(r"[\n\r]+")
OPENING = " \"'(\u2018\u201c"
"""Characters behind which a word may begin."""


class Typed(NamedTuple):
    """What a text that is being typed ends in.

    Args:
        context: Words and marks of the sentence so far, folded, without the word that is being typed.
        begun: The word that is being typed, as typed; empty where a word may begin, `None` where none may.
    """

    context: tuple[str, ...]
    begun: str | None


def fold(word: str) -> str:
    """The form in which words are compared: lower case, with straight apostrophes."""
    return word.replace("\u2019", "'").lower()


def is_word(token: str) -> bool:
    """Whether a token is a word, and not a mark or a number."""
    return re.match(f"[{LETTERS}]", token) is not None


def _tokens(text: str) -> list[tuple[str, bool]]:
    """The tokens of a normalised text as they are written, and whether each may end a sentence."""
    found: list[tuple[str, bool]] = []
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "number":
            token = NUMBER
        elif kind == "end":
            token = "?" if "?" in token else "!" if "!" in token else "." if token == "." else "..."
        found.append((token, kind == "end"))
    return found


def sentences(text: str) -> list[list[str]]:
    """The tokens of a text as they are written, sentence by sentence.

    A sentence ends with `.`, `!`, `?` or `...`, or with the line. Words, numbers (as `NUMBER`) and the marks `, ; :`
    are tokens; all else only separates them.

    Raises:
        ValueError: `text` contains a lone surrogate.
    """
    found: list[list[str]] = []
    for line in LINE_BREAKS.split(text):
        ended = True
        for token, ends in _tokens(SCHEMAS[SCHEMA].normalize(line)):
            if ended:
                found.append([])
            found[-1].append(token)
            ended = ends
    return found


def typed(text: str) -> Typed:
    """The sentence that a text ends in, and the word that is being typed.

    Raises:
        ValueError: `text` contains a lone surrogate.
    """
    line = SCHEMAS[SCHEMA].normalize(LINE_BREAKS.split(text)[-1])
    match = BEGUN.search(line)
    begun = match.group() if match else "" if not line or line[-1] in OPENING else None
    context: list[str] = []
    ended = False
    for token, ends in _tokens(line[: match.start()] if match else line):
        if ended:
            context = []
        context.append(fold(token))
        ended = ends
    return Typed(() if ended else tuple(context), begun)


class TypedWords(WordVocabulary):
    """A vocabulary of words as people type them: a text is split by the rules of `sentences`, and case is not heeded.

    Each word is stored in the spelling that it has within sentences (`the`, `Tom`, `I'm`), which suggestions show.

    Args:
        words: All words, the special ones first, no two of which differ only in case.
        name: Name in error messages, usually the file's name.

    Raises:
        ValueError: Two words differ only in case, or see `WordVocabulary`.

    Example:
        vocabulary = TypedWords.train(["Tom saw me.", "I saw Tom."])
        vocabulary.encode("i saw TOM!")  # the ids of I, saw, Tom and <unk>
    """

    def __init__(self, words: Sequence[str], name: str = "vocabulary") -> None:
        super().__init__(words, name, SCHEMA)
        self._folded = {fold(word): i for i, word in enumerate(self.words)}
        if len(self._folded) != len(self.words):
            twice = next(word for i, word in enumerate(self.words) if self._folded[fold(word)] != i)
            raise ValueError(f"{name}: no two words may differ only in case. Received: {twice!r} twice")

    @classmethod
    def train(cls, sentences: Iterable[str], size: int | None = None, *, min_count: int = 1) -> TypedWords:
        """The words of the texts, most frequent first, equally frequent ones in the order of their code points.

        Args:
            sentences: Texts, read once.
            size: Keep at most this many words, including the special ones. `None` keeps all.
            min_count: Leave out words that occur less often.

        Raises:
            ValueError: No text contains a word, or a number is too small.
        """
        counts: Counter[str] = Counter()
        inside: dict[str, Counter[str]] = {}
        for text in sentences:
            for sentence in _sentences(text):
                counts.update(map(fold, sentence))
                for token in sentence[1:]:
                    inside.setdefault(fold(token), Counter())[token.replace("\u2019", "'")] += 1
        folded = WordVocabulary.train(_repeated(counts), size, min_count=min_count)
        return cls([*SPECIAL_WORDS, *(_spelling(word, inside.get(word)) for word in folded.words[4:])])

    @classmethod
    def from_bytes(cls, content: bytes, name: str = "vocabulary") -> TypedWords:
        """A vocabulary from the bytes of its file.

        Raises:
            ValueError: They are not UTF-8, have another last line, or see the class.
        """
        lines = content.removesuffix(b"\n").split(b"\n")
        if lines[-1] != LAST_LINE.encode("ascii"):
            rule = f"{name}: the last line of a vocabulary of typed words must be {LAST_LINE!r}"
            raise ValueError(f"{rule}. Received: {lines[-1]!r}")
        return cls(WordVocabulary.from_bytes(b"\n".join(lines[:-1]), name).words, name)

    @property
    def _text(self) -> str:
        return "".join(f"{line}\n" for line in (*self.words, LAST_LINE))

    def encode(self, text: str) -> list[int]:
        """Ids of the tokens, with `eos` between sentences, and none at the end."""
        ids: list[int] = []
        for sentence in _sentences(text):
            ids += [self.eos_id] if ids else []
            ids += self.ids_of(map(fold, sentence))
        return ids

    def ids_of(self, tokens: Iterable[str]) -> list[int]:
        """Ids of folded tokens; one that is not in the vocabulary is `unk_id`."""
        return [self._folded.get(token, self.unk_id) for token in tokens]

    def decode(self, ids: Sequence[int]) -> str:
        """The words of `ids`, separated by spaces, marks without a space in front.

        Raises:
            ValueError: An id is not in the vocabulary.
        """
        return re.sub(r" ([,;:.!?])", r"\1", super().decode(ids))


_sentences = sentences


def _repeated(counts: Counter[str]) -> Iterable[str]:
    """Texts in which each word occurs as often as it was counted."""
    return (" ".join([word] * count) for word, count in counts.items())


def _spelling(word: str, spellings: Counter[str] | None) -> str:
    """The most frequent spelling of a folded word, on a tie the first by code points; itself if it has none."""
    found = max(sorted(spellings), key=spellings.__getitem__) if spellings else word
    return found if len(found) == len(word) else word
