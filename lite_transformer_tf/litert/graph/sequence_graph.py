"""What graphs over a whole sequence share, of an encoder and of a language model's prompt: attention, convolution, feed-forward.

A sequence is a matrix, positions times channels. `gated_input`, `feed_forward` and `in_branches` take any rows and serve the graphs of one
step too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lite_transformer_tf.litert.graph.flatbuffer import Tensor
from lite_transformer_tf.litert.graph.operators import Graph
from lite_transformer_tf.litert.graph.weights import AttentionBranch, Branch, ConvolutionBranch, Layer

BLOCK = 32  # output positions for which one band matrix of a convolution is stored


def in_branches(graph: Graph, layer: Layer, x: Tensor, output: Callable[[Branch, Tensor], Tensor]) -> Tensor:
    """(M, D) -> (M, D): `output` of each branch on its own channels, side by side."""
    return graph.concat([output(branch, graph.slice(x, 1, branch.begin, branch.end)) for branch in layer.branches], 1)


def feed_forward(graph: Graph, layer: Layer, x: Tensor) -> Tensor:
    """(M, D) -> (M, D)."""
    inner = graph.dense(x, layer.inner.kernel, layer.inner.bias, relu=True)
    return graph.dense(inner, layer.outer.kernel, layer.outer.bias)


def project_heads(graph: Graph, branch: AttentionBranch, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(S, C) -> queries, keys and values, each (H, S, d), transposed together."""
    length, heads = x.shape[0], branch.heads
    fused = graph.dense(x, branch.projection.kernel, branch.projection.bias, name="projection")
    fused = graph.transpose(graph.reshape(fused, (length, 3 * heads, branch.head_dim)), (1, 0, 2))  # (3H, S, d)
    query, key, value = (graph.slice(fused, 0, i * heads, (i + 1) * heads) for i in range(3))
    return query, key, value


def attend(graph: Graph, branch: AttentionBranch, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Heads (H, S, d) -> (S, C): softmax(q k^T + mask) v, then the output projection. mask: (1, 1 or S, S)."""
    length, heads = query.shape[1], branch.heads
    scores = graph.softmax(graph.add(graph.matmul(query, key, transpose_b=True), mask))  # (H, S, S)
    mixed = graph.transpose(graph.matmul(scores, value), (1, 0, 2))  # (S, H, d)
    return graph.dense(
        graph.reshape(mixed, (length, heads * branch.head_dim)), branch.output.kernel, branch.output.bias
    )


def gated_input(graph: Graph, branch: ConvolutionBranch, x: Tensor) -> Tensor:
    """(M, C) -> (M, C): the projection before a convolution, with the gate a * sigmoid(b) where there is one."""
    u = graph.dense(x, branch.input.kernel, branch.input.bias)
    if branch.glu:
        u = graph.mul(
            graph.slice(u, 1, 0, branch.channels),
            graph.logistic(graph.slice(u, 1, branch.channels, 2 * branch.channels)),
        )
    return u


def convolve(graph: Graph, branch: ConvolutionBranch, u: Tensor, lead: int) -> Tensor:
    """u (S, C) -> (S, C): y[t] = sum_k w[k] u[t + k - lead], as products with band matrices in blocks of positions; then the output projection.

    A band matrix (block, block + K - 1) is the same for every block and for every bucket that divides into blocks, so it is stored once.
    `lead` is K // 2 in an encoder, K - 1 where no position may see a later one.
    """
    length, heads, taps = u.shape[0], branch.heads, branch.kernel_size
    width = branch.channels // heads
    count = -(-length // BLOCK)
    block = -(-length // count)
    source = graph.transpose(graph.reshape(u, (length, heads, width)), (1, 0, 2))  # (H, S, R)
    source = graph.pad(source, 1, lead, count * block - length + taps - 1 - lead)
    windows = [
        graph.slice(source, 1, i * block, (i + 1) * block + taps - 1) for i in range(count)
    ]  # each (H, block + K - 1, R)
    if branch.taps is not None:
        band = graph.constant(band_matrices(branch.taps, block), "band")
        mixed = graph.matmul(band, graph.concat(windows, 2))  # (H, block, count * R)
        blocks = [graph.slice(mixed, 2, i * width, (i + 1) * width) for i in range(count)]
    else:
        bands = _predicted_bands(graph, branch, u, count, block)
        blocks = [graph.matmul(band, window) for band, window in zip(bands, windows, strict=True)]
    mixed = graph.slice(graph.concat(blocks, 1), 1, 0, length)  # (H, S, R)
    return graph.dense(
        graph.reshape(graph.transpose(mixed, (1, 0, 2)), (length, branch.channels)),
        branch.output.kernel,
        branch.output.bias,
    )


def band_matrices(taps: np.ndarray, block: int) -> np.ndarray:
    """(H, K) -> (H, block, block + K - 1): row t holds the taps at columns t to t + K - 1."""
    heads, size = taps.shape
    bands = np.zeros((heads, block, block + size - 1), np.float32)
    for row in range(block):
        bands[:, row, row : row + size] = taps
    return bands


def _predicted_bands(graph: Graph, branch: ConvolutionBranch, u: Tensor, count: int, block: int) -> list[Tensor]:
    """Band matrices from kernels that each position predicts: one (H, block, block + K - 1) a block.

    Rows padded to block + K values and read again as rows of block + K - 1 move one place to the right each: row t starts at column t.
    """
    assert branch.predictor is not None
    length, heads, taps = u.shape[0], branch.heads, branch.kernel_size
    columns = block + taps - 1
    kernels = graph.reshape(graph.dense(u, branch.predictor.kernel, name="predictor"), (length, heads, taps))
    kernels = graph.transpose(graph.softmax(kernels), (1, 0, 2))  # (H, S, K)
    kernels = graph.pad(graph.pad(kernels, 1, 0, count * block - length), 2, 0, columns + 1 - taps)
    bands = []
    for i in range(count):
        rows = graph.reshape(graph.slice(kernels, 1, i * block, (i + 1) * block), (heads, block * (columns + 1)))
        bands.append(graph.reshape(graph.slice(rows, 1, 0, block * columns), (heads, block, columns)))
    return bands
