"""Texts in, texts out, with a Keras model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from lite_transformer_tf.decoding.graph_search import BeamSearch, SearchResult
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis

if TYPE_CHECKING:
    from lite_transformer_tf.models.lite_transformer import LiteTransformer
    from lite_transformer_tf.text.vocabulary import Vocabulary


class KerasGenerator:
    """Generates with a `LiteTransformer` (docs/decoding.md); the `Generator` protocol.

    Args:
        model: the model.
        source_vocabulary, target_vocabulary: what its ids mean.
        tokens_per_batch: sentences of like length are decoded together, up to so many padded source tokens times the beam size.
        max_source_tokens: of a longer text only its first so many tokens are read, as in training; `None` reads all.

    Attributes:
        truncated: number of texts of the last `generate` that were longer than `max_source_tokens`.
    """

    def __init__(
        self,
        model: LiteTransformer,
        source_vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        tokens_per_batch: int = 8192,
        max_source_tokens: int | None = None,
    ) -> None:
        if max_source_tokens is not None and max_source_tokens < 1:
            raise ValueError(f"max_source_tokens must be positive, or None. Received: {max_source_tokens!r}")
        self.model = model
        self.source_vocabulary = source_vocabulary
        self.target_vocabulary = target_vocabulary
        self.tokens_per_batch = tokens_per_batch
        self.max_source_tokens = max_source_tokens
        self.truncated = 0
        self._searches: dict[DecodingOptions, tf.types.experimental.PolymorphicFunction] = {}

    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """For each text its `options.n_best` best hypotheses, best first, in the order of the texts."""
        options = options or DecodingOptions()
        sources = [self.source_vocabulary.encode(text) for text in texts]
        longest = self.max_source_tokens
        self.truncated = 0 if longest is None else sum(len(source) > longest for source in sources)
        answers = self.generate_ids([source[:longest] for source in sources], options)
        return [
            [Hypothesis(self.target_vocabulary.decode(list(ids)), ids, score) for ids, score in hypotheses]
            for hypotheses in answers
        ]

    def generate_ids(
        self, sources: Sequence[Sequence[int]], options: DecodingOptions
    ) -> list[list[tuple[tuple[int, ...], float]]]:
        """The same on token ids, without `eos` on either side: for each source its hypotheses as (ids, score)."""
        answers: list[list[tuple[tuple[int, ...], float]]] = [[((), 0.0)] for _ in sources]
        for rows in self._batches(sources, options.beam_size):
            result = self._search(rows, sources, options)
            for place, row in enumerate(rows):
                answers[row] = [
                    (tuple(int(token) for token in tokens[:length]), float(score))
                    for tokens, length, score in zip(*(part[place].numpy() for part in result), strict=True)
                    if np.isfinite(score)
                ][: options.n_best]
        return answers

    def _batches(self, sources: Sequence[Sequence[int]], beam_size: int) -> Iterator[list[int]]:
        """Rows of sources that are decoded together; empty ones in none."""
        batch: list[int] = []
        for row in sorted((row for row, source in enumerate(sources) if source), key=lambda row: len(sources[row])):
            if batch and (len(batch) + 1) * (len(sources[row]) + 1) * beam_size > self.tokens_per_batch:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch

    def _search(self, rows: Sequence[int], sources: Sequence[Sequence[int]], options: DecodingOptions) -> SearchResult:
        config = self.model.config
        longest = max(len(sources[row]) for row in rows) + 1
        ids = np.full([len(rows), longest], config.pad_id, np.int32)
        for place, row in enumerate(rows):
            ids[place, : len(sources[row]) + 1] = [*sources[row], config.eos_id]
        limits = np.array([options.limit(len(sources[row]) + 1) for row in rows], np.int32)
        return self._search_function(options)(tf.constant(ids), tf.constant(limits))

    def _search_function(self, options: DecodingOptions) -> tf.types.experimental.PolymorphicFunction:
        graph_options = DecodingOptions(  # what the graph depends on: other options do not make another graph
            beam_size=options.beam_size,
            length_penalty=options.length_penalty,
            min_length=options.min_length,
            no_repeat_ngram=options.no_repeat_ngram,
        )
        if graph_options not in self._searches:
            self._searches[graph_options] = search_function(self.model, graph_options)
        return self._searches[graph_options]


def search_function(model: LiteTransformer, options: DecodingOptions) -> tf.types.experimental.PolymorphicFunction:
    """A graph (ids (B, S), limits (B,)) -> `SearchResult` for any B and S."""
    config = model.config
    search = BeamSearch(options, pad_id=config.pad_id, eos_id=config.eos_id)
    signature = [tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)]

    @tf.function(input_signature=signature, autograph=False)
    def run(ids: tf.Tensor, limits: tf.Tensor) -> SearchResult:
        memory, mask = model.encode(ids)
        memory, mask = (tf.repeat(tensor, options.beam_size, 0) for tensor in (memory, mask))
        start = model.initial_cache(memory)
        # Keys and values of the source are the same for all hypotheses of a sentence: they stay out of what the search reorders.
        sources = tuple(layer["memory"] for layer in start)

        def step(tokens: tf.Tensor, position: tf.Tensor, cache: tuple) -> tuple[tf.Tensor, tuple]:
            layers = tuple({"lsra": part, "memory": source} for part, source in zip(cache, sources, strict=True))
            logits, layers = model.decode_step(tokens, position, mask, layers)
            return logits, tuple(layer["lsra"] for layer in layers)

        return search(step, tuple(layer["lsra"] for layer in start), limits)

    return run
