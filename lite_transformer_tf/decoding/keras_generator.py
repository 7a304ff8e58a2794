"""Texts in, texts out, with a Keras model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.decoding.fairseq_batches import FairseqBatches
from lite_transformer_tf.decoding.graph_search import BeamSearch, SearchResult
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.decoding.turns import PerThread, Turns, whole_call
from lite_transformer_tf.models.stacks import join_cache, split_cache

if TYPE_CHECKING:
    from lite_transformer_tf.models.lite_transformer import LiteTransformer
    from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary

SearchFunction = Callable[[tf.Tensor, tf.Tensor], SearchResult]
"""Source ids (B, S) and limits (B,) -> `SearchResult`."""


class KerasGenerator:
    """Generates with a `LiteTransformer` (docs/decoding.md); the `Generator` protocol.

    Each text is one sequence, as in training. `Translator` translates paragraphs with it.

    Thread-safe: a call waits for the calls of other threads; TensorFlow uses all cores for one call.

    Args:
        model: The model.
        source_vocabulary, target_vocabulary: Vocabularies of its ids.
        tokens_per_batch: Sentences of similar length are decoded together, up to this many padded source tokens times
            the beam size. With a model whose `pads_leak`, only sentences of one length are decoded together, so that no
            answer depends on the other texts.
        max_source_tokens: Number of tokens that the model reads of a longer text, as in training. None reads all.
        rules: How answers are chosen and judged. None takes those of a translation model without a confidence.
        fairseq_batches: Batches and pads of fairseq's `generate.py`, for answers that depend on them as there. Every
            `generate` then answers a whole test set. None takes its own batches.

    Attributes:
        truncated: Number of texts of this thread's last `generate` that were longer than `max_source_tokens`.
        beam_limit: None; a beam may have any size.
    """

    beam_limit: int | None = None
    truncated = PerThread(0)

    def __init__(
        self,
        model: LiteTransformer,
        source_vocabulary: PieceVocabulary,
        target_vocabulary: PieceVocabulary,
        tokens_per_batch: int = 8192,
        max_source_tokens: int | None = None,
        rules: AnswerRules | None = None,
        fairseq_batches: FairseqBatches | None = None,
    ) -> None:
        if max_source_tokens is not None and max_source_tokens < 1:
            raise ValueError(f"max_source_tokens must be positive, or None. Received: {max_source_tokens!r}")
        self.model = model
        self.source_vocabulary = source_vocabulary
        self.target_vocabulary = target_vocabulary
        self.tokens_per_batch = tokens_per_batch
        self.max_source_tokens = max_source_tokens
        self.rules = rules or AnswerRules()
        self.fairseq_batches = fairseq_batches
        self.turns = Turns()
        self._searches: dict[DecodingOptions, SearchFunction] = {}
        self._tracing = Lock()

    def sibling(self) -> KerasGenerator:
        """Another generator of the same model, which shares its graphs but waits for no call of it."""
        found = copy(self)
        found.turns = Turns()
        return found

    @property
    def source_limit(self) -> int | None:
        """Greatest number of tokens that it reads of a text."""
        return self.max_source_tokens

    @whole_call
    def generate(self, texts: Sequence[str], options: DecodingOptions | None = None) -> list[list[Hypothesis]]:
        """The `options.n_best` best hypotheses of each text, best first, in the order of the texts."""
        options = options or DecodingOptions()
        sources = [self.source_vocabulary.encode(text) for text in texts]
        longest = self.max_source_tokens
        self.truncated = 0 if longest is None else sum(len(source) > longest for source in sources)
        questions = [self.rules.question(text, options) for text in texts]
        wide = max((question.search_options for question in questions), key=lambda asked: asked.n_best, default=options)
        answers = self.generate_ids([source[:longest] for source in sources], wide)
        decode = self.target_vocabulary.decode
        return [question.answers(found, decode) for question, found in zip(questions, answers, strict=True)]

    @whole_call
    def generate_ids(
        self, sources: Sequence[Sequence[int]], options: DecodingOptions
    ) -> list[list[tuple[tuple[int, ...], float]]]:
        """The same for token ids, without `eos` on either side: the hypotheses of each source as (ids, score)."""
        answers: list[list[tuple[tuple[int, ...], float]]] = [[((), 0.0)] for _ in sources]
        for rows in self._batches(sources, options.beam_size):
            found = zip(*(part.numpy() for part in self._search(rows, sources, options)), strict=True)
            for row, hypotheses in zip(rows, found, strict=True):
                answers[row] = [
                    (tuple(tokens[:length].tolist()), float(score))
                    for tokens, length, score in zip(*hypotheses, strict=True)
                    if np.isfinite(score)
                ][: options.n_best]
        return answers

    def _batches(self, sources: Sequence[Sequence[int]], beam_size: int) -> Iterator[list[int]]:
        """Rows of sources that are decoded together; empty sources are left out."""
        if self.fairseq_batches is not None:
            whole = self.fairseq_batches.rows([len(source) + 1 for source in sources])
            yield from filter(None, ([row for row in rows if sources[row]] for rows in whole))
            return
        batch: list[int] = []
        for row in sorted((row for row, source in enumerate(sources) if source), key=lambda row: len(sources[row])):
            alike = self.model.config.pads_leak  # no pads, so that nothing leaks from them
            full = (len(batch) + 1) * (len(sources[row]) + 1) * beam_size > self.tokens_per_batch
            if batch and (full or alike and len(sources[row]) != len(sources[batch[0]])):
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
            begin = 0 if self.fairseq_batches is None else longest - len(sources[row]) - 1
            ids[place, begin : begin + len(sources[row]) + 1] = [*sources[row], config.eos_id]
        limits = np.array([options.limit(len(sources[row]) + 1) for row in rows], np.int32)
        return self._search_function(options)(tf.constant(ids), tf.constant(limits))

    def _search_function(self, options: DecodingOptions) -> SearchFunction:
        key = options.graph_options()
        with self._tracing:
            if key not in self._searches:
                self._searches[key] = search_function(self.model, key)
            return self._searches[key]


def search_function(model: LiteTransformer, options: DecodingOptions) -> SearchFunction:
    """A graph for any number and length of sources."""
    config = model.config
    search = BeamSearch(options, pad_id=config.pad_id, eos_id=config.eos_id)
    signature = [tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)]

    @tf.function(input_signature=signature, autograph=False)
    def run(ids: tf.Tensor, limits: tf.Tensor) -> SearchResult:
        memory, mask = model.encode(ids)
        memory, mask = (tf.repeat(tensor, options.beam_size, 0) for tensor in (memory, mask))
        start = model.initial_cache(memory)
        # Keys and values of the source are equal for all hypotheses of a sentence, so the search need not reorder them.
        changing, sources = split_cache(start)

        def step(tokens: tf.Tensor, position: tf.Tensor, cache: tuple) -> tuple[tf.Tensor, tuple]:
            logits, layers = model.decode_step(tokens, position, mask, join_cache(cache, sources))
            return logits, split_cache(layers)[0]

        return search(step, changing, limits)

    run._omit_frequent_tracing_warning = True  # each model and kind of search has a graph of its own, traced once
    return run
