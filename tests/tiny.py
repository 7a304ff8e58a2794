"""Tiny models with random weights (biases too, which are born as zeros) and tiny batches."""

from __future__ import annotations

import numpy as np

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.models.lite_transformer import LiteTransformer

PAD, EOS = 1, 2


def tiny_config(**changes) -> LiteTransformerConfig:
    """One layer of each kind of kernel, even and odd; three tables; no dropout."""
    settings = {
        "embed_dim": 16,
        "kernel_sizes": (3, 4),
        "heads": 2,
        "cross_attention_heads": 4,
        "source_vocabulary_size": 11,
        "target_vocabulary_size": 13,
        "embedding_sharing": "none",
        "dropout": 0.0,
    }
    return LiteTransformerConfig.lite(**{**settings, **changes})


def randomize(weights: dict[str, np.ndarray], seed: int = 0) -> dict[str, np.ndarray]:
    """Random numbers of like size in place of every weight."""
    generator = np.random.default_rng(seed)
    return {
        name: (generator.normal(0, 0.4, value.shape) + (1 if name.endswith("gamma") else 0)).astype(np.float32)
        for name, value in sorted(weights.items())
    }


def tiny_model(seed: int = 0, config: LiteTransformerConfig | None = None, **changes) -> LiteTransformer:
    model = LiteTransformer(config or tiny_config(**changes))
    model.assign_named_weights(randomize(model.named_weights(), seed))
    return model


def sentence(length: int, size: int, seed: int) -> list[int]:
    """So many tokens, none of them special but perhaps `unk`."""
    return np.random.default_rng(seed).integers(3, size, length).tolist()


def padded(rows: list[list[int]], width: int | None = None) -> np.ndarray:
    width = width or max(map(len, rows))
    return np.array([row + [PAD] * (width - len(row)) for row in rows], np.int32)


def tiny_batch(
    config: LiteTransformerConfig, lengths: list[tuple[int, int]], seed: int = 0
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What `fit` takes: inputs and labels of sentence pairs of these numbers of tokens (`eos` not counted)."""
    sources = [
        sentence(source, config.source_vocabulary_size, 2 * i + 1000 * seed) for i, (source, _) in enumerate(lengths)
    ]
    targets = [
        sentence(target, config.target_vocabulary_size, 2 * i + 1 + 1000 * seed)
        for i, (_, target) in enumerate(lengths)
    ]
    inputs = {
        "source_ids": padded([row + [EOS] for row in sources]),
        "target_ids": padded([[EOS] + row for row in targets]),
    }
    return inputs, padded([row + [EOS] for row in targets])
