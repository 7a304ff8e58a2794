"""Small language models with random weights, one per kind of layer and vocabulary that the graph compiler supports."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.cells.config import LayerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from tests.tflite.models import random_weights

SIZE = 37


def _mixed() -> LanguageModelConfig:
    """Layers that differ: several branches, heads and kernels of several widths, no attention or no convolution."""
    wide = (
        BranchConfig("attention", 8, 2),
        BranchConfig("dynamic", 4, 1, 3, glu=True),
        BranchConfig("lightweight", 8, 4, 5),
        BranchConfig("attention", 12, 2),
    )
    convolutions = (BranchConfig("dynamic", 16, 2, 4), BranchConfig("lightweight", 16, 2, 1))
    attention = (BranchConfig("attention", 32, 8),)
    layers = (LayerConfig(wide, 24), LayerConfig(convolutions, 40), LayerConfig(attention, 16))
    return LanguageModelConfig(embed_dim=32, vocabulary_size=SIZE, decoder=layers, cutoffs=(9, 20), adaptive_factor=2.0)


def lite(kernel_sizes: tuple[int, ...] = (3, 7), **settings) -> LanguageModelConfig:
    return LanguageModelConfig.lite(
        **{"embed_dim": 32, "kernel_sizes": kernel_sizes, "vocabulary_size": SIZE, **settings}
    )


CONFIGS = {
    "plain": lite(),
    "lightweight": lite(convolution="lightweight", glu=False),
    "one_cutoff": lite(cutoffs=(12,)),
    "three_cutoffs": lite((4, 31), cutoffs=(4, 5, 30), adaptive_factor=3.0),
    "dynamic_without_glu": lite(glu=False, cutoffs=(9, 20)),
    "one_tap": lite((1,), convolution="lightweight"),
    "mixed_branches": _mixed(),
    "transformer": LanguageModelConfig.transformer(embed_dim=32, layers=2, vocabulary_size=SIZE),
    "no_attention": LanguageModelConfig(
        32, SIZE, (LayerConfig((BranchConfig("dynamic", 32, 4, 5, glu=True),), 16),) * 2
    ),
}


@lru_cache
def keras_language_model(name: str) -> LanguageModel:
    return language_model_of(CONFIGS[name])


def language_model_of(config: LanguageModelConfig, seed: int = 0) -> LanguageModel:
    """A model whose logits are of a usual size: rows of few numbers are made smaller, for their products are not."""
    model = LanguageModel(config)
    weights = random_weights(model, seed)  # type: ignore[arg-type]
    model.assign_named_weights(
        {name: value * (0.1 if name.startswith("embedding/band") else 1) for name, value in weights.items()}
    )
    return model


def random_text(length: int, size: int = SIZE, seed: int = 0) -> list[int]:
    """`eos` and tokens, `length` ids together."""
    return [2, *np.random.default_rng(seed).integers(3, size, length - 1).tolist()]
