"""The steps of a compression with `fit`, for the tests of every part that must go through them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import lite_transformer_tf as lt
from lite_transformer_tf.compression.baking import strip
from lite_transformer_tf.compression.pruning import PruningStep, prune
from lite_transformer_tf.compression.quantization import quantize_aware
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy


def train_prune_and_round(model: lt.LiteTransformer, shares: float | Mapping[str, float]) -> None:
    """Trains, prunes and trains with 4-bit weights on a few random ids; the losses must fall.

    Args:
        model: Of a vocabulary of 37 entries, without dropout.
        shares: See `prune`.
    """
    model.initialize()
    ids = np.random.default_rng(0).integers(4, 37, (8, 6)).astype(np.int32)
    inputs = {"source_ids": ids, "target_ids": np.roll(ids, 1, 1)}
    losses = []
    for wrap, callbacks in (
        (lambda: None, []),
        (lambda: prune(model, shares, end_step=4, frequency=1), [PruningStep()]),
        (lambda: quantize_aware(model, 4), []),
    ):
        wrap()
        model.compile(optimizer=lt.FusedAdamW(3e-3), loss=LabelSmoothedCrossEntropy(0.0))
        history = model.fit(inputs, ids, epochs=12, batch_size=8, verbose=0, callbacks=callbacks)
        losses.append(history.history["loss"])
        strip(model)
    assert losses[0][-1] < losses[0][0] and losses[2][-1] < losses[0][0]
