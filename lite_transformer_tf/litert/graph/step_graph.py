"""What the graphs of one step share: the caches, and the branches that read them.

A step reads caches and returns only what the new token adds to them; the caller writes it in. Nothing has a batch axis but the steps of
several hypotheses, whose caches are those of its rows side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lite_transformer_tf.litert.graph.flatbuffer import Tensor
from lite_transformer_tf.litert.graph.operators import NEGATIVE, Graph
from lite_transformer_tf.litert.graph.sequence_graph import gated_input
from lite_transformer_tf.litert.graph.weights import AttentionBranch, Branch, ConvolutionBranch, Layer


@dataclass(frozen=True)
class CacheLayout:
    """Sizes of the caches of a stack of layers.

    Args:
        heads, head_dim: self-attention heads of all layers, and the width of each. No attention branch: 0 heads.
        past, channels: earlier inputs that a convolution sees, and the channels of all convolutions. No convolution, or one tap: 0 channels.
        convolutions: in the order of their channels in the window, those with constant taps first, so that one product serves them all.
    """

    heads: int
    head_dim: int
    past: int
    channels: int
    convolutions: tuple[ConvolutionBranch, ...]

    @classmethod
    def of(cls, layers: tuple[Layer, ...]) -> CacheLayout:
        attention = [branch for layer in layers for branch in layer.branches if isinstance(branch, AttentionBranch)]
        convolution = [branch for layer in layers for branch in layer.branches if isinstance(branch, ConvolutionBranch)]
        past = max((branch.kernel_size for branch in convolution), default=1) - 1
        return cls(
            heads=sum(branch.heads for branch in attention),
            head_dim=attention[0].head_dim if attention else 0,
            past=past,
            channels=sum(branch.channels for branch in convolution) if past else 0,
            convolutions=tuple(sorted(convolution, key=lambda branch: branch.taps is None)),
        )


def step_mask(graph: Graph, count: Tensor, offsets: np.ndarray) -> Tensor:
    """(1, 1, N): 0 where count (1) int32 + offset >= 0, a large negative number elsewhere."""
    distance = graph.cast(graph.minimum(graph.add(count, graph.integers(offsets)), graph.integers([0])), "float32")
    return graph.reshape(graph.mul(distance, graph.scalar(-NEGATIVE)), (1, 1, len(offsets)))


class StepBranches:
    """The branches of all layers at one step, called in the order of the layers; gathers what they add to the caches.

    Inputs that it declares: attention_cache ([B,] 2 * heads, T - 1, head_dim), keys of all layers then values of all, row i for position i,
    rows from `position` on unread; window ([B,] K - 1, channels): the last K - 1 convolution inputs, the newest last.
    Outputs: new_attention ([B,] 2 * heads, 1, head_dim) for row `position` of the cache; new_window ([B,] 1, channels).

    Args:
        graph: where to write.
        layers: the stack.
        position: (1) int32, at most T - 1.
        length: T, the positions of the bucket.
        rows: B, or none for one hypothesis without a batch axis.
    """

    def __init__(
        self, graph: Graph, layers: tuple[Layer, ...], position: Tensor, length: int, rows: int | None = None
    ) -> None:
        self.graph, self.rows, self.batch = graph, rows, rows or 1
        self.layout = layout = CacheLayout.of(layers)
        lead = () if rows is None else (rows,)
        self.new_keys: list[Tensor] = []
        self.new_values: list[Tensor] = []
        self.new_inputs: dict[int, Tensor] = {}
        self.head = 0
        if layout.heads:
            self.cache = graph.input("attention_cache", (*lead, 2 * layout.heads, length - 1, layout.head_dim))
            # Cached row i is there when i < position; the newest one, behind them, always is.
            self.mask = step_mask(graph, position, np.append(-1 - np.arange(length - 1), 0))
        if layout.channels:
            self.window = graph.input("window", (*lead, layout.past, layout.channels))
            self.channel_begin, self.static_pasts = self._static_pasts()

    def _static_pasts(self) -> tuple[dict[int, int], Tensor | None]:
        """Where each convolution's channels begin; and sum_k w[k] u[t + k - K + 1] without the newest input, (B, channels with constant taps)."""
        begins, kernels, channel = {}, [], 0
        for branch in self.layout.convolutions:
            begins[id(branch)] = channel
            channel += branch.channels
            if branch.taps is not None:
                past = np.repeat(branch.taps[:, :-1].T, branch.channels // branch.heads, axis=1)  # (K - 1, C)
                kernels.append(np.pad(past, ((self.layout.past - len(past), 0), (0, 0))))
        if not kernels:
            return begins, None
        kernel = np.ascontiguousarray(np.concatenate(kernels, axis=1))
        axis = len(self.window.shape) - 1
        product = self.graph.mul(
            self.graph.slice(self.window, axis, 0, kernel.shape[1]), self.graph.constant(kernel, "past_taps")
        )
        return begins, self.graph.sum(product, axis - 1, keep=self.rows is None)

    def __call__(self, branch: Branch, x: Tensor) -> Tensor:
        """(B, C) -> (B, C): one branch, on its channels of the newest position."""
        return self._attention(branch, x) if isinstance(branch, AttentionBranch) else self._convolution(branch, x)

    def _attention(self, branch: AttentionBranch, x: Tensor) -> Tensor:
        """Attends to the cached rows and to the newest one behind them."""
        graph, heads, dim = self.graph, branch.heads, branch.head_dim
        lead = () if self.rows is None else (self.rows,)
        axis = len(lead)
        fused = graph.reshape(
            graph.dense(x, branch.projection.kernel, branch.projection.bias, name="projection"),
            (*lead, 3 * heads, 1, dim),
        )
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
        kernel = graph.softmax(
            graph.reshape(graph.dense(u, branch.predictor.kernel, name="predictor"), (batch, heads, taps))
        )
        inputs = graph.reshape(u, (batch, 1, branch.channels))
        if taps > 1:
            begin, past = self.channel_begin[id(branch)], self.layout.past
            axis = len(self.window.shape) - 1
            window = graph.slice(
                graph.slice(self.window, axis - 1, past - taps + 1, past), axis, begin, begin + branch.channels
            )
            inputs = graph.concat([graph.reshape(window, (batch, taps - 1, branch.channels)), inputs], 1)
        inputs = graph.reshape(inputs, (batch, taps, heads, branch.channels // heads))
        weights = graph.reshape(graph.transpose(kernel, (0, 2, 1)), (batch, taps, heads, 1))
        return graph.reshape(graph.sum(graph.mul(inputs, weights), 1), (batch, branch.channels))

    def write_caches(self) -> None:
        """Writes the outputs, when every branch has been called."""
        graph = self.graph
        if self.layout.heads:
            graph.output(
                "new_attention", graph.concat([*self.new_keys, *self.new_values], 0 if self.rows is None else 1)
            )
        if self.layout.channels:
            new = graph.concat([self.new_inputs[id(branch)] for branch in self.layout.convolutions], 1)
            graph.output("new_window", new if self.rows is None else graph.reshape(new, (self.rows, 1, new.shape[1])))
