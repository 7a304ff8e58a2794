"""Runs the signatures of a language model's file and stores its caches. The phone's code follows this module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lite_transformer_tf.branches.cache import CacheSpec
from lite_transformer_tf.decoding.errors import PROMPT_RULE, TextTooLongError
from lite_transformer_tf.litert.runtime.signature import Signature
from lite_transformer_tf.litert.runtime.states import BucketedFile, SingleState


class LanguageModelRunner(BucketedFile):
    """The signatures of a language model's file.

    Thread-safe: runs wait for one another. Any number of states may take turns, in one thread or in several; each
    switch copies the cache. A state itself is used by one thread at a time.

    Args:
        model: Bytes or path of the TFLite file.
        buckets: Allocated lengths, ascending.
        threads: Number of threads of the interpreter. Defaults to `1`.
        direct: See `Signature`. Defaults to `True`.
        caches: Caches of its steps, from the manifest. Defaults to `None`, see `open_caches`.

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

    @property
    def capacity(self) -> int:
        """Largest number of positions, including the leading `eos`."""
        return self.buckets[-1]

    def prefill(self, ids: Sequence[int]) -> LanguageModelState:
        """Reads the beginning of a text, including its leading `eos`.

        Raises:
            TextTooLongError: There are more ids than `capacity`.
            ValueError: There are no ids, or an id is outside the vocabulary.
        """
        length = len(ids)
        if not length:
            raise ValueError("A text starts with eos, so ids must not be empty. Received: []")
        if length > self.capacity:
            raise TextTooLongError(length - 1, self.capacity - 1, PROMPT_RULE)
        # In a bucket that it fills, the text's last position would have no row in the cache for a larger bucket.
        bucket = next((bucket for bucket in self.buckets if length < bucket), self.buckets[-1])
        with self.turns:
            signature = self.signature("prefill", bucket)
            check_ids(ids, signature)
            signature.inputs["ids"][:length] = ids
            signature.inputs["ids"][length:] = ids[0]
            signature.inputs["length"][0] = length
            signature.run()
            return LanguageModelState(self, bucket, length, signature.outputs)


class LanguageModelState(SingleState):
    """A text that has been read up to some position. `step` reads one more token.

    Attributes:
        log_probabilities: (V,) float32, log-probabilities of the next token.
        position: Number of tokens read.
    """

    def __init__(self, runner: LanguageModelRunner, bucket: int, length: int, outputs: dict[str, np.ndarray]) -> None:
        super().__init__(runner, bucket)
        self.position = length
        self.log_probabilities: np.ndarray = outputs["log_probabilities"][0].copy()
        for cache in self._caches:
            cache.begin(outputs[cache.spec.input], length)

    def leave(self) -> None:
        """Copies the caches out of the signature's tensors, which another state needs."""
        for cache in self._caches:
            cache.leave()

    def _come_back(self) -> None:
        self._file.take(self.signature_name, self)
        for cache in self._caches:
            cache.come_back()

    def step(self, token: int) -> np.ndarray:
        """Reads a token and returns the new `log_probabilities`.

        Raises:
            ValueError: The largest bucket is full, or the token is outside the vocabulary.
            ConcurrentUseError: Another thread is in a step of this state.
        """
        check_ids([token], self._signature)
        with self._alone:
            self.log_probabilities = self._advance(token)["log_probabilities"][0].copy()
            return self.log_probabilities


def check_ids(ids: Sequence[int], signature: Signature) -> None:
    """Raises ValueError if an id is outside the vocabulary, where an adaptive input would silently use another row."""
    size = signature.outputs["log_probabilities"].shape[1]
    if not 0 <= min(ids) <= max(ids) < size:
        wrong = sorted({i for i in ids if not 0 <= i < size})
        raise ValueError(f"A language model's ids must lie in [0, {size}). Received: {wrong[:5]!r}")
