"""The graphs of a language model: `prefill` reads the beginning of a text at once, `decode_step` one more token."""

from __future__ import annotations

import math

from lite_transformer_tf.branches.graphs import SequenceGraph, StepGraph
from lite_transformer_tf.litert.builder.flatbuffer import Tensor
from lite_transformer_tf.litert.builder.operators import Graph
from lite_transformer_tf.litert.graph.language_model_weights import LanguageModelWeights


def build_prefill(graph: Graph, weights: LanguageModelWeights, length: int) -> None:
    """Writes the prefill of one bucket of T positions.

    Inputs: ids (T) int32, real ids first, then any ids of the vocabulary; length (1) int32, the number of real ids, at
        least 1.
    Outputs: log_probabilities (1, V) of the next token; and the caches of the branches for `decode_step` at position
        `length`.
    """
    ids, count = graph.input("ids", (length,), "int32"), graph.input("length", (1,), "int32")
    sequence = SequenceGraph(graph, length, causal=True)
    positions = graph.slice(graph.constant(weights.positions, "positions"), 0, 0, length)
    x = _embed(graph, weights, ids, positions)  # (T, D)
    for cell in weights.layers:
        x = cell.write(graph, x, sequence.branch)
    last = graph.gather(x, graph.sub(count, graph.integers([1])))
    graph.output("log_probabilities", _log_probabilities(graph, weights, last))
    sequence.write_caches(count)


def build_language_model_step(graph: Graph, weights: LanguageModelWeights, length: int) -> None:
    """Writes the step of one bucket of T positions.

    Inputs: token (1) int32; position (1) int32, at most T - 1; and the caches of the branches.
    Outputs: log_probabilities (1, V) of the next token, and what the step adds to the caches.
    """
    token, position = graph.input("token", (1,), "int32"), graph.input("position", (1,), "int32")
    step = StepGraph(graph, [branch for cell in weights.layers for branch in cell.branches], position, length)
    x = _embed(graph, weights, token, graph.gather(graph.constant(weights.positions, "positions"), position))  # (1, D)
    for cell in weights.layers:
        x = cell.write(graph, x, step.branch)
    graph.output("log_probabilities", _log_probabilities(graph, weights, x))
    step.write_caches()


def _embed(graph: Graph, weights: LanguageModelWeights, ids: Tensor, positions: Tensor) -> Tensor:
    """Embeddings (M, D) of ids (M) and position encodings (M, D). Every band looks up a row, and one result is kept."""
    rows = []
    for band in weights.bands:
        nearest = (
            graph.maximum(graph.sub(ids, graph.integers([band.begin])), graph.integers([0])) if band.begin else ids
        )
        if band is not weights.bands[-1]:
            nearest = graph.minimum(nearest, graph.integers([band.end - band.begin - 1]))
        row = graph.lookup(nearest, band.table)
        if band.widen is None:
            rows.append(graph.mul(row, graph.scalar(math.sqrt(weights.positions.shape[1]))))
        else:
            rows.append(graph.dense(row, band.widen.kernel, name="widen"))
    if len(rows) > 1:
        rows = [graph.mul(row, member) for row, member in zip(rows, _memberships(graph, weights, ids), strict=True)]
    x = positions
    for row in rows:
        x = graph.add(row, x)
    return x


def _memberships(graph: Graph, weights: LanguageModelWeights, ids: Tensor) -> list[Tensor]:
    """A mask (M, 1) per band: 1 where the band contains the id, 0 elsewhere."""
    zero, one = graph.integers([0]), graph.integers([1])
    reached = [
        graph.minimum(graph.maximum(graph.sub(ids, graph.integers([band.begin - 1])), zero), one)
        for band in weights.bands[1:]
    ]
    members = [
        graph.sub(one, reached[0]),
        *(graph.sub(this, following) for this, following in zip(reached, reached[1:])),
        reached[-1],
    ]
    return [graph.reshape(graph.cast(member, "float32"), (ids.shape[0], 1)) for member in members]


def _log_probabilities(graph: Graph, weights: LanguageModelWeights, x: Tensor) -> Tensor:
    """(1, D) -> (1, V): a softmax over the first band and the classes of the others, times one within each of them."""
    first, *tails = weights.bands
    words = graph.dense(x, first.table, name="table")
    head = (
        words
        if weights.classes is None
        else graph.concat([words, graph.dense(x, weights.classes.kernel, name="classes")], 1)
    )
    head_sum = _log_sum(graph, head)
    parts = [graph.sub(words, head_sum)]
    for index, band in enumerate(tails, first.end):
        assert band.narrow is not None
        within = graph.dense(graph.dense(x, band.narrow.kernel, name="narrow"), band.table, name="table")
        log_class = graph.sub(graph.slice(head, 1, index, index + 1), head_sum)  # log p(band)
        parts.append(graph.sub(within, graph.sub(_log_sum(graph, within), log_class)))
    return graph.concat(parts, 1)


def _log_sum(graph: Graph, scores: Tensor) -> Tensor:
    """log(sum(exp(scores))): (1, N) -> (1, 1). The largest probability, exp(max) / sum, is at least 1 / N."""
    greatest = graph.max(graph.softmax(scores), 1, keep=True)
    return graph.sub(graph.max(scores, 1, keep=True), graph.log(greatest))
