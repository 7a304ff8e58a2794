"""Pruning while training: what is wrapped, when which weights become zero, and that they stay so."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.compression import PruningStep, bake, compressible_layers, prune, sparsity, strip
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.compression.pruning import pruned_layers
from tests.compression.models import DROPOUT, MODELS, TRAINED, SaveAfter, batch_of, batches, compiled, matrices
from tests.language_model import models as language_models

each = pytest.mark.parametrize("name", MODELS)


class Watch(keras.callbacks.Callback):
    """Sparsity by layer after each batch."""

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append({name: figures["sparsity"] for name, figures in sparsity(self.model)["layers"].items()})


def zeros_of(size: int, share: float) -> int:
    return size - max(round(size * (1 - share)), 1)


@each
def test_wrapping_and_stripping_change_nothing(name):
    model = MODELS[name]()
    inputs, _ = batch_of(model)
    outputs, weights, order = (
        model(inputs).numpy(),
        bake(model),
        [id(variable) for variable in model.trainable_variables],
    )
    layers = compressible_layers(model)
    for settings in ({"sparsity": 0.9, "end_step": 10}, {"sparsity": 0.0, "schedule": "constant"}):
        assert prune(model, embeddings=True, **settings) is model
        assert len(pruned_layers(model)) == len(layers)
        assert compressible_layers(model) == layers
        np.testing.assert_array_equal(model(inputs).numpy(), outputs)
        assert [id(variable) for variable in model.trainable_variables] == order
        assert strip(model) is model
        assert pruned_layers(model) == []
        np.testing.assert_array_equal(model(inputs).numpy(), outputs)
        assert [id(variable) for variable in model.trainable_variables] == order
    assert weights.keys() == bake(model).keys()
    assert all(np.array_equal(value, weights[key]) for key, value in bake(model).items())


def test_all_matrices_are_found_and_nothing_else():
    """Every kernel and table has its own place; taps outside Dense layers, biases and norms have none."""
    for name in ("three_tables", "tied_dynamic", "language_model", "adaptive"):
        model = MODELS[name]()
        expected = {
            weight.rsplit("/", 1)[0]: value.size
            for weight, value in model.named_weights().items()
            if weight.endswith(("/kernel", "/table"))
        }
        assert compressible_layers(model) == expected
    assert list(compressible_layers(MODELS["functional"]())) == [
        "embedding",
        *(f"lsra/attention/{part}" for part in ("query", "key", "value", "output")),
        "lsra/convolution/input",
        "lsra/convolution/output",
        "head",
    ]


@each
def test_names_and_assignment_of_weights_are_those_of_the_plain_model(name):
    model = prune(MODELS[name](), 0.5, end_step=4)
    if name == "functional":
        return
    plain = MODELS[name]().named_weights()
    assert list(model.named_weights()) == list(plain)
    model.assign_named_weights({key: value + 1 for key, value in plain.items()})
    assert all(np.array_equal(value, plain[key] + 1) for key, value in model.named_weights().items())


@pytest.mark.parametrize(
    ("name", "schedule"), [*((name, "polynomial") for name in TRAINED), ("language_model", "constant")]
)
def test_sparsity_is_reached_exactly(name, schedule):
    """Also at the last step if the frequency does not divide it."""
    model = MODELS[name]()
    shares = {layer: (0.35, 0.6, 0.85)[index % 3] for index, layer in enumerate(compressible_layers(model))}
    prune(model, shares, schedule=schedule, begin_step=1, end_step=4, frequency=2)
    compiled(model).fit(batches(model, 5), callbacks=[PruningStep(), watch := Watch()], verbose=0)
    report = sparsity(model)
    expected = {layer: zeros_of(size, shares[layer]) for layer, size in compressible_layers(model).items()}
    assert {layer: figures["zeros"] for layer, figures in report["layers"].items()} == expected
    assert report["total"]["zeros"] == sum(expected.values())
    path = [seen["head" if name == "functional" else list(shares)[-1]] for seen in watch.seen]
    assert path == sorted(path) and (len(set(path)) == 3) == (schedule == "polynomial")
    before = matrices(model)
    assert sparsity(strip(model)) == report
    assert all(np.array_equal(value, before[layer]) for layer, value in matrices(model).items())


def test_masked_weights_are_zero_after_every_batch_and_others_are_trained():
    model = MODELS["tied_dynamic"]()
    prune(model, 0.5, schedule="constant", end_step=1, embeddings=True)
    compiled(model, learning_rate=0.1)
    masks = []

    class Check(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            masks.append({name: value != 0 for name, value in matrices(self.model).items()})

    before = matrices(model)
    model.fit(batches(model, 4), callbacks=[PruningStep(), Check()], verbose=0)
    for name, value in matrices(model).items():
        assert all(np.array_equal(mask[name], masks[0][name]) for mask in masks)
        np.testing.assert_array_equal(
            masks[0][name], np.abs(before[name]) >= np.sort(np.abs(before[name]), axis=None)[value.size // 2]
        )
        assert (value != before[name])[masks[0][name]].mean() > 0.9


def test_only_updates_count_as_steps():
    """Accumulated batches do not, nor do towers and the several uses of a tied table."""
    model = prune(MODELS["language_model"](), 0.8, end_step=3, frequency=1, embeddings=True)
    compiled(model, towers=2, accumulation_steps=2).fit(
        batches(model, 6), callbacks=[PruningStep(), watch := Watch()], verbose=0
    )
    path = [seen["embedding"] for seen in watch.seen]
    size = compressible_layers(model)["embedding"]
    expected = [zeros_of(size, 0.8 * (1 - (1 - step / 3) ** 3)) / size for step in (0, 1, 1, 2, 2, 3)]
    np.testing.assert_allclose(path, expected, atol=1e-9)
    assert {int(layer.pruning_step) for layer in pruned_layers(model)} == {3}


def test_embeddings_are_pruned_on_request():
    for embeddings in (False, True):
        model = prune(MODELS["adaptive"](), 0.5, schedule="constant", embeddings=embeddings)
        wrapped = {name for name, place in find_places(model).items() if place.wrapped}
        assert (
            {"embedding", "embedding/band_0", "embedding/band_1", "embedding/band_2"} & wrapped != set()
        ) == embeddings
        assert "embedding/band_1/projection" in wrapped and "adaptive_softmax/classes" in wrapped
    named = prune(MODELS["adaptive"](), {"embedding/band_1": 0.5, "decoder/*/query": 0.2}, schedule="constant")
    assert [name for name, place in find_places(named).items() if place.wrapped] == [
        "embedding/band_1",
        "decoder/layer_0/lsra/attention/query",
    ]


def test_training_goes_on_where_a_checkpoint_stood(tmp_path):
    """Bit by bit, in graphs, with towers and dropout; weights, masks, steps and the optimizer's moments come back."""

    def start() -> tuple[keras.Model, tf.train.Checkpoint]:
        model = language_models.tiny_model(kernel_sizes=(3,), **DROPOUT)
        prune(model, {"*": 0.6}, end_step=5, frequency=2)
        compiled(model, eager=False, towers=2, seed=3)
        return model, tf.train.Checkpoint(model=model, optimizer=model.optimizer)

    whole, checkpoint = start()
    saved = SaveAfter(checkpoint, 3, str(tmp_path / "half"))
    whole.fit(batches(whole, 6), callbacks=[PruningStep(), saved], verbose=0)
    resumed, checkpoint = start()
    checkpoint.restore(saved.path).assert_existing_objects_matched().assert_consumed()
    assert sparsity(resumed) == saved.sparsity != sparsity(whole)
    resumed.fit(batches(resumed, 3, skip=3), callbacks=[PruningStep()], verbose=0)
    expected = whole.named_weights()
    assert all(np.array_equal(value, expected[name]) for name, value in resumed.named_weights().items())
    assert {figures["sparsity"] for figures in sparsity(resumed)["layers"].values()} <= {
        zeros_of(n, 0.6) / n for n in compressible_layers(whole).values()
    }


