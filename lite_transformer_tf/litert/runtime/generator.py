"""Generates hypotheses for texts with a TFLite file and its vocabularies."""

from __future__ import annotations

from collections.abc import Sequence

from lite_transformer_tf.bundle.manifest import Manifest
from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.decoding.numpy_search import Scored, search
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.decoding.turns import PerThread, Turns, whole_call
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary


class TFLiteGenerator:
    """Generates with a `Runner` (docs/decoding.md). Implements the `Generator` protocol.

    Thread-safe: a call waits for the calls of other threads. A server uses a `BundlePool`.

    Each text is one sequence, as in training. `Translator` translates paragraphs with it.

    Args:
        runner: Runner of the model file.
        source_vocabulary, target_vocabulary: Vocabularies of the model.
        manifest: Manifest of the bundle. Defaults to `None`.
        max_source_tokens: Longer texts are truncated to this number of tokens, as in training. Defaults to `None`:
            texts that do not fit raise an error.
        rules: How answers are chosen and judged. Defaults to those of a translation model without a confidence.

    Attributes:
        truncated: Number of texts that this thread's last `generate` truncated.
    """

    truncated = PerThread(0)

    def __init__(
        self,
        runner: Runner,
        source_vocabulary: PieceVocabulary,
        target_vocabulary: PieceVocabulary,
        manifest: Manifest | None = None,
        max_source_tokens: int | None = None,
        rules: AnswerRules | None = None,
    ) -> None:
        self.runner, self.manifest, self.max_source_tokens = runner, manifest, max_source_tokens
        self.rules = rules or AnswerRules()
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary

    @property
    def turns(self) -> Turns:
        """Those of the runner, which another generator may share."""
        return self.runner.turns

    @property
    def beam_limit(self) -> int | None:
        """Largest beam size: 1 for a file without beam search, otherwise `None` (no limit)."""
        return self.runner.beam_limit

    @property
    def source_limit(self) -> int:
        """Greatest number of tokens that it reads of a text, the final `eos` excluded."""
        return min(self.runner.buckets[-1] - 1, self.max_source_tokens or self.runner.buckets[-1])

    def source_ids(self, text: str) -> list[int]:
        """Ids of the text, truncated to what the model reads, and `eos`. An empty text has no ids."""
        return self._ended(self.source_vocabulary.encode(text))

    def _ended(self, ids: list[int]) -> list[int]:
        ids = ids[: self.max_source_tokens]
        return [*ids, self.source_vocabulary.eos_id] if ids else []

    @whole_call
    def translate_ids(self, source_ids: Sequence[int], options: DecodingOptions | None = None) -> list[Scored]:
        """The best hypotheses for the ids of a source, including its final `eos`.

        Returns:
            Pairs (ids without `eos`, score), best first.

        Raises:
            TextTooLongError: The source is longer than the largest bucket.
            ValueError: An id is outside the vocabulary, the last one is not `eos`, or the file does not support the
                beam size of `options`.
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

    @whole_call
    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """The best hypotheses of each text, in the order of the texts.

        Raises:
            TextTooLongError: A text has more tokens than the largest bucket. No text is generated in this case.
            ValueError: The file does not support the beam size of `options`.
        """
        encoded = [self.source_vocabulary.encode(text) for text in texts]
        longest = self.max_source_tokens
        self.truncated = 0 if longest is None else sum(len(ids) > longest for ids in encoded)
        sources = [self._ended(ids) for ids in encoded]
        for ids in sources:
            self.runner.bucket_for(len(ids))
        options = options or DecodingOptions().within(self.beam_limit)
        return [self._generate(text, ids, options) for text, ids in zip(texts, sources, strict=True)]

    def _generate(self, text: str, ids: list[int], options: DecodingOptions) -> list[Hypothesis]:
        question = self.rules.question(text, options)
        found: list[Scored] = self.translate_ids(ids, question.search_options) if ids else [((), 0.0)]
        return question.answers(found, self.target_vocabulary.decode)
