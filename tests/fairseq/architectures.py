"""Architectures, by what becomes of them in a checkpoint: those that come back, and those that are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lite_transformer_tf.branches.base import BranchConfig
from lite_transformer_tf.cells import LayerConfig
from lite_transformer_tf.cells.evolved_config import EvolvedDecoderConfig
from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig

SIZES = {"source_vocabulary_size": 9, "target_vocabulary_size": 9}


def lite(**settings: Any) -> LiteTransformerConfig:
    return LiteTransformerConfig.lite(**{"embed_dim": 16, "kernel_sizes": [3, 5], **SIZES, **settings})


def words(**settings: Any) -> LanguageModelConfig:
    return LanguageModelConfig.lite(
        **{"embed_dim": 16, "kernel_sizes": [3, 4], "heads": 2, "vocabulary_size": 9, **settings}
    )


def changed(config: Any, stack: str, index: int = 1, **changes: Any) -> Any:
    """The same with one layer changed."""
    layers = list(getattr(config, stack))
    layers[index] = replace(layers[index], **changes)
    return replace(config, **{stack: tuple(layers)})


def branches(*kinds: str, **settings: Any) -> tuple[BranchConfig, ...]:
    """Branches over 8 channels each."""
    return tuple(BranchConfig(kind, 8, 2, **({} if kind == "attention" else settings)) for kind in kinds)


EVOLVED = LiteTransformerConfig.evolved(embed_dim=16, heads=2, **SIZES)
PLAIN = LiteTransformerConfig.transformer(embed_dim=16, layers=2, **SIZES)
PLAIN_WORDS = LanguageModelConfig.transformer(embed_dim=16, layers=2, vocabulary_size=9)
KERNELS_TWICE = (LayerConfig((*branches("lightweight", kernel_size=3), *branches("dynamic", kernel_size=5)), 16),)

COMES_BACK: dict[str, ModelConfig] = {
    "lightweight": lite(embedding_sharing="none", dropout=0.2, weight_dropout=0.1),
    "dynamic": lite(convolution="dynamic", attention_dropout=0.03, weight_dropout=0.07),
    "dynamic with a gate": lite(convolution="dynamic", glu=True),
    "shared target": lite(embedding_sharing="target"),
    "two dictionaries": lite(embedding_sharing="none", target_vocabulary_size=8),
    "transformer": replace(PLAIN, activation_dropout=0.1),
    "transformer with other heads": LiteTransformerConfig.transformer(embed_dim=16, layers=1, heads=8, **SIZES),
    "heads": lite(heads=2, cross_attention_heads=8),
    "feed-forward of 4 D": lite(feed_forward_dim=64),
    "deep encoder, shallow decoder": lite(kernel_sizes=[3, 5, 7, 9], decoder_kernel_sizes=[3]),
    "even kernels in the decoder": lite(decoder_kernel_sizes=[4, 6]),
    "three branches": lite(embed_dim=24, decoder_branches=["attention", "lightweight", "dynamic"]),
    "branches in another order": lite(decoder_branches=["dynamic", "attention"]),
    "two attentions": lite(decoder_branches=["attention", "attention"]),
    "one convolution": lite(decoder_branches=["lightweight"]),
    "unequal branches": LiteTransformerConfig(
        16,
        9,
        9,
        (LayerConfig((BranchConfig("attention", 12, 3), BranchConfig("lightweight", 4, 2, kernel_size=3)), 16),),
        lite().decoder,
    ),
    "cell by name": changed(lite(), "encoder", cell="post_norm"),
    "language model": words(),
    "language model without a gate": words(glu=False),
    "transformer language model": PLAIN_WORDS,
    "adaptive": words(cutoffs=(5, 7), adaptive_factor=2.0, adaptive_dropout=0.2),
    "adaptive, a factor that is not whole": words(cutoffs=(6,), adaptive_factor=2.5),
    "adaptive transformer": LanguageModelConfig.transformer(embed_dim=16, layers=1, vocabulary_size=9, cutoffs=(6,)),
}

REFUSED: dict[str, tuple[ModelConfig, str]] = {
    "evolved": (EVOLVED, "encoder has layers of the kind post_norm, made of branches. Received: evolved_encoder"),
    "evolved decoder": (
        replace(lite(embed_dim=16), decoder=EVOLVED.decoder),
        "decoder has layers of the kind post_norm, made of branches. Received: evolved_decoder",
    ),
    "evolved language model": (
        replace(words(), decoder=(EvolvedDecoderConfig(16, 2, True),)),
        "decoder has layers of the kind pre_norm, made of branches. Received: evolved_decoder",
    ),
    "ssru decoder": (lite(decoder_branches=["ssru"]), "branches are attention, lightweight, dynamic. Received: ssru"),
    "ssru beside attention": (lite(decoder_branches=["attention", "ssru"]), "Received: ssru"),
    "ssru language model": (words(branches=["ssru"]), "Received: ssru"),
    "even kernel in the encoder": (lite(kernel_sizes=[3, 4]), "encoder has odd kernels. Received: 4"),
    "lightweight with a gate": (lite(glu=True), "lightweight convolutions have no gate"),
    "two sizes of kernels in a layer": (replace(words(), decoder=KERNELS_TWICE), "convolutions of one size each"),
    "other branches in a layer": (
        changed(lite(), "encoder", branches=branches("attention", "dynamic", kernel_size=3)),
        "layers have equal branches",
    ),
    "a plain layer among others": (
        changed(lite(), "encoder", branches=(BranchConfig("attention", 16, 4),)),
        "layers have equal branches",
    ),
    "other heads in a layer": (
        changed(lite(heads=4), "encoder", branches=branches("attention", "lightweight", kernel_size=3)),
        "layers have equal branches",
    ),
    "other cross-attention in a layer": (
        changed(lite(), "decoder", cross_attention_heads=8),
        "layers have equal heads",
    ),
    "transformer with other cross-attention": (
        replace(PLAIN, decoder=tuple(replace(layer, cross_attention_heads=8) for layer in PLAIN.decoder)),
        "attentions have equal heads",
    ),
    "other feed-forward in a layer": (changed(lite(), "encoder", feed_forward_dim=32), "equal feed-forwards"),
    "gates in some layers": (
        changed(
            lite(convolution="dynamic"),
            "decoder",
            branches=(
                BranchConfig("attention", 8, 4),
                BranchConfig("dynamic", 8, 4, kernel_size=5, glu=True),
            ),
        ),
        "convolutions have equal gates",
    ),
    "special ids": (lite(bos_id=2, eos_id=0), "special ids are"),
}
