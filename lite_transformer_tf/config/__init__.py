"""Model configurations and the presets that name them."""

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import ModelConfig, build_config, preset, preset_names, require_kind

__all__ = [
    "BranchConfig",
    "LanguageModelConfig",
    "LayerConfig",
    "LiteTransformerConfig",
    "ModelConfig",
    "build_config",
    "preset",
    "preset_names",
    "require_kind",
]
