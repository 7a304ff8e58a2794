"""Bundles whose log-probabilities are disturbed, to find answers that another machine's rounding may change.

An int8 file rounds its activations. Where processors add in another order, a last bit tips such a rounding over, and
log-probabilities differ by some hundredths (LiteRT on x86 and in WebAssembly were compared: docs/porting.md).
`conformance` asks a bundle again with such differences and marks the answers that change.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.decoding.numpy_search import log_softmax
from lite_transformer_tf.decoding.turns import Turns
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelState
from lite_transformer_tf.litert.runtime.runner import BeamState, GreedyState, Runner

DISTURBANCE = 0.05
"""Greatest difference of a logit."""
LISTED = 32
"""Tokens that a step of a beam lists per row, fewer than any vocabulary has."""


class _Noise:
    """Uniform differences of at most `DISTURBANCE`, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        noise = self._generator.uniform(-DISTURBANCE, DISTURBANCE, logits.shape)
        return logits + noise.astype(np.float32)


class _Greedy:
    """`GreedySteps` with other logits."""

    def __init__(self, state: GreedyState, noise: _Noise, pad_id: int, size: int) -> None:
        self._state, self._noise, self._pad_id, self._size = state, noise, pad_id, size
        self._logits = np.zeros(0, np.float32)

    def step(self, token: int) -> tuple[int, float]:
        self._state.step(token)
        self._logits = self._noise(self._state.logits()[: self._size])
        row = log_softmax(self._logits)
        row[self._pad_id] = -np.inf
        best = int(row.argmax())
        return best, float(row[best])

    def logits(self) -> np.ndarray:
        return self._logits


class _Beam:
    """`BeamSteps` with other logits."""

    def __init__(self, state: BeamState, noise: _Noise, size: int) -> None:
        self._state, self._noise, self._size = state, noise, size
        self._logits = np.zeros((0, 0), np.float32)

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        self._state.step(tokens)
        self._logits = self._noise(np.stack([self._state.logits(row)[: self._size] for row in range(len(tokens))]))
        rows = np.stack([log_softmax(row) for row in self._logits])
        best = np.sort(np.argpartition(-rows, LISTED, axis=1)[:, :LISTED].astype(np.int32), axis=1)
        order = np.argsort(-np.take_along_axis(rows, best, 1), axis=1, kind="stable")
        listed = np.take_along_axis(best, order, 1)
        return listed, np.take_along_axis(rows, listed, 1)

    def logits(self, row: int) -> np.ndarray:
        return self._logits[row]

    def reorder(self, parents: Sequence[int]) -> None:
        self._state.reorder(parents)


class _DisturbedRunner(Runner):
    """A runner that shares another one's file."""

    def __init__(self, runner: Runner, noise: _Noise, size: int) -> None:
        self.__dict__.update(runner.__dict__)
        self._noise, self._size = noise, size

    def start(self, source_ids: Sequence[int]) -> _Greedy:  # type: ignore[override]
        return _Greedy(super().start(source_ids), self._noise, self.pad_id, self._size)

    def start_beam(self, source_ids: Sequence[int], rows: int) -> _Beam:  # type: ignore[override]
        return _Beam(super().start_beam(source_ids, rows), self._noise, self._size)


def disturbed_generator(generator: TFLiteGenerator, seed: int) -> TFLiteGenerator:
    """A generator of the same file whose logits differ by at most `DISTURBANCE`.

    Args:
        generator: Generator of a bundle.
        seed: Seed of the differences.
    """
    runner = _DisturbedRunner(generator.runner, _Noise(seed), generator.target_vocabulary.size)
    return TFLiteGenerator(
        runner,
        generator.source_vocabulary,
        generator.target_vocabulary,
        generator.manifest,
        generator.max_source_tokens,
        generator.rules,
    )


class _Text:
    """`ReadText` with other log-probabilities."""

    def __init__(self, state: LanguageModelState, noise: _Noise) -> None:
        self._state, self._noise = state, noise
        self.log_probabilities = noise(state.log_probabilities)

    def step(self, token: int) -> np.ndarray:
        self.log_probabilities = self._noise(self._state.step(token))
        return self.log_probabilities


class DisturbedCompleter(Completer):
    """A completer of the same file whose log-probabilities differ by at most `DISTURBANCE`.

    Args:
        completer: Completer of a bundle.
        seed: Seed of the differences.
    """

    def __init__(self, completer: TFLiteCompleter, seed: int) -> None:
        super().__init__(completer.vocabulary, completer.capacity, Turns())
        self._completer, self._noise = completer, _Noise(seed)

    def start(self, ids: Sequence[int]) -> _Text:
        return _Text(self._completer.start(ids), self._noise)
