"""The graph of `encode`: source ids -> keys and values of every cross-attention, called memory."""

from __future__ import annotations

import math

from lite_transformer_tf.litert.graph.flatbuffer import Tensor
from lite_transformer_tf.litert.graph.operators import NEGATIVE, Graph
from lite_transformer_tf.litert.graph.sequence_graph import (
    attend,
    convolve,
    feed_forward,
    gated_input,
    in_branches,
    project_heads,
)
from lite_transformer_tf.litert.graph.weights import AttentionBranch, Branch, GraphWeights, Layer


def build_encoder(graph: Graph, weights: GraphWeights, length: int) -> None:
    """Writes the graph of one bucket.

    Inputs: source_ids (S) int32, real tokens first, the final `eos` included; source_length (1) int32.
    Output: memory (2 * heads of all decoder layers, S, head_dim) float32; rows behind the source's length hold no meaning.
    """
    ids = graph.input("source_ids", (length,), "int32")
    source_length = graph.input("source_length", (1,), "int32")
    # real[i] = 1 for a token, 0 for a pad; a pad reads row 0 of the positions.
    real = graph.minimum(
        graph.maximum(graph.sub(source_length, graph.integers(range(length))), graph.integers([0])), graph.integers([1])
    )
    positions = graph.gather(
        graph.constant(weights.positions, "positions"), graph.mul(real, graph.integers(range(1, length + 1)))
    )
    dim = weights.positions.shape[1]
    x = graph.add(graph.mul(graph.lookup(ids, weights.source_table), graph.scalar(math.sqrt(dim))), positions)  # (S, D)
    real_float = graph.cast(real, "float32")
    keep = graph.reshape(real_float, (length, 1))
    mask = graph.reshape(graph.mul(graph.sub(real_float, graph.scalar(1.0)), graph.scalar(-NEGATIVE)), (1, 1, length))
    for layer in weights.encoder:
        x = _encoder_layer(graph, layer, x, keep, mask)
    graph.output("memory", _memory(graph, weights, x, length))


def _encoder_layer(graph: Graph, layer: Layer, x: Tensor, keep: Tensor, mask: Tensor) -> Tensor:
    def branch_output(branch: Branch, part: Tensor) -> Tensor:
        if isinstance(branch, AttentionBranch):
            return attend(graph, branch, *project_heads(graph, branch, part), mask)
        u = graph.mul(gated_input(graph, branch, part), keep)  # pads contribute nothing
        return convolve(graph, branch, u, branch.kernel_size // 2)

    x = graph.layer_norm(graph.add(x, in_branches(graph, layer, x, branch_output)), *layer.branches_norm)
    return graph.layer_norm(graph.add(x, feed_forward(graph, layer, x)), *layer.feed_forward_norm)


def _memory(graph: Graph, weights: GraphWeights, x: Tensor, length: int) -> Tensor:
    cross = weights.decoder[0].cross
    assert cross is not None
    fused = graph.dense(x, weights.memory.kernel, weights.memory.bias, name="memory")
    return graph.transpose(graph.reshape(fused, (length, fused.shape[1] // cross.head_dim, cross.head_dim)), (1, 0, 2))
