"""Convolutions in phone graphs: band matrices over a sequence, a window of past inputs in a step."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec, Growth
from lite_transformer_tf.branches.graphs import FusedBranch, SequenceGraph, StepCache, StepGraph
from lite_transformer_tf.litert.builder.linear import Linear, Weights, linear, softmax_rows

if TYPE_CHECKING:
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph

CACHE = CacheSpec("window", "new_window", Growth.WINDOW)
"""Inputs of the convolutions of all layers, concatenated, those with constant taps first."""

BLOCK = 32  # largest number of output positions per band matrix


class ConvolutionWindow(StepCache):
    """window ([B,] K - 1, channels of all convolutions): the last K - 1 inputs; absent if every kernel has one tap."""

    spec: ClassVar[CacheSpec] = CACHE

    def __init__(self, step: StepGraph, branches: Sequence[FusedBranch]) -> None:
        super().__init__(step, branches)
        convolutions = cast("Sequence[WindowedBranch]", branches)
        self.past = past_of(convolutions)
        self.order = in_window_order(convolutions)
        self.new_inputs: dict[int, Tensor] = {}
        if self.past:
            channels = sum(branch.channels for branch in branches)
            self.window = step.graph.input(self.spec.input, (*step.lead, self.past, channels))
            self.begins, self.static_pasts = self._static_pasts()

    def _static_pasts(self) -> tuple[dict[int, int], Tensor | None]:
        """First channel of each convolution, and the share of past inputs in those with constant taps.

        That share, sum_k w[k] u[t + k - K + 1] without the newest input, (B, channels with constant taps), does not
        depend on the token, so that one product serves all layers.
        """
        begins, kernels, channel = {}, [], 0
        for branch in self.order:
            begins[id(branch)] = channel
            channel += branch.channels
            if isinstance(branch, FusedLightweight):
                past = np.repeat(branch.taps[:, :-1].T, branch.channels // branch.heads, axis=1)  # (K - 1, C)
                kernels.append(np.pad(past, ((self.past - len(past), 0), (0, 0))))
        if not kernels:
            return begins, None
        graph, axis = self.step.graph, len(self.step.lead) + 1
        kernel = np.ascontiguousarray(np.concatenate(kernels, axis=1))
        inputs = graph.slice(self.window, axis, 0, kernel.shape[1])
        product = graph.mul(inputs, graph.constant(kernel, "past_taps"))
        return begins, graph.sum(product, axis - 1, keep=self.step.rows is None)

    def add(self, branch: FusedBranch, u: Tensor) -> None:
        """Stores the newest input (B, C) of a branch."""
        if self.past:
            self.new_inputs[id(branch)] = u

    def past_inputs(self, branch: WindowedBranch) -> Tensor:
        """The inputs before the newest one that a branch's kernel reads, (B, K - 1, C)."""
        graph, axis, begin = self.step.graph, len(self.step.lead) + 1, self.begins[id(branch)]
        reached = graph.slice(self.window, axis - 1, self.past - branch.kernel_size + 1, self.past)
        window = graph.slice(reached, axis, begin, begin + branch.channels)
        return graph.reshape(window, (self.step.batch, branch.kernel_size - 1, branch.channels))

    def write(self) -> None:
        if not self.past:
            return
        graph, rows = self.step.graph, self.step.rows
        new = graph.concat([self.new_inputs[id(branch)] for branch in self.order], 1)
        graph.output(self.spec.output, new if rows is None else graph.reshape(new, (rows, 1, new.shape[1])))

    @classmethod
    def write_prefill(
        cls, sequence: SequenceGraph, left: Sequence[tuple[FusedBranch, tuple[Tensor, ...]]], count: Tensor
    ) -> None:
        inputs = {id(branch): tensors[0] for branch, tensors in left}
        convolutions = cast("list[WindowedBranch]", [branch for branch, _ in left])
        past, graph = past_of(convolutions), sequence.graph
        if not past:
            return
        joined = graph.concat([inputs[id(branch)] for branch in in_window_order(convolutions)], 1)
        rows = graph.add(count, graph.integers(range(past)))  # row i + K - 1 is position i
        graph.output(cls.spec.input, graph.gather(graph.pad(joined, 0, past, 0), rows))


