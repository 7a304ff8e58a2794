"""The graphs of a language model: `prefill`, which reads the beginning of a text at once, and `decode_step`, which reads one token more."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lite_transformer_tf.litert.graph.flatbuffer import Tensor
from lite_transformer_tf.litert.graph.language_model_weights import LanguageModelWeights
from lite_transformer_tf.litert.graph.operators import NEGATIVE, Graph
from lite_transformer_tf.litert.graph.sequence_graph import (
    attend,
    convolve,
    feed_forward,
    gated_input,
    in_branches,
    project_heads,
)
from lite_transformer_tf.litert.graph.step_graph import CacheLayout, StepBranches
from lite_transformer_tf.litert.graph.weights import AttentionBranch, Branch, Layer


def build_prefill(graph: Graph, weights: LanguageModelWeights, length: int) -> None:
    """Writes the prefill of one bucket of T positions.

    Inputs: ids (T) int32, real ones first, behind them any ids of the vocabulary; length (1) int32, the number of real ones, at least 1.
    Outputs: log_probabilities (1, V) of the token that follows; attention_cache (2 * heads, T - 1, head_dim) and window (K - 1, channels),
    as `decode_step` at position `length` reads them. The last position of the bucket has no row in the cache.
    """
    ids, count = graph.input("ids", (length,), "int32"), graph.input("length", (1,), "int32")
    branches = _PrefillBranches(graph, weights.layers, length)
    positions = graph.slice(graph.constant(weights.positions, "positions"), 0, 0, length)
    x = _embed(graph, weights, ids, positions)  # (T, D)
    for layer in weights.layers:
        x = _layer(graph, layer, x, branches)
    last = graph.gather(x, graph.sub(count, graph.integers([1])))
    graph.output("log_probabilities", _log_probabilities(graph, weights, last))
    branches.write_caches(count)


def build_language_model_step(graph: Graph, weights: LanguageModelWeights, length: int) -> None:
    """Writes the step of one bucket of T positions.

    Inputs: token (1) int32; position (1) int32, at most T - 1; and the caches of `StepBranches`.
    Outputs: log_probabilities (1, V) of the token that follows, and what `StepBranches` adds to the caches.
    """
    token, position = graph.input("token", (1,), "int32"), graph.input("position", (1,), "int32")
    branches = StepBranches(graph, weights.layers, position, length)
    x = _embed(graph, weights, token, graph.gather(graph.constant(weights.positions, "positions"), position))  # (1, D)
    for layer in weights.layers:
        x = _layer(graph, layer, x, branches)
    graph.output("log_probabilities", _log_probabilities(graph, weights, x))
    branches.write_caches()


def _layer(graph: Graph, layer: Layer, x: Tensor, branches: Callable[[Branch, Tensor], Tensor]) -> Tensor:
    """(M, D) -> (M, D), pre-norm."""
    x = graph.add(x, in_branches(graph, layer, graph.layer_norm(x, *layer.branches_norm), branches))
    return graph.add(x, feed_forward(graph, layer, graph.layer_norm(x, *layer.feed_forward_norm)))


def _embed(graph: Graph, weights: LanguageModelWeights, ids: Tensor, positions: Tensor) -> Tensor:
    """ids (M), position encodings (M, D) -> (M, D). Every band looks up its nearest row, and one of the results counts."""
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
    """For each band (M, 1): 1 where it holds the id, 0 elsewhere."""
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
    """(1, D) -> (1, V): a softmax over the first band and the names of the others, times one within each other band."""
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
        name = graph.sub(graph.slice(head, 1, index, index + 1), head_sum)  # log p(band)
        parts.append(graph.sub(within, graph.sub(_log_sum(graph, within), name)))
    return graph.concat(parts, 1)


def _log_sum(graph: Graph, scores: Tensor) -> Tensor:
    """log(sum(exp(scores))): (1, N) -> (1, 1). The greatest probability is exp(max) / sum, and never below 1 / N."""
    greatest = graph.max(graph.softmax(scores), 1, keep=True)
    return graph.sub(graph.max(scores, 1, keep=True), graph.log(greatest))


class _PrefillBranches:
    """The causal branches of all layers over a sequence; gathers what they leave in the caches."""

    def __init__(self, graph: Graph, layers: tuple[Layer, ...], length: int) -> None:
        self.graph, self.length = graph, length
        self.layout = CacheLayout.of(layers)
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []
        self.inputs: dict[int, Tensor] = {}
        if self.layout.heads:
            steps = -NEGATIVE * np.arange(length, dtype=np.float32)
            difference = graph.sub(
                graph.constant(steps[None, :, None], "rows"), graph.constant(steps[None, None], "columns")
            )
            self.mask = graph.minimum(
                difference, graph.scalar(0.0)
            )  # (1, T, T): 0 up to the diagonal, negative behind it

    def __call__(self, branch: Branch, x: Tensor) -> Tensor:
        """(T, C) -> (T, C)."""
        if isinstance(branch, AttentionBranch):
            query, key, value = project_heads(self.graph, branch, x)
            self.keys.append(key)
            self.values.append(value)
            return attend(self.graph, branch, query, key, value, self.mask)
        u = self.inputs[id(branch)] = gated_input(self.graph, branch, x)
        return convolve(self.graph, branch, u, branch.kernel_size - 1)

    def write_caches(self, count: Tensor) -> None:
        """Writes the outputs for a text of `count` (1) positions."""
        graph, layout = self.graph, self.layout
        if layout.heads:
            graph.output(
                "attention_cache", graph.slice(graph.concat([*self.keys, *self.values], 0), 1, 0, self.length - 1)
            )
        if layout.channels:
            inputs = graph.concat([self.inputs[id(branch)] for branch in layout.convolutions], 1)
            rows = graph.add(count, graph.integers(range(layout.past)))  # row i + K - 1 is position i
            graph.output("window", graph.gather(graph.pad(inputs, 0, layout.past, 0), rows))
