"""Keras' precision policy: of a training, and of the model that comes out of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import tf_keras as keras

M = TypeVar("M", bound=keras.Model)


@contextlib.contextmanager
def precision(policy: str) -> Iterator[None]:
    """Sets Keras' global precision policy for a while."""
    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(before)


def in_float32(model: M, build: Callable[[], M]) -> M:
    """A model with the same weights that computes in float32, as a loaded one does; the model itself if it does.

    Args:
        model: Built under the policy that is in force.
        build: Makes a model of the same architecture.
    """
    if keras.mixed_precision.global_policy().compute_dtype == "float32":
        return model
    with precision("float32"):
        copy = build()
    copy.assign_named_weights(model.named_weights())
    return copy
