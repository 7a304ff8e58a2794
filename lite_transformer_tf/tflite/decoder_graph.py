"""The graphs of one decoding step: `decode_step` for one hypothesis (greedy search) and `beam_step` for several.

A step reads caches and returns only what the new token adds to them; the caller writes it in. Nothing has a batch axis but `beam_step`,
whose caches are those of its rows side by side; the memory of the source is shared by all rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.tflite.encoder_graph import gated_input
from lite_transformer_tf.tflite.flatbuffer import Tensor
from lite_transformer_tf.tflite.operators import NEGATIVE, Graph
from lite_transformer_tf.tflite.weights import AttentionBranch, ConvolutionBranch, CrossAttention, GraphWeights, Layer


@dataclass(frozen=True)
class CacheLayout:
    """Sizes of the caches of a decoder.

    Args:
        heads, head_dim: self-attention heads of all layers, and the width of each. No attention branch: 0 heads.
        past, channels: earlier inputs that a convolution sees, and the channels of all convolutions. No convolution: 0 channels.
        cross_heads, cross_head_dim: cross-attention heads of all layers, and the width of each.
    """

    heads: int
    head_dim: int
    past: int
    channels: int
    cross_heads: int
    cross_head_dim: int

    @classmethod
    def of(cls, weights: GraphWeights) -> CacheLayout:
        attention = [branch for layer in weights.decoder for branch in layer.branches if isinstance(branch, AttentionBranch)]
        convolution = [branch for layer in weights.decoder for branch in layer.branches if isinstance(branch, ConvolutionBranch)]
        past = max((branch.kernel_size for branch in convolution), default=1) - 1
        cross = [layer.cross for layer in weights.decoder if layer.cross is not None]
        return cls(
            heads=sum(branch.heads for branch in attention),
            head_dim=attention[0].head_dim if attention else 0,
            past=past,
            channels=sum(branch.channels for branch in convolution) if past else 0,
            cross_heads=sum(attention.heads for attention in cross),
            cross_head_dim=cross[0].head_dim,
        )


def build_step(graph: Graph, config: LiteTransformerConfig, weights: GraphWeights, length: int, rows: int | None, candidates: int) -> None:
    """Writes the step of one bucket: `rows` none for `decode_step`, else the number of hypotheses of `beam_step`.

    Inputs: token (1) or (B) int32; position (1) int32, 0 for the first token, at most T - 1; source_length (1) int32;
    memory (2 * cross heads, S, cross head_dim); attention_cache ([B,] 2 * heads, T - 1, head_dim), keys of all layers then values of all,
    row i for position i, rows from `position` on unread; window ([B,] K - 1, channels): the last K - 1 convolution inputs, the newest last.
    Outputs: logits (1 or B, rows of the output table); next_token (1) and log_probability (1), or top_tokens and top_log_probabilities (B, candidates);
    new_attention ([B,] 2 * heads, 1, head_dim) for row `position` of the cache; new_window ([B,] 1, channels).
    """
    builder = _StepBuilder(graph, weights, length, rows)
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
    builder.write_caches()


class _StepBuilder:
    """Walks through the layers of one step and gathers what they add to the caches."""

    def __init__(self, graph: Graph, weights: GraphWeights, length: int, rows: int | None) -> None:
        self.graph, self.weights, self.rows, self.batch = graph, weights, rows, rows or 1
        self.layout = layout = CacheLayout.of(weights)
        lead = () if rows is None else (rows,)
        self.token = graph.input("token", (self.batch,), "int32")
        self.position = graph.input("position", (1,), "int32")
        source_length = graph.input("source_length", (1,), "int32")
        self.memory = graph.input("memory", (2 * layout.cross_heads, length, layout.cross_head_dim))
        self.new_keys: list[Tensor] = []
        self.new_values: list[Tensor] = []
        self.new_inputs: dict[int, Tensor] = {}
        self.source_mask = self._mask(source_length, -1 - np.arange(length))
        if layout.heads:
            self.cache = graph.input("attention_cache", (*lead, 2 * layout.heads, length - 1, layout.head_dim))
            # Cached row i is there when i < position; the newest one, behind them, always is.
            self.mask = self._mask(self.position, np.append(-1 - np.arange(length - 1), 0))
        if layout.channels:
            self.window = graph.input("window", (*lead, layout.past, layout.channels))
            self.channel_begin, self.static_pasts = self._static_pasts()
        self.head = self.cross_head = 0

    def _mask(self, count: Tensor, offsets: np.ndarray) -> Tensor:
        """(1, 1, N): 0 where count + offset >= 0, a large negative number elsewhere."""
        graph = self.graph
        distance = graph.cast(graph.minimum(graph.add(count, graph.integers(offsets)), graph.integers([0])), "float32")
        return graph.reshape(graph.mul(distance, graph.scalar(-NEGATIVE)), (1, 1, len(offsets)))

    def _convolutions(self) -> list[ConvolutionBranch]:
        """Convolutions in the order of their channels in the window: those with constant taps first, so that one product serves them all."""
        found = [branch for layer in self.weights.decoder for branch in layer.branches if isinstance(branch, ConvolutionBranch)]
        return sorted(found, key=lambda branch: branch.taps is None)

    def _static_pasts(self) -> tuple[dict[int, int], Tensor | None]:
        """Where each convolution's channels begin; and sum_k w[k] u[t + k - K + 1] without the newest input, (B, channels with constant taps)."""
        begins, kernels, channel = {}, [], 0
        for branch in self._convolutions():
            begins[id(branch)] = channel
            channel += branch.channels
            if branch.taps is not None:
                past = np.repeat(branch.taps[:, :-1].T, branch.channels // branch.heads, axis=1)  # (K - 1, C)
                kernels.append(np.pad(past, ((self.layout.past - len(past), 0), (0, 0))))
        if not kernels:
            return begins, None
        kernel = np.ascontiguousarray(np.concatenate(kernels, axis=1))
        axis = len(self.window.shape) - 1
        product = self.graph.mul(self.graph.slice(self.window, axis, 0, kernel.shape[1]), self.graph.constant(kernel, "past_taps"))
        return begins, self.graph.sum(product, axis - 1, keep=self.rows is None)

    def logits(self) -> Tensor:
        """(B, rows of the output table)."""
        graph, weights = self.graph, self.weights
        position = graph.gather(graph.constant(weights.positions, "positions"), graph.add(self.position, graph.integers([1])))
        scale = graph.scalar(math.sqrt(weights.positions.shape[1]))
        x = graph.add(graph.mul(graph.lookup(self.token, weights.target_table), scale), position)  # (B, D)
        for layer in weights.decoder:
            x = self._layer(layer, x)
        return graph.dense(x, weights.output_table, weights.output_bias, name="table")

    def _layer(self, layer: Layer, x: Tensor) -> Tensor:
        graph = self.graph
        outputs = []
        for branch in layer.branches:
            part = graph.slice(x, 1, branch.begin, branch.end)
            outputs.append(self._attention(branch, part) if isinstance(branch, AttentionBranch) else self._convolution(branch, part))
        x = graph.layer_norm(graph.add(x, graph.concat(outputs, 1)), *layer.branches_norm)
        assert layer.cross is not None
        x = graph.layer_norm(graph.add(x, self._cross_attention(layer.cross, x)), *layer.cross.norm)
        inner = graph.dense(x, layer.inner.kernel, layer.inner.bias, relu=True)
        return graph.layer_norm(graph.add(x, graph.dense(inner, layer.outer.kernel, layer.outer.bias)), *layer.feed_forward_norm)

    def _attention(self, branch: AttentionBranch, x: Tensor) -> Tensor:
        """(B, C) -> (B, C), attending to the cached rows and to the newest one behind them."""
        graph, heads, dim = self.graph, branch.heads, branch.head_dim
        lead = () if self.rows is None else (self.rows,)
        axis = len(lead)
        fused = graph.reshape(graph.dense(x, branch.projection.kernel, branch.projection.bias, name="projection"), (*lead, 3 * heads, 1, dim))
        query, key, value = (graph.slice(fused, axis, i * heads, (i + 1) * heads) for i in range(3))
        self.new_keys.append(key)
        self.new_values.append(value)
        begin, total = self.head, self.layout.heads
        self.head += heads
        keys = graph.concat([graph.slice(self.cache, axis, begin, begin + heads), key], axis + 1)
        values = graph.concat([graph.slice(self.cache, axis, total + begin, total + begin + heads), value], axis + 1)
        scores = graph.softmax(graph.add(graph.matmul(query, keys, transpose_b=True), self.mask))  # ([B,] H, 1, T)
        mixed = graph.reshape(graph.matmul(scores, values), (self.batch, heads * dim))
        return graph.dense(mixed, branch.output.kernel, branch.output.bias)

    def _cross_attention(self, cross: CrossAttention, x: Tensor) -> Tensor:
        """(B, D) -> (B, D). Rows of a beam are queries of one attention, since they share keys and values."""
        graph, heads, dim = self.graph, cross.heads, cross.head_dim
        begin, total = self.cross_head, self.layout.cross_heads
        self.cross_head += heads
        query = graph.dense(x, cross.query.kernel, cross.query.bias)
        query = graph.reshape(query, (heads, 1, dim)) if self.batch == 1 else graph.transpose(graph.reshape(query, (self.batch, heads, dim)), (1, 0, 2))
        keys = graph.slice(self.memory, 0, begin, begin + heads)
        values = graph.slice(self.memory, 0, total + begin, total + begin + heads)
        scores = graph.softmax(graph.add(graph.matmul(query, keys, transpose_b=True), self.source_mask))  # (H, B, S)
        mixed = graph.matmul(scores, values)  # (H, B, d)
        mixed = mixed if self.batch == 1 else graph.transpose(mixed, (1, 0, 2))
        return graph.dense(graph.reshape(mixed, (self.batch, heads * dim)), cross.output.kernel, cross.output.bias)

    def _convolution(self, branch: ConvolutionBranch, x: Tensor) -> Tensor:
        """(B, C) -> (B, C): the newest input times the last tap, and the window times the others."""
        graph, heads, channels = self.graph, branch.heads, branch.channels
        u = gated_input(graph, branch, x)
        if branch.taps is not None:
            last = graph.constant(np.repeat(branch.taps[:, -1], channels // heads)[None], "last_tap")
            mixed = graph.mul(u, last)
            if self.layout.channels:
                assert self.static_pasts is not None
                begin = self.channel_begin[id(branch)]
                mixed = graph.add(mixed, graph.slice(self.static_pasts, 1, begin, begin + channels))
        else:
            mixed = self._dynamic_convolution(branch, u)
        if self.layout.channels:
            self.new_inputs[id(branch)] = u
        return graph.dense(mixed, branch.output.kernel, branch.output.bias)

    def _dynamic_convolution(self, branch: ConvolutionBranch, u: Tensor) -> Tensor:
        """(B, C) -> (B, C) with taps that the newest position predicts."""
        graph, heads, taps, batch = self.graph, branch.heads, branch.kernel_size, self.batch
        assert branch.predictor is not None
        width = branch.channels // heads
        kernel = graph.softmax(graph.reshape(graph.dense(u, branch.predictor.kernel, name="predictor"), (batch, heads, taps)))
        mixed = graph.mul(graph.reshape(u, (batch, heads, width)), graph.slice(kernel, 2, taps - 1, taps))  # (B, H, R)
        if taps > 1:
            begin, past = self.channel_begin[id(branch)], self.layout.past
            axis = len(self.window.shape) - 1
            window = graph.slice(graph.slice(self.window, axis - 1, past - taps + 1, past), axis, begin, begin + branch.channels)
            window = graph.reshape(window, (batch, taps - 1, heads, width))
            weights = graph.transpose(graph.slice(kernel, 2, 0, taps - 1), (0, 2, 1))  # (B, K - 1, H)
            product = graph.mul(window, graph.reshape(weights, (batch, taps - 1, heads, 1)))
            mixed = graph.add(mixed, graph.sum(product, 1))
        return graph.reshape(mixed, (batch, branch.channels))

    def write_caches(self) -> None:
        graph = self.graph
        if self.layout.heads:
            graph.output("new_attention", graph.concat([*self.new_keys, *self.new_values], 0 if self.rows is None else 1))
        if self.layout.channels:
            new = graph.concat([self.new_inputs[id(branch)] for branch in self._convolutions()], 1)
            graph.output("new_window", new if self.rows is None else graph.reshape(new, (self.rows, 1, new.shape[1])))


def _best_token(graph: Graph, logits: Tensor, group: int, pad_id: int) -> tuple[Tensor, Tensor]:
    """Arg max over all but `pad_id`, in two stages, and its log-probability: (1, V) -> (1) int32, (1).

    The pad's group gets a maximum of its own in which the pad is left out.
    """
    groups = graph.reshape(logits, (logits.shape[1] // group, group))
    count = groups.shape[0]
    best = graph.max(groups, 1, keep=True)  # (G, 1)
    pad_group = pad_id // group
    ban = np.zeros((1, group), np.float32)
    ban[0, pad_id % group] = NEGATIVE
    without_pad = graph.max(graph.add(graph.slice(groups, 0, pad_group, pad_group + 1), graph.constant(ban, "ban")), 1, keep=True)
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
    """The `count` most probable tokens of each row and their log-probabilities: (B, V) -> (B, count) int32, (B, count), in two stages."""
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
