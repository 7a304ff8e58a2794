"""The one vocabulary of a language model: SentencePiece pieces or whole words, as the file's name says."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, read_limited
from lite_transformer_tf.text.dictionary_vocabulary import DictionaryVocabulary
from lite_transformer_tf.text.typed_words import LAST_LINE, TypedWords
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.word_vocabulary import WordVocabulary

AnyVocabulary: TypeAlias = Vocabulary | WordVocabulary | DictionaryVocabulary
PIECES_NAME, WORDS_NAME, DICTIONARY_NAME = "vocabulary.model", "vocabulary.txt", "vocabulary.json"


def vocabulary_file(vocabulary: AnyVocabulary) -> tuple[str, bytes]:
    """Name and bytes of a vocabulary's file."""
    if isinstance(vocabulary, WordVocabulary):
        return WORDS_NAME, vocabulary.content
    if isinstance(vocabulary, DictionaryVocabulary):
        return DICTIONARY_NAME, vocabulary.model
    return PIECES_NAME, vocabulary.model


def read_vocabulary(content: bytes, name: str) -> AnyVocabulary:
    """A vocabulary from the bytes of its file: words (`.txt`), a dictionary (`.json`), otherwise pieces.

    Words are typed words where the last line says so.

    Raises:
        ValueError: the bytes are not such a vocabulary.
    """
    if name.endswith(".json"):
        return DictionaryVocabulary.from_bytes(content, name)
    if not name.endswith(".txt"):
        return Vocabulary(content, name)
    typed = content.rstrip(b"\n").endswith(b"\n" + LAST_LINE.encode("ascii"))
    return (TypedWords if typed else WordVocabulary).from_bytes(content, name)


def save_vocabulary(vocabulary: AnyVocabulary, directory: PathLike) -> None:
    """Writes `vocabulary.model` (SentencePiece), `vocabulary.txt` (words) or `vocabulary.json` (imported)."""
    folder = Path(directory)
    name, _ = vocabulary_file(vocabulary)
    for other in {PIECES_NAME, WORDS_NAME, DICTIONARY_NAME} - {name}:
        (folder / other).unlink(missing_ok=True)
    vocabulary.save(folder / name)


def load_vocabulary(directory: PathLike, limits: Limits = DEFAULT_LIMITS) -> AnyVocabulary:
    """Reads what `save_vocabulary` wrote.

    Raises:
        FileNotFoundError: the directory has no such file.
        ValueError: the file is not a vocabulary of this library.
    """
    folder = Path(directory)
    for name in (WORDS_NAME, DICTIONARY_NAME):
        if (folder / name).is_file():
            return read_vocabulary(read_limited(folder / name, limits.vocabulary_bytes), name)
    if (folder / PIECES_NAME).is_file():
        return Vocabulary.load(folder / PIECES_NAME, limits)
    raise FileNotFoundError(
        f"A language model's directory must contain {PIECES_NAME!r} or {WORDS_NAME!r}. Received: {str(folder)!r}"
    )
