"""The layers in somebody else's functional model: training, saving as .keras, configurations, precision policies."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.layers import (
    DynamicConvolution,
    FeedForward,
    LightweightConvolution,
    LongShortRangeAttention,
    MultiHeadAttention,
    ResidualNorm,
    SinusoidalPositions,
    TokenEmbedding,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from lite_transformer_tf.training.precision import precision

C, V = 8, 11
BRANCHES = [BranchConfig("attention", 4, 2), BranchConfig("dynamic", 4, 2, 3, glu=True)]
RATES = {"dropout": 0.1, "attention_dropout": 0.2, "weight_dropout": 0.3, "activation_dropout": 0.4}

# Every argument differs from its default, so that one which get_config forgets is noticed.
LAYERS = {
    "attention": lambda **k: MultiHeadAttention(2, causal=True, dropout=0.1, **k),
    "lightweight": lambda **k: LightweightConvolution(
        3, 2, causal=True, glu=True, weight_dropout=0.1, pads_leak=True, **k
    ),
    "dynamic": lambda **k: DynamicConvolution(4, 2, causal=True, glu=True, weight_dropout=0.1, pads_leak=True, **k),
    "lsra": lambda **k: LongShortRangeAttention(
        BRANCHES, causal=True, attention_dropout=0.1, weight_dropout=0.2, pads_leak=True, **k
    ),
    "feed_forward": lambda **k: FeedForward(12, activation_dropout=0.1, **k),
    "residual_norm": lambda **k: ResidualNorm(dropout=0.1, epsilon=1e-3, **k),
    "positions": lambda **k: SinusoidalPositions(C, **k),
    "embedding": lambda **k: TokenEmbedding(V, C, pad_id=1, **k),
    "encoder": lambda **k: TransformerEncoderLayer(BRANCHES, 12, pads_leak=True, **RATES, **k),
    "decoder": lambda **k: TransformerDecoderLayer(BRANCHES, 12, 4, **RATES, **k),
}
each = pytest.mark.parametrize("name", LAYERS)


def example(name: str) -> tuple[list[np.ndarray], list[keras.KerasTensor]]:
    """Inputs of a layer's call, and the same as symbols."""
    generator = np.random.default_rng(0)
    ids = np.array([[2, 5, 3, 0, 9], [4, 4, 1, 1, 1]], np.int32)
    if name in ("positions", "embedding"):
        values = [ids != 1 if name == "positions" else ids]
    else:
        values = [
            generator.normal(size=(2, length, C)).astype(np.float32) for length in (5, 6 if name == "decoder" else 5)
        ]
        values = values if name in ("decoder", "residual_norm") else values[:1]
    return values, [keras.Input([None, *value.shape[2:]], dtype=value.dtype) for value in values]


def randomize(layer) -> None:
    generator = np.random.default_rng(1)
    layer.set_weights([generator.normal(size=weight.shape).astype(np.float32) for weight in layer.get_weights()])


def called(name: str, layer, values):
    return layer(values[0], memory=values[1]) if name == "decoder" else layer(*values)


@each
def test_configuration_round_trip(name):
    layer = LAYERS[name](name="mine")
    values, _ = example(name)
    expected = called(name, layer, values)
    if layer.weights:
        randomize(layer)
        assert np.abs(called(name, layer, values) - expected).max() > 1e-3
    config = json.loads(json.dumps(keras.layers.serialize(layer)))
    other = keras.layers.deserialize(config)
    assert type(other) is type(layer) and other.name == "mine"
    assert other.get_config() == layer.get_config()
    called(name, other, values)
    other.set_weights(layer.get_weights())
    np.testing.assert_array_equal(called(name, other, values), called(name, layer, values))


@each
def test_the_configuration_holds_every_argument(name):
    """A copy that differs from the defaults in everything the layer was given."""
    layer = LAYERS[name]()
    config = type(layer).from_config(layer.get_config()).get_config()
    arguments = set(type(layer).__init__.__code__.co_varnames[: type(layer).__init__.__code__.co_argcount]) - {"self"}
    assert arguments <= set(config)
    expected = {
        "causal": True,
        "glu": True,
        "pads_leak": True,
        "epsilon": 1e-3,
        "pad_id": 1,
        "feed_forward_dim": 12,
        "hidden_dim": 12,
    }
    assert all(config[key] == value for key, value in expected.items() if key in arguments)
    assert all(config[key] > 0 for key in arguments if key.endswith("dropout"))


