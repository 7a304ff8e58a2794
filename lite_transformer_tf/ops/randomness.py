"""Seeds for dropout: a pure function of (seed, step, place), so that resumed and uninterrupted trainings are equal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import tensorflow as tf


class _SeedStream:
    """Gives one seed per place, in the order in which the model is traced."""

    def __init__(self, base: tf.Tensor) -> None:
        self._base = tf.cast(base, tf.int64)
        self._places = 0

    def next(self) -> tf.Tensor:
        self._places += 1
        return self._base + tf.constant([0, self._places], tf.int64)


_current: ContextVar[_SeedStream | None] = ContextVar("dropout_seeds", default=None)


@contextmanager
def dropout_seeds(base: tf.Tensor) -> Iterator[None]:
    """Within this context every dropout draws from `base`, an int64 tensor of shape (2,).

    The second entry is the stream's start: leave a few thousand numbers between two streams.
    """
    token = _current.set(_SeedStream(base))
    try:
        yield
    finally:
        _current.reset(token)


def next_seed() -> tf.Tensor:
    """Seed (2,) int64 for one random draw; outside `dropout_seeds` it follows `tf.random.set_seed`."""
    stream = _current.get()
    if stream is not None:
        return stream.next()
    return tf.cast(tf.random.uniform([2], maxval=tf.int32.max, dtype=tf.int32), tf.int64)
