"""Tiny bundles of random weights, each as a directory and as a download, and a download that needs every method."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from fixture_texts import corpus

from lite_transformer_tf.bundle.archive import pack_bundle
from lite_transformer_tf.bundle.codec.segments import METHODS
from lite_transformer_tf.bundle.container import pack_file, packed_sizes
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.litert.graph.compiler import GraphOptions
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.text import VocabularyPair, WordVocabulary


def random_weights(model: LiteTransformer | LanguageModel, seed: int) -> dict[str, np.ndarray]:
    """Weights that give clearly different probabilities to all tokens."""
    generator = np.random.default_rng(seed)
    weights = {}
    for name, value in model.named_weights().items():
        noise = generator.standard_normal(value.shape)
        if name.endswith("/kernel"):
            noise /= np.sqrt(value.shape[0])
        elif name.endswith("/table"):
            noise *= 2 / np.sqrt(value.shape[1])
        elif not name.endswith("/taps"):
            noise = 0.1 * noise + name.endswith("/gamma")
        weights[name] = noise.astype(np.float32)
    return weights


def write_bundles(output: Path, seed: int) -> None:
    """Tiny bundles of every kind, with their downloads."""
    texts = corpus()[:400]
    joint = VocabularyPair.train(texts[::2], texts[1::2], 420)
    separate = VocabularyPair.train(texts[::2], texts[1::2], 380, "bpe", joint=False, target_size=400)
    words = WordVocabulary.train(texts)
    small: dict[str, Any] = {"embed_dim": 32, "kernel_sizes": (3, 7)}

    def translator(pair: VocabularyPair) -> LiteTransformer:
        sharing = "all" if pair.joint else "none"
        sizes = dict(zip(("source_vocabulary_size", "target_vocabulary_size"), pair.sizes))
        return LiteTransformer(LiteTransformerConfig.lite(**small, **sizes, embedding_sharing=sharing))

    settings = {"max_source_tokens": 20, "decoding": {"beam_size": 2, "length_penalty": 1.0}}
    jobs = [
        *(
            (variant, translator(joint), joint, {"variant": variant, "settings": settings})
            for variant in ("float32", "int8", "int4")
        ),
        ("separate", translator(separate), separate, {"variant": "int8"}),
        (
            "words",
            LanguageModel(LanguageModelConfig.lite(**small, vocabulary_size=words.size)),
            words,
            {"variant": "int8", "task": "language-model"},
        ),
    ]
    for name, model, vocabulary, changes in jobs:
        model.assign_named_weights(random_weights(model, seed))
        graph = GraphOptions((8, 32), 1 if name == "words" else 2)
        export_bundle(model, vocabulary, output / name, ExportJob(texts[:4], graph=graph, **changes), overwrite=True)
        packed = pack_bundle(output / name, output / f"{name}.ltpk")
        print(f"bundle {name}: {packed['unpacked']} bytes, {packed['bytes']} packed")


def write_methods(output: Path, seed: int) -> None:
    """A download that needs every method of docs/download.md, and a directory `methods` of its files; not a bundle."""
    generator = np.random.default_rng(seed)
    narrow = np.clip(generator.standard_normal((2, 30_001)) * 1.5 + 8, 0, 15).astype(np.uint8)
    files = {
        "manifest.json": b"{}",
        "empty": b"",
        "one": b"a",
        "zeros": bytes(1 << 20),
        "random": generator.bytes(3001),
        "text": "".join(f"Sentence number {number} of many like it.\n" for number in range(500)).encode(),
        "int8": np.clip(generator.standard_normal(70_001) * 30, -127, 127).astype(np.int8).tobytes(),
        "int4": (narrow[0] | narrow[1] << 4).tobytes(),
        "float32": generator.standard_normal(20_001).astype(np.float32).tobytes(),
    }
    data = pack_file(files)
    used = {method for sizes in packed_sizes(data).values() for method in sizes["methods"]}
    if used != {method.name for method in METHODS}:
        raise AssertionError(f"The download must use every method. Received: {sorted(used)}")
    (output / "methods").mkdir(parents=True, exist_ok=True)
    (output / "methods.ltpk").write_bytes(data)
    for name, content in files.items():
        (output / "methods" / name).write_bytes(content)
