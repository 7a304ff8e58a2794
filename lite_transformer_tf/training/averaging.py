"""Snapshots of a model's weights on disk, and their average.

A snapshot is an `.npz` of `model.named_weights()` named after its update, `weights-00003600.npz`. The reference tests
the average of the last ten checkpoints; averaging is done in float64.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from lite_transformer_tf.models.saving import load_weights


def snapshot_path(directory: Path, update: int) -> Path:
    """Where the snapshot after that many updates lies."""
    return directory / f"weights-{update:08d}.npz"


def average_snapshots(paths: Iterable[Path]) -> dict[str, np.ndarray]:
    """The mean of several snapshots, taken in float64, returned in each weight's own dtype.

    Raises:
        ValueError: there is no snapshot, or two differ in names or shapes.
    """
    sums: dict[str, np.ndarray] = {}
    dtypes: dict[str, np.dtype] = {}
    count = 0
    for path in paths:
        weights = load_weights(path)
        shapes = {name: value.shape for name, value in weights.items()}
        if not count:
            sums = {name: value.astype(np.float64) for name, value in weights.items()}
            dtypes = {name: value.dtype for name, value in weights.items()}
        else:
            known = {name: value.shape for name, value in sums.items()}
            odd = sorted(name for name in known.keys() | shapes.keys() if known.get(name) != shapes.get(name))
            if odd:
                raise ValueError(
                    f"Snapshots to be averaged must agree in names and shapes; {path.name} does not. "
                    f"Received: {odd[:5]!r}"
                )
            for name, value in weights.items():
                sums[name] += value
        count += 1
    if not count:
        raise ValueError("An average needs at least one snapshot. Received: []")
    return {name: (value / count).astype(dtypes[name]) for name, value in sums.items()}
