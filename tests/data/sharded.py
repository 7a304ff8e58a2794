"""Shards of real pairs, and what tests ask of batches."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.named_files import open_pairs
from lite_transformer_tf.data.parallel_text import StreamedText
from lite_transformer_tf.data.translation import TranslationData
from tests.data.corpus import PAIRS

NAMES = ("en", "fr")
RULES = CleaningRules(max_tokens=None, max_ratio=None)
MANY = [(f"{source} {number}", f"{target} {number}") for number in range(3) for source, target in PAIRS]
Batches = list[tuple[np.ndarray, ...]]


def write(path: Path, lines: list[str]) -> Path:
    data = "".join(f"{line}\n" for line in lines).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".zst":
        data = pytest.importorskip("zstandard").compress(data)
    path.write_bytes(data)
    return path


def write_shards(folder: Path, count: int = 3, pairs: list[tuple[str, str]] = PAIRS) -> list[list[tuple[str, str]]]:
    """Shards of several packings, and what each holds."""
    folder.mkdir(exist_ok=True)
    parts = [pairs[number::count] for number in range(count)]
    for number, part in enumerate(parts):
        suffix = ("", ".gz", ".zst")[number % 3]
        for side, name in enumerate(NAMES):
            write(folder / f"train-{number:02d}.{name}{suffix}", [pair[side] for pair in part])
    return parts


def sharded(folder: Path) -> StreamedText:
    return StreamedText.of(open_pairs(CorpusConfig(path=str(folder / "train-*")), NAMES))  # type: ignore[return-value]


def batches(data: TranslationData, epoch: int, first: int = 0) -> Batches:
    found = (data.batch_at(epoch, number) for number in range(first, data.steps_per_epoch))
    return [(inputs["source_ids"], inputs["target_ids"], labels) for inputs, labels in found]


def same(one: Batches, other: Batches) -> bool:
    return len(one) == len(other) and all(all(map(np.array_equal, a, b)) for a, b in zip(one, other))


def rows(found: Batches) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The ids of each pair of some batches, without pads."""
    return [
        (tuple(source[source != 1].tolist()), tuple(label[label != 1].tolist()))
        for sources, _, labels in found
        for source, label in zip(sources, labels)
    ]
