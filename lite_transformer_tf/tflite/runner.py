"""Runs the signatures of a file and keeps the caches: the model for the phone's code. docs/bundle.md names every tensor and its shape.

A `Runner` encodes a source; a `GreedyState` or a `BeamState` takes decoding steps. When a hypothesis outgrows its bucket, its state moves
into the next larger one, so that no result depends on the bucket that a sentence began in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lite_transformer_tf.tflite.signature import Signature, open_interpreter


class TextTooLongError(ValueError):
    """A source has more tokens than the largest bucket; nothing is cut silently."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"A text may have at most {limit} tokens for this file, the final end-of-sentence token included. Received: {tokens} tokens")
        self.tokens, self.limit = tokens, limit


@dataclass(frozen=True)
class Memory:
    """Keys and values of the source for cross-attention: rows (2 * heads, S, head_dim), of which the first `length` along S are real."""

    rows: np.ndarray
    length: int

    @property
    def bucket(self) -> int:
        return self.rows.shape[1]

    def grown(self, bucket: int) -> Memory:
        """The same in a larger bucket; the new rows are masked by `length`."""
        return Memory(np.pad(self.rows, ((0, 0), (0, bucket - self.bucket), (0, 0))), self.length)


class Runner:
    """The signatures of one file, opened when they are first used.

    Not safe for two threads at once, and one state a bucket at a time: caches live in the interpreter's own tensors.

    Args:
        model: the TFLite file, its bytes or its path.
        buckets: the allocated lengths, ascending.
        beam_size: rows of `beam_step`, 1 when the file has none.
        pad_id: fills a source up to its bucket.
        threads: threads of the interpreter.
        direct: see `Signature`.
    """

    def __init__(self, model: bytes | str | Path, buckets: Sequence[int], beam_size: int, pad_id: int, *, threads: int = 1, direct: bool = True) -> None:
        self.buckets, self.beam_size, self.pad_id = tuple(buckets), beam_size, pad_id
        self._interpreter = open_interpreter(model, threads)
        self._direct = direct
        self._signatures: dict[str, Signature] = {}

    def signature(self, kind: str, bucket: int) -> Signature:
        name = f"{kind}_{bucket}"
        if name not in self._signatures:
            self._signatures[name] = Signature(self._interpreter, name, direct=self._direct)
        return self._signatures[name]

    @cached_property
    def capacity(self) -> int:
        """Greatest number of target tokens before `eos`: one position of the largest bucket is for the `eos` that ends it."""
        return self.buckets[-1] - 1

    def bucket_for(self, tokens: int) -> int:
        """The smallest bucket that holds a source of that many tokens, `eos` included.

        Raises:
            TextTooLongError: there is none.
        """
        for bucket in self.buckets:
            if tokens <= bucket:
                return bucket
        raise TextTooLongError(tokens, self.buckets[-1])

    def next_bucket(self, bucket: int) -> int | None:
        place = self.buckets.index(bucket) + 1
        return self.buckets[place] if place < len(self.buckets) else None

    def encode(self, source_ids: Sequence[int]) -> Memory:
        """Memory of a source, its final `eos` included.

        Raises:
            TextTooLongError: more tokens than the largest bucket.
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


class _State:
    """Position, memory and caches of the hypotheses of one sentence; moves them into the next bucket when they outgrow theirs.

    `_cache` (..., T - 1, head_dim) holds rows by position. `_inputs` (..., K - 1 + T, channels) holds the convolution inputs: row
    i + K - 1 is position i, and the K - 1 rows before are zeros, so that a window is always a range of rows.
    """

    kind = ""

    def __init__(self, runner: Runner, memory: Memory) -> None:
        self._runner = runner
        self.position = 0
        self._cache: np.ndarray | None = None
        self._inputs: np.ndarray | None = None
        self._past = 0
        self._open(memory)

    def _open(self, memory: Memory) -> None:
        self._memory = memory
        self._signature = signature = self._runner.signature(self.kind, memory.bucket)
        np.copyto(signature.inputs["memory"], memory.rows)
        signature.inputs["source_length"][0] = memory.length
        self._allocate(signature.inputs)

    def _allocate(self, inputs: dict[str, np.ndarray]) -> None:
        raise NotImplementedError

    def _make_room(self) -> None:
        """Before a step: the caches of a bucket of T have a row for positions 0 to T - 2, and the last position needs none behind it."""
        bucket = self._memory.bucket
        if self.position < bucket - 1:
            return
        larger = self._runner.next_bucket(bucket)
        if larger is None:
            if self.position >= bucket:
                raise ValueError(f"The largest bucket has {bucket} target positions. Received: a step at position {self.position}")
            return
        old = self._cache, self._inputs
        self._open(self._memory.grown(larger))
        for before, after in zip(old, (self._cache, self._inputs), strict=True):
            if before is not None and after is not None:
                after[..., : before.shape[-2], :] = before


class GreedyState(_State):
    """One hypothesis. `step` feeds a token and gives the best next one."""

    kind = "decode_step"

    def _allocate(self, inputs: dict[str, np.ndarray]) -> None:
        self._cache, window = inputs.get("attention_cache"), inputs.get("window")
        if window is not None:
            self._past = window.shape[0]
            self._inputs = np.zeros((self._past + self._memory.bucket, window.shape[1]), np.float32)

    def step(self, token: int) -> tuple[int, float]:
        """Feeds the token at the next position; returns the most probable next token (never `pad`) and its log-probability."""
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
        return int(outputs["next_token"][0]), float(outputs["log_probability"][0])

    def logits(self) -> np.ndarray:
        """Logits of the last step, (V) or longer: entries behind the vocabulary are fill."""
        return self._signature.outputs["logits"][0].copy()


class BeamState(_State):
    """Several hypotheses of one sentence. `step` feeds a token a row; `reorder` makes row i what row parents[i] was."""

    kind = "beam_step"

    def __init__(self, runner: Runner, memory: Memory, rows: int) -> None:
        self._chunk = runner.beam_size
        self._chunks = -(-rows // self._chunk)
        self._results: dict[str, np.ndarray] = {}
        super().__init__(runner, memory)

    def _allocate(self, inputs: dict[str, np.ndarray]) -> None:
        rows = self._chunk * self._chunks
        cache, window = inputs.get("attention_cache"), inputs.get("window")
        if cache is not None:  # the interpreter's own tensor where one run serves all rows
            self._cache = cache if self._chunks == 1 else np.zeros((rows, *cache.shape[1:]), np.float32)
        if window is not None:
            self._past = window.shape[1]
            self._inputs = np.zeros((rows, self._past + self._memory.bucket, window.shape[2]), np.float32)

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Feeds one token a row (rows beyond them idle): the most probable next tokens and their log-probabilities, each (rows, K)."""
        self._make_room()
        count, results = len(tokens), []
        self._signature.inputs["position"][0] = self.position
        for first in range(0, count, self._chunk):
            self._run(tokens[first : first + self._chunk], slice(first, first + self._chunk))
            if self._chunks > 1:
                results.append({key: self._signature.outputs[key].copy() for key in ("top_tokens", "top_log_probabilities", "logits")})
        self._results = {key: np.concatenate([result[key] for result in results]) for key in results[0]} if results else self._signature.outputs
        self.position += 1
        return self._results["top_tokens"][:count], self._results["top_log_probabilities"][:count]

    def _run(self, tokens: Sequence[int], rows: slice) -> None:
        """One run of the signature, for some of the rows."""
        position, inputs, outputs = self.position, self._signature.inputs, self._signature.outputs
        inputs["token"][: len(tokens)] = tokens
        if self._cache is not None and self._chunks > 1:
            np.copyto(inputs["attention_cache"], self._cache[rows])
        if self._inputs is not None:
            np.copyto(inputs["window"], self._inputs[rows, position : position + self._past])
        self._signature.run()
        if self._cache is not None and position < self._cache.shape[2]:
            self._cache[rows, :, position] = outputs["new_attention"][:, :, 0]
        if self._inputs is not None:
            self._inputs[rows, position + self._past] = outputs["new_window"][:, 0]

    def reorder(self, parents: Sequence[int]) -> None:
        """Row i becomes a copy of row parents[i], for the positions that have been written."""
        moved = [row for row, parent in enumerate(parents) if row != parent]
        if not moved:
            return
        caches = [] if self._cache is None else [self._cache[:, :, : self.position]]
        if self._inputs is not None:
            caches.append(self._inputs[:, self.position : self.position + self._past])  # all that a window still reads
        for cache in caches:
            copies = {parent: cache[parent].copy() for parent in {parents[row] for row in moved}}
            for row in moved:
                cache[row] = copies[parents[row]]

    def logits(self, row: int) -> np.ndarray:
        """Logits of one row of the last step, (V) or longer: entries behind the vocabulary are fill."""
        return self._results["logits"][row].copy()
