"""The graphs of one decoding step: `decode_step` for one hypothesis (greedy search) and `beam_step` for several.

Only `beam_step` has a batch axis, also in its caches. All rows share the memory of the source.
"""

from __future__ import annotations

import math

import numpy as np

from lite_transformer_tf.branches.graphs import StepGraph, step_mask
from lite_transformer_tf.cells.cross_attention import CrossAttention
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.builder import NEGATIVE
from lite_transformer_tf.litert.builder.flatbuffer import Tensor
from lite_transformer_tf.litert.builder.operators import Graph
from lite_transformer_tf.litert.graph.weights import GraphWeights


def build_step(
    graph: Graph, config: LiteTransformerConfig, weights: GraphWeights, length: int, rows: int | None, candidates: int
) -> None:
    """Writes the step of one bucket: `decode_step` if `rows` is `None`, otherwise `beam_step` for `rows` hypotheses.

    Inputs: token (1) or (B) int32; position (1) int32, 0 for the first token, at most T - 1; source_length (1) int32;
        memory (2 * cross heads, S, cross head_dim), keys of all layers, then values; and the caches of the branches.
    Outputs: logits (1 or B, rows of the output table); next_token (1) and log_probability (1), or top_tokens and
        top_log_probabilities (B, candidates); and what the step adds to the caches.
    """
    builder = _DecoderStep(graph, weights, length, rows)
    logits = builder.logits()
    batch = rows or 1
    if rows is None:
        graph.output("logits", logits)
        token, log_probability = _best_token(graph, logits, weights.group, config.pad_id)
        graph.output("next_token", token)
        graph.output("log_probability", log_probability)
    else:
        graph.output("logits", logits)
        tokens, log_probabilities = _best_candidates(graph, logits, weights.group, batch, candidates)
        graph.output("top_tokens", tokens)
        graph.output("top_log_probabilities", log_probabilities)
    builder.step.write_caches()


class _DecoderStep:
    """Writes the cells of one step."""

    def __init__(self, graph: Graph, weights: GraphWeights, length: int, rows: int | None) -> None:
        self.graph, self.weights, self.batch = graph, weights, rows or 1
        self.first_head = 0
        self.token = graph.input("token", (self.batch,), "int32")
        self.position = graph.input("position", (1,), "int32")
        source_length = graph.input("source_length", (1,), "int32")
        self.memory = graph.input("memory", (2 * weights.cross_heads, length, weights.cross_dim))
        self.source_mask = step_mask(graph, source_length, -1 - np.arange(length))
        branches = [branch for cell in weights.decoder for branch in cell.branches]
        self.step = StepGraph(graph, branches, self.position, length, rows)

    def logits(self) -> Tensor:
        """Writes everything up to the logits (B, rows of the output table)."""
        graph, weights = self.graph, self.weights
        row = graph.add(self.position, graph.integers([1]))
        position = graph.gather(graph.constant(weights.positions, "positions"), row)
        scale = graph.scalar(math.sqrt(weights.positions.shape[1]))
        x = graph.add(graph.mul(graph.lookup(self.token, weights.target_table), scale), position)  # (B, D)
        for cell in weights.decoder:
            x = cell.write(graph, x, self.step.branch, self._cross_attention)
        return graph.dense(x, weights.output_table, weights.output_bias, name="table")

    def _cross_attention(self, cross: CrossAttention, x: Tensor) -> Tensor:
        """(B, D) -> (B, D). The rows of a beam are queries of one attention, since they share keys and values."""
        graph, heads, dim, total = self.graph, cross.heads, cross.head_dim, self.weights.cross_heads
        begin = self.first_head
        self.first_head += heads
        query = graph.dense(x, cross.query.kernel, cross.query.bias)
        if self.batch == 1:
            query = graph.reshape(query, (heads, 1, dim))
        else:
            query = graph.transpose(graph.reshape(query, (self.batch, heads, dim)), (1, 0, 2))
        keys = graph.slice(self.memory, 0, begin, begin + heads)
        values = graph.slice(self.memory, 0, total + begin, total + begin + heads)
        scores = graph.add(graph.matmul(query, keys, transpose_b=True), self.source_mask)  # (H, B, S)
        mixed = graph.matmul(graph.softmax(scores), values)  # (H, B, d)
        mixed = mixed if self.batch == 1 else graph.transpose(mixed, (1, 0, 2))
        return graph.dense(graph.reshape(mixed, (self.batch, heads * dim)), cross.output.kernel, cross.output.bias)


