"""A vocabulary of an imported model: the entries of a fairseq dictionary, and what cuts a text into them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sentencepiece

from lite_transformer_tf.files import PathLike, atomic_write_bytes
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, read_limited
from lite_transformer_tf.readers.json_text import parse_json
from lite_transformer_tf.text.byte_pairs import SEPARATOR, BytePairs
from lite_transformer_tf.text.model_file import SPECIAL_IDS, parse_model

if TYPE_CHECKING:
    import tensorflow as tf

FORMAT, VERSION = "lite-transformer-dictionary", 1
SPECIAL_ENTRIES = ("<s>", "<pad>", "</s>", "<unk>")
SPACE = "\u2581"


class DictionaryVocabulary:
    """Entries by their place, as fairseq's `dict.txt` lists them, and how texts are cut into entries.

    A text is cut into words at white space; nothing is normalised. Codes of byte pairs cut the words, or a
    SentencePiece model, which need not have pieces for bytes, cuts the text with a normalisation of its own. Without
    both, words are entries. A piece that is no entry is `<unk>`, and `decode` writes it so.

    Args:
        entries: The entries of ids 4 and up; ids 0 to 3 are `<s>`, `<pad>`, `</s>` and `<unk>`.
        byte_pairs: Codes that cut words. Defaults to `None`.
        pieces: Bytes of a SentencePiece model. Defaults to `None`.
        name: Name in error messages, usually the file's name.

    Raises:
        ValueError: An entry is empty or contains white space, both kinds of cutting are given, or the model is none.

    Example:
        vocabulary = DictionaryVocabulary(["lo@@", "w"], BytePairs([("l", "o")]))
        vocabulary.encode("low")  # [4, 5]
    """

    learnt_from = None  # it was not trained here
    bos_id = SPECIAL_IDS["bos_id"]
    pad_id = SPECIAL_IDS["pad_id"]
    eos_id = SPECIAL_IDS["eos_id"]
    unk_id = SPECIAL_IDS["unk_id"]

    def __init__(
        self,
        entries: Sequence[str],
        byte_pairs: BytePairs | None = None,
        pieces: bytes | None = None,
        name: str = "vocabulary",
    ) -> None:
        self.entries, self.byte_pairs, self.pieces, self.name = (*SPECIAL_ENTRIES, *entries), byte_pairs, pieces, name
        broken = next((entry for entry in entries if entry.split() != [entry]), None)
        if broken is not None:
            raise ValueError(f"{name}: an entry must not be empty or contain white space. Received: {broken[:80]!r}")
        if byte_pairs is not None and pieces is not None:
            raise ValueError(f"{name}: either codes of byte pairs or a SentencePiece model cuts texts. Received: both")
        self._processor = None
        if pieces is not None:
            parse_model(pieces, name)
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
        self._ids = {entry: i for i, entry in enumerate(self.entries)}
        if len(self._ids) != len(self.entries):
            twice = next(entry for i, entry in enumerate(self.entries) if self._ids[entry] != i)
            raise ValueError(f"{name}: an entry must occur once. Received: {twice[:80]!r}, which occurs twice")

    @classmethod
    def from_bytes(cls, content: bytes, name: str = "vocabulary") -> DictionaryVocabulary:
        """A vocabulary from the bytes of its file.

        Raises:
            ValueError: They are no such file.
        """
        rule = f"{name}: a dictionary must be a JSON object of the format {FORMAT!r}, version {VERSION}"
        try:
            data = parse_json(content)
        except ValueError as error:
            raise ValueError(f"{rule}. Received: {error}") from error
        known = isinstance(data, dict) and data.get("format") == FORMAT and data.get("version") == VERSION
        entries = data.get("entries") if known else None
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise ValueError(f"{rule}. Received: {type(data).__name__} without its entries, or of another version")
        codes, model = data.get("byte_pairs"), data.get("sentencepiece")
        if not isinstance(codes, str | None) or not isinstance(model, str | None):
            raise ValueError(f"{rule}. Received: codes or a model that are no text")
        try:
            pieces = None if model is None else base64.b64decode(model, validate=True)
        except binascii.Error as error:
            raise ValueError(f"{rule}. Received: a SentencePiece model that is not base64 ({error})") from error
        return cls(entries, None if codes is None else BytePairs.from_text(codes, name), pieces, name)

    @classmethod
    def load(cls, path: PathLike, limits: Limits = DEFAULT_LIMITS) -> DictionaryVocabulary:
        """Reads the file that `save` wrote."""
        return cls.from_bytes(read_limited(path, limits.vocabulary_bytes), Path(path).name)

    def save(self, path: PathLike) -> None:
        """Writes the file, completely or not at all."""
        atomic_write_bytes(path, self.model)

    @cached_property
    def model(self) -> bytes:
        """The bytes of its file."""
        data: dict[str, Any] = {"format": FORMAT, "version": VERSION, "entries": self.entries[4:]}
        if self.byte_pairs is not None:
            data["byte_pairs"] = self.byte_pairs.text
        if self.pieces is not None:
            data["sentencepiece"] = base64.b64encode(self.pieces).decode("ascii")
        return (json.dumps(data, indent=0, ensure_ascii=False) + "\n").encode("utf-8")

    @property
    def size(self) -> int:
        """Number of entries; ids are 0 to `size - 1`."""
        return len(self.entries)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes."""
        return hashlib.sha256(self.model).hexdigest()

    def _cut(self, text: str) -> list[str]:
        if self.byte_pairs is not None:
            return self.byte_pairs.pieces(text)
        return text.split() if self._processor is None else self._processor.encode(text, out_type=str)

    def encode(self, text: str) -> list[int]:
        """Ids of the text, without `eos`; a blank text has none."""
        ids, unknown = self._ids, self.unk_id
        return [ids.get(piece, unknown) for piece in self._cut(text)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, as fairseq writes it: pieces of a word are joined, `<unk>` and `<s>` are written.

        Raises:
            ValueError: An id is not in the vocabulary.
        """
        plain = [int(i) for i in ids]
        if plain and not 0 <= min(plain) <= max(plain) < self.size:
            raise ValueError(f"Ids must lie in [0, {self.size}). Received: {plain!r}")
        text = " ".join(self.entries[i] for i in plain if i not in (self.pad_id, self.eos_id))
        if self._processor is not None:
            return text.replace(" ", "").replace(SPACE, " ").strip()
        return (text + " ").replace(f"{SEPARATOR} ", "").rstrip()

    def piece(self, id: int) -> str:
        """The entry of an id."""
        if not 0 <= id < self.size:
            raise ValueError(f"An id must lie in [0, {self.size}). Received: {id!r}")
        return self.entries[id]

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Ids of texts inside a TensorFlow graph, equal to `encode` of each.

        Args:
            texts: (B,) strings in UTF-8. An invalid byte is read as U+FFFD.

        Returns:
            (B, None) ragged int32, without `eos`.
        """
        import numpy as np
        import tensorflow as tf

        def encode(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            found = [self.encode(row.decode("utf-8", "replace")) for row in rows]
            splits = np.cumsum([0, *map(len, found)], dtype=np.int64)
            return np.fromiter((i for row in found for i in row), np.int32, splits[-1]), splits

        values, splits = tf.numpy_function(encode, [texts], [tf.int32, tf.int64])
        values.set_shape([None])
        splits.set_shape([None])
        return tf.RaggedTensor.from_row_splits(values, splits, validate=False)

    def __len__(self) -> int:
        return self.size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DictionaryVocabulary) and self.model == other.model

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"DictionaryVocabulary({self.name!r}, size={self.size})"
