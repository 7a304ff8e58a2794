"""A word-level vocabulary for text that is already tokenised, such as WikiText: words in order of frequency."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from lite_transformer_tf.files import PathLike, atomic_write_text
from lite_transformer_tf.limits import DEFAULT_LIMITS, read_limited
from lite_transformer_tf.text.model_file import SPECIAL_IDS
from lite_transformer_tf.text.normalization import LATEST, SCHEMAS, without_invisible

SPECIAL_WORDS = ("<s>", "<pad>", "<eos>", "<unk>")
SCHEMA_LINE = re.compile(r"text schema ([1-9][0-9]{0,8})")
"""The last line of a file, which no word can be, because it contains spaces. A file without it has schema 1."""


class WordVocabulary:
    """Words and their ids. White space of every kind separates words; nothing is normalised.

    The file is plain text in UTF-8 with one word per line; line n (from 0) is the word of id n. The first four are
    `<s>`, `<pad>`, `<eos>`, `<unk>`. The rest should be sorted by frequency, most frequent first, as an adaptive
    softmax needs. A last line, `text schema 2`, names the text schema (docs/text.md).

    Args:
        words: All words, the special ones first.
        name: Name in error messages, usually the file's name.
        text_schema: Version of the rules by which words are looked up.

    Raises:
        ValueError: the special words are not first, a word occurs twice, is empty or contains white space, or there is
            no such schema.

    Example:
        vocabulary = WordVocabulary.train(["the cat sat", "the dog sat"])
        vocabulary.decode(vocabulary.encode("the bird sat"))  # "the <unk> sat"
    """

    learnt_from = None  # nothing that `train` does not name in its arguments is left out
    bos_id = SPECIAL_IDS["bos_id"]
    pad_id = SPECIAL_IDS["pad_id"]
    eos_id = SPECIAL_IDS["eos_id"]
    unk_id = SPECIAL_IDS["unk_id"]

    def __init__(self, words: Sequence[str], name: str = "vocabulary", text_schema: int = LATEST) -> None:
        self.words = tuple(words)
        self.name = name
        self.text_schema = text_schema
        if text_schema not in SCHEMAS:
            rule = f"{name}: its text schema must be one of {sorted(SCHEMAS)}; others may need a newer version"
            raise ValueError(f"{rule} of this library. Received: {text_schema!r}")
        if self.words[:4] != SPECIAL_WORDS:
            raise ValueError(
                f"{name}: a word vocabulary must begin with {', '.join(SPECIAL_WORDS)}. "
                f"Received: {list(self.words[:4])!r}"
            )
        broken = next((word for word in self.words if word.split() != [word]), None)
        if broken is not None:
            raise ValueError(f"{name}: a word must not be empty or contain white space. Received: {broken!r}")
        self._ids = {word: i for i, word in enumerate(self.words)}
        if len(self._ids) != len(self.words):
            twice = next(word for word, count in Counter(self.words).items() if count > 1)
            raise ValueError(f"{name}: a word must occur once. Received: {twice!r}, which occurs twice")

    @classmethod
    def train(cls, sentences: Iterable[str], size: int | None = None, *, min_count: int = 1) -> WordVocabulary:
        """The words of the sentences, most frequent first, equally frequent ones in the order of their code points.

        Args:
            sentences: Texts, read once. The word `<unk>` in them is the unknown word; other special words are left out.
            size: Keep at most this many words, including the special ones. `None` keeps all.
            min_count: Leave out words that occur less often.

        Raises:
            ValueError: no sentence contains a word, or a number is too small.
        """
        if size is not None and size < 5:
            raise ValueError(
                f"A vocabulary's size must be at least 5: four special words and one other. Received: {size!r}"
            )
        if min_count < 1:
            raise ValueError(f"min_count must be at least 1. Received: {min_count!r}")
        counts: Counter[str] = Counter()
        for sentence in sentences:
            counts.update(sentence.split())
        for word in SPECIAL_WORDS:
            counts.pop(word, None)
        words = sorted(
            (word for word, count in counts.items() if count >= min_count), key=lambda word: (-counts[word], word)
        )
        if not words:
            raise ValueError(f"A vocabulary needs a sentence with words that occur {min_count} times. Received: none")
        return cls([*SPECIAL_WORDS, *words][:size])

    @classmethod
    def load(cls, path: PathLike) -> WordVocabulary:
        """Reads a vocabulary file.

        Raises:
            FileNotFoundError: there is none.
            ValueError: it is not UTF-8, or see the class.
        """
        file = Path(path)
        if not file.is_file():
            raise FileNotFoundError(
                f"A word vocabulary must be a text file with one word per line. "
                f"Received: {str(file)!r}, which does not exist"
            )
        return cls.from_bytes(read_limited(file, DEFAULT_LIMITS.vocabulary_bytes), file.name)

    @classmethod
    def from_bytes(cls, content: bytes, name: str = "vocabulary") -> WordVocabulary:
        """A vocabulary from the bytes of its file.

        Raises:
            ValueError: they are not UTF-8, or see the class.
        """
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"A word vocabulary must be UTF-8. Received: {name!r}, byte {error.start}: {error.reason}"
            ) from error
        words = text.removesuffix("\n").split("\n")
        found = SCHEMA_LINE.fullmatch(words[-1])
        return cls(words[:-1], name, int(found[1])) if found else cls(words, name, 1)

    def save(self, path: PathLike) -> None:
        """Writes the file, completely or not at all."""
        atomic_write_text(path, self._text)

    @property
    def _text(self) -> str:
        schema = [f"text schema {self.text_schema}"] if self.text_schema > 1 else []
        return "".join(f"{line}\n" for line in (*self.words, *schema))

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        return self._text.encode("utf-8")

    @property
    def size(self) -> int:
        """Number of words; ids are 0 to `size - 1`."""
        return len(self.words)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes."""
        return hashlib.sha256(self.content).hexdigest()

    def encode(self, text: str) -> list[int]:
        """Ids of the words, without `eos`; a word that is not in the vocabulary is `unk_id`.

        Schema 2 looks up an unknown word once more, without its invisible characters; if nothing is left, it is none.
        """
        ids, unknown = self._ids, self.unk_id
        words = text.split()
        if self.text_schema > 1:
            words = [word for word in map(self._visible, words) if word]
        return [ids.get(word, unknown) for word in words]

    def _visible(self, word: str) -> str:
        return word if word in self._ids else without_invisible(word)

    def decode(self, ids: Sequence[int]) -> str:
        """The words of `ids`, separated by spaces; `bos`, `pad` and `eos` have none.

        Raises:
            ValueError: an id is not in the vocabulary.
        """
        plain = [int(i) for i in ids]
        if plain and not 0 <= min(plain) <= max(plain) < self.size:
            raise ValueError(f"Ids must lie in [0, {self.size}). Received: {plain!r}")
        return " ".join(self.words[i] for i in plain if i not in (self.bos_id, self.pad_id, self.eos_id))

    def piece(self, id: int) -> str:
        """The word of an id."""
        if not 0 <= id < self.size:
            raise ValueError(f"An id must lie in [0, {self.size}). Received: {id!r}")
        return self.words[id]

    def __len__(self) -> int:
        return self.size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordVocabulary) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"WordVocabulary({self.name!r}, size={self.size})"
