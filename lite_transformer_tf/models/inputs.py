"""The forms in which a model takes its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf


def named_ids(inputs: Any, names: Sequence[str]) -> list[tf.Tensor]:
    """The ids of a model's inputs, in the order of `names`.

    Args:
        inputs: A mapping by names, a tuple or list in their order, or the only tensor. Integers (B, T).
        names: Names of the inputs.

    Returns:
        Int32 tensors.

    Raises:
        ValueError: The inputs are others.
    """
    if isinstance(inputs, Mapping):
        given = {name: inputs[name] for name in names if name in inputs}
        fit, received = len(given) == len(inputs) == len(names), sorted(inputs)
        found = list(given.values())
    else:
        found = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
        fit, received = len(found) == len(names), [f"{len(found)} without names"]
    if not fit:
        raise ValueError(f"The model's inputs must be {list(names)}, by name or in this order. Received: {received}")
    ids = [tf.convert_to_tensor(value) for value in found]
    for name, value in zip(names, ids):
        if not value.dtype.is_integer:
            raise ValueError(f"{name} must be integers. Received: {value.dtype.name}")
    return [tf.cast(value, tf.int32) for value in ids]
