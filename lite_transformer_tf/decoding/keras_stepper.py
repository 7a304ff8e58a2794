"""A Keras model as a `Stepper`, so that the NumPy search runs on it too.

It decodes one sentence at a time, step by step, which is far slower than `KerasGenerator`: it serves comparisons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    import numpy as np

    from lite_transformer_tf.models.lite_transformer import LiteTransformer


class KerasStepper:
    """Decodes with `LiteTransformer.encode` and `decode_step`.

    Args:
        model: The model.

    Attributes:
        capacity: None; a hypothesis may have any length.
        beam_limit: None; a beam may have any size.

    Example:
        config = model.config
        search(KerasStepper(model), [5, 6, config.eos_id], DecodingOptions(beam_size=2), eos_id=config.eos_id,
               pad_id=config.pad_id, vocabulary_size=config.target_vocabulary_size)
    """

    capacity: int | None = None
    beam_limit: int | None = None

    def __init__(self, model: LiteTransformer) -> None:
        model.initialize()
        self.model = model

    def start(self, source_ids: Sequence[int]) -> KerasGreedySteps:
        """Reads a source, its final `eos` included, for greedy search."""
        return KerasGreedySteps(self.start_beam(source_ids, 1))

    def start_beam(self, source_ids: Sequence[int], rows: int) -> KerasBeamSteps:
        """The same for up to `rows` hypotheses."""
        return KerasBeamSteps(self.model, source_ids, rows)


class KerasBeamSteps:
    """Hypotheses of a sentence; see `stepper.BeamSteps`."""

    def __init__(self, model: LiteTransformer, source_ids: Sequence[int], rows: int) -> None:
        self._model, self._position = model, 0
        self._listed = min(2 * rows + 1, model.config.target_vocabulary_size)
        memory, self._mask = model.encode(tf.constant([list(source_ids)], tf.int32))
        self._cache = model.initial_cache(memory)
        self._logits = tf.zeros([0, 0])

    def step(self, tokens: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        position = tf.constant(self._position)
        mask = tf.repeat(self._mask, len(tokens), 0)
        self._logits, self._cache = self._model.decode_step(tf.constant(tokens, tf.int32), position, mask, self._cache)
        self._position += 1
        log_probabilities, listed = tf.math.top_k(tf.nn.log_softmax(self._logits), self._listed)
        return listed.numpy(), log_probabilities.numpy()

    def logits(self, row: int) -> np.ndarray:
        return self._logits[row].numpy()

    def reorder(self, parents: Sequence[int]) -> None:
        rows = tf.constant(parents, tf.int32)
        self._cache = tf.nest.map_structure(lambda tensor: tf.gather(tensor, rows), self._cache)


class KerasGreedySteps:
    """One hypothesis; see `stepper.GreedySteps`."""

    def __init__(self, steps: KerasBeamSteps) -> None:
        self._steps = steps

    def step(self, token: int) -> tuple[int, float]:
        listed, log_probabilities = self._steps.step([token])
        return int(listed[0, 0]), float(log_probabilities[0, 0])

    def logits(self) -> np.ndarray:
        return self._steps.logits(0)
