"""Quantisation-aware training: the grids and where they apply, zeros, checkpoints, and what a file stores."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.compression import bake, compressible_layers, quantize_aware, sparsity, strip
from lite_transformer_tf.compression.places import find_places
from lite_transformer_tf.compression.quantizers import ActivationQuantizer, grid_step, round_weights
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.training.precision import precision
from tests.compression.models import (
    DROPOUT,
    MODELS,
    TRAINED,
    SaveAfter,
    batch_of,
    batches,
    compiled,
    masks_half,
    matrices,
)
from tests.tiny import tiny_config, tiny_model

each = pytest.mark.parametrize("name", MODELS)
MIXED = {"*": 8, "*/output": 4, "*/value": 16, "*/query": 32}


def plain_with(name: str, weights: dict[str, np.ndarray]) -> keras.Model:
    """The plain model of that name with these weights."""
    model = MODELS[name]()
    for place in find_places(model).values():
        place.variable.assign(weights[place.weight_name])
    return model


def random_matrix(rows: int = 40, columns: int = 24) -> np.ndarray:
    matrix = np.random.default_rng(0).normal(size=(rows, columns)).astype(np.float32)
    matrix[3], matrix[:, 5] = 0, 0
    return matrix


def exported(matrix: np.ndarray, bits: int, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and integers of a quantiser that starts anew from the rounded weights, as the export does."""
    levels = 2 ** (bits - 1) - 1
    step = np.maximum(np.abs(matrix).max(axis, keepdims=True), np.float32(1e-9)) / np.float32(levels)
    return step, np.rint(matrix / step)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("bits", [4, 8])
def test_grid_is_symmetric_narrow_and_found_again_exactly(bits, axis):
    matrix = random_matrix()
    rounded = round_weights(tf.constant(matrix), bits, axis).numpy()
    step, integers = exported(rounded, bits, axis)
    levels = 2 ** (bits - 1) - 1
    assert np.abs(integers).max() == levels and np.array_equal(integers * step, rounded)
    assert step.size == matrix.shape[1 - axis]
    assert (np.abs(rounded - matrix) <= 0.50001 * step).all()
    np.testing.assert_allclose(np.abs(matrix).max(axis), np.abs(rounded).max(axis), rtol=1e-5)
    np.testing.assert_array_equal(round_weights(tf.constant(rounded), bits, axis).numpy(), rounded)
    assert not np.isnan(rounded).any() and not rounded[3].any() and not rounded[:, 5].any()
    step = grid_step(tf.constant(matrix), bits, axis).numpy()
    assert all(np.array_equal((k * step.astype(np.float64)), k * step) for k in range(levels + 1))


def test_sixteen_bits_are_float16_and_thirty_two_change_nothing():
    matrix = random_matrix() * 1e-3
    np.testing.assert_array_equal(round_weights(tf.constant(matrix), 16, 0), matrix.astype(np.float16))
    np.testing.assert_array_equal(round_weights(tf.constant(matrix), 32, 0), matrix)


@each
def test_wrapped_model_is_the_plain_model_with_the_baked_weights(name):
    """Outputs and gradients, for all uses of a weight: tied tables, bands of an adaptive softmax, Dense layers."""
    model = MODELS[name]()
    masks = masks_half(model)
    inputs, labels = batch_of(model)
    before, floats = model(inputs).numpy(), bake(model)
    assert quantize_aware(model, 8) is model
    np.testing.assert_allclose(model(inputs).numpy(), before, atol=0.05 * np.abs(before).max())
    strip(model)
    for place in find_places(model).values():
        place.variable.assign(floats[place.weight_name])
    quantize_aware(model, MIXED)
    weights = bake(model)
    plain = plain_with(name, weights)
    np.testing.assert_allclose(model(inputs).numpy(), plain(inputs).numpy(), atol=1e-5)
    assert np.abs(model(inputs).numpy() - before).max() > 1e-3
    first, second = (_gradients(compiled(m), inputs, labels) for m in (model, plain))
    assert first.keys() == second.keys()
    for layer, mask in masks.items():
        np.testing.assert_allclose(first[layer], second[layer] * mask, atol=1e-5)
        assert np.abs(first[layer]).max() > 0


