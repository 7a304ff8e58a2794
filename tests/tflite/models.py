"""Small models with random weights: one for each kind of layer that the graph compiler covers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

SIZES = {"source_vocabulary_size": 37, "target_vocabulary_size": 37}
SEPARATE = {"source_vocabulary_size": 29, "target_vocabulary_size": 41}


def _mixed() -> LiteTransformerConfig:
    """Layers that differ: several branches, heads of several widths, one without attention, one without convolution."""
    wide = (
        BranchConfig("attention", 8, 2),
        BranchConfig("lightweight", 8, 4, 5),
        BranchConfig("dynamic", 4, 1, 3, glu=True),
        BranchConfig("attention", 12, 2),
    )
    convolutions = (BranchConfig("dynamic", 16, 2, 4), BranchConfig("lightweight", 16, 2, 1))
    attention = (BranchConfig("attention", 32, 8),)
    return LiteTransformerConfig(
        embed_dim=32,
        encoder=(LayerConfig(wide, 24), LayerConfig(convolutions, 40), LayerConfig(attention, 32)),
        decoder=(LayerConfig(attention, 16, 4), LayerConfig(wide, 24, 2), LayerConfig(convolutions, 40, 8)),
        embedding_sharing="target",
        **SEPARATE,
    )


def _no_attention() -> LiteTransformerConfig:
    layer = LayerConfig((BranchConfig("lightweight", 16, 4, 3),), 16)
    return LiteTransformerConfig(
        embed_dim=16, encoder=(layer,), decoder=(LayerConfig(layer.branches, 16, 2),) * 2, **SIZES
    )


CONFIGS = {
    "lightweight_tied": LiteTransformerConfig.lite(embed_dim=32, kernel_sizes=(3, 7), embedding_sharing="all", **SIZES),
    "lightweight_glu_separate": LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3, 5, 9), glu=True, embedding_sharing="none", **SEPARATE
    ),
    "dynamic": LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3, 7), convolution="dynamic", embedding_sharing="target", **SEPARATE
    ),
    "dynamic_glu": LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(31,), decoder_kernel_sizes=(3, 31), convolution="dynamic", glu=True, **SIZES
    ),
    "one_layer": LiteTransformerConfig.lite(embed_dim=32, kernel_sizes=(4,), cross_attention_heads=8, **SIZES),
    "one_tap": LiteTransformerConfig.lite(embed_dim=32, kernel_sizes=(1,), **SIZES),
    "transformer": LiteTransformerConfig.transformer(embed_dim=32, layers=2, heads=4, **SIZES),
    "evolved": LiteTransformerConfig.evolved(embed_dim=32, encoder_layers=1, decoder_layers=2, heads=4, **SIZES),
    "mixed_branches": _mixed(),
    "no_attention": _no_attention(),
}


def random_weights(model: LiteTransformer, seed: int = 0) -> dict[str, np.ndarray]:
    """Weights at which every part matters: biases and norms too, and logits that differ enough to decide."""
    generator = np.random.default_rng(seed)
    weights = {}
    for name, value in model.named_weights().items():
        noise = generator.standard_normal(value.shape)
        if name.endswith("/kernel"):
            noise /= np.sqrt(value.shape[0])
        elif name.endswith("/table"):
            noise *= 2.0 / np.sqrt(value.shape[1])
        elif not name.endswith("/taps"):
            noise = 0.1 * noise + name.endswith("/gamma")
        weights[name] = noise.astype(np.float32)
    return weights


@lru_cache
def keras_model(name: str) -> LiteTransformer:
    return keras_model_of(CONFIGS[name])


def keras_model_of(config: LiteTransformerConfig, seed: int = 0) -> LiteTransformer:
    model = LiteTransformer(config)
    model.assign_named_weights(random_weights(model, seed))
    return model


@lru_cache
def keras_generator(name: str) -> KerasGenerator:
    """Of ids only: it gets no vocabularies."""
    return KerasGenerator(keras_model(name), None, None)  # type: ignore[arg-type]


def random_source(config: LiteTransformerConfig, length: int, seed: int = 0) -> list[int]:
    """`length` tokens, the last one `eos`."""
    return [*np.random.default_rng(seed).integers(4, config.source_vocabulary_size, length - 1).tolist(), config.eos_id]


SENTENCES = [
    "A boy runs.",
    "Two dogs play in the snow.",
    "A girl sings a song.",
    "The man reads a book on the bench.",
    "Snow",
    "Children play.",
]


@lru_cache
def text_model() -> tuple[LiteTransformer, VocabularyPair]:
    """A model over a real vocabulary; the same one each time, so treat it as read-only."""
    vocabularies = VocabularyPair.train(SENTENCES, SENTENCES[::-1], 290)
    config = LiteTransformerConfig.lite(
        embed_dim=32, kernel_sizes=(3, 7), source_vocabulary_size=290, target_vocabulary_size=290
    )
    return keras_model_of(config, seed=3), vocabularies
