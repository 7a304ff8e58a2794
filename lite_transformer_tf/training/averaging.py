"""Snapshots of a model's weights on disk, and their average.

A snapshot is an `.npz` of `model.named_weights()` named after its update, `weights-00003600.npz`. The reference tests the average of
the last ten checkpoints; averaging is done in float64.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from lite_transformer_tf.files import atomic_file


def snapshot_path(directory: Path, update: int) -> Path:
    """Where the snapshot after that many updates lies."""
    return directory / f"weights-{update:08d}.npz"


def save_snapshot(path: Path, weights: Mapping[str, np.ndarray]) -> None:
    """Writes named weights; the file appears whole or not at all."""
    with atomic_file(path) as stream:
        np.savez(stream, **dict(weights))  # type: ignore[arg-type]


def load_snapshot(path: Path) -> dict[str, np.ndarray]:
    """Named weights of one snapshot; raises `ValueError` when the file is not a snapshot."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"A snapshot must be a readable .npz file of weights ({error}). Received: {str(path)!r}") from error


def average_snapshots(paths: Iterable[Path]) -> dict[str, np.ndarray]:
    """The mean of several snapshots, taken in float64, returned in each weight's own dtype.

    Raises:
        ValueError: there is no snapshot, or two differ in names or shapes.
    """
    sums: dict[str, np.ndarray] = {}
    dtypes: dict[str, np.dtype] = {}
    count = 0
    for path in paths:
        weights = load_snapshot(path)
        shapes = {name: value.shape for name, value in weights.items()}
        if not count:
            sums = {name: value.astype(np.float64) for name, value in weights.items()}
            dtypes = {name: value.dtype for name, value in weights.items()}
        else:
            known = {name: value.shape for name, value in sums.items()}
            odd = sorted(name for name in known.keys() | shapes.keys() if known.get(name) != shapes.get(name))
            if odd:
                raise ValueError(f"Snapshots to be averaged must agree in names and shapes; {path.name} does not. Received: {odd[:5]!r}")
            for name, value in weights.items():
                sums[name] += value
        count += 1
    if not count:
        raise ValueError("An average needs at least one snapshot. Received: []")
    return {name: (value / count).astype(dtypes[name]) for name, value in sums.items()}
