"""The authors' language model on seeded random weights: adaptive input and softmax, 12 layers, kernels up to 63."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from tests.golden_vectors import HERE, Golden, our_weights

NAME = "mini_lm_dynamic_adaptive"


def _embedding_names(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The reference's adaptive input and softmax under our names; the softmax's tied copies are left out."""
    weights = {}
    for name, value in state.items():
        parts = name.split(".")
        if name.startswith("decoder.embed_tokens.embeddings."):
            band, place = parts[3], parts[4]
            weights[f"embedding/band_{band}/" + ("table" if place == "0" else "projection/kernel")] = (
                value if place == "0" else value.T
            )
        elif name == "decoder.adaptive_softmax.head.class_proj.weight":
            weights["adaptive_softmax/classes/kernel"] = value.T
    return weights


class LanguageModelGolden(Golden):
    @cached_property
    def config(self) -> LanguageModelConfig:  # type: ignore[override]
        meta = self.meta
        settings = {
            "embed_dim": 32,
            "kernel_sizes": meta["kernels"],
            "heads": meta["heads"],
            "vocabulary_size": meta["V"],
        }
        return LanguageModelConfig.lite(
            **settings, cutoffs=tuple(meta["cutoff"]), adaptive_factor=meta["factor"], dropout=0.0
        )

    def _ours(self, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        names = set(LanguageModel(self.config).named_variables())
        return {**our_weights(state, names), **_embedding_names(state)}

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        return self._ours({key[3:]: value for key, value in self.arrays.items() if key.startswith("sd/")})

    @cached_property
    def gradients(self) -> dict[str, np.ndarray]:
        with np.load(HERE / f"{self.name}_grads.npz", allow_pickle=False) as archive:
            return self._ours({key[5:]: archive[key] for key in archive.files})

    def model(self, **changes) -> LanguageModel:  # type: ignore[override]
        model = LanguageModel(self.config.replace(**changes))
        model.assign_named_weights(self.weights)
        return model


golden = LanguageModelGolden(NAME)
