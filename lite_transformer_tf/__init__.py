"""Lite Transformer with Long-Short Range Attention (ICLR 2020, arXiv 2004.11886) in Keras and TensorFlow.

Importing the package selects legacy Keras (`tf_keras`), which tensorflow-model-optimization needs, before TensorFlow loads.
"""

from lite_transformer_tf import _legacy_keras  # noqa: F401  (must come before anything that imports TensorFlow)
from lite_transformer_tf.config import BranchConfig, LayerConfig, LiteTransformerConfig, preset, preset_names

__version__ = "0.1.0"

_LAZY = {
    "LiteTransformer": "lite_transformer_tf.models.lite_transformer",
    "load_model": "lite_transformer_tf.models.saving",
    "save_model": "lite_transformer_tf.models.saving",
    "KerasGenerator": "lite_transformer_tf.decoding.generator",
    "DecodingOptions": "lite_transformer_tf.decoding.options",
    "Hypothesis": "lite_transformer_tf.decoding.options",
    "Vocabulary": "lite_transformer_tf.text.vocabulary",
}

__all__ = ["BranchConfig", "LayerConfig", "LiteTransformerConfig", "preset", "preset_names", "__version__", *_LAZY]


def __getattr__(name: str):  # noqa: ANN202
    """Loads the parts that need TensorFlow when they are first used, so that the command line answers `--help` at once."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
