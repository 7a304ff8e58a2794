"""Numbers of the authors' code (tensor2tensor, commit bafdc1b) on random weights.

`evolved_odd.npz` lies in tests/golden: one cell each, the target longer than the longest kernel. `golden_main.npz`, two
cells each, is looked for beside the checkout.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pytest

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from tests import golden_vectors

FILES = {"odd": "evolved_odd.npz", "main": "evolved/golden_main.npz"}

RULES = (
    (r"^(en|de)coder/layer_prepostprocess/layer_norm", r"\1coder/layer_LAST/output_norm"),
    (r"conv_branches/layer_prepostprocess_1/layer_norm", "convolutions/inner_norm"),
    (r"dense_layers/layer_prepostprocess_1/layer_norm", "feed_forward/inner_norm"),
    (r"decoder/(layer_\d+)/16_head_self_attention/layer_prepostprocess/layer_norm", r"decoder/\1/attention_norm"),
    (r"/layer_prepostprocess/layer_norm", "_norm"),
    ("/layer_norm_scale$", "/gamma"),
    ("/layer_norm_bias$", "/beta"),
    ("/multihead_attention/q/", "/query/"),
    ("/multihead_attention/k/", "/key/"),
    ("/multihead_attention/v/", "/value/"),
    ("/multihead_attention/output_transform/", "/output/"),
    ("16_head_self_attention", "wide_attention"),
    ("first_attend_to_encoder", "first_cross_attention"),
    ("second_attend_to_encoder", "second_cross_attention"),
    ("gated_linear_unit/dense/", "gated_linear_unit/values/"),
    ("gated_linear_unit/dense_1/", "gated_linear_unit/gates/"),
    ("dense_layers/dense/", "feed_forward/inner/"),
    ("dense_layers/dense_1/", "feed_forward/outer/"),
    ("dense_layers", "feed_forward"),
    ("conv_branches/dense/", "convolutions/left/"),
    ("conv_branches/standard_conv_3x1/", "convolutions/right/"),
    ("conv_branches/separable_conv11x1/", "convolutions/left/"),
    ("conv_branches/separable_conv_7x1_1/", "convolutions/right/"),
    ("conv_branches/separable_conv_(9x1|7x1_2)/", "convolutions/output/"),
    ("conv_branches", "convolutions"),
    ("/depthwise_kernel$", "/taps"),
    ("/pointwise_kernel$", "/pointwise/kernel"),
)
SEPARABLE = re.compile("(encoder/layer_./convolutions/output|decoder/layer_./convolutions/(left|right|output))/bias")


def our_name(name: str, layers: dict[str, int]) -> str:
    """Our name of the authors' variable."""
    for pattern, replacement in RULES:
        name = re.sub(pattern, replacement, name)
    name = name.replace("LAST", str(layers[name.split("/")[0]] - 1))
    return name.replace("/bias", "/pointwise/bias") if SEPARABLE.fullmatch(name) else name


def our_weight(name: str, value: np.ndarray) -> np.ndarray:
    """Our layout of the authors' variable, by our name."""
    if name.endswith("/taps"):
        return value[:, :, 0]
    if value.ndim == 3:  # (1, in, out), or (3, in, out)
        return value.reshape(-1, value.shape[2])
    return value


@dataclass(frozen=True)
class Golden:
    name: str

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        paths = [folder / FILES[self.name] for folder in (golden_vectors.HERE, golden_vectors.BESIDE)]
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            pytest.skip(f"{FILES[self.name]} is not here")
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}

    def __getitem__(self, key: str) -> np.ndarray:
        return self.arrays[key]

    @cached_property
    def meta(self) -> dict:
        return json.loads(str(self.arrays["meta"]))

    @cached_property
    def layers(self) -> dict[str, int]:
        return {stack: self.meta[f"num_{stack}_layers"] for stack in ("encoder", "decoder")}

    @cached_property
    def config(self) -> LiteTransformerConfig:
        return LiteTransformerConfig.evolved(
            embed_dim=self.meta["hidden_size"],
            encoder_layers=self.layers["encoder"],
            decoder_layers=self.layers["decoder"],
            heads=self.meta["num_heads"],
            source_vocabulary_size=8,
            target_vocabulary_size=8,
            dropout=0.0,
        )

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """The stacks' weights with our names and shapes."""
        named = {our_name(key[2:], self.layers): value for key, value in self.arrays.items() if key.startswith("w/")}
        return {name: our_weight(name, value) for name, value in named.items()}

    def states(self, prefix: str, stack: str) -> list[np.ndarray]:
        """The outputs of the cells, the last one behind the final LayerNorm."""
        between = [self[f"{prefix}/layer_{index}/out"] for index in range(self.layers[stack] - 1)]
        return [*between, self[f"{prefix}/out"]]


@lru_cache
def golden(name: str) -> Golden:
    return Golden(name)
