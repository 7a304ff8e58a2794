"""Dictionaries of fairseq, `dict.txt`, and the vocabularies that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lite_transformer_tf.fairseq.errors import CheckpointError, shown
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, read_limited
from lite_transformer_tf.text.byte_pairs import BytePairs
from lite_transformer_tf.text.dictionary_vocabulary import SPECIAL_ENTRIES, DictionaryVocabulary
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary
from lite_transformer_tf.text.word_vocabulary import SPECIAL_WORDS, WordVocabulary


def _text(path: PathLike, what: str) -> str:
    if not Path(path).is_file():
        raise FileNotFoundError(f"{what} must be a file that exists. Received: {str(path)!r}")
    try:
        return read_limited(path, DEFAULT_LIMITS.vocabulary_bytes).decode("utf-8")
    except UnicodeDecodeError as error:
        received = f"{str(path)!r}, byte {error.start}: {error.reason}"
        raise CheckpointError(f"{what} must be UTF-8. Received: {received}") from error


def read_entries(path: PathLike) -> list[str]:
    """The entries of a `dict.txt`, which has `ENTRY COUNT` per line; ids begin with 4.

    Raises:
        CheckpointError: It is no such file.
        FileNotFoundError: There is none.
    """
    lines = _text(path, "A dictionary").replace("\r\n", "\n").removesuffix("\n").split("\n")
    entries = []
    for number, line in enumerate(lines, start=1):
        entry, space, count = line.rpartition(" ")
        if not space or not entry or not count.isdecimal():
            rule = "A dictionary must have an entry, a space and its count per line"
            raise CheckpointError(f"{rule}. Received: {str(path)!r}, line {number}: {shown(line)}")
        entries.append(entry)
    return entries


def read_dictionary(
    path: PathLike, byte_pairs: PathLike | None = None, pieces: PathLike | None = None
) -> PieceVocabulary:
    """The vocabulary of a `dict.txt`: one of this library's own where `pieces` is its model, as an export writes it.

    Args:
        path: The file.
        byte_pairs: Codes of subword-nmt that cut words. Defaults to `None`.
        pieces: SentencePiece model that cuts texts. Defaults to `None`.

    Raises:
        CheckpointError, ValueError: A file is damaged or of another kind.
        FileNotFoundError: A file does not exist.
    """
    entries, codes, model = read_entries(path), None, None
    if byte_pairs is not None:
        codes = BytePairs.from_text(_text(byte_pairs, "Codes of byte pairs"), str(byte_pairs))
    if pieces is not None:
        if not Path(pieces).is_file():
            raise FileNotFoundError(f"A SentencePiece model must be a file that exists. Received: {str(pieces)!r}")
        model = read_limited(pieces, DEFAULT_LIMITS.vocabulary_bytes)
        if codes is None and (own := _own_vocabulary(model, Path(pieces).name, entries)) is not None:
            return own
    return DictionaryVocabulary(entries, codes, model, Path(path).name)


def _own_vocabulary(model: bytes, name: str, entries: list[str]) -> Vocabulary | None:
    """The vocabulary of this library that was exported as these files, if it was."""
    try:
        found = Vocabulary(model, name)
    except ValueError:  # another SentencePiece model, or none
        return None
    return found if list(entries_of(found)) == entries else None


def words_of(dictionary: DictionaryVocabulary) -> WordVocabulary:
    """The vocabulary of whole words with the ids of a dictionary, for a language model.

    Raises:
        ValueError: `<eos>`, the name of the end of a text here, is an entry.
    """
    return WordVocabulary([*SPECIAL_WORDS, *dictionary.entries[4:]], dictionary.name, text_schema=1)


def entries_of(vocabulary: AnyVocabulary) -> Iterable[str]:
    """The entries of ids 4 and up."""
    return (vocabulary.piece(i) for i in range(len(SPECIAL_ENTRIES), vocabulary.size))


def dictionary_text(vocabulary: AnyVocabulary) -> str:
    """The `dict.txt` of a vocabulary; every count is 1, because they are not kept.

    Raises:
        CheckpointError: An entry has a line break, or is one of fairseq's own.
    """
    entries = list(entries_of(vocabulary))
    broken = next((entry for entry in entries if "\n" in entry or "\r" in entry or entry in SPECIAL_ENTRIES), None)
    if broken is not None:
        rule = f"An entry of a dictionary must have no line break and not be one of {', '.join(SPECIAL_ENTRIES)}"
        raise CheckpointError(f"{rule}. Received: {shown(broken)}")
    return "".join(f"{entry} 1\n" for entry in entries)


def cutting_files(vocabulary: AnyVocabulary) -> dict[str, bytes]:
    """The files that cut texts into entries, by name: SentencePiece's model, or codes of byte pairs."""
    if isinstance(vocabulary, Vocabulary):
        return {"spm.model": vocabulary.model}
    if isinstance(vocabulary, WordVocabulary):
        return {}
    if vocabulary.byte_pairs is not None:
        return {"codes.txt": vocabulary.byte_pairs.text.encode("utf-8")}
    return {} if vocabulary.pieces is None else {"spm.model": vocabulary.pieces}
