"""Every public layer passes the Keras contract of tests/layers/checks.py. A new layer is one entry of `CASES`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tf_keras as keras

from lite_transformer_tf import layers
from tests.layers.checks import CHECKS
from tests.layers.contract import Case

B, T, C, V = 2, 5, 8, 11
GENERATOR = np.random.default_rng(0)
STATES = GENERATOR.normal(size=(B, T, C)).astype(np.float32)
OTHERS = GENERATOR.normal(size=(B, T, C)).astype(np.float32)
MEMORY = GENERATOR.normal(size=(B, T + 1, C)).astype(np.float32)
IDS = np.array([[2, 5, 3, 0, 9], [4, 4, 1, 10, 1]], np.int32)
BRANCHES = [
    {"kind": "attention", "channels": 4, "heads": 2},
    {"kind": "dynamic", "channels": 4, "heads": 2, "kernel_size": 3, "glu": True},
]
RATES = {"dropout": 0.1, "attention_dropout": 0.2, "weight_dropout": 0.3, "activation_dropout": 0.4}
EVOLVED = {"dropout": 0.1, "attention_dropout": 0.2, "output_norm": True}
CONVOLUTION = {"kernel_size": 3, "num_heads": 2, "causal": True, "glu": True, "weight_dropout": 0.1, "pads_leak": True}
BANDS = [[0, 5, 8], [5, 9, 4], [9, 11, 2]]
KEY_BIAS = ("key/bias",)  # attention does not depend on it
PADS = ("padding_mask", "inputs")

ATTENTION, GATED, DYNAMIC_BRANCH = 4 * (C * C + C), 3 * (C * C + C), 4 * 8 + 8 + 4 * 6 + 4 * 4 + 4
LSRA = 4 * (4 * 4 + 4) + DYNAMIC_BRANCH
FEED_FORWARD = C * 12 + 12 + 12 * C + C
NORM = 2 * C
TABLES = 5 * 8 + 8 * C + 4 * 4 + 4 * C + 2 * 2 + 2 * C


@keras.utils.register_keras_serializable("tests")
class TiedSoftmax(keras.layers.Layer):
    """An adaptive softmax with the embedding that it shares its weights with."""

    def __init__(self, bands: list, tails: int, dropout: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.embedding = layers.AdaptiveEmbedding(bands, C, 1, name="embedding", dtype=self.dtype_policy)
        self.supports_masking = True
        self.softmax = layers.AdaptiveSoftmax(tails, dropout, name="softmax", dtype=self.dtype_policy)

    def compute_mask(self, inputs, mask=None):
        return self.embedding.compute_mask(inputs, mask)

    def call(self, inputs, training=None):
        return self.softmax(self.embedding(inputs), embedding=self.embedding, training=training)

    def get_config(self) -> dict[str, Any]:
        bands, parts = self.embedding.get_config()["bands"], self.softmax.get_config()
        return {**super().get_config(), "bands": bands, "tails": parts["tails"], "dropout": parts["dropout"]}


CASES = {
    "AdaptiveEmbedding": Case(
        layers.AdaptiveEmbedding,
        {"bands": BANDS, "embed_dim": C, "pad_id": 1},
        {"inputs": IDS},
        (B, T, C),
        TABLES,
        pad_id=1,
    ),
    "AdaptiveSoftmax": Case(
        TiedSoftmax,
        {"bands": BANDS, "tails": 2, "dropout": 0.1},
        {"inputs": IDS},
        (B, T, V),
        TABLES + 2 * C,
        narrow=False,
        alone=False,
        pad_id=1,
    ),
    "DynamicConvolution": Case(
        layers.DynamicConvolution,
        CONVOLUTION,
        {"inputs": STATES},
        (B, T, C),
        GATED + C * 6,
        PADS,
        {"causal": False, "pads_leak": False},
    ),
    "EvolvedDecoderLayer": Case(
        layers.EvolvedDecoderLayer,
        {"embed_dim": C, "num_heads": 2, "cross_attention_heads": 4, **EVOLVED},
        {"inputs": STATES, "memory": MEMORY},
        (B, T, C),
        57 * C * C // 2 + 125 * C // 2 + NORM,
        ("memory_mask", "memory"),
    ),
    "EvolvedEncoderLayer": Case(
        layers.EvolvedEncoderLayer,
        {"embed_dim": C, "num_heads": 2, **EVOLVED},
        {"inputs": STATES},
        (B, T, C),
        43 * C * C // 2 + 64 * C + NORM,
        PADS,
        seed=3,
    ),
    "FeedForward": Case(
        layers.FeedForward,
        {"hidden_dim": 12, "activation_dropout": 0.1, "activation": "swish", "inner_norm": True},
        {"inputs": STATES},
        (B, T, C),
        FEED_FORWARD + 2 * 12,
    ),
    "GatedLinearUnit": Case(layers.GatedLinearUnit, {}, {"inputs": STATES}, (B, T, C), 2 * (C * C + C)),
    "LayerNorm": Case(layers.LayerNorm, {"epsilon": 1e-3}, {"inputs": STATES}, (B, T, C), NORM),
    "LightweightConvolution": Case(
        layers.LightweightConvolution,
        CONVOLUTION,
        {"inputs": STATES},
        (B, T, C),
        GATED + 6,
        PADS,
        {"causal": False, "pads_leak": False},
    ),
    "LongShortRangeAttention": Case(
        layers.LongShortRangeAttention,
        {
            "branches": BRANCHES,
            "causal": True,
            "attention_dropout": 0.1,
            "weight_dropout": 0.2,
            "pads_leak": True,
        },
        {"inputs": STATES},
        (B, T, C),
        LSRA,
        PADS,
        {"causal": False, "pads_leak": False},
        constant=KEY_BIAS,
    ),
    "MultiHeadAttention": Case(
        layers.MultiHeadAttention,
        {"num_heads": 2, "causal": True, "dropout": 0.1, "use_bias": False, "projection_gain": 1.0},
        {"inputs": STATES},
        (B, T, C),
        4 * C * C,
        PADS,
        {"causal": False},
    ),
    "PreNormLayer": Case(
        layers.PreNormLayer,
        {"branches": BRANCHES, "feed_forward_dim": 12, **RATES},
        {"inputs": STATES},
        (B, T, C),
        LSRA + FEED_FORWARD + 2 * NORM,
        constant=KEY_BIAS,
    ),
    "ResidualNorm": Case(
        layers.ResidualNorm,
        {"dropout": 0.1, "epsilon": 1e-3},
        {"inputs": STATES, "update": OTHERS},
        (B, T, C),
        NORM,
    ),
    "SeparableConvolution": Case(
        layers.SeparableConvolution,
        {"units": 6, "kernel_size": 3, "causal": True, "activation": "relu"},
        {"inputs": STATES},
        (B, T, 6),
        3 * C + C * 6 + 6,
        PADS,
        {"causal": False},
    ),
    "SinusoidalPositions": Case(
        layers.SinusoidalPositions,
        {"embed_dim": C},
        {"mask": IDS != 1},
        (B, T, C),
        0,
        ("mask", "mask"),
    ),
    "TokenEmbedding": Case(
        layers.TokenEmbedding,
        {"vocabulary_size": V, "embed_dim": C, "pad_id": 1},
        {"inputs": IDS},
        (B, T, C),
        V * C,
        pad_id=1,
    ),
    "TransformerDecoderLayer": Case(
        layers.TransformerDecoderLayer,
        {"branches": BRANCHES, "feed_forward_dim": 12, "cross_attention_heads": 4, **RATES},
        {"inputs": STATES, "memory": MEMORY},
        (B, T, C),
        LSRA + ATTENTION + FEED_FORWARD + 3 * NORM,
        ("memory_mask", "memory"),
        constant=KEY_BIAS,
    ),
    "TransformerEncoderLayer": Case(
        layers.TransformerEncoderLayer,
        {"branches": BRANCHES, "feed_forward_dim": 12, "pads_leak": True, **RATES},
        {"inputs": STATES},
        (B, T, C),
        LSRA + FEED_FORWARD + 2 * NORM,
        PADS,
        {"pads_leak": False},
        constant=KEY_BIAS,
    ),
}


def test_every_public_layer_is_under_contract():
    assert set(layers.__all__) == set(CASES)
    assert all(case.layer in (getattr(layers, name), TiedSoftmax) for name, case in CASES.items())


def test_a_tied_layer_alone_round_trips():
    config = layers.AdaptiveSoftmax(2, 0.1, name="mine").get_config()
    assert layers.AdaptiveSoftmax.from_config(config).get_config() == config


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", CASES)
def test_contract(name, check, tmp_path):
    CHECKS[check](CASES[name], tmp_path)
