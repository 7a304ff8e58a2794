"""Tiny models of every kind that can be compressed, with random weights, and what trains them."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.compression import sparsity
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.layers import LongShortRangeAttention, ResidualNorm, TokenEmbedding
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from tests import tiny
from tests.language_model import models as language_models

DROPOUT = {"dropout": 0.1, "attention_dropout": 0.1, "weight_dropout": 0.1, "activation_dropout": 0.1}
V, D = 12, 16


def functional_model() -> keras.Model:
    """Somebody's own model: a tied embedding, LSRA, a norm of Keras, a Dense layer of Keras."""
    keras.utils.set_random_seed(0)
    embedding = TokenEmbedding(V, D, name="embedding")
    ids = keras.Input([None], dtype=tf.int32)
    states = embedding(ids)
    branches = [BranchConfig("attention", 8, 2), BranchConfig("lightweight", 8, 2, 3)]
    update = LongShortRangeAttention(branches, causal=True, name="lsra")(states)
    states = keras.layers.LayerNormalization(name="norm")(ResidualNorm(name="residual")(states, update))
    states = keras.layers.Dense(D, activation="tanh", name="head")(states)
    return keras.Model(ids, embedding(states, reverse=True), name="functional")


MODELS = {
    "three_tables": lambda: tiny.tiny_model(kernel_sizes=(3,)),
    "tied_dynamic": lambda: tiny.tiny_model(
        kernel_sizes=(3,), convolution="dynamic", glu=True, embedding_sharing="all", target_vocabulary_size=11
    ),
    "language_model": lambda: language_models.tiny_model(kernel_sizes=(3,)),
    "adaptive": lambda: language_models.tiny_model(
        kernel_sizes=(3,), convolution="lightweight", **language_models.ADAPTIVE
    ),
    "functional": functional_model,
}

TRAINED = ("tied_dynamic", "adaptive", "functional")  # what differs in training


def batch_of(model: keras.Model, seed: int = 0) -> tuple[Any, np.ndarray]:
    """Inputs and labels that `fit` takes."""
    if model.name == "functional" or not hasattr(model.config, "source_vocabulary_size"):
        size = V if model.name == "functional" else model.config.vocabulary_size
        ids = language_models.some_ids(2, 7, size, seed)
        return (ids[:, :-1] if model.name == "functional" else {"ids": ids[:, :-1]}), ids[:, 1:]
    return tiny.tiny_batch(model.config, [(4, 6), (3, 2)], seed)


def batches(model: keras.Model, count: int, skip: int = 0) -> tf.data.Dataset:
    """That many different batches of one shape, from the one with number `skip`."""
    parts = [batch_of(model, seed) for seed in range(skip, skip + count)]
    return tf.data.Dataset.from_tensor_slices(tf.nest.map_structure(lambda *arrays: np.stack(arrays), *parts))


def compiled(model: keras.Model, *, eager: bool = True, learning_rate: float = 0.01, **settings: Any) -> keras.Model:
    """Eager steps spare the seconds of tracing."""
    loss: Any = LabelSmoothedCrossEntropy(0.0, pad_id=tiny.PAD)
    if model.name == "functional":
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = FusedAdamW(learning_rate, weight_decay=1e-3)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, loss, run_eagerly=eager, **settings)
    return model


class SaveAfter(keras.callbacks.Callback):
    """Writes a checkpoint after the batch of that number and goes on."""

    def __init__(self, checkpoint: tf.train.Checkpoint, batch: int, prefix: str) -> None:
        super().__init__()
        self.checkpoint, self.batch, self.prefix = checkpoint, batch, prefix

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == self.batch:
            self.path = self.checkpoint.save(self.prefix)
            self.sparsity = sparsity(self.model)


def masks_half(model: keras.Model, seed: int = 0) -> dict[str, np.ndarray]:
    """Zeroes a random half of every weight matrix; returns what is left where, by layer."""
    generator = np.random.default_rng(seed)
    kept = {}
    for name, place in find_places(model).items():
        kept[name] = generator.random(place.variable.shape) < 0.5
        place.variable.assign(place.variable.numpy() * kept[name])
    return kept


def matrices(model: keras.Model) -> dict[str, np.ndarray]:
    """The variables of all weight matrices by layer."""
    return {name: place.variable.numpy() for name, place in find_places(model).items()}
