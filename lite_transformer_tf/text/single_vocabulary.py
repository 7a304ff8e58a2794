"""The one vocabulary of a language model: SentencePiece pieces or whole words, as the file's name says."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.word_vocabulary import WordVocabulary

AnyVocabulary: TypeAlias = Vocabulary | WordVocabulary
PIECES_NAME, WORDS_NAME = "vocabulary.model", "vocabulary.txt"


def vocabulary_file(vocabulary: AnyVocabulary) -> tuple[str, bytes]:
    """Name and bytes of a vocabulary's file."""
    if isinstance(vocabulary, WordVocabulary):
        return WORDS_NAME, vocabulary.content
    return PIECES_NAME, vocabulary.model


def read_vocabulary(content: bytes, name: str) -> AnyVocabulary:
    """A vocabulary from the bytes of its file: words when the name ends with `.txt`, otherwise pieces.

    Raises:
        ValueError: the bytes are not such a vocabulary.
    """
    return WordVocabulary.from_bytes(content, name) if name.endswith(".txt") else Vocabulary(content, name)


def save_vocabulary(vocabulary: AnyVocabulary, directory: PathLike) -> None:
    """Writes `vocabulary.model` (SentencePiece) or `vocabulary.txt` (words) into a directory."""
    folder = Path(directory)
    name, other = (WORDS_NAME, PIECES_NAME) if isinstance(vocabulary, WordVocabulary) else (PIECES_NAME, WORDS_NAME)
    (folder / other).unlink(missing_ok=True)
    vocabulary.save(folder / name)


def load_vocabulary(directory: PathLike) -> AnyVocabulary:
    """Reads what `save_vocabulary` wrote.

    Raises:
        FileNotFoundError: the directory has neither file.
        ValueError: the file is not a vocabulary of this library.
    """
    folder = Path(directory)
    if (folder / WORDS_NAME).is_file():
        return WordVocabulary.load(folder / WORDS_NAME)
    if (folder / PIECES_NAME).is_file():
        return Vocabulary.load(folder / PIECES_NAME)
    raise FileNotFoundError(
        f"A language model's directory must contain {PIECES_NAME!r} or {WORDS_NAME!r}. Received: {str(folder)!r}"
    )
