"""A SentencePiece vocabulary: texts to ids and back, in Python and inside tf.data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sentencepiece

from lite_transformer_tf.files import PathLike, atomic_write_bytes
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits, read_limited
from lite_transformer_tf.text.model_file import (
    SPECIAL_IDS,
    check_model,
    for_graph,
    pad_model,
    text_schema,
    with_text_schema,
)
from lite_transformer_tf.text.vocabulary_training import TextReport, train_model

if TYPE_CHECKING:
    import tensorflow as tf


class Vocabulary:
    """A SentencePiece model with this project's conventions, see `check_model` and docs/text.md.

    Args:
        model: Bytes of a SentencePiece `.model` file.
        name: Name in error messages, usually the file's name.

    Attributes:
        learnt_from: What `train` read and what it left out. `None` for a vocabulary that was read from a file.

    Raises:
        ValueError: the bytes are not a SentencePiece model, or it follows other conventions.

    Example:
        vocabulary = Vocabulary.train(["A boy runs.", "A girl sings."], size=280)
        vocabulary.decode(vocabulary.encode("A boy sings."))  # "A boy sings."
    """

    bos_id = SPECIAL_IDS["bos_id"]
    pad_id = SPECIAL_IDS["pad_id"]
    eos_id = SPECIAL_IDS["eos_id"]
    unk_id = SPECIAL_IDS["unk_id"]

    def __init__(self, model: bytes, name: str = "vocabulary") -> None:
        check_model(model, name)
        self.model = model
        self.name = name
        self.learnt_from: TextReport | None = None
        self._schema = text_schema(model, name)
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            rule = f"{name}: a vocabulary must be a model that SentencePiece reads"
            raise ValueError(f"{rule}. Received: {len(model)} bytes ({error})") from error

    @classmethod
    def train(
        cls,
        sentences: Iterable[str],
        size: int,
        kind: Literal["unigram", "bpe"] = "unigram",
        *,
        character_coverage: float = 0.9999,
        max_sentences: int | None = 1_000_000,
        seed: int = 0,
        fill: bool = False,
        at_most: bool = False,
        split_digits: bool = False,
    ) -> Vocabulary:
        """A vocabulary of `size` pieces, trained on `sentences`; the same sentences give the same bytes.

        It has the latest text schema. `learnt_from` tells how many texts were left out, and why.

        Args:
            sentences: Texts of any length, normalised here. They are read once, so a generator over a large file works.
            size: Number of pieces, including the 4 special and 256 byte pieces.
            kind: `"unigram"` (Kudo, 2018) or `"bpe"` (Sennrich et al., 2016).
            character_coverage: Share of the running characters that get their own pieces, at least 0.98. Rarer ones
                are spelt in bytes.
            max_sentences: Train on a random sample of at most this many sentences. `None` uses all.
            seed: Seed of that sample.
            fill: When the sentences support fewer pieces than `size`, add unused pieces instead of raising an error.
            at_most: Take fewer pieces when the sentences do not support `size`, see `supported_size`: what the training
                programs do. Otherwise the size is exact, or refused.
            split_digits: Give each digit a piece of its own, so that a model sees every number as its digits and can
                copy one that it has not met.

        Raises:
            ValueError: all sentences are blank, or `size` is too small or too large for them.
        """
        model, report = train_model(
            sentences, size, kind, character_coverage, max_sentences, seed, fill, at_most, split_digits
        )
        vocabulary = cls(pad_model(model, size) if fill else model)
        vocabulary.learnt_from = report
        return vocabulary

    @classmethod
    def load(cls, path: PathLike, limits: Limits = DEFAULT_LIMITS) -> Vocabulary:
        """Reads a `.model` file.

        Raises:
            FileNotFoundError: there is none.
            ValueError: see the class; or it has more bytes than the limits allow.
        """
        file = Path(path)
        if not file.is_file():
            raise FileNotFoundError(
                f"A vocabulary must be a SentencePiece model file. Received: {str(file)!r}, which does not exist"
            )
        return cls(read_limited(file, limits.vocabulary_bytes), file.name)

    def save(self, path: PathLike) -> None:
        """Writes the `.model` file, completely or not at all."""
        atomic_write_bytes(path, self.model)

    def padded(self, size: int) -> Vocabulary:
        """The same vocabulary with unused pieces at the end, `size` in all; they decode to nothing."""
        return Vocabulary(pad_model(self.model, size), self.name)

    @property
    def text_schema(self) -> int:
        """Version of the rules by which texts are normalised, see docs/text.md."""
        return self._schema.version

    def with_text_schema(self, version: int) -> Vocabulary:
        """The same pieces under the rules of another text schema; a model keeps its weights.

        Raises:
            ValueError: there is no such schema.
        """
        return Vocabulary(with_text_schema(self.model, version), self.name)

    @property
    def size(self) -> int:
        """Number of pieces; ids are 0 to `size - 1`."""
        return self._processor.vocab_size()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the model's bytes."""
        return hashlib.sha256(self.model).hexdigest()

    def encode(self, text: str) -> list[int]:
        """Ids of the normalised text, without `eos`; an empty or blank text has none."""
        return self._processor.encode(self._schema.normalize(text))

    def pieces(self, text: str) -> list[str]:
        """The pieces of `encode`'s ids, for people to read."""
        return self._processor.encode(self._schema.normalize(text), out_type=str)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`; `bos`, `pad` and `eos` have none, and bytes that are not UTF-8 become U+FFFD.

        Raises:
            ValueError: an id is not in the vocabulary.
        """
        plain = [int(i) for i in ids]
        if plain and not 0 <= min(plain) <= max(plain) < self.size:
            raise ValueError(f"Ids must lie in [0, {self.size}). Received: {plain!r}")
        return self._processor.decode(plain)

    def piece(self, id: int) -> str:
        """The piece of an id, with U+2581 for a space."""
        if not 0 <= id < self.size:
            raise ValueError(f"An id must lie in [0, {self.size}). Received: {id!r}")
        return self._processor.id_to_piece(int(id))

    @cached_property
    def _graph(self) -> Callable[[tf.Tensor], tf.RaggedTensor]:
        """Normalisation and the keras-nlp tokenizer as one graph.

        tensorflow-text's model belongs to the operation that makes it, and dies with TensorFlow's cache of operations
        (`keras.utils.set_random_seed`, `clear_session`). Inside a graph of its own the operation makes it again.
        TensorFlow is imported here, because that takes seconds and `encode` does not need it.
        """
        import keras_nlp
        import tensorflow as tf

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)], autograph=False)
        def tokenize(texts: tf.Tensor) -> tf.RaggedTensor:
            tokenizer = keras_nlp.tokenizers.SentencePieceTokenizer(proto=for_graph(self.model))
            return tokenizer(self._schema.normalize_tensor(texts))

        return tokenize

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Ids of texts inside a TensorFlow graph, equal to `encode` of each.

        Args:
            texts: (B,) strings in UTF-8. Schema 2 reads an invalid byte as U+FFFD.

        Returns:
            (B, None) ragged int32, without `eos`.
        """
        return self._graph(texts)

    def __len__(self) -> int:
        return self.size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.model == other.model

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"Vocabulary({self.name!r}, size={self.size})"

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[bytes, str]]:
        return Vocabulary, (self.model, self.name)