def _gradients(model: keras.Model, inputs, labels) -> dict[str, np.ndarray]:
    """Of the training loss, of all variables: by layer those of the matrices, by number the others."""
    with tf.GradientTape() as tape:
        if model.name == "functional":
            loss = model.compiled_loss(tf.constant(labels), model(inputs, training=True))
        else:
            loss = tf.reduce_sum(model.token_losses(inputs, labels, training=True)[0])
    variables = model.trainable_variables
    gradients = [tf.convert_to_tensor(gradient).numpy() for gradient in tape.gradient(loss, variables)]
    names = {place.variable.ref(): name for name, place in find_places(model).items()}
    return {
        names.get(variable.ref(), number): gradient
        for number, (variable, gradient) in enumerate(zip(variables, gradients, strict=True))
    }


def test_decoding_step_by_step_computes_with_the_rounded_weights():
    model = MODELS["tied_dynamic"]()
    quantize_aware(model, 4)
    plain = plain_with("tied_dynamic", bake(model))
    inputs, _ = batch_of(model)
    steps = []
    for each_model in (model, plain):
        memory, mask = each_model.encode(inputs["source_ids"])
        cache, logits = each_model.initial_cache(memory), []
        for position in range(3):
            step, cache = each_model.decode_step(inputs["target_ids"][:, position], position, mask, cache)
            logits.append(step.numpy())
        steps.append(np.stack(logits, 1))
    np.testing.assert_allclose(steps[0], steps[1], atol=1e-5)
    np.testing.assert_allclose(steps[0], model(inputs).numpy()[:, :3], atol=1e-5)
    for name in ("language_model", "adaptive"):
        model = quantize_aware(MODELS[name](), 4)
        ids = tf.constant(batch_of(model)[0]["ids"])
        np.testing.assert_allclose(model.prefill(ids)[0], plain_with(name, bake(model)).prefill(ids)[0], atol=1e-5)


@pytest.mark.parametrize("name", TRAINED)
def test_zeros_stay_zeros_and_everything_else_is_trained(name):
    model = MODELS[name]()
    masks = masks_half(model)
    before, zeros = matrices(model), sparsity(model)
    quantize_aware(model, MIXED)
    assert sparsity(model) == zeros
    biases = {id(variable): variable.numpy() for variable in model.trainable_variables if variable.shape.rank == 1}
    compiled(model, learning_rate=0.05).fit(batches(model, 3), verbose=0)
    assert sparsity(model) == zeros
    for layer, value in matrices(model).items():
        assert not value[~masks[layer]].any()
        assert (value != before[layer])[masks[layer]].mean() > 0.8
    assert all(
        not np.array_equal(variable.numpy(), biases[id(variable)])
        for variable in model.trainable_variables
        if variable.shape.rank == 1
    )
    baked = bake(model)
    strip(model)
    assert all(
        np.array_equal(value, baked[place.weight_name])
        for place in find_places(model).values()
        for value in [place.variable.numpy()]
    )
    assert all(
        figures["zeros"] >= zeros["layers"][layer]["zeros"] for layer, figures in sparsity(model)["layers"].items()
    )
    assert not any(value[~masks[layer]].any() for layer, value in matrices(model).items())


def test_bits_of_each_layer():
    model = MODELS["adaptive"]()
    quantize_aware(model, {"*": 8, "decoder/*/query": 4, "embedding/band_1": 16, "adaptive_softmax/*": 32})
    bits = {name: place.held.quantize_config.quantizer.num_bits for name, place in find_places(model).items()}
    expected = {"decoder/layer_0/lsra/attention/query": 4, "embedding/band_1": 16, "adaptive_softmax/classes": 32}
    assert bits == {**dict.fromkeys(bits, 8), **expected}
    model = quantize_aware(MODELS["adaptive"](), 4, embeddings=False)
    assert {
        place.held.quantize_config.quantizer.num_bits for place in find_places(model).values() if place.is_table
    } == {32}


@pytest.mark.parametrize("bits", [0, 2, 5, 8.5, True, "8", None, {"head": 12}])
def test_bits_that_nobody_stores_are_refused(bits):
    model = MODELS["functional"]()
    with pytest.raises(ValueError, match=r"bits must be one of \(4, 8, 16, 32\). Received: "):
        quantize_aware(model, bits)
    assert not any(place.wrapped for place in find_places(model).values())


def test_wrapping_twice_is_refused():
    with pytest.raises(ValueError, match="call `strip` first"):
        quantize_aware(quantize_aware(MODELS["language_model"](), 8), 4)


def activation_layers(model: keras.Model) -> set[str]:
    return {name for name, place in find_places(model).items() if place.held.quantize_config.activations}


