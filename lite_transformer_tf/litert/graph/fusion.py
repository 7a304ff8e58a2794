"""Which layers of a model share a matrix of its TFLite file, and so must be stored with equal numbers of bits."""

from __future__ import annotations

from lite_transformer_tf.cells import cell_of
from lite_transformer_tf.config import LiteTransformerConfig, ModelConfig
from lite_transformer_tf.litert.graph.weights import cross_attentions


def fused_layers(config: ModelConfig) -> dict[str, str]:
    """The names of shared matrices by layer name, for all layers whose kernel shares a matrix with others."""
    matrices: dict[str, str] = {}
    for stack in ("encoder", "decoder"):
        for index, layer in enumerate(getattr(config, stack, ())):
            for group in cell_of(layer, config.default_cell).fused_parts(layer):
                names = [f"{stack}/layer_{index}/{part}" for part in group]
                matrices.update(dict.fromkeys(names, " + ".join(names)))
    if isinstance(config, LiteTransformerConfig):
        memory = [f"{name}/{part}" for name, _ in cross_attentions(config) for part in ("key", "value")]
        matrices.update(dict.fromkeys(memory, "keys and values of all cross-attentions"))
    return matrices
