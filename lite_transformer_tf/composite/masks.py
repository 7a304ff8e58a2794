"""Padding masks as Keras hands them on: the call argument `mask`, or the attribute `_keras_mask` of a tensor."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def mask_of(tensor: Any) -> tf.Tensor | None:
    """The mask that a layer in front attached to a tensor, (B, T), or `None`."""
    return getattr(tensor, "_keras_mask", None)


def merged(shape: tf.TensorShape, *masks: Any) -> tf.Tensor | None:
    """The positions that are real in every given mask.

    Args:
        shape: Shape (B, T, ...) of what the masks describe.
        *masks: Bool (B, T), true at real positions, or `None`. One object given twice counts once.

    Returns:
        Bool (B, T), or `None` if all masks are `None`.

    Raises:
        ValueError: A mask is not (B, T).
    """
    result: tf.Tensor | None = None
    seen: list[Any] = []
    for mask in masks:
        if mask is None or any(mask is other for other in seen):
            continue
        seen.append(mask)
        flags = tf.cast(mask, tf.bool)
        if flags.shape.rank != 2 or (None not in (flags.shape[1], shape[1]) and flags.shape[1] != shape[1]):
            raise ValueError(
                f"A padding mask must have one flag per position, {(shape[0], shape[1])}. Received: {flags.shape}"
            )
        result = flags if result is None else result & flags
    return result


def with_mask(outputs: tf.Tensor, mask: Any) -> tf.Tensor:
    """`outputs`, to which the mask is attached for the layers behind.

    Keras does this too, but not behind a wrapper such as TFMOT's, which calls `layer.call`.
    """
    if mask is not None:
        outputs._keras_mask = mask
    return outputs
