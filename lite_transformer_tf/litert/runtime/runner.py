"""Runs the signatures of an encoder-decoder's file and stores its caches. The phone's code follows this module.

A `Runner` encodes a source; a `GreedyState` or a `BeamState` takes decoding steps. docs/bundle.md lists the tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.turns import ConcurrentUseError
from lite_transformer_tf.litert.runtime.states import BucketedFile, SingleState, State

RESULTS = ("top_tokens", "top_log_probabilities", "logits")


@dataclass(frozen=True)
class Memory:
    """Keys and values of the source for cross-attention.

    Args:
        rows: (2 * heads, S, head_dim).
        length: Number of source tokens. Rows after them along S are masked.
    """

    rows: np.ndarray
    length: int

    @property
    def bucket(self) -> int:
        return self.rows.shape[1]

    def grown(self, bucket: int) -> Memory:
        """The memory in this bucket, which must not be smaller. `length` masks the new rows."""
        if bucket == self.bucket:
            return self
        return Memory(np.pad(self.rows, ((0, 0), (0, bucket - self.bucket), (0, 0))), self.length)


class Runner(BucketedFile):
    """The signatures of an encoder-decoder's file.

    Thread-safe: runs wait for one another. Each bucket serves one state at a time, because caches are the interpreter's
    own tensors; a state whose bucket another state has taken since raises ConcurrentUseError instead of answering.

    Args:
        model: Bytes or path of the TFLite file.
        buckets: Allocated lengths, ascending.
        beam_size: Number of rows of `beam_step`, 1 if the file has no `beam_step`.
        pad_id: Token id that fills a source up to its bucket.
        threads: Number of threads of the interpreter. Defaults to `1`.
        direct: See `Signature`. Defaults to `True`.
        caches: Caches of its steps, from the manifest. Defaults to `None`, see `open_caches`.
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
        """Largest number of target tokens before `eos`, which takes one position of the largest bucket."""
        return self.buckets[-1] - 1

    @property
    def beam_limit(self) -> int | None:
        """Largest beam size: 1 if the file has no `beam_step`, otherwise `None` (no limit)."""
        return 1 if self.beam_size == 1 else None

    def start(self, source_ids: Sequence[int]) -> GreedyState:
        """Encodes a source for greedy search; see `decoding.stepper.Stepper`."""
        return self.greedy(self.encode(source_ids))

    def start_beam(self, source_ids: Sequence[int], rows: int) -> BeamState:
        """Encodes a source for a beam of up to `rows` hypotheses."""
        return self.beam(self.encode(source_ids), rows)

    def bucket_for(self, tokens: int) -> int:
        """The smallest bucket for a source of this number of tokens, including `eos`.

        Raises:
            TextTooLongError: There are more tokens than the largest bucket.
        """
        for bucket in self.buckets:
            if tokens <= bucket:
                return bucket
        raise TextTooLongError(tokens, self.buckets[-1])

    def encode(self, source_ids: Sequence[int]) -> Memory:
        """The memory of a source, including its final `eos`.

        Raises:
            TextTooLongError: There are more tokens than the largest bucket.
        """
        length = len(source_ids)
        bucket = self.bucket_for(length)
        with self.turns:
            signature = self.signature("encode", bucket)
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
        """A new state of `rows` hypotheses for `beam_step`, which runs several times per step if it has fewer rows."""
        return BeamState(self, memory, rows)


class _TranslatingState(State):
    """A state with the memory of its source."""

    def __init__(self, runner: Runner, memory: Memory, rows: int = 1) -> None:
        self._memory = memory
        with runner.turns:
            super().__init__(runner, memory.bucket, rows)

    def _open(self, bucket: int) -> None:
        super()._open(bucket)
        self._memory = memory = self._memory.grown(bucket)
        np.copyto(self._signature.inputs["memory"], memory.rows)
        self._signature.inputs["source_length"][0] = memory.length

    def _come_back(self) -> None:
        raise ConcurrentUseError(
            "A bucket serves one state at a time; finish a text before the next one starts, or open the file again. "
            f"Received: a use of a state after another one has taken its bucket of {self.bucket} positions"
        )


class GreedyState(_TranslatingState, SingleState):
    """One hypothesis. `step` feeds a token and returns the best next one."""

    def step(self, token: int) -> tuple[int, float]:
        """Feeds the token at the next position; returns the best next token, never `pad`, and its log-probability."""
        with self._alone:
            outputs = self._advance(token)
            return int(outputs["next_token"][0]), float(outputs["log_probability"][0])

    def logits(self) -> np.ndarray:
        """Logits of the last step, (V) or longer: entries after the vocabulary are padding."""
        with self._alone:
            self._hold()
            return self._signature.outputs["logits"][0].copy()


class BeamState(_TranslatingState):
    """Several hypotheses of one sentence. `step` feeds one token per row, `reorder` copies row parents[i] to row i."""

    kind = "beam_step"
    batched = True

    def __init__(self, runner: Runner, memory: Memory, rows: int) -> None:
        self._chunk = runner.beam_size
        self._chunks = -(-rows // self._chunk)
        self._results: dict[str, np.ndarray] = {}
        super().__init__(runner, memory, self._chunk * self._chunks)

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Feeds one token per row and returns the best next tokens and their log-probabilities.

        Args:
            tokens: Tokens of the first rows. Other rows are not used.

        Returns:
            Tokens and log-probabilities, (number of tokens, K) each.
        """
        with self._alone:
            return self._step(tokens)

    def _step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        self._hold()
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
        return self._results["top_tokens"][:count].copy(), self._results["top_log_probabilities"][:count].copy()

    def _run(self, tokens: Sequence[int], rows: slice) -> None:
        """Runs the signature once, for some of the rows."""
        position = self.position
        self._signature.inputs["token"][: len(tokens)] = tokens
        for cache in self._fed:
            cache.feed(position, rows)
        self._signature.run()
        for cache in self._caches:
            cache.take(position, rows)

    def reorder(self, parents: Sequence[int]) -> None:
        """Copies row parents[i] to row i, for all positions so far."""
        moved = [row for row, parent in enumerate(parents) if row != parent]
        if not moved:
            return
        with self._alone:
            self._hold()
            for cache in self._caches:
                cache.reorder(moved, parents, self.position)

    def logits(self, row: int) -> np.ndarray:
        """Logits of one row of the last step, (V) or longer: entries after the vocabulary are padding."""
        with self._alone:
            self._hold()
            return self._results["logits"][row].copy()
