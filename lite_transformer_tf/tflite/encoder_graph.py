"""The graph of `encode`: source ids -> keys and values of every cross-attention, called memory."""

from __future__ import annotations

import math

import numpy as np

from lite_transformer_tf.tflite.flatbuffer import Tensor
from lite_transformer_tf.tflite.operators import NEGATIVE, Graph
from lite_transformer_tf.tflite.weights import AttentionBranch, ConvolutionBranch, GraphWeights, Layer

BLOCK = 32  # output positions for which one band matrix of a convolution is stored


def build_encoder(graph: Graph, weights: GraphWeights, length: int) -> None:
    """Writes the graph of one bucket.

    Inputs: source_ids (S) int32, real tokens first, the final `eos` included; source_length (1) int32.
    Output: memory (2 * heads of all decoder layers, S, head_dim) float32; rows behind the source's length hold no meaning.
    """
    ids = graph.input("source_ids", (length,), "int32")
    source_length = graph.input("source_length", (1,), "int32")
    # real[i] = 1 for a token, 0 for a pad; a pad reads row 0 of the positions.
    real = graph.minimum(graph.maximum(graph.sub(source_length, graph.integers(range(length))), graph.integers([0])), graph.integers([1]))
    positions = graph.gather(graph.constant(weights.positions, "positions"), graph.mul(real, graph.integers(range(1, length + 1))))
    dim = weights.positions.shape[1]
    x = graph.add(graph.mul(graph.lookup(ids, weights.source_table), graph.scalar(math.sqrt(dim))), positions)  # (S, D)
    real_float = graph.cast(real, "float32")
    keep = graph.reshape(real_float, (length, 1))
    mask = graph.reshape(graph.mul(graph.sub(real_float, graph.scalar(1.0)), graph.scalar(-NEGATIVE)), (1, 1, length))
    for layer in weights.encoder:
        x = _encoder_layer(graph, layer, x, keep, mask)
    graph.output("memory", _memory(graph, weights, x, length))


def _encoder_layer(graph: Graph, layer: Layer, x: Tensor, keep: Tensor, mask: Tensor) -> Tensor:
    outputs = []
    for branch in layer.branches:
        part = graph.slice(x, 1, branch.begin, branch.end)
        if isinstance(branch, AttentionBranch):
            outputs.append(_attention(graph, branch, part, mask))
        else:
            outputs.append(_convolution(graph, branch, part, keep))
    x = graph.layer_norm(graph.add(x, graph.concat(outputs, 1)), *layer.branches_norm)
    inner = graph.dense(x, layer.inner.kernel, layer.inner.bias, relu=True)
    return graph.layer_norm(graph.add(x, graph.dense(inner, layer.outer.kernel, layer.outer.bias)), *layer.feed_forward_norm)


def _memory(graph: Graph, weights: GraphWeights, x: Tensor, length: int) -> Tensor:
    cross = weights.decoder[0].cross
    assert cross is not None
    fused = graph.dense(x, weights.memory.kernel, weights.memory.bias, name="memory")
    return graph.transpose(graph.reshape(fused, (length, fused.shape[1] // cross.head_dim, cross.head_dim)), (1, 0, 2))


def _attention(graph: Graph, branch: AttentionBranch, x: Tensor, mask: Tensor) -> Tensor:
    """(S, C) -> (S, C): softmax(q k^T + mask) v, heads first, transposed once on the way in and once on the way out."""
    length, heads = x.shape[0], branch.heads
    fused = graph.dense(x, branch.projection.kernel, branch.projection.bias, name="projection")
    fused = graph.transpose(graph.reshape(fused, (length, 3 * heads, branch.head_dim)), (1, 0, 2))  # (3H, S, d)
    query, key, value = (graph.slice(fused, 0, i * heads, (i + 1) * heads) for i in range(3))
    scores = graph.softmax(graph.add(graph.matmul(query, key, transpose_b=True), mask))  # (H, S, S)
    mixed = graph.transpose(graph.matmul(scores, value), (1, 0, 2))  # (S, H, d)
    return graph.dense(graph.reshape(mixed, (length, heads * branch.head_dim)), branch.output.kernel, branch.output.bias)


def gated_input(graph: Graph, branch: ConvolutionBranch, x: Tensor) -> Tensor:
    """(M, C) -> (M, C): the projection before a convolution, with the gate a * sigmoid(b) where there is one."""
    u = graph.dense(x, branch.input.kernel, branch.input.bias)
    if branch.glu:
        u = graph.mul(graph.slice(u, 1, 0, branch.channels), graph.logistic(graph.slice(u, 1, branch.channels, 2 * branch.channels)))
    return u


def _convolution(graph: Graph, branch: ConvolutionBranch, x: Tensor, keep: Tensor) -> Tensor:
    """(S, C) -> (S, C): y[t] = sum_k w[k] u[t + k - K // 2], as products with band matrices in blocks of positions.

    A band matrix (block, block + K - 1) is the same for every block and for every bucket that divides into blocks, so it is stored once.
    """
    length, heads, taps = x.shape[0], branch.heads, branch.kernel_size
    width = branch.channels // heads
    u = graph.mul(gated_input(graph, branch, x), keep)  # pads contribute nothing
    count = -(-length // BLOCK)
    block = -(-length // count)
    lead = taps // 2
    source = graph.transpose(graph.reshape(u, (length, heads, width)), (1, 0, 2))  # (H, S, R)
    source = graph.pad(source, 1, lead, count * block - length + taps - 1 - lead)
    windows = [graph.slice(source, 1, i * block, (i + 1) * block + taps - 1) for i in range(count)]  # each (H, block + K - 1, R)
    if branch.taps is not None:
        band = graph.constant(band_matrices(branch.taps, block), "band")
        mixed = graph.matmul(band, graph.concat(windows, 2))  # (H, block, count * R)
        blocks = [graph.slice(mixed, 2, i * width, (i + 1) * width) for i in range(count)]
    else:
        bands = _predicted_bands(graph, branch, u, count, block)
        blocks = [graph.matmul(band, window) for band, window in zip(bands, windows, strict=True)]
    mixed = graph.slice(graph.concat(blocks, 1), 1, 0, length)  # (H, S, R)
    return graph.dense(graph.reshape(graph.transpose(mixed, (1, 0, 2)), (length, branch.channels)), branch.output.kernel, branch.output.bias)


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
