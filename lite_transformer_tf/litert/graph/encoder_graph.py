"""The graph of `encode`: from source ids to the memory, the keys and values of all cross-attentions."""

from __future__ import annotations

import math

from lite_transformer_tf.branches.graphs import SequenceGraph
from lite_transformer_tf.litert.builder import NEGATIVE
from lite_transformer_tf.litert.builder.flatbuffer import Tensor
from lite_transformer_tf.litert.builder.operators import Graph
from lite_transformer_tf.litert.graph.weights import GraphWeights


def build_encoder(graph: Graph, weights: GraphWeights, length: int) -> None:
    """Writes the graph of one bucket.

    Inputs: source_ids (S) int32, real tokens first, including the final `eos`; source_length (1) int32.
    Output: memory (2 * heads of all decoder layers, S, head_dim) float32. Rows after the source are undefined.
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
    sequence = SequenceGraph(graph, length, causal=False, pads=(keep, mask))
    for cell in weights.encoder:
        x = cell.write(graph, x, sequence.branch)
    graph.output("memory", _memory(graph, weights, x, length))


def _memory(graph: Graph, weights: GraphWeights, x: Tensor, length: int) -> Tensor:
    fused = graph.dense(x, weights.memory.kernel, weights.memory.bias, name="memory")
    heads = fused.shape[1] // weights.cross_dim
    return graph.transpose(graph.reshape(fused, (length, heads, weights.cross_dim)), (1, 0, 2))
