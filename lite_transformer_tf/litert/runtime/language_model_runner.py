"""Runs the signatures of a language model's file and keeps the caches: the model for the phone's code."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.decoding.errors import PROMPT_RULE, TextTooLongError
from lite_transformer_tf.litert.runtime.signature import Signature
from lite_transformer_tf.litert.runtime.states import BucketedFile, SingleState


class LanguageModelRunner(BucketedFile):
    """The signatures of a language model's file.

    Not safe for two threads at once. Any number of states may take turns; a turn costs a copy of the cache.

    Args:
        model: The TFLite file, its bytes or its path.
        buckets: The allocated lengths, ascending.
        threads: Threads of the interpreter.
        direct: See `Signature`.
        caches: Of its steps, as the manifest lists them.

    Example:
        runner = LanguageModelRunner("bundle/model.tflite", (64, 256))
        state = runner.prefill([eos, *ids])
        for _ in range(20):
            state.step(int(state.log_probabilities.argmax()))
    """

    def __init__(
        self,
        model: bytes | str | Path,
        buckets: Sequence[int],
        *,
        threads: int = 1,
        direct: bool = True,
        caches: Sequence[CacheSpec] | None = None,
    ) -> None:
        super().__init__(model, buckets, threads, direct, caches)
        self._holders: dict[int, weakref.ref[LanguageModelState]] = {}

    @property
    def capacity(self) -> int:
        """Greatest number of positions, the `eos` in front included."""
        return self.buckets[-1]

    def prefill(self, ids: Sequence[int]) -> LanguageModelState:
        """Reads the beginning of a text, its leading `eos` included.

        Raises:
            TextTooLongError: More ids than the capacity.
            ValueError: No ids, or one that is not in the vocabulary.
        """
        length = len(ids)
        if not length:
            raise ValueError("A text begins with eos: there must be at least one id. Received: none")
        if length > self.capacity:
            raise TextTooLongError(length - 1, self.capacity - 1, PROMPT_RULE)
        # A text that fills its bucket would leave no row for its last position, which a larger bucket needs.
        bucket = next((bucket for bucket in self.buckets if length < bucket), self.buckets[-1])
        signature = self.signature("prefill", bucket)
        check_ids(ids, signature)
        signature.inputs["ids"][:length] = ids
        signature.inputs["ids"][length:] = ids[0]
        signature.inputs["length"][0] = length
        signature.run()
        return LanguageModelState(self, bucket, length, signature.outputs)

    def take(self, bucket: int, state: LanguageModelState) -> None:
        """Hands the caches of a bucket's `decode_step` to a state, when the one that holds them has taken its own away."""
        holder = self._holders.get(bucket)
        former = None if holder is None else holder()
        if former is not None and former is not state and former.bucket == bucket:
            former.leave()
        self._holders[bucket] = weakref.ref(state)

    def holds(self, bucket: int, state: LanguageModelState) -> bool:
        """Whether the caches of a bucket's `decode_step` are this state's."""
        holder = self._holders.get(bucket)
        return holder is not None and holder() is state


class LanguageModelState(SingleState):
    """A text that has been read up to some position. `step` reads a token more.

    Attributes:
        log_probabilities: (V,) float32, of the token that comes next.
        position: Number of tokens read.
    """

    def __init__(self, runner: LanguageModelRunner, bucket: int, length: int, outputs: dict[str, np.ndarray]) -> None:
        self._runner = runner
        super().__init__(runner, bucket)
        self.position = length
        self.log_probabilities: np.ndarray = outputs["log_probabilities"][0].copy()
        for cache in self._caches:
            cache.begin(outputs[cache.spec.input], length)

    def _open(self, bucket: int) -> None:
        self._runner.take(bucket, self)
        super()._open(bucket)

    def leave(self) -> None:
        """Makes way for another state: keeps its part of the signature's tensors for itself."""
        for cache in self._caches:
            cache.leave()

    def _return(self) -> None:
        if self._runner.holds(self.bucket, self):
            return
        self._runner.take(self.bucket, self)
        for cache in self._caches:
            cache.come_back()

    def step(self, token: int) -> np.ndarray:
        """Reads a token; returns the new `log_probabilities`.

        Raises:
            ValueError: The largest bucket is full, or the token is not in the vocabulary.
        """
        check_ids([token], self._signature)
        self._return()
        self.log_probabilities = self._advance(token)["log_probabilities"][0].copy()
        return self.log_probabilities


def check_ids(ids: Sequence[int], signature: Signature) -> None:
    """An id outside of the vocabulary is an error here: the look-ups of an adaptive input would take the nearest one."""
    size = signature.outputs["log_probabilities"].shape[1]
    if not 0 <= min(ids) <= max(ids) < size:
        raise ValueError(
            f"A language model's ids must lie in [0, {size}). Received: {sorted({i for i in ids if not 0 <= i < size})[:5]!r}"
        )