@pytest.mark.parametrize("name", ["tied_dynamic", "adaptive"])
def test_activations_are_rounded_in_ranges_that_training_follows(name):
    """Only Dense layers inside attention, convolution and feed-forward; before training nothing is rounded."""
    model = MODELS[name]()
    inputs, _ = batch_of(model)
    quantize_aware(model, 8, activations=True)
    inside = {layer for layer in compressible_layers(model) if layer.startswith(("encoder/", "decoder/"))}
    assert activation_layers(model) == inside
    plain = plain_with(name, bake(model))
    np.testing.assert_allclose(model(inputs).numpy(), plain(inputs).numpy(), atol=1e-5)
    compiled(model, learning_rate=0.0).fit(batches(model, 4), verbose=0)
    outputs, floats = model(inputs).numpy(), plain(inputs).numpy()
    assert 1e-4 < np.abs(outputs - floats).max() < 0.1 * np.abs(floats).max()
    for layer in inside:
        held = find_places(model)[layer].held
        for variables in (held._input_range, held._output_quantizer_vars):
            assert float(variables["min_var"]) < float(variables["max_var"])
    held = find_places(model)["decoder/layer_0/feed_forward/inner"].held
    hidden = held(tf.random.stateless_normal([64, 16], [1, 2]) * 3).numpy()
    assert hidden.min() == 0 and len(np.unique(hidden)) <= 256


def test_ranges_of_activations_begin_with_the_first_batch():
    layer = keras.layers.Layer()
    quantizer = ActivationQuantizer()
    variables = quantizer.build([None, 3], "input", layer)
    values = tf.constant([[-1.0, 0.2, 2.0]])
    np.testing.assert_array_equal(quantizer(values, False, variables), values)
    np.testing.assert_allclose(quantizer(values, True, variables), values, atol=3 / 255 / 2 + 1e-6)
    assert (float(variables["min_var"]), float(variables["max_var"])) == (-1.0, 2.0)
    quantizer(values * 2, True, variables)
    np.testing.assert_allclose([float(variables["min_var"]), float(variables["max_var"])], [-1.05, 2.1], rtol=1e-6)
    np.testing.assert_allclose(quantizer(tf.constant([[5.0]]), False, variables), [[2.1]], atol=3.15 / 255 + 1e-6)


def test_training_goes_on_where_a_checkpoint_stood(tmp_path):
    """Bit by bit, in graphs, with towers and dropout; masks and ranges come back."""

    def start(seed: int) -> tuple[keras.Model, tf.train.Checkpoint]:
        model = tiny_model(kernel_sizes=(3,), **DROPOUT)
        masks_half(model, seed)
        quantize_aware(model, {"*": 8, "decoder/*": 4}, activations=True)
        compiled(model, eager=False, towers=2, seed=3)
        return model, tf.train.Checkpoint(model=model, optimizer=model.optimizer)

    whole, checkpoint = start(0)
    saved = SaveAfter(checkpoint, 3, str(tmp_path / "half"))
    whole.fit(batches(whole, 6), callbacks=[saved], verbose=0)
    resumed, checkpoint = start(1)  # other zeros, until the checkpoint brings the right ones
    assert sparsity(resumed) != saved.sparsity
    checkpoint.restore(saved.path).assert_existing_objects_matched().assert_consumed()
    assert sparsity(resumed) == saved.sparsity
    resumed.fit(batches(resumed, 3, skip=3), verbose=0)
    expected = whole.named_weights()
    assert all(np.array_equal(value, expected[name]) for name, value in resumed.named_weights().items())
    inputs, _ = batch_of(whole)
    np.testing.assert_array_equal(resumed(inputs), whole(inputs))


def test_bfloat16_models_round_their_float32_weights():
    weights = tiny_model(kernel_sizes=(3,)).named_weights()
    with precision("mixed_bfloat16"):
        model = LiteTransformer(tiny_config(kernel_sizes=(3,)))
        model.assign_named_weights(weights)
    quantize_aware(model, 8, activations=True)
    reference = quantize_aware(tiny_model(kernel_sizes=(3,)), 8)
    assert all(np.array_equal(value, bake(reference)[name]) for name, value in bake(model).items())
    compiled(model).fit(batches(model, 2), verbose=0)
    assert all(
        not np.array_equal(value, weights[name])
        for name, value in model.named_weights().items()
        if name.endswith(("kernel", "table"))
    )