@each
def test_saved_in_a_functional_model(name, tmp_path):
    values, inputs = example(name)
    model = keras.Model(inputs, called(name, LAYERS[name](), inputs))
    if model.weights:
        randomize(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert len(loaded.weights) == len(model.weights)
    np.testing.assert_array_equal(loaded(values), model(values))


def everything() -> keras.Model:
    """A functional model in which every layer has a place. (tf_keras cannot load a model with `source != 1` inside.)"""
    source, target = keras.Input([None], dtype="int32"), keras.Input([None], dtype="int32")
    embedding = TokenEmbedding(V, C, pad_id=1, name="embedding")
    mask, positions = tf.not_equal(source, 1), SinusoidalPositions(C, name="positions")
    memory = embedding(source) + positions(mask)
    memory = TransformerEncoderLayer(BRANCHES, C, dropout=0.1, weight_dropout=0.1, name="encoder")(
        memory, padding_mask=mask
    )
    memory = ResidualNorm(name="norm")(
        memory, LongShortRangeAttention(BRANCHES, name="lsra")(memory, padding_mask=mask)
    )
    memory = LightweightConvolution(3, 2, name="lightweight")(memory, padding_mask=mask)
    memory = DynamicConvolution(3, 2, name="dynamic")(memory, padding_mask=mask)
    states = embedding(target) + positions(tf.not_equal(target, 1))
    states = TransformerDecoderLayer(BRANCHES, C, 2, dropout=0.1, name="decoder")(
        states, memory=memory, memory_mask=mask
    )
    states = MultiHeadAttention(2, causal=True, name="attention")(states)
    states = FeedForward(C, name="feed_forward")(states)
    return keras.Model([source, target], embedding(states, reverse=True))


def test_fit_in_a_functional_model_then_save_and_load(tmp_path):
    keras.utils.set_random_seed(1)
    generator = np.random.default_rng(0)
    source, target = (generator.integers(2, V, (8, length)).astype(np.int32) for length in (6, 5))
    source[3:, 4:] = 1
    labels = source[:, :5] * (source[:, :5] != 1) + (source[:, :5] == 1)  # copy; pads stay pads
    model = everything()
    model.compile(FusedAdamW(1e-2), LabelSmoothedCrossEntropy(0.1, pad_id=1))
    before = model.get_weights()
    losses = model.fit([source, target], labels, batch_size=8, epochs=12, verbose=0).history["loss"]
    assert losses[-1] < 0.85 * losses[0]
    assert len(model.trainable_variables) == len(before)
    for variable, old in zip(model.weights, before, strict=True):
        constant = "key/bias" in variable.name  # attention does not depend on a key's bias
        assert constant or np.abs(variable.numpy() - old).max() > 1e-4, variable.name
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded([source, target]), model([source, target]))
    assert loaded.loss.get_config() == model.loss.get_config()
    assert type(loaded.optimizer) is FusedAdamW and int(loaded.optimizer.iterations) == 12


@each
@pytest.mark.parametrize("policy, tolerance", [("mixed_float16", 0.02), ("mixed_bfloat16", 0.15)])
@pytest.mark.parametrize("how", ["argument", "global"])
def test_mixed_precision(name, policy, tolerance, how):
    values, _ = example(name)
    exact_layer = LAYERS[name]()
    exact = called(name, exact_layer, values)
    if how == "argument":
        layer = LAYERS[name](dtype=policy)
    else:
        with precision(policy):
            layer = LAYERS[name]()
    outputs = called(
        name, layer, values
    )  # called under the float32 policy: what a layer computes in is fixed when it is made
    layer.set_weights(exact_layer.get_weights())
    outputs = called(name, layer, values)
    assert outputs.dtype == policy.removeprefix("mixed_")
    assert {weight.dtype for weight in layer.weights} <= {tf.float32}
    outputs = tf.cast(outputs, tf.float32).numpy()
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(outputs, exact, rtol=0, atol=tolerance)
    assert name == "residual_norm" or (outputs != exact.numpy()).any()  # it was computed in the narrow type


def test_a_mixed_layer_loads_under_the_default_policy(tmp_path):
    values, inputs = example("encoder")
    model = keras.Model(inputs, LAYERS["encoder"](dtype="mixed_bfloat16")(*inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded(values).dtype == tf.bfloat16
    np.testing.assert_array_equal(tf.cast(loaded(values), tf.float32), tf.cast(model(values), tf.float32))
