"""The public models, tiny, and the same architectures inside a model whose training and evaluation are Keras' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.saving import Model
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests import tiny
from tests.language_model import models as language_models

SIZE = 13  # of every vocabulary
SMALL: dict[str, Any] = {"embed_dim": 8, "kernel_sizes": (3,)}
SPARSE = keras.losses.SparseCategoricalCrossentropy


class Plain(keras.Model):
    """Our model as a layer of a model that has nothing of its own: what it computes is what Keras documents."""

    def __init__(self, inner: Model) -> None:
        super().__init__(dtype=inner.dtype_policy)
        self.inner = inner

    def call(self, inputs, training=None):
        return self.inner(inputs, training=training)


def sgd(rate: float = 0.1) -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(rate, jit_compile=False)


def smoothed(smoothing: float = 0.0, **settings: Any) -> LabelSmoothedCrossEntropy:
    return LabelSmoothedCrossEntropy(smoothing, pad_id=tiny.PAD, **settings)


@dataclass(frozen=True)
class Kind:
    """A public model.

    Args:
        title: Its column in the table.
        build: Makes it from changes of its configuration.
        order: Names of its inputs, in the order of a tuple.
    """

    title: str
    build: Callable[..., Model]
    order: tuple[str, ...]

    def make(self, dtype: str = "float32", **changes: Any) -> Model:
        """A model with random weights, always the same."""
        model = self.build(**{**SMALL, **changes})
        if dtype != "float32":
            narrow = type(model)(model.config, dtype=dtype)
            narrow.assign_named_weights(model.named_weights())
            return narrow
        return model

    def compiled(self, loss: Any = None, optimizer: Any = None, *, eager: bool | None = True, **settings: Any) -> Model:
        """Compiled with a loss of ours, if nothing else is given. Eager steps spare the seconds of tracing."""
        dtype = settings.pop("dtype", "float32")
        model = self.make(dtype)
        model.compile(optimizer or sgd(), loss or smoothed(), run_eagerly=eager, **settings)
        return model

    def plain(self, loss: Any = None, optimizer: Any = None, **settings: Any) -> Plain:
        """The same weights in a model of Keras, which ignores the pads that our loss ignores."""
        plain = Plain(self.make(settings.pop("dtype", "float32")))
        loss = loss or SPARSE(from_logits=True, ignore_class=tiny.PAD)
        plain.compile(optimizer or sgd(), loss, run_eagerly=True, **settings)
        return plain

    def batch(self, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Four rows of four labels, some of them pads."""
        rows = [tiny.sentence(length, SIZE, 10 * seed + length) for length in (3, 1, 2, 3)]
        shifted = tiny.padded([[tiny.EOS, *row] for row in rows])
        inputs = {"ids": shifted, "target_ids": shifted}
        inputs["source_ids"] = tiny.padded([[*tiny.sentence(2 + k, SIZE, seed + k), tiny.EOS] for k in range(4)])
        return {name: inputs[name] for name in self.order}, tiny.padded([[*row, tiny.EOS] for row in rows])

    def dataset(self, batches: int = 2, size: int | None = None) -> tf.data.Dataset:
        """Different batches, of four rows unless `size` says otherwise."""
        data = [self.batch(seed) for seed in range(batches)]
        rows = tf.nest.map_structure(lambda *parts: np.concatenate(parts), *data)
        return tf.data.Dataset.from_tensor_slices(rows).batch(size or 4)


SETTINGS = {"source_vocabulary_size": SIZE, "target_vocabulary_size": SIZE, "vocabulary_size": SIZE}
KINDS = {
    "encoder-decoder": Kind(
        "`LiteTransformer`",
        lambda **changes: tiny.tiny_model(
            **{"source_vocabulary_size": SIZE, "target_vocabulary_size": SIZE, **changes}
        ),
        ("source_ids", "target_ids"),
    ),
    "language model": Kind(
        "`LanguageModel`",
        lambda **changes: language_models.tiny_model(**{"vocabulary_size": SIZE, **changes}),
        ("ids",),
    ),
    "adaptive": Kind(
        "`LanguageModel`, adaptive softmax",
        lambda **changes: language_models.tiny_model(
            **{"vocabulary_size": SIZE, "cutoffs": (5, 9), "adaptive_factor": 2.0, **changes}
        ),
        ("ids",),
    ),
}


def weights_of(model: keras.Model) -> dict[str, np.ndarray]:
    return (model.inner if isinstance(model, Plain) else model).named_weights()


def same_weights(first: keras.Model, second: keras.Model, tolerance: float = 0.0) -> None:
    """Equal, bit by bit if no tolerance is given."""
    others = weights_of(second)
    for name, value in weights_of(first).items():
        np.testing.assert_allclose(value, others[name], rtol=0, atol=tolerance, err_msg=name)


def moved(model: keras.Model, kind: Kind, by: float = 1e-5) -> None:
    """The weights are no longer those of `Kind.make`."""
    before = weights_of(kind.make())
    assert max(np.abs(value - before[name]).max() for name, value in weights_of(model).items()) > by


def trains_alike(ours: keras.Model, theirs: keras.Model, data: tuple, tolerance: float = 1e-6, **settings: Any) -> dict:
    """One step of both ends with the same weights and reports the same figures under the names of Keras."""
    found, expected = (model.train_on_batch(*data, return_dict=True, **settings) for model in (ours, theirs))
    same_weights(ours, theirs, tolerance)
    alike(found, expected, tolerance)
    return found


def alike(found: dict, expected: dict, tolerance: float = 1e-6) -> None:
    """All figures of the second are in the first."""
    assert expected.keys() <= found.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=10 * tolerance, atol=tolerance, err_msg=name)
