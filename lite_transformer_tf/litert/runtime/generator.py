"""A TFLite file and its vocabularies as a generator: texts in, hypotheses out."""

from __future__ import annotations

from collections.abc import Sequence

from lite_transformer_tf.bundle.manifest import Manifest
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.decoding.numpy_search import Scored, search
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.text.vocabulary import Vocabulary


class TFLiteGenerator:
    """Translates with a `Runner`, by the rules of docs/decoding.md.

    Args:
        runner: over the model file.
        source_vocabulary, target_vocabulary: text to ids and back.
        manifest: of the bundle, when there is one.
        max_source_tokens: of a longer text only its first so many tokens are read, as in training; `None` refuses what does not fit.

    Attributes:
        truncated: number of texts of the last `generate` that were longer than `max_source_tokens`.

    Not safe for two threads at once.
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

    @classmethod
    def of_content(
        cls,
        content: bytes,
        config: LiteTransformerConfig,
        graph_options: GraphOptions,
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        threads: int = 1,
        max_source_tokens: int | None = None,
    ) -> TFLiteGenerator:
        """A generator over a file that was just compiled, without a bundle."""
        runner = Runner(content, graph_options.buckets, graph_options.beam_size, config.pad_id, threads=threads)
        return cls(runner, source_vocabulary, target_vocabulary, max_source_tokens=max_source_tokens)

    def source_ids(self, text: str) -> list[int]:
        """Ids of the text, as many as the model reads, and `eos`; an empty text has none."""
        ids = self.source_vocabulary.encode(text)[: self.max_source_tokens]
        return [*ids, self.source_vocabulary.eos_id] if ids else []

    def translate_ids(self, source_ids: Sequence[int], options: DecodingOptions) -> list[Scored]:
        """The best hypotheses for a source's ids, its final `eos` included: pairs (ids without `eos`, score), best first.

        Raises:
            TextTooLongError: the source is longer than the largest bucket.
            ValueError: an id is outside the vocabulary, or the last one is not `eos`.
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
        """For each text its best hypotheses, in the order of the texts.

        Raises:
            TextTooLongError: a text has more tokens than the largest bucket; nothing is translated by halves. Checked before any work.
        """
        options = options or DecodingOptions()
        encoded = [self.source_vocabulary.encode(text) for text in texts]
        longest = self.max_source_tokens
        self.truncated = 0 if longest is None else sum(len(ids) > longest for ids in encoded)
        sources = [[*ids[:longest], self.source_vocabulary.eos_id] if ids else [] for ids in encoded]
        for ids in sources:
            self.runner.bucket_for(len(ids))
        return [self._generate(ids, options) for ids in sources]

    def _generate(self, ids: list[int], options: DecodingOptions) -> list[Hypothesis]:
        if not ids:
            return [Hypothesis("", (), 0.0)]
        return [
            Hypothesis(self.target_vocabulary.decode(found), found, score)
            for found, score in self.translate_ids(ids, options)
        ]
