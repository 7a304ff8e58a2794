"""Where a model lies. Nothing here needs TensorFlow; `models.saving` reads and writes what is inside."""

from __future__ import annotations

from pathlib import Path

from lite_transformer_tf.files import PathLike

CONFIG_FILE = "config.json"


def model_directory(path: PathLike) -> Path | None:
    """`path` when it is a model directory, the `model/` of a finished run, or `None` when it is neither."""
    for folder in (Path(path), Path(path) / "model"):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return None
