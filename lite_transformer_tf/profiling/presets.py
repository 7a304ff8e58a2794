"""All presets in figures: widths, parameters, Mult-Adds, the size of a decoder's cache, and what was published."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lite_transformer_tf.cells import cell_of
from lite_transformer_tf.config import LiteTransformerConfig, ModelConfig, preset, preset_names
from lite_transformer_tf.profiling.model_profile import ModelProfile
from lite_transformer_tf.profiling.published import LONG_TOKENS, TOKENS, published_mult_adds

FLOAT32 = 4
LENGTHS = {"cnndm_496": LONG_TOKENS}
"""Source and target tokens for which the Mult-Adds of a preset are counted, where they are not `TOKENS`."""


def cache_bytes(config: ModelConfig, source: int, target: int) -> int:
    """Bytes of a decoder's cache in float32 for one hypothesis, with keys and values of the source.

    Args:
        config: Configuration of the model.
        source: Number of source tokens. A language model has none.
        target: Number of target tokens that were decoded.
    """
    context = source if isinstance(config, LiteTransformerConfig) else 0
    cells = ((cell_of(layer, config.default_cell), layer) for layer in config.decoder)
    return FLOAT32 * sum(cell.cached(layer, target, context) for cell, layer in cells)


@dataclass(frozen=True)
class PresetFigures:
    """Figures of a preset.

    Args:
        name: Name of the preset.
        embed_dim: Width D.
        layers: Number of layers, of encoder and decoder where there are both.
        backbone: Parameters without embeddings.
        parameters: All parameters.
        source_tokens, target_tokens: Lengths for which the following is counted.
        mult_adds: Under the paper's convention.
        cache_bytes: See `cache_bytes`.
        published: Published Mult-Adds. `None` if there are none.
    """

    name: str
    embed_dim: int
    layers: str
    backbone: int
    parameters: int
    source_tokens: int
    target_tokens: int
    mult_adds: int
    cache_bytes: int
    published: str | None

    @classmethod
    def of(cls, name: str) -> PresetFigures:
        """The figures of one preset. Raises ValueError if there is none of this name."""
        config, (source, target) = preset(name), LENGTHS.get(name, TOKENS)
        profile = ModelProfile.of(config, source, target)
        return cls(
            name,
            config.embed_dim,
            " + ".join(str(len(getattr(config, stack))) for stack in config.stacks),
            profile.parameters.backbone_total,
            profile.parameters.total,
            source,
            target,
            profile.mult_adds(),
            cache_bytes(config, source, target),
            published_mult_adds(name, (source, target)),
        )

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def preset_figures() -> list[PresetFigures]:
    """The figures of all presets, in the order of their names."""
    return [PresetFigures.of(name) for name in preset_names()]