def test_training_without_the_callback_is_refused():
    model = compiled(prune(MODELS["language_model"](), 0.5, end_step=4))
    with pytest.raises(tf.errors.InvalidArgumentError, match="callbacks=\\[PruningStep"):
        model.fit(batches(model, 1), verbose=0)
    with pytest.raises(ValueError, match="must have a model wrapped by `prune`. Received: 'language_model"):
        plain = compiled(MODELS["language_model"]())
        plain.fit(batches(plain, 1), callbacks=[PruningStep()], verbose=0)
    several = compiled(prune(MODELS["functional"](), 0.5, end_step=4), eager=False, steps_per_execution=2)
    with pytest.raises(ValueError, match="steps_per_execution must be 1. Received: 2"):
        several.fit(batches(several, 2), callbacks=[PruningStep()], verbose=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sparsity": 1.0, "end_step": 9}, r"sparsity must lie in \[0, 1\). Received: 1.0"),
        ({"sparsity": -0.1, "end_step": 9}, r"Received: -0.1"),
        ({"sparsity": float("nan"), "end_step": 9}, r"Received: nan"),
        ({"sparsity": "half", "end_step": 9}, r"Received: 'half'"),
        ({"sparsity": {"head": 0.2, "embedding": 1.5}, "end_step": 9}, r"Received: 1.5"),
        (
            {"sparsity": {"lsra/attention/queri": 0.2}, "end_step": 9},
            r"must match one of .*lsra/attention/query.* Received: 'lsra/attention/queri'",
        ),
        ({"sparsity": 0.5}, r"polynomial schedule must have an end_step.* Received: None"),
        (
            {"sparsity": 0.5, "begin_step": 9, "end_step": 9},
            r"begin_step < end_step. Received: begin_step=9, end_step=9",
        ),
        ({"sparsity": 0.5, "end_step": 9, "frequency": 0}, r"frequency must be at least 1. Received: 0"),
        ({"sparsity": 0.5, "end_step": 9, "schedule": "cosine"}, r"'polynomial' or 'constant'. Received: 'cosine'"),
    ],
)
def test_bad_settings_are_refused_and_change_nothing(settings, message):
    model = MODELS["functional"]()
    with pytest.raises(ValueError, match=message):
        prune(model, **settings)
    assert not any(place.wrapped for place in find_places(model).values())


