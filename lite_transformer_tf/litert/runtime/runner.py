"""Runs the signatures of a file and keeps the caches: the model for the phone's code. docs/bundle.md names every tensor and its shape.

A `Runner` encodes a source; a `GreedyState` or a `BeamState` takes decoding steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.litert.runtime.states import BucketedFile, SingleState, State

RESULTS = ("top_tokens", "top_log_probabilities", "logits")


@dataclass(frozen=True)
class Memory:
    """Keys and values of the source for cross-attention: rows (2 * heads, S, head_dim), of which the first `length` along S are real."""

    rows: np.ndarray
    length: int

    @property
    def bucket(self) -> int:
        return self.rows.shape[1]

    def grown(self, bucket: int) -> Memory:
        """The same in a larger bucket, or as it is; the new rows are masked by `length`."""
        if bucket == self.bucket:
            return self
        return Memory(np.pad(self.rows, ((0, 0), (0, bucket - self.bucket), (0, 0))), self.length)


class Runner(BucketedFile):
    """The signatures of an encoder-decoder's file.

    Not safe for two threads at once, and one state a bucket at a time: caches live in the interpreter's own tensors.

    Args:
        model: The TFLite file, its bytes or its path.
        buckets: The allocated lengths, ascending.
        beam_size: Rows of `beam_step`, 1 when the file has none.
        pad_id: Fills a source up to its bucket.
        threads: Threads of the interpreter.
        direct: See `Signature`.
        caches: Of its steps, as the manifest lists them.
    """

    def __init__(
        self,
        model: bytes | str | Path,
        buckets: Sequence[int],
        beam_size: int,
        pad_id: int,
        *,
        threads: int = 1,
        direct: bool = True,
        caches: Sequence[CacheSpec] | None = None,
    ) -> None:
        super().__init__(model, buckets, threads, direct, caches)
        self.beam_size, self.pad_id = beam_size, pad_id

    @cached_property
    def capacity(self) -> int:
        """Greatest number of target tokens before `eos`: one position of the largest bucket is for the `eos` that ends it."""
        return self.buckets[-1] - 1

    @property
    def beam_limit(self) -> int | None:
        """Greatest beam size: any, but 1 when the file has no `beam_step`."""
        return 1 if self.beam_size == 1 else None

    def start(self, source_ids: Sequence[int]) -> GreedyState:
        """Encodes a source for greedy search; see `decoding.stepper.Stepper`."""
        return self.greedy(self.encode(source_ids))

    def start_beam(self, source_ids: Sequence[int], rows: int) -> BeamState:
        """The same for up to `rows` hypotheses."""
        return self.beam(self.encode(source_ids), rows)

    def bucket_for(self, tokens: int) -> int:
        """The smallest bucket that holds a source of that many tokens, `eos` included.

        Raises:
            TextTooLongError: There is none.
        """
        for bucket in self.buckets:
            if tokens <= bucket:
                return bucket
        raise TextTooLongError(tokens, self.buckets[-1])

    def encode(self, source_ids: Sequence[int]) -> Memory:
        """Memory of a source, its final `eos` included.

        Raises:
            TextTooLongError: More tokens than the largest bucket.
        """
        length = len(source_ids)
        signature = self.signature("encode", self.bucket_for(length))
        ids = signature.inputs["source_ids"]
        ids[:length] = source_ids
        ids[length:] = self.pad_id
        signature.inputs["source_length"][0] = length
        signature.run()
        return Memory(signature.outputs["memory"].copy(), length)

    def greedy(self, memory: Memory) -> GreedyState:
        """A new state for `decode_step`."""
        return GreedyState(self, memory)

    def beam(self, memory: Memory, rows: int) -> BeamState:
        """A new state for `rows` hypotheses with `beam_step`, which runs several times a step when it has fewer rows."""
        return BeamState(self, memory, rows)


class _TranslatingState(State):
    """A state beside the memory of its source."""

    def __init__(self, runner: Runner, memory: Memory, rows: int = 1) -> None:
        self._memory = memory
        super().__init__(runner, memory.bucket, rows)

    def _open(self, bucket: int) -> None:
        super()._open(bucket)
        self._memory = memory = self._memory.grown(bucket)
        np.copyto(self._signature.inputs["memory"], memory.rows)
        self._signature.inputs["source_length"][0] = memory.length


class GreedyState(_TranslatingState, SingleState):
    """One hypothesis. `step` feeds a token and gives the best next one."""

    def step(self, token: int) -> tuple[int, float]:
        """Feeds the token at the next position; returns the most probable next token (never `pad`) and its log-probability."""
        outputs = self._advance(token)
        return int(outputs["next_token"][0]), float(outputs["log_probability"][0])

    def logits(self) -> np.ndarray:
        """Logits of the last step, (V) or longer: entries behind the vocabulary are fill."""
        return self._signature.outputs["logits"][0].copy()


class BeamState(_TranslatingState):
    """Several hypotheses of one sentence. `step` feeds one token per row; `reorder` makes row i what row parents[i] was."""

    kind = "beam_step"
    batched = True

    def __init__(self, runner: Runner, memory: Memory, rows: int) -> None:
        self._chunk = runner.beam_size
        self._chunks = -(-rows // self._chunk)
        self._results: dict[str, np.ndarray] = {}
        super().__init__(runner, memory, self._chunk * self._chunks)

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Feeds one token per row (rows beyond them idle): the most probable next tokens and their log-probabilities, each (rows, K)."""
        self._make_room()
        count, results = len(tokens), []
        self._signature.inputs["position"][0] = self.position
        for first in range(0, count, self._chunk):
            self._run(tokens[first : first + self._chunk], slice(first, first + self._chunk))
            if self._chunks > 1:
                results.append({key: self._signature.outputs[key].copy() for key in RESULTS})
        self._results = (
            {key: np.concatenate([result[key] for result in results]) for key in RESULTS}
            if results
            else self._signature.outputs
        )
        self.position += 1
        return self._results["top_tokens"][:count], self._results["top_log_probabilities"][:count]

    def _run(self, tokens: Sequence[int], rows: slice) -> None:
        """One run of the signature, for some of the rows."""
        position = self.position
        self._signature.inputs["token"][: len(tokens)] = tokens
        for cache in self._caches:
            cache.feed(position, rows)
        self._signature.run()
        for cache in self._caches:
            cache.take(position, rows)

    def reorder(self, parents: Sequence[int]) -> None:
        """Row i becomes a copy of row parents[i], for the positions that have been written."""
        moved = [row for row, parent in enumerate(parents) if row != parent]
        if not moved:
            return
        for cache in self._caches:
            cache.reorder(moved, parents, self.position)

    def logits(self, row: int) -> np.ndarray:
        """Logits of one row of the last step, (V) or longer: entries behind the vocabulary are fill."""
        return self._results["logits"][row].copy()
