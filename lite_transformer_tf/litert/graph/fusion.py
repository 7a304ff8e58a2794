"""Which layers of a model stand in one matrix of its TFLite file: they can only be stored in the same number of bits."""

from __future__ import annotations

from typing import Any

from lite_transformer_tf.cells import cell_of
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.litert.graph.weights import cross_attentions


def fused_layers(config: Any) -> dict[str, str]:
    """Layer name -> name of the matrix that its kernel is a part of, for all layers that are fused with others.

    Args:
        config: A `LiteTransformerConfig` or a `LanguageModelConfig`.
    """
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