def test_models_that_cannot_be_pruned_are_refused():
    inputs = keras.Input([4])
    with pytest.raises(
        ValueError, match="must contain layers to compress.* Received: 'none' with the layers .*'softmax'"
    ):
        prune(keras.Model(inputs, keras.layers.Softmax(name="softmax")(inputs), name="none"), 0.5, end_step=4)
    with pytest.raises(ValueError, match="call it once on data. Received: layer 'late'"):
        prune(keras.Sequential([keras.layers.Dense(3, name="late")]), 0.5, end_step=4)
    model = prune(MODELS["functional"](), 0.5, end_step=4)
    with pytest.raises(ValueError, match="call `strip` first. Received: wrapped"):
        prune(model, 0.5, end_step=4)


def test_layers_of_nested_and_subclassed_models_are_wrapped_in_place():
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.inner = MODELS["functional"]()
            self.last = keras.layers.Dense(3, name="last")

        def call(self, inputs):
            return self.last(self.inner(inputs))

    model = Own()
    ids = np.array([[3, 4, 5]], np.int32)
    outputs = model(ids).numpy()
    prune(model, 0.5, schedule="constant", embeddings=True)
    assert "functional/lsra/attention/query" in compressible_layers(model) and len(pruned_layers(model)) == 9
    np.testing.assert_array_equal(model(ids).numpy(), outputs)
    for layer in pruned_layers(model):
        layer.advance(tf.constant(0, tf.int64))
    strip(model)
    assert sparsity(model)["total"]["sparsity"] == 0.5
    assert not np.array_equal(model(ids).numpy(), outputs)
