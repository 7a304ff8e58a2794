"""Checks of the contract that concern copies, files, masks and what a layer refuses."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from tests.layers.contract import Case, plain, same

PADS = 3


def copies_and_weight_files(case: Case, folder: Path) -> None:
    """deepcopy, clone_model, get_weights, set_weights and .weights.h5 of a functional model keep its outputs."""
    model = case.functional(case.make())
    expected = model(dict(case.inputs))
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    same(clone(dict(case.inputs)), expected)
    same(copy.deepcopy(model)(dict(case.inputs)), expected)
    model.save_weights(folder / "model.weights.h5")
    clone.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    clone.load_weights(folder / "model.weights.h5")
    same(clone(dict(case.inputs)), expected)


def arguments_of_every_layer(case: Case, folder: Path) -> None:
    """name, trainable, dtype and activity_regularizer survive get_config; unknown arguments are refused."""
    given = {"name": "mine", "trainable": False, "dtype": "mixed_bfloat16"}
    layer = case.layer(**case.arguments, **given, activity_regularizer="l2")
    layer = type(layer).from_config(layer.get_config())
    assert layer.name == "mine" and not layer.trainable and layer.dtype_policy.name == "mixed_bfloat16"
    assert all(below.dtype_policy.name == "mixed_bfloat16" for below in layer.submodules if hasattr(below, "call"))
    if case.alone:
        assert layer.activity_regularizer.get_config() == keras.regularizers.L2().get_config()
        exact = case.layer(**case.arguments, activity_regularizer=keras.regularizers.L2(0.5))
        outputs = plain(case.call(exact))
        (loss,) = exact.losses
        np.testing.assert_allclose(loss, 0.5 * np.square(outputs).sum() / len(outputs), rtol=1e-5)
    with pytest.raises(TypeError, match="Keyword argument not understood.*surprise"):
        case.layer(**case.arguments, surprise=1)


def kinds_of_inputs(case: Case, folder: Path) -> None:
    """float16 inputs are cast to the policy's type; ragged tensors, other ranks and other widths are refused."""
    layer = case.make()
    name, inputs = next(iter(case.inputs.items()))
    if inputs.dtype == np.float32:
        halves = {key: value.astype(np.float16) for key, value in case.inputs.items() if value.dtype == np.float32}
        wide = {key: value.astype(np.float32) for key, value in halves.items()}
        same(case.call(layer, **halves), case.call(layer, **wide), 1e-6)
        with pytest.raises(ValueError, match="expected ndim=3, found ndim=2.*Full shape received|expected axis -1"):
            case.call(layer, **{name: inputs[:, 0, :-1]})
        with pytest.raises(ValueError, match="expected axis -1 of input shape to have value"):
            case.call(layer, **{name: inputs[..., :-1]})
    ragged = tf.RaggedTensor.from_tensor(tf.constant(inputs), [2, 4])
    if case.alone:  # the layer itself, not one that contains it
        with pytest.raises(ValueError, match=r"must be a dense tensor.*Received: RaggedTensor"):
            case.call(layer, **{name: ragged})


def output_shapes(case: Case, folder: Path) -> None:
    """`compute_output_shape` of an unbuilt layer says what a call returns, and makes no weights."""
    layer = case.layer(**case.arguments)
    if not case.alone:
        return
    shape = layer.compute_output_shape((None, None, *next(iter(case.inputs.values())).shape[2:]))
    assert tuple(shape) == (None, None, *case.outputs[2:]) and not layer.weights


def masks_behind_an_embedding(case: Case, folder: Path) -> None:
    """Behind `Embedding(mask_zero=True)` pads at the right change no pooled output, and the mask goes on.

    Every input of the layer comes from an embedding of its own, as the implicit masks of keyword arguments do.
    """
    ids = np.array([[3, 5, 2, 7], [4, 1, 0, 0]], np.int32)
    layer, inputs = case.make(**case.unmasked), {}
    whole = keras.Input([None], dtype="int32")
    for name, value in case.inputs.items():
        if value.dtype == np.float32:
            embedding = keras.layers.Embedding(8, value.shape[2], mask_zero=True, embeddings_initializer="normal")
            inputs[name] = embedding(whole)
        else:
            inputs[name] = whole if value.dtype == np.int32 else tf.not_equal(whole, 0)
    outputs = case.call(layer, **inputs)
    assert outputs._keras_mask is not None
    pooled = keras.Model(whole, [keras.layers.GlobalAveragePooling1D()(outputs), outputs])
    longer = np.pad(ids, [(0, 0), (0, PADS)], constant_values=case.pad_id)
    ids = np.where(ids == 0, case.pad_id, ids)
    longer = np.where(longer == 0, case.pad_id, longer)
    (short, states), (long, _) = pooled(ids), pooled(longer)
    np.testing.assert_allclose(plain(long), plain(short), rtol=0, atol=1e-6)
    real = (ids != case.pad_id)[:, :, None]
    np.testing.assert_allclose(plain(short), (plain(states) * real).sum(1) / real.sum(1), rtol=0, atol=1e-5)


def masks_given_in_every_way(case: Case, folder: Path) -> None:
    """`padding_mask`, `mask` and the implicit mask hide the same positions; of two masks each hides its own."""
    if case.mask is None or case.mask[0] != "padding_mask":
        return
    layer, states = case.make(**case.unmasked), case.inputs[case.mask[1]]
    first = np.arange(5)[None] < np.array([[4], [5]])
    second = np.arange(5)[None] < np.array([[5], [2]])
    expected = layer(states, padding_mask=first & second)
    implicit = tf.constant(states)
    implicit._keras_mask = tf.constant(first)
    for found in (
        layer(states, padding_mask=first, mask=second),
        layer(states, padding_mask=first & second, mask=first & second),
        layer(states, mask=tf.constant(first & second)),
        layer(implicit, padding_mask=second),
    ):
        same(found, expected)
    np.testing.assert_array_equal(layer(implicit)._keras_mask, first)
    assert getattr(layer(states, padding_mask=first), "_keras_mask", None) is None  # `padding_mask` does not go on
    with pytest.raises(ValueError, match=r"one flag per position, \(2, 5\). Received: \(2, 4\)"):
        layer(states, padding_mask=first[:, :4])
    with pytest.raises(ValueError, match=r"one flag per position, \(2, 5\). Received: \(2, 5, 1\)"):
        layer(states, mask=tf.constant(first[:, :, None]))


KERAS_CHECKS = (
    copies_and_weight_files,
    arguments_of_every_layer,
    kinds_of_inputs,
    output_shapes,
    masks_behind_an_embedding,
    masks_given_in_every_way,
)
