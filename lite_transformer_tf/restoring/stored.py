"""The weights of a model directory, checked before a model is built for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.model_directory import (
    WEIGHTS_FILE,
    ModelDescription,
    ModelDirectoryError,
    check_files,
    load_weights,
    read_description,
)
from lite_transformer_tf.profiling.configurations import model_count
from lite_transformer_tf.weights_file import check_finite


def stored_weights(
    directory: PathLike, limits: Limits = DEFAULT_LIMITS, description: ModelDescription | None = None
) -> dict[str, np.ndarray]:
    """The weights of a model directory by name.

    The files are compared with the hashes that config.json states (those of earlier versions state none), then the
    names and shapes in weights.npz with those of the configuration, and only then the arrays are read.

    Args:
        directory: The model directory.
        limits: Bytes that its files may have.
        description: Its config.json. Defaults to `None`: it is read here.

    Raises:
        ModelDirectoryError: A file is missing, damaged, replaced or too large, the weights are another model's, or one
            is NaN or infinite.
    """
    description = description or read_description(directory, limits)
    check_files(directory, description)
    path = Path(directory) / WEIGHTS_FILE
    weights = load_weights(path, model_count(description.config).shapes, limits)
    try:
        check_finite(weights)
    except ValueError as error:
        raise ModelDirectoryError(f"{error}, in {str(path)!r}") from error
    return weights
