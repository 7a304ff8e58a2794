"""Shapes that are static where they can be."""

from __future__ import annotations

import tensorflow as tf


def shape_of(tensor: tf.Tensor) -> list[int | tf.Tensor]:
    """Sizes of a tensor's axes: Python integers where they are known, scalar int32 tensors elsewhere."""
    static = tensor.shape.as_list()
    if None not in static:
        return static
    dynamic = tf.unstack(tf.shape(tensor))
    return [size if size is not None else dynamic[axis] for axis, size in enumerate(static)]
