"""Conventions: which kinds of operations are counted. docs/profiling.md has the exact counts."""

from __future__ import annotations

from collections.abc import Iterable

from lite_transformer_tf.operation_counts import Kind, Operation

CONVENTIONS: dict[str, frozenset[Kind]] = {
    "paper": frozenset({Kind.LINEAR, Kind.ATTENTION, Kind.LAYER_NORM}),
    "products": frozenset({Kind.LINEAR, Kind.ATTENTION, Kind.CONVOLUTION}),
    "complete": frozenset(Kind),
}
"""Kinds of operations by convention.

`paper` reproduces the published numbers, `products` counts the convolution core but not LayerNorm, `complete` counts
everything.
"""


def total(operations: Iterable[Operation], convention: str) -> int:
    """Mult-Adds of operations under a convention, a key of `CONVENTIONS`.

    Raises:
        ValueError: There is no such convention.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"A convention must be one of {sorted(CONVENTIONS)}. Received: {convention!r}")
    return sum(operation.count for operation in operations if operation.kind in CONVENTIONS[convention])
