"""What every public layer owes to Keras: a `Case` per layer, and checks of its values.

`tests/layers/checks.py` has all checks; each is called with a case and a folder.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.ops.randomness import dropout_seeds
from lite_transformer_tf.training.precision import precision

POLICIES = {"float32": 1e-6, "mixed_float16": 0.02, "mixed_bfloat16": 0.15}
"""Dtype policies, and how far the outputs may lie from those of the float32 layer with the same weights."""
OPTIMIZERS = {
    "float32": keras.optimizers.SGD,
    "mixed_float16": keras.optimizers.Adam,
    "mixed_bfloat16": keras.optimizers.legacy.Adam,
}
"""The optimizer with which a policy is trained."""


@dataclass(frozen=True)
class Case:
    """A layer under contract.

    Args:
        layer: Class of the layer.
        arguments: Arguments of its constructor, all different from the defaults, so that `get_config` can omit none.
        inputs: Example arguments of its call by name; the first one is positional.
        outputs: Shape of the outputs of the example.
        parameters: Number of trainable weights' entries.
        mask: Call argument with a padding mask, and the input that it masks; `None` for layers without a mask.
        unmasked: Constructor arguments with which padding is the identity, where they differ from `arguments`.
        narrow: Whether the outputs have the policy's compute type; otherwise they are float32.
        constant: Ends of the names of weights whose gradient is zero.
        alone: Whether it is the layer itself, and not one that contains it.
        pad_id: Id of pads among ids.
        seed: Seed of the weights: one with which no rectified unit is idle for all of the few inputs.
    """

    layer: type[keras.layers.Layer]
    arguments: Mapping[str, Any]
    inputs: Mapping[str, np.ndarray]
    outputs: tuple[int, ...]
    parameters: int
    mask: tuple[str, str] | None = None
    unmasked: Mapping[str, Any] = field(default_factory=dict)
    narrow: bool = True
    constant: tuple[str, ...] = ()
    alone: bool = True
    pad_id: int = 0
    seed: int = 1

    def make(self, **changes: Any) -> keras.layers.Layer:
        """A layer that was called once under the current policy, with random weights."""
        layer = self.layer(**{**self.arguments, **changes})
        self.call(layer)
        generator = np.random.default_rng(self.seed)
        drawn = [generator.normal(0, 0.5, weight.shape).astype(np.float32) for weight in layer.get_weights()]
        layer.set_weights(drawn)
        return layer

    def call(self, layer: keras.layers.Layer, **changes: Any) -> tf.Tensor:
        """The layer's outputs for the example."""
        first, *others = {**self.inputs, **changes}.items()
        return layer(first[1], **dict(others))

    def functional(self, layer: keras.layers.Layer) -> keras.Model:
        """A functional model of the layer, whose sequences may have any length."""
        symbols = {
            name: keras.Input([None, *value.shape[2:]], dtype=value.dtype, name=name)
            for name, value in self.inputs.items()
        }
        return keras.Model(symbols, self.call(layer, **symbols))


def plain(outputs: tf.Tensor) -> np.ndarray:
    return tf.cast(outputs, tf.float32).numpy()


def same(found: tf.Tensor, expected: tf.Tensor, tolerance: float = 0.0) -> None:
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(plain(found), plain(expected), rtol=0, atol=tolerance)


def builds(case: Case, folder: Path) -> None:
    """The first call makes the weights; every weight is trainable and the outputs have the documented shape."""
    layer = case.layer(**case.arguments)
    outputs = case.call(layer)
    assert layer.built and outputs.shape == case.outputs and np.isfinite(outputs).all()
    assert sum(weight.shape.num_elements() for weight in layer.trainable_weights) == case.parameters
    assert not layer.non_trainable_weights and not layer.losses
    assert layer.supports_masking
    case.call(layer)
    assert layer.count_params() == case.parameters  # a second call adds none


def symbolic_equals_eager(case: Case, folder: Path) -> None:
    """A functional model infers the layer's shape and dtype, and computes what the layer computes."""
    layer = case.make()
    model = case.functional(layer)
    expected = case.call(layer)
    assert model.output_shape == (None, None, *case.outputs[2:]) and model.output.dtype == expected.dtype
    same(model(dict(case.inputs)), expected, 1e-6)


def traced_equals_eager(case: Case, folder: Path) -> None:
    """`tf.function` changes nothing, in training with dropout neither."""
    layer = case.make()
    same(tf.function(lambda: case.call(layer))(), case.call(layer), 2e-6)
    if "training" not in inspect.signature(layer.call).parameters:
        return

    def dropped() -> tf.Tensor:
        with dropout_seeds(tf.constant([3, 0], tf.int64)):
            return case.call(layer, training=True)

    same(tf.function(dropped)(), dropped(), 5e-6)
    if any("dropout" in argument for argument in case.arguments):
        assert np.abs(plain(dropped()) - plain(case.call(layer))).max() > 1e-3