class WindowedBranch(FusedBranch):
    """A branch whose steps read the last `kernel_size - 1` inputs, channels `begin : end` of what it is called with."""

    kernel_size: int

    step_cache: ClassVar[type[StepCache]] = ConvolutionWindow


@dataclass(frozen=True)
class FusedConvolution(WindowedBranch):
    """The projections and the gate, which both kinds share."""

    heads: int
    kernel_size: int
    glu: bool
    input: Linear
    output: Linear

    def gated_input(self, graph: Graph, x: Tensor) -> Tensor:
        """The projection before the convolution, with the gate a * sigmoid(b) if there is one: (M, C) -> (M, C)."""
        u = graph.dense(x, self.input.kernel, self.input.bias)
        if not self.glu:
            return u
        values, gates = graph.slice(u, 1, 0, self.channels), graph.slice(u, 1, self.channels, 2 * self.channels)
        return graph.mul(values, graph.logistic(gates))

    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        u = self.gated_input(sequence.graph, x)
        if sequence.pads is not None:
            u = sequence.graph.mul(u, sequence.pads[0])  # pads contribute nothing
        sequence.leave(self, u)
        return self.convolve(sequence.graph, u, self.kernel_size - 1 if sequence.causal else self.kernel_size // 2)

    def convolve(self, graph: Graph, u: Tensor, lead: int) -> Tensor:
        """The convolution y[t] = sum_k w[k] u[t + k - lead] of u (T, C) and the output projection: (T, C).

        It is computed as products with band matrices in blocks of positions. A band matrix (block, block + K - 1) is
        the same for every block and every bucket that divides into blocks, so it is stored once. `lead` is K // 2 in an
        encoder and K - 1 in a causal layer.
        """
        length, heads, taps = u.shape[0], self.heads, self.kernel_size
        width = self.channels // heads
        count = -(-length // BLOCK)
        block = -(-length // count)
        source = graph.transpose(graph.reshape(u, (length, heads, width)), (1, 0, 2))  # (H, T, R)
        source = graph.pad(source, 1, lead, count * block - length + taps - 1 - lead)
        windows = [graph.slice(source, 1, i * block, (i + 1) * block + taps - 1) for i in range(count)]
        mixed = graph.slice(graph.concat(self._products(graph, u, windows, block), 1), 1, 0, length)  # (H, T, R)
        joined = graph.reshape(graph.transpose(mixed, (1, 0, 2)), (length, self.channels))
        return graph.dense(joined, self.output.kernel, self.output.bias)

    @abstractmethod
    def _products(self, graph: Graph, u: Tensor, windows: Sequence[Tensor], block: int) -> list[Tensor]:
        """One product (H, block, R) per window (H, block + K - 1, R) of the inputs u (T, C)."""

    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        assert isinstance(cache, ConvolutionWindow)
        graph = cache.step.graph
        u = self.gated_input(graph, x)
        mixed = self._mixed(cache, u)
        cache.add(self, u)
        return graph.dense(mixed, self.output.kernel, self.output.bias)

    @abstractmethod
    def _mixed(self, cache: ConvolutionWindow, u: Tensor) -> Tensor:
        """The newest input times the last tap plus the window times the other taps: (B, C) -> (B, C)."""


@dataclass(frozen=True)
class FusedLightweight(FusedConvolution):
    """Lightweight convolution.

    Args:
        taps: Softmaxed kernels (heads, K).
    """

    taps: np.ndarray

    def _products(self, graph: Graph, u: Tensor, windows: Sequence[Tensor], block: int) -> list[Tensor]:
        width, count = self.channels // self.heads, len(windows)
        band = graph.constant(band_matrices(self.taps, block), "band")
        mixed = graph.matmul(band, graph.concat(windows, 2))  # (H, block, count * R)
        return [graph.slice(mixed, 2, i * width, (i + 1) * width) for i in range(count)]

    def _mixed(self, cache: ConvolutionWindow, u: Tensor) -> Tensor:
        graph = cache.step.graph
        last = graph.constant(np.repeat(self.taps[:, -1], self.channels // self.heads)[None], "last_tap")
        mixed = graph.mul(u, last)
        if not cache.past:
            return mixed
        assert cache.static_pasts is not None
        begin = cache.begins[id(self)]
        return graph.add(mixed, graph.slice(cache.static_pasts, 1, begin, begin + self.channels))


@dataclass(frozen=True)
class FusedDynamic(FusedConvolution):
    """Dynamic convolution.

    Args:
        predictor: (heads * K, C), predicts the taps of each position before the softmax.
    """

    predictor: Linear

    def _products(self, graph: Graph, u: Tensor, windows: Sequence[Tensor], block: int) -> list[Tensor]:
        bands = self._predicted_bands(graph, u, len(windows), block)
        return [graph.matmul(band, window) for band, window in zip(bands, windows, strict=True)]

    def _predicted_bands(self, graph: Graph, u: Tensor, count: int, block: int) -> list[Tensor]:
        """Band matrices of the predicted kernels, one (H, block, block + K - 1) per block.

        Rows are padded to block + K values and reshaped to rows of block + K - 1, which moves each row one column
        further to the right: row t starts at column t.
        """
        length, heads, taps = u.shape[0], self.heads, self.kernel_size
        columns = block + taps - 1
        kernels = graph.reshape(graph.dense(u, self.predictor.kernel, name="predictor"), (length, heads, taps))
        kernels = graph.transpose(graph.softmax(kernels), (1, 0, 2))  # (H, T, K)
        kernels = graph.pad(graph.pad(kernels, 1, 0, count * block - length), 2, 0, columns + 1 - taps)
        bands = []
        for i in range(count):
            rows = graph.slice(kernels, 1, i * block, (i + 1) * block)
            rows = graph.reshape(rows, (heads, block * (columns + 1)))
            bands.append(graph.reshape(graph.slice(rows, 1, 0, block * columns), (heads, block, columns)))
        return bands

    def _mixed(self, cache: ConvolutionWindow, u: Tensor) -> Tensor:
        graph, heads, taps, batch = cache.step.graph, self.heads, self.kernel_size, cache.step.batch
        raw = graph.dense(u, self.predictor.kernel, name="predictor")
        kernel = graph.softmax(graph.reshape(raw, (batch, heads, taps)))
        inputs = graph.reshape(u, (batch, 1, self.channels))
        if taps > 1:
            inputs = graph.concat([cache.past_inputs(self), inputs], 1)
        inputs = graph.reshape(inputs, (batch, taps, heads, self.channels // heads))
        weights = graph.reshape(graph.transpose(kernel, (0, 2, 1)), (batch, taps, heads, 1))
        return graph.reshape(graph.sum(graph.mul(inputs, weights), 1), (batch, self.channels))


def past_of(convolutions: Sequence[WindowedBranch]) -> int:
    """Number of earlier inputs that the longest kernel reads."""
    return max(branch.kernel_size for branch in convolutions) - 1


def in_window_order(convolutions: Sequence[WindowedBranch]) -> list[WindowedBranch]:
    """Order of the channels in the window: convolutions with constant taps first, so that one product serves them."""
    return sorted(convolutions, key=lambda branch: not isinstance(branch, FusedLightweight))


def band_matrices(taps: np.ndarray, block: int) -> np.ndarray:
    """(H, K) -> (H, block, block + K - 1). Row t contains the taps at columns t to t + K - 1."""
    heads, size = taps.shape
    bands = np.zeros((heads, block, block + size - 1), np.float32)
    for row in range(block):
        bands[:, row, row : row + size] = taps
    return bands


def fuse_lightweight(weights: Weights, name: str, begin: int, channels: int, heads: int, glu: bool) -> FusedLightweight:
    """Fuses a lightweight convolution, with the softmax of its taps."""
    taps = softmax_rows(weights[f"{name}/taps"])
    ends = (linear(weights, f"{name}/input"), linear(weights, f"{name}/output"))
    return FusedLightweight(begin, begin + channels, heads, taps.shape[1], glu, *ends, taps)


def fuse_dynamic(weights: Weights, name: str, begin: int, channels: int, heads: int, glu: bool) -> FusedDynamic:
    """Fuses a dynamic convolution, whose kernels depend on the input."""
    ends = (linear(weights, f"{name}/input"), linear(weights, f"{name}/output"))
    predictor = linear(weights, f"{name}/taps")
    return FusedDynamic(begin, begin + channels, heads, len(predictor.kernel) // heads, glu, *ends, predictor)
