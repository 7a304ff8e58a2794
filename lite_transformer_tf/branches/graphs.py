"""How branches write phone graphs: over a sequence at once, or one step with caches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.litert.builder import NEGATIVE

if TYPE_CHECKING:
    from lite_transformer_tf.litert.builder.flatbuffer import Tensor
    from lite_transformer_tf.litert.builder.operators import Graph


@dataclass
class SequenceGraph:
    """A graph over a whole sequence, a matrix of positions times channels.

    Args:
        graph: Graph to write to.
        length: Number of positions T.
        causal: Whether position t sees only positions up to t. If so, `left` collects what later steps read.
        pads: Two masks for a sequence that ends with pads: (T, 1) with 1 at real positions and 0 at pads, and (1, 1, T)
            with 0 at real positions and a large negative number at pads. `None` if no real position sees a pad.
        left: Tensors that each branch leaves for later steps, by class of cache.
    """

    graph: Graph
    length: int
    causal: bool
    pads: tuple[Tensor, Tensor] | None = None
    left: dict[type[StepCache], list[tuple[FusedBranch, tuple[Tensor, ...]]]] = field(default_factory=dict)

    @cached_property
    def attention_mask(self) -> Tensor:
        """Mask (1, 1 or T, T) to add to attention scores."""
        if self.pads is not None:
            return self.pads[1]
        steps = -NEGATIVE * np.arange(self.length, dtype=np.float32)
        rows, columns = steps[None, :, None], steps[None, None]
        difference = self.graph.sub(self.graph.constant(rows, "rows"), self.graph.constant(columns, "columns"))
        return self.graph.minimum(difference, self.graph.scalar(0.0))  # 0 up to the diagonal, negative after it

    def leave(self, branch: FusedBranch, *tensors: Tensor) -> None:
        """Stores the tensors that a branch leaves for its cache."""
        if self.causal:
            self.left.setdefault(branch.step_cache, []).append((branch, tensors))

    def branch(self, branch: FusedBranch, x: Tensor) -> Tensor:
        """Writes one branch on its own channels, (T, C) -> (T, C)."""
        return branch.sequence(self, x)

    def write_caches(self, count: Tensor) -> None:
        """Writes the caches as outputs, for a text of `count` (1) int32 positions."""
        for cache, entries in self.left.items():
            cache.write_prefill(self, entries, count)


class StepGraph:
    """A graph of one step, whose branches read the caches and add to them.

    Args:
        graph: Graph to write to.
        branches: Branches of all layers, in the order in which they are called.
        position: Position (1) int32, at most T - 1.
        length: Number of positions T of the bucket.
        rows: Number of hypotheses B of a beam, the leading axis of every cache. `None` for one hypothesis without it.
    """

    def __init__(
        self, graph: Graph, branches: Sequence[FusedBranch], position: Tensor, length: int, rows: int | None = None
    ) -> None:
        self.graph, self.position, self.length, self.rows = graph, position, length, rows
        groups: dict[type[StepCache], list[FusedBranch]] = {}
        for branch in branches:
            groups.setdefault(branch.step_cache, []).append(branch)
        self._caches = {kind: kind(self, members) for kind, members in groups.items()}

    @property
    def batch(self) -> int:
        """Number of hypotheses."""
        return self.rows or 1

    @property
    def lead(self) -> tuple[int, ...]:
        """Leading axes of caches: (B,) or none."""
        return () if self.rows is None else (self.rows,)

    def branch(self, branch: FusedBranch, x: Tensor) -> Tensor:
        """Writes one branch on its own channels of the newest position, (B, C) -> (B, C)."""
        return branch.step(self._caches[branch.step_cache], x)

    def write_caches(self) -> None:
        """Writes what the step adds to the caches as outputs, after every branch has been called."""
        for cache in self._caches.values():
            cache.write()


class StepCache(ABC):
    """The cache that all branches of a kind share in the graph of a step, with one input and one output.

    Args:
        step: Graph of the step.
        branches: Branches that use this cache, in the order in which they are called.
    """

    spec: ClassVar[CacheSpec]

    def __init__(self, step: StepGraph, branches: Sequence[FusedBranch]) -> None:
        self.step, self.branches = step, branches

    @abstractmethod
    def write(self) -> None:
        """Writes the output."""

    @classmethod
    @abstractmethod
    def write_prefill(
        cls, sequence: SequenceGraph, left: Sequence[tuple[FusedBranch, tuple[Tensor, ...]]], count: Tensor
    ) -> None:
        """Writes the whole cache after a text as an output.

        Args:
            sequence: Graph over the text.
            left: Tensors that each branch left.
            count: Number of positions of the text, (1) int32.
        """


@dataclass(frozen=True)
class FusedBranch(ABC):
    """The weights of one branch for the phone graphs. It reads and writes channels `begin : end` of its layer."""

    begin: int
    end: int

    step_cache: ClassVar[type[StepCache]]

    @property
    def channels(self) -> int:
        return self.end - self.begin

    @abstractmethod
    def sequence(self, sequence: SequenceGraph, x: Tensor) -> Tensor:
        """(T, C) -> (T, C), all positions at once."""

    @abstractmethod
    def step(self, cache: StepCache, x: Tensor) -> Tensor:
        """(B, C) -> (B, C), the newest position."""


def step_mask(graph: Graph, count: Tensor, offsets: np.ndarray) -> Tensor:
    """(1, 1, N): 0 where count (1) int32 + offset >= 0, a large negative number elsewhere."""
    distance = graph.cast(graph.minimum(graph.add(count, graph.integers(offsets)), graph.integers([0])), "float32")
    return graph.reshape(graph.mul(distance, graph.scalar(-NEGATIVE)), (1, 1, len(offsets)))
