"""Tiny language models with random weights."""

from __future__ import annotations

import numpy as np

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from tests.tiny import randomize

SETTINGS = {"embed_dim": 16, "kernel_sizes": (3, 4), "heads": 2, "vocabulary_size": 23, "dropout": 0.0}
ADAPTIVE = {"cutoffs": (7, 12), "adaptive_factor": 2.0}


def tiny_config(**changes) -> LanguageModelConfig:
    return LanguageModelConfig.lite(**{**SETTINGS, **changes})


def tiny_model(seed: int = 0, **changes) -> LanguageModel:
    model = LanguageModel(tiny_config(**changes))
    model.assign_named_weights(randomize(model.named_weights(), seed))
    return model


def some_ids(rows: int, length: int, size: int = 23, seed: int = 0) -> np.ndarray:
    """Random ids without the special ones."""
    return np.random.default_rng(seed).integers(4, size, (rows, length)).astype(np.int32)
