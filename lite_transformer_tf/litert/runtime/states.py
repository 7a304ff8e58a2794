"""What runners share: the signatures of a file by bucket, and the state of a text that is read token by token.

When a state outgrows its bucket, it moves into the next larger one, so that no result depends on the bucket in which it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lite_transformer_tf.litert.runtime.signature import Signature, open_interpreter


class BucketedFile:
    """The signatures of one file, `kind_b` for each bucket b, opened when they are first used.

    Args:
        model: the TFLite file, its bytes or its path.
        buckets: the allocated lengths, ascending.
        threads: threads of the interpreter.
        direct: see `Signature`.
    """

    def __init__(self, model: bytes | str | Path, buckets: Sequence[int], threads: int, direct: bool) -> None:
        self.buckets = tuple(buckets)
        self._interpreter = open_interpreter(model, threads)
        self._direct = direct
        self._signatures: dict[str, Signature] = {}

    def signature(self, kind: str, bucket: int) -> Signature:
        name = f"{kind}_{bucket}"
        if name not in self._signatures:
            self._signatures[name] = Signature(self._interpreter, name, direct=self._direct)
        return self._signatures[name]

    def use(self, signature: Signature) -> None:
        """Runs this one in the place of the file's own of the same name."""
        self._signatures[signature.name] = signature

    def next_bucket(self, bucket: int) -> int | None:
        place = self.buckets.index(bucket) + 1
        return self.buckets[place] if place < len(self.buckets) else None


class State:
    """Position and caches; moves them into the next bucket when they outgrow theirs.

    `_cache` (..., T - 1, head_dim) holds rows by position. `_inputs` (..., K - 1 + T, channels) holds the convolution inputs: row
    i + K - 1 is position i, and the K - 1 rows before are zeros, so that a window is always a range of rows.
    """

    kind = ""

    def __init__(self, runner: BucketedFile, bucket: int) -> None:
        self._file = runner
        self.position = 0
        self._cache: np.ndarray | None = None
        self._inputs: np.ndarray | None = None
        self._past = 0
        self._open(bucket)

    def _open(self, bucket: int) -> None:
        self.bucket = bucket
        self._signature = self._file.signature(self.kind, bucket)
        self._allocate(self._signature.inputs)

    def _allocate(self, inputs: dict[str, np.ndarray]) -> None:
        raise NotImplementedError

    def _make_room(self) -> None:
        """Before a step: the caches of a bucket of T have a row for positions 0 to T - 2, and the last position needs none behind it."""
        if self.position < self.bucket - 1:
            return
        larger = self._file.next_bucket(self.bucket)
        if larger is None:
            if self.position >= self.bucket:
                raise ValueError(
                    f"The largest bucket has {self.bucket} positions. Received: a step at position {self.position}"
                )
            return
        old = self._cache, self._inputs
        self._open(larger)
        for before, after in zip(old, (self._cache, self._inputs), strict=True):
            if before is not None and after is not None:
                after[..., : before.shape[-2], :] = before


class SingleState(State):
    """One hypothesis, whose cache is the interpreter's own tensor."""

    kind = "decode_step"

    def _allocate(self, inputs: dict[str, np.ndarray]) -> None:
        self._cache, window = inputs.get("attention_cache"), inputs.get("window")
        if window is not None:
            self._past = window.shape[0]
            self._inputs = np.zeros((self._past + self.bucket, window.shape[1]), np.float32)

    def _advance(self, token: int) -> dict[str, np.ndarray]:
        """Feeds the token at the next position; returns the outputs, which the next step overwrites."""
        self._make_room()
        position, inputs, outputs = self.position, self._signature.inputs, self._signature.outputs
        inputs["token"][0] = token
        inputs["position"][0] = position
        if self._inputs is not None:
            inputs["window"][...] = self._inputs[position : position + self._past]
        self._signature.run()
        if self._cache is not None and position < self._cache.shape[1]:
            self._cache[:, position] = outputs["new_attention"][:, 0]
        if self._inputs is not None:
            self._inputs[position + self._past] = outputs["new_window"][0]
        self.position = position + 1
        return outputs
