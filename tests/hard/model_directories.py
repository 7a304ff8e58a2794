"""Model directories without TensorFlow, and changes that a reader must notice."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.model_directory import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    ModelDescription,
    save_weights,
    write_description,
)
from lite_transformer_tf.profiling.configurations import model_count

VOCABULARY = "vocabulary.model"


def write_model(directory: Path, seed: int = 0, **changes: Any) -> Path:
    """A model directory of random weights with a vocabulary file that is none."""
    settings: dict[str, Any] = {"embed_dim": 16, "kernel_sizes": (3, 4), "heads": 2, "dropout": 0.0, **changes}
    config = LiteTransformerConfig.lite(source_vocabulary_size=12, target_vocabulary_size=12, **settings)
    generator = np.random.default_rng(seed)
    shapes = model_count(config).shapes
    weights = {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    directory.mkdir(parents=True, exist_ok=True)
    save_weights(weights, directory / WEIGHTS_FILE)
    (directory / VOCABULARY).write_bytes(generator.bytes(500))
    write_description(
        directory, ModelDescription("translation", {"max_source_tokens": 9}, config), [WEIGHTS_FILE, VOCABULARY]
    )
    return directory


def edit_config(directory: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Writes config.json again after `change`."""
    stored = json.loads((directory / CONFIG_FILE).read_text(encoding="utf-8"))
    (directory / CONFIG_FILE).write_text(json.dumps(change(stored)), encoding="utf-8")


def forget_hashes(directory: Path) -> None:
    """Makes the directory one of an earlier version, which stated no hashes."""
    edit_config(directory, lambda stored: {name: stored[name] for name in stored.keys() - {"files", "sha256"}})


def flip(path: Path, place: int, bit: int = 0) -> None:
    """Changes one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path.write_bytes(content)


def array_header(shape: tuple[int, ...], dtype: str = "<f4") -> bytes:
    """The beginning of an .npy file; its array need not follow."""
    text = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def add_array(path: Path, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
    """Adds a member to an .npz file."""
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr(f"{name}.npy", content)
