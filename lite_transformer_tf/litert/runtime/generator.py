"""A TFLite file and its vocabularies as a generator: texts in, hypotheses out."""

from __future__ import annotations

from collections.abc import Sequence

from lite_transformer_tf.bundle.manifest import Manifest
from lite_transformer_tf.decoding.numpy_search import Scored, search
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.text.vocabulary import Vocabulary


class TFLiteGenerator:
    """Generates with a `Runner` (docs/decoding.md); the `Generator` protocol. Not safe for two threads at once.

    Args:
        runner: Runs the model file.
        source_vocabulary, target_vocabulary: Vocabularies of its ids.
        manifest: Of the bundle, if there is one.
        max_source_tokens: Number of tokens that the model reads of a longer text, as in training. None refuses texts
            that do not fit.

    Attributes:
        truncated: Number of texts of the last `generate` that were longer than `max_source_tokens`.
    """

    def __init__(
        self,
        runner: Runner,
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        manifest: Manifest | None = None,
        max_source_tokens: int | None = None,
    ) -> None:
        self.runner, self.manifest, self.max_source_tokens = runner, manifest, max_source_tokens
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.truncated = 0

    @property
    def beam_limit(self) -> int | None:
        """Greatest beam size: any, but 1 when the file was exported without beam search."""
        return self.runner.beam_limit

    def source_ids(self, text: str) -> list[int]:
        """Ids of the text, as many as the model reads, and `eos`; an empty text has none."""
        return self._ended(self.source_vocabulary.encode(text))

    def _ended(self, ids: list[int]) -> list[int]:
        ids = ids[: self.max_source_tokens]
        return [*ids, self.source_vocabulary.eos_id] if ids else []

    def translate_ids(self, source_ids: Sequence[int], options: DecodingOptions | None = None) -> list[Scored]:
        """The best hypotheses for a source's ids, its final `eos` included: (ids without `eos`, score), best first.

        Raises:
            TextTooLongError: The source is longer than the largest bucket.
            ValueError: An id is outside the vocabulary, or the last one is not `eos`; or the file has not the beam that
                `options` asks for.
        """
        ids = [int(token) for token in source_ids]
        eos_id = self.source_vocabulary.eos_id
        if not ids or ids[-1] != eos_id:
            raise ValueError(f"source_ids must end with eos ({eos_id}). Received: {ids!r}")
        if not 0 <= min(ids) <= max(ids) < self.source_vocabulary.size:
            raise ValueError(f"source_ids must lie in [0, {self.source_vocabulary.size}). Received: {ids!r}")
        vocabulary = self.target_vocabulary
        return search(
            self.runner,
            ids,
            options,
            eos_id=vocabulary.eos_id,
            pad_id=vocabulary.pad_id,
            vocabulary_size=vocabulary.size,
        )

    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """The best hypotheses of each text, in the order of the texts.

        Raises:
            TextTooLongError: A text has more tokens than the largest bucket. Checked before any work.
            ValueError: The file has not the beam that `options` asks for.
        """
        encoded = [self.source_vocabulary.encode(text) for text in texts]
        longest = self.max_source_tokens
        self.truncated = 0 if longest is None else sum(len(ids) > longest for ids in encoded)
        sources = [self._ended(ids) for ids in encoded]
        for ids in sources:
            self.runner.bucket_for(len(ids))
        return [self._generate(ids, options) for ids in sources]

    def _generate(self, ids: list[int], options: DecodingOptions | None) -> list[Hypothesis]:
        if not ids:
            return [Hypothesis("", (), 0.0)]
        return [
            Hypothesis(self.target_vocabulary.decode(found), found, score)
            for found, score in self.translate_ids(ids, options)
        ]