def _best_token(graph: Graph, logits: Tensor, group: int, pad_id: int) -> tuple[Tensor, Tensor]:
    """The best token except `pad_id`, found in two stages, and its log-probability: (1, V) -> (1) int32, (1).

    The maximum of the pad's group is computed without the pad.
    """
    groups = graph.reshape(logits, (logits.shape[1] // group, group))
    count = groups.shape[0]
    best = graph.max(groups, 1, keep=True)  # (G, 1)
    pad_group = pad_id // group
    ban = np.zeros((1, group), np.float32)
    ban[0, pad_id % group] = NEGATIVE
    without_pad = graph.max(
        graph.add(graph.slice(groups, 0, pad_group, pad_group + 1), graph.constant(ban, "ban")), 1, keep=True
    )
    parts = [graph.slice(best, 0, 0, pad_group)] if pad_group else []
    parts += [without_pad] + ([graph.slice(best, 0, pad_group + 1, count)] if pad_group + 1 < count else [])
    allowed = graph.reshape(graph.concat(parts, 0), (1, count))
    # log p = logit - max - log(sum(exp(logit - max))), and the sum is 1 / the largest probability.
    largest = graph.max(graph.reshape(best, (1, count)), 1)
    log_sum = graph.sub(largest, graph.log(graph.max(graph.softmax(logits), 1)))
    log_probability = graph.sub(graph.max(allowed, 1), log_sum)
    which = graph.arg_max(allowed, 1)  # (1)
    row = graph.gather(groups, which)  # (1, group)
    is_pad_group = graph.gather(graph.constant((np.arange(count) == pad_group).astype(np.float32), "pad_group"), which)
    row = graph.add(row, graph.mul(graph.constant(ban, "ban"), graph.reshape(is_pad_group, (1, 1))))
    token = graph.add(graph.mul(which, graph.integers([group])), graph.arg_max(row, 1))
    return token, log_probability


def _best_candidates(graph: Graph, logits: Tensor, group: int, batch: int, count: int) -> tuple[Tensor, Tensor]:
    """The `count` best tokens per row, found in two stages, and their log-probabilities: (B, count) each."""
    groups = logits.shape[1] // group
    kept = min(count, groups)
    best = graph.max(graph.reshape(logits, (batch, groups, group)), 2)  # (B, G)
    _, chosen = graph.top_k(best, kept)  # (B, kept)
    offsets = graph.integers(np.arange(batch)[:, None] * groups)
    flat = graph.reshape(graph.add(chosen, offsets), (batch * kept,))
    members = graph.gather(graph.reshape(logits, (batch * groups, group)), flat)  # (B * kept, group)
    values, places = graph.top_k(graph.reshape(members, (batch, kept * group)), count)  # (B, count)
    rank = graph.floor_div(places, graph.integers([[group]]))
    inside = graph.sub(places, graph.mul(rank, graph.integers([[group]])))
    where = graph.reshape(graph.add(rank, graph.integers(np.arange(batch)[:, None] * kept)), (batch * count,))
    chosen_group = graph.reshape(graph.gather(graph.reshape(chosen, (batch * kept,)), where), (batch, count))
    tokens = graph.add(graph.mul(chosen_group, graph.integers([[group]])), inside)
    log_sum = graph.sub(graph.max(best, 1, keep=True), graph.log(graph.max(graph.softmax(logits), 1, keep=True)))
    return tokens, graph.sub(values, log_sum)
