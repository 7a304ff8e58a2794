"""Model configurations and the presets that name them."""

from lite_transformer_tf.config.encoder_decoder import (
    BranchConfig,
    LayerConfig,
    LiteTransformerConfig,
    build_config,
    preset,
    preset_names,
    require_kind,
)
from lite_transformer_tf.config.language_model import LanguageModelConfig

__all__ = [
    "BranchConfig",
    "LanguageModelConfig",
    "LayerConfig",
    "LiteTransformerConfig",
    "build_config",
    "preset",
    "preset_names",
    "require_kind",
]
