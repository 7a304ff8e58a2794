"""Beam search in graph (docs/decoding.md); greedy search is a beam of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import tensorflow as tf

from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.rules.registry import ActiveRules
from lite_transformer_tf.decoding.rules.rule import SpecialIds

NOTHING = float("-inf")

Cache = TypeVar("Cache")
StepFunction = Callable[[tf.Tensor, tf.Tensor, Cache], tuple[tf.Tensor, Cache]]


class SearchResult(NamedTuple):
    """Finished hypotheses of B sentences, best first."""

    tokens: tf.Tensor  # (B, beam, limit + 1) int32: tokens, then pads; no eos
    lengths: tf.Tensor  # (B, beam) int32: number of tokens, eos not counted
    scores: tf.Tensor  # (B, beam) float32: minus infinity where a sentence has fewer hypotheses


class _Live(NamedTuple):
    """Hypotheses that may still grow."""

    step: tf.Tensor  # () int32: tokens that each has
    tokens: tf.Tensor  # (B, beam, limit + 1) int32
    totals: tf.Tensor  # (B, beam) float32: sum of log-probabilities; minus infinity is no hypothesis
    ended: tf.Tensor  # (B,) bool: the search for the sentence has ended


class _Finished(NamedTuple):
    """Hypotheses that ended, in the order in which they did."""

    tokens: tf.Tensor  # (B, beam, limit + 1) int32
    lengths: tf.Tensor  # (B, beam) int32
    scores: tf.Tensor  # (B, beam) float32
    count: tf.Tensor  # (B,) int32


class BeamSearch:
    """Searches for the best continuations of a batch of sentences.

    Args:
        options: Options of the search. Those of single sentences (`graph_options` resets them) are not read: the limits
            are an argument of the call, and all finished hypotheses are returned.
        pad_id, eos_id: Special ids.
    """

    def __init__(self, options: DecodingOptions, *, pad_id: int, eos_id: int) -> None:
        self.options = options.graph_options()
        self.pad_id = pad_id
        self.eos_id = eos_id
        self._rules = ActiveRules(self.options, SpecialIds(pad_id, eos_id))

    def __call__(self, step: StepFunction[Cache], cache: Cache, limits: tf.Tensor) -> SearchResult:
        """Runs until the search for every sentence has ended.

        Args:
            step: (tokens (R,), position (), cache) -> (logits (R, N), cache) for R = B * beam hypotheses; those of a
                sentence are neighbours.
            cache: First cache for `step`: nested tensors whose first axis is R.
            limits: (B,) int32, greatest number of tokens before `eos` of each sentence.
        """
        beam = self.options.beam_size
        batch, width = tf.shape(limits)[0], tf.reduce_max(limits) + 1
        empty = tf.fill([batch, beam, width], self.pad_id)
        first = tf.concat([tf.zeros([batch, 1]), tf.fill([batch, beam - 1], NOTHING)], 1)  # one hypothesis at the start
        live = _Live(tf.constant(0), empty, first, tf.zeros([batch], tf.bool))
        finished = _Finished(
            empty, tf.zeros([batch, beam], tf.int32), tf.fill([batch, beam], NOTHING), tf.zeros([batch], tf.int32)
        )
        rows = batch * beam

        def body(live: _Live, finished: _Finished, tokens: tf.Tensor, cache: Cache):
            logits, cache = step(tokens, live.step, cache)
            live, finished, parents, tokens = self._advance(logits, live, finished, limits)
            flat = tf.reshape(parents + tf.range(batch)[:, None] * beam, [rows])
            if beam > 1:
                cache = tf.nest.map_structure(lambda tensor: tf.gather(tensor, flat), cache)
            return live, finished, tf.reshape(tokens, [rows]), cache

        start = (live, finished, tf.fill([rows], self.eos_id), cache)
        _, finished, _, _ = tf.while_loop(
            lambda live, *_: ~tf.reduce_all(live.ended),
            body,
            start,
            shape_invariants=tf.nest.map_structure(_growing, start),
        )
        return self._best_first(finished)

    def _advance(self, logits: tf.Tensor, live: _Live, finished: _Finished, limits: tf.Tensor):
        """One step of docs/decoding.md.

        Returns:
            live hypotheses, finished hypotheses, and the parent and the last token of each live one, both (B, beam).
        """
        beam = self.options.beam_size
        batch, vocabulary = tf.shape(limits)[0], tf.shape(logits)[1]
        values = tf.reshape(self._allowed(logits, live, limits), [batch, beam, vocabulary]) + live.totals[:, :, None]
        values, indices = tf.math.top_k(tf.reshape(values, [batch, beam * vocabulary]), 2 * beam)  # (B, 2 beam)
        parents, tokens = indices // vocabulary, indices % vocabulary
        ends = tokens == self.eos_id
        finishing = ends & (values > NOTHING) & (tf.range(2 * beam) < beam)[None, :] & ~live.ended[:, None]
        finished = self._finish(finishing, values, parents, live, finished)
        # The first `beam` candidates that do not end go on, in their order.
        order = tf.argsort(tf.cast(ends, tf.int32), 1, stable=True)[:, :beam]
        parents, tokens, ends = (tf.gather(tensor, order, batch_dims=1) for tensor in (parents, tokens, ends))
        totals = tf.where(ends, NOTHING, tf.gather(values, order, batch_dims=1))
        ended = live.ended | (finished.count >= beam) | (live.step >= limits) | tf.reduce_all(totals == NOTHING, 1)
        history = _write(tf.gather(live.tokens, parents, batch_dims=1), live.step, tokens)
        return _Live(live.step + 1, history, totals, ended), finished, parents, tokens

    def _allowed(self, logits: tf.Tensor, live: _Live, limits: tf.Tensor) -> tf.Tensor:
        """Log-probabilities (R, N), minus infinity where a token is forbidden."""
        history = tf.reshape(live.tokens, [tf.shape(logits)[0], -1])
        limits = tf.repeat(limits, self.options.beam_size)
        return self._rules.forbid_in_graph(tf.nn.log_softmax(logits), live.step, history, limits)

    def _finish(
        self, finishing: tf.Tensor, values: tf.Tensor, parents: tf.Tensor, live: _Live, finished: _Finished
    ) -> _Finished:
        """Appends the finishing candidates (B, 2 beam) to the finished hypotheses, as long as there is room."""
        beam = self.options.beam_size
        slots = finished.count[:, None] + tf.cumsum(tf.cast(finishing, tf.int32), 1) - 1
        where = tf.where(finishing & (slots < beam))  # (K, 2): sentence, candidate
        target = tf.stack([where[:, 0], tf.cast(tf.gather_nd(slots, where), tf.int64)], 1)
        sources = tf.stack([where[:, 0], tf.cast(tf.gather_nd(parents, where), tf.int64)], 1)
        length = live.step + 1
        scores = tf.gather_nd(values, where) / tf.cast(length, tf.float32) ** self.options.length_penalty
        return _Finished(
            tf.tensor_scatter_nd_update(finished.tokens, target, tf.gather_nd(live.tokens, sources)),
            tf.tensor_scatter_nd_update(finished.lengths, target, tf.fill(tf.shape(scores), live.step)),
            tf.tensor_scatter_nd_update(finished.scores, target, scores),
            tf.minimum(finished.count + tf.reduce_sum(tf.cast(finishing, tf.int32), 1), beam),
        )

    def _best_first(self, finished: _Finished) -> SearchResult:
        order = tf.argsort(finished.scores, 1, direction="DESCENDING", stable=True)
        return SearchResult(*(tf.gather(tensor, order, batch_dims=1) for tensor in finished[:3]))


def _write(history: tf.Tensor, step: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
    """Puts `tokens` (B, beam) at place `step` of `history` (B, beam, M)."""
    here = tf.range(tf.shape(history)[2]) == step
    return tf.where(here[None, None, :], tokens[:, :, None], history)


def _growing(tensor: tf.Tensor) -> tf.TensorShape:
    """The part of a tensor's shape that the loop keeps: the batch has any size, and an axis of size zero grows."""
    return tf.TensorShape([size if size and axis > 0 else None for axis, size in enumerate(tensor.shape)])
