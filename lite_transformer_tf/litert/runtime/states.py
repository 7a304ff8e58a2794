"""Base of runners: the signatures of a file by bucket, and the state of a text that is read token by token.

A state that outgrows its bucket moves to the next larger one, so that no result depends on the bucket in which it
started. Caches are the interpreter's own tensors, so a bucket serves one state at a time: the last one that took it.
"""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.decoding.turns import Alone, Turns
from lite_transformer_tf.litert.runtime.caches import Cache, open_caches
from lite_transformer_tf.litert.runtime.signature import Signature, open_interpreter

ONE = slice(0, 1)  # all rows of a state of one hypothesis


class BucketedFile:
    """The signatures of one file, `kind_b` for each bucket b, opened on first use.

    Args:
        model: Bytes or path of the TFLite file.
        buckets: Allocated lengths, ascending.
        threads: Number of threads of the interpreter.
        direct: See `Signature`.
        caches: Caches of its steps, from the manifest. Defaults to `None`, see `open_caches`.

    Attributes:
        turns: Every run of a signature takes one.
    """

    def __init__(
        self,
        model: bytes | str | Path,
        buckets: Sequence[int],
        threads: int,
        direct: bool,
        caches: Sequence[CacheSpec] | None = None,
    ) -> None:
        self.buckets = tuple(buckets)
        self.caches = caches
        self._interpreter = open_interpreter(model, threads)
        self._direct = direct
        self._signatures: dict[str, Signature] = {}
        self._holders: dict[str, weakref.ref[State]] = {}
        self.turns = Turns()

    def signature(self, kind: str, bucket: int) -> Signature:
        name = f"{kind}_{bucket}"
        if name not in self._signatures:
            self._signatures[name] = Signature(self._interpreter, name, direct=self._direct)
        return self._signatures[name]

    def use(self, signature: Signature) -> None:
        """Replaces the file's own signature of this name."""
        self._signatures[signature.name] = signature

    def next_bucket(self, bucket: int) -> int | None:
        following = self.buckets.index(bucket) + 1
        return self.buckets[following] if following < len(self.buckets) else None

    def take(self, name: str, state: State) -> None:
        """Gives a signature's tensors to a state, after the former one has left."""
        holder = self._holders.get(name)
        former = None if holder is None else holder()
        if former is not None and former is not state and former.signature_name == name:
            former.leave()
        self._holders[name] = weakref.ref(state)

    def holds(self, name: str, state: State) -> bool:
        """Whether a signature's tensors belong to this state."""
        holder = self._holders.get(name)
        return holder is not None and holder() is state


class State(ABC):
    """Position and caches of hypotheses, which move to the next bucket when they outgrow theirs.

    Args:
        runner: Runner of the file.
        bucket: First bucket.
        rows: Number of hypotheses. Defaults to `1`.
    """

    kind = ""
    batched = False

    def __init__(self, runner: BucketedFile, bucket: int, rows: int = 1) -> None:
        self._file, self._rows = runner, rows
        self._alone = Alone("A state is used by one thread at a time", runner.turns)
        self.position = 0
        self._open(bucket)

    def _open(self, bucket: int) -> None:
        self.bucket = bucket
        self._signature = self._file.signature(self.kind, bucket)
        self._file.take(self.signature_name, self)
        self._caches: tuple[Cache, ...] = open_caches(
            self._file.caches, self._signature, self._rows, self.batched, bucket
        )
        self._fed = [cache for cache in self._caches if cache.is_fed]

    @property
    def signature_name(self) -> str:
        """Name of the signature whose tensors the state uses."""
        return self._signature.name

    def leave(self) -> None:  # noqa: B027 (most states end here)
        """Called before another state takes the signature's tensors."""

    @abstractmethod
    def _come_back(self) -> None:
        """Called before a use when another state has taken the signature's tensors."""

    def _hold(self) -> None:
        if not self._file.holds(self._signature.name, self):
            self._come_back()

    def _make_room(self) -> None:
        """Moves to the next bucket if the cache has no row for this position.

        The caches of a bucket of T positions have rows for positions 0 to T - 2. Without a larger bucket, the last
        position needs none.
        """
        if self.position < self.bucket - 1:
            return
        larger = self._file.next_bucket(self.bucket)
        if larger is None:
            if self.position >= self.bucket:
                raise ValueError(
                    f"The text is full: the largest bucket has {self.bucket} positions. "
                    f"Received: a step at position {self.position}"
                )
            return
        before = self._caches
        self._open(larger)
        for old, new in zip(before, self._caches, strict=True):
            old.move_into(new, self.position)


class SingleState(State):
    """One hypothesis."""

    kind = "decode_step"

    def _advance(self, token: int) -> dict[str, np.ndarray]:
        """Feeds the token at the next position and returns the outputs, which the next step overwrites."""
        self._hold()
        self._make_room()
        position, inputs = self.position, self._signature.inputs
        inputs["token"][0] = token
        inputs["position"][0] = position
        for cache in self._fed:
            cache.feed(position, ONE)
        self._signature.run()
        for cache in self._caches:
            cache.take(position, ONE)
        self.position = position + 1
        return self._signature.outputs
