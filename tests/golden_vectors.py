"""Numbers computed with the authors' PyTorch implementation (mit-han-lab/lite-transformer) on seeded random weights.

`mini_*.npz` lie in tests/golden; the full-width ones are looked for beside the checkout.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.models.lite_transformer import LiteTransformer

HERE = Path(__file__).parent / "golden"
BESIDE = Path(__file__).parents[2] / "shared" / "golden"
MINI = ("mini_light", "mini_dynamic_glu_shared")
FULL = ("iwslt160_light", "wmt200_dynamic")

_RULES = (
    (r"\.self_attn\.branches\.0\.([qkv])_proj\.", r".lsra.attention.\1_proj."),
    (r"\.self_attn\.branches\.0\.out_proj\.", ".lsra.attention.output."),
    (r"\.self_attn\.branches\.1\.weight_linear\.weight", ".lsra.convolution.taps.kernel"),
    (r"\.self_attn\.branches\.1\.weight$", ".lsra.convolution.taps"),
    (r"\.self_attn\.branches\.1\.linear1\.", ".lsra.convolution.input."),
    (r"\.self_attn\.branches\.1\.linear2\.", ".lsra.convolution.output."),
    (r"\.self_attn_layer_norm\.", ".lsra_norm."),
    (r"\.encoder_attn_layer_norm\.", ".cross_attention_norm."),
    (r"\.encoder_attn\.out_proj\.", ".cross_attention.output."),
    (r"\.encoder_attn\.", ".cross_attention."),
    (r"\.final_layer_norm\.", ".feed_forward_norm."),
    (r"\.fc1\.", ".feed_forward.inner."),
    (r"\.fc2\.", ".feed_forward.outer."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"_norm\.weight$", "_norm.gamma"),
    (r"_norm\.bias$", "_norm.beta"),
    (r"\.weight$", ".kernel"),
    (r"\.layers\.", ".layer_"),
)


def our_weights(state: dict[str, np.ndarray], names: set[str]) -> dict[str, np.ndarray]:
    """The reference's tensors (or gradients) with our names and orientation, without those that we do not have."""
    tables = {
        "encoder.embed_tokens.weight": "source",
        "decoder.embed_tokens.weight": "target",
        "decoder.embed_out": "output",
    }
    weights = {}
    for name, value in state.items():
        if name in tables:
            new = f"{tables[name]}_embedding/table"
        else:
            new = name
            for pattern, replacement in _RULES:
                new = re.sub(pattern, replacement, new)
            new = new.replace(".", "/")
            if new.endswith("/kernel"):
                value = value.T
            if new.endswith("/taps"):
                value = value.reshape(value.shape[0], -1)
        if new in names:
            weights[new] = value
    return weights


@dataclass(frozen=True)
class Golden:
    name: str

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        path = next(
            (folder / f"{self.name}.npz" for folder in (HERE, BESIDE) if (folder / f"{self.name}.npz").exists()), None
        )
        if path is None:
            pytest.skip(f"{self.name}.npz is not here")
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}

    @cached_property
    def meta(self) -> dict:
        return json.loads(str(self.arrays["meta_json"]))

    @cached_property
    def config(self) -> LiteTransformerConfig:
        meta, dynamic = self.meta, "dynamic" in self.name
        return LiteTransformerConfig.lite(
            embed_dim=meta["ffn"],
            kernel_sizes=meta["encoder_kernels"],
            decoder_kernel_sizes=meta["decoder_kernels"],
            convolution="dynamic" if dynamic else "lightweight",
            glu=dynamic,
            cross_attention_heads=meta["enc_dec_heads"],
            source_vocabulary_size=meta["V"],
            target_vocabulary_size=meta["Vt"] or meta["V"],
            embedding_sharing="all" if dynamic else "none",
            dropout=0.0,
            pads_leak=True,
        )

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        names = set(LiteTransformer(self.config).named_variables())
        return our_weights({key[3:]: value for key, value in self.arrays.items() if key.startswith("sd/")}, names)

    @cached_property
    def gradients(self) -> dict[str, np.ndarray]:
        with np.load(HERE / f"{self.name}_grads.npz", allow_pickle=False) as archive:
            grads = {key[5:]: archive[key] for key in archive.files}
        return our_weights(grads, set(self.weights))

    def model(self, **changes) -> LiteTransformer:
        """A model with the golden weights; `pads_leak` as the reference unless changed."""
        model = LiteTransformer(self.config.replace(**changes))
        model.assign_named_weights(self.weights)
        return model

    def ids(self, key: str) -> np.ndarray:
        return self.arrays[key].astype(np.int32)

    def batch_first(self, key: str) -> np.ndarray:
        """A (T, B, C) array as (B, T, C)."""
        return self.arrays[key].transpose(1, 0, 2)


@lru_cache
def golden(name: str) -> Golden:
    return Golden(name)
