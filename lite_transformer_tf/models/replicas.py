"""The replicas of a step under `tf.distribute`: how many, which one this is, and what they compute together.

Outside a strategy there is one replica, and these functions add nothing to the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import tensorflow as tf

T = TypeVar("T")


def replica_count() -> int:
    """Number of replicas that share the batch of the step that is being computed."""
    context = tf.distribute.get_replica_context()
    return 1 if context is None else context.num_replicas_in_sync


def replica_number() -> tf.Tensor:
    """Number of this replica among all, from 0; scalar int64."""
    context = tf.distribute.get_replica_context()
    number = 0 if context is None or context.num_replicas_in_sync == 1 else context.replica_id_in_sync_group
    return tf.cast(number, tf.int64)


def summed(values: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The sums of each value over all replicas, the same in every replica."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return list(values)
    return list(context.all_reduce(tf.distribute.ReduceOp.SUM, list(values)))


def merged(function: Callable[..., T], *arguments: Any) -> T:
    """`function(strategy, *arguments)`, called once for all replicas, where a condition may contain an update."""
    context = tf.distribute.get_replica_context()
    assert context is not None  # a training step runs in a replica
    return context.merge_call(function, args=arguments)


def part_of_rows(batch: Any, number: Any, count: int) -> Any:
    """One of `count` parts of like size of a structure of tensors (B, ...), in order; None stays None.

    Args:
        batch: Nested tensors with the same number of rows.
        number: Which part, an integer or a scalar tensor in [0, count).
        count: Number of parts.
    """
    rows = tf.shape(next(tensor for tensor in tf.nest.flatten(batch) if tensor is not None))[0]
    number = tf.cast(number, tf.int32)
    begin, end = rows * number // count, rows * (number + 1) // count
    return tf.nest.map_structure(lambda tensor: None if tensor is None else tensor[begin:end], batch)