def policies(case: Case, folder: Path) -> None:
    """Under each policy, an argument or global, the layer computes in its type and keeps float32 weights."""
    exact = case.make()
    for policy, tolerance in POLICIES.items():
        with precision(policy):
            by_default = case.make()
        for layer in (by_default, case.make(dtype=policy)):
            layer.set_weights(exact.get_weights())
            outputs = case.call(layer)
            assert outputs.dtype == (policy.removeprefix("mixed_") if case.narrow else "float32")
            assert {weight.dtype for weight in layer.weights} <= {tf.float32}
            expected = plain(case.call(exact))
            np.testing.assert_allclose(plain(outputs), expected, rtol=0, atol=tolerance)
            assert policy == "float32" or (plain(outputs) != expected).any()  # it was computed in the narrow type


def one_step_of_fit(case: Case, folder: Path) -> None:
    """Under each policy an update has a finite loss and reaches every weight."""
    generator = np.random.default_rng(2)
    for policy in POLICIES:
        layer = case.make(dtype=policy)
        hidden = case.functional(layer)
        head = keras.layers.Dense(3, name="head")
        model = keras.Model(hidden.inputs, head(tf.cast(hidden.output, tf.float32)))
        model.compile(OPTIMIZERS[policy](0.01), "mse", run_eagerly=policy != "float32")
        before = {weight.name: weight.numpy() for weight in model.trainable_weights}
        assert len(before) == len(layer.trainable_weights) + 2  # all names differ
        labels = generator.normal(size=(*case.outputs[:2], 3)).astype(np.float32)
        history = model.fit(dict(case.inputs), labels, verbose=0).history
        assert np.isfinite(history["loss"]).all()
        for weight in model.trainable_weights:
            name = weight.name.split(":")[0]
            changed = np.abs(weight.numpy() - before[weight.name]).max()
            assert np.isfinite(changed) and (name.endswith(case.constant) or changed > 1e-6), (policy, name, changed)


def configuration_round_trip(case: Case, folder: Path) -> None:
    """A copy from the configuration, as JSON, has the same arguments and with the same weights the same outputs."""
    layer = case.make(name="mine")
    config = json.loads(json.dumps(keras.layers.serialize(layer)))
    copy = keras.layers.deserialize(config)
    assert type(copy) is case.layer and copy.name == "mine" and copy.get_config() == layer.get_config()
    of_every_layer = inspect.signature(keras.layers.Layer.__init__).parameters
    parameters = inspect.signature(case.layer.__init__).parameters
    own = {name: parameter for name, parameter in parameters.items() if name not in of_every_layer}
    assert set(own) == set(case.arguments) <= set(layer.get_config())
    assert all(layer.get_config()[name] != parameter.default for name, parameter in own.items())
    case.call(copy)
    copy.set_weights(layer.get_weights())
    same(case.call(copy), case.call(layer))


def saved_and_loaded(case: Case, folder: Path) -> None:
    """A functional model with the layer survives `.keras`, with its policy."""
    for policy in ("float32", "mixed_bfloat16"):
        model = case.functional(case.make(dtype=policy))
        model.save(folder / f"{policy}.keras")
        loaded = keras.models.load_model(folder / f"{policy}.keras")
        assert [weight.shape for weight in loaded.weights] == [weight.shape for weight in model.weights]
        same(loaded(dict(case.inputs)), model(dict(case.inputs)))


def padding_changes_nothing(case: Case, folder: Path) -> None:
    """Outputs of real positions are those of the sequence without its pads, whatever the pads contain."""
    if case.mask is None:
        return
    layer = case.make(**case.unmasked)
    mask, masked = case.mask
    whole, length = case.inputs[masked], 3
    real = np.zeros(whole.shape[:2], bool)
    real[:, :length] = True
    padded = {masked: real} if mask == masked else {mask: real}
    outputs = plain(case.call(layer, **padded))
    expected = plain(case.call(layer, **{masked: real[:, :length] if mask == masked else whole[:, :length]}))
    if outputs.shape != expected.shape:
        outputs = outputs[:, :length]
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=2e-6)
    if mask != masked:
        assert np.abs(plain(case.call(layer))[:, :length] - expected[:, :length]).max() > 1e-3  # pads would change it


CHECKS: dict[str, Callable[[Case, Path], None]] = {
    check.__name__: check
    for check in (
        builds,
        symbolic_equals_eager,
        traced_equals_eager,
        policies,
        one_step_of_fit,
        configuration_round_trip,
        saved_and_loaded,
        padding_changes_nothing,
    )
}
