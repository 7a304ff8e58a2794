"""FusedAdamW is keras.optimizers.AdamW computed by another kernel."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.optimizers.adam import FusedAdamW

SHAPES = {"kernel": (4, 3), "bias": (3,), "scale": (5,)}
CASES = {
    "plain": {},
    "decay": {"weight_decay": 0.1},
    "clipped": {"weight_decay": 0.1, "global_clipnorm": 0.5},
    "coefficients": {"beta_1": 0.7, "beta_2": 0.98, "epsilon": 1e-3},
    "schedule": {"learning_rate": keras.optimizers.schedules.PolynomialDecay(2e-2, 4, 1e-3)},
}


def after_steps(optimizer, steps: int = 5, *, exclude: bool = False, graph: bool = False) -> dict[str, np.ndarray]:
    """Weights after some steps with random gradients."""
    weights, gradients = np.random.default_rng(0), np.random.default_rng(1)
    variables = {
        name: tf.Variable(weights.normal(size=shape).astype(np.float32), name=name) for name, shape in SHAPES.items()
    }
    if exclude:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(list(variables.values()))
    apply = tf.function(lambda pairs: optimizer.apply_gradients(pairs)) if graph else optimizer.apply_gradients
    for _ in range(steps):
        drawn = [tf.constant(gradients.normal(size=shape), tf.float32) for shape in SHAPES.values()]
        apply(list(zip(drawn, variables.values(), strict=True)))
    return {name: variable.numpy() for name, variable in variables.items()}


@pytest.mark.parametrize("exclude", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_equals_keras_over_five_steps(case, exclude):
    """To rounding: the kernel takes 1 - beta_2 in float32, Keras in float64, which is 1e-5 of an update."""
    settings = {"learning_rate": 0.01, **CASES[case]}
    ours = after_steps(FusedAdamW(**settings), exclude=exclude)
    reference = after_steps(keras.optimizers.AdamW(**settings, jit_compile=False), exclude=exclude)
    for name, value in reference.items():
        np.testing.assert_allclose(ours[name], value, rtol=0, atol=1e-6, err_msg=name)


def test_the_options_matter():
    """Each case is another trajectory, so that an option which is ignored is noticed."""
    results = [after_steps(FusedAdamW(**{"learning_rate": 0.01, **case})) for case in CASES.values()]
    results.append(after_steps(FusedAdamW(0.05, weight_decay=0.1), exclude=True))
    for index, first in enumerate(results):
        for second in results[index + 1 :]:
            assert max(np.abs(first[name] - second[name]).max() for name in SHAPES) > 1e-4


def test_excluded_variables_do_not_decay():
    plain, excluded = (
        after_steps(FusedAdamW(0.05, weight_decay=0.0)),
        after_steps(FusedAdamW(0.05, weight_decay=0.1), exclude=True),
    )
    np.testing.assert_array_equal(plain["bias"], excluded["bias"])
    assert np.abs(plain["kernel"] - excluded["kernel"]).max() > 1e-3


def test_a_graph_gives_the_same():
    eager, graph = (
        after_steps(FusedAdamW(0.05, global_clipnorm=0.5)),
        after_steps(FusedAdamW(0.05, global_clipnorm=0.5), graph=True),
    )
    for name, value in eager.items():
        np.testing.assert_allclose(graph[name], value, rtol=0, atol=1e-6)


def test_xla_gives_the_same():
    """Each variable's update is compiled once, and still has the bias correction of its step."""
    plain, compiled = (after_steps(FusedAdamW(0.05, weight_decay=0.1, jit_compile=xla)) for xla in (False, True))
    for name, value in plain.items():
        np.testing.assert_allclose(compiled[name], value, rtol=0, atol=1e-6, err_msg=name)


def test_sparse_gradients_and_other_types_are_those_of_keras():
    found = []
    for kind in (FusedAdamW, keras.optimizers.AdamW):
        optimizer, table = kind(0.05, jit_compile=False), tf.Variable(np.ones((4, 3)))
        optimizer.build([table])
        for rows in ([0, 2, 2], [1, 2]):
            slices = tf.IndexedSlices(tf.ones([len(rows), 3], tf.float64), tf.constant(rows), tf.constant([4, 3]))
            optimizer.apply_gradients([(slices, table)])
        found.append(table.numpy())
    assert found[0].dtype == np.float64
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-6)


def test_what_does_not_decay_is_in_the_configuration():
    """By name, so that a loaded optimizer knows it; in Keras' own optimizers it is lost."""
    by_pattern, by_variable = FusedAdamW(0.05, weight_decay=0.1), FusedAdamW(0.05, weight_decay=0.1)
    by_pattern.exclude_from_weight_decay(var_names=["bias"])
    by_variable.exclude_from_weight_decay(var_list=[tf.Variable(np.ones(3, np.float32), name="bias")])
    assert by_variable.get_config()["excluded_from_weight_decay"] == ["^bias:0$"]
    expected = after_steps(by_pattern)
    for optimizer in (by_pattern, by_variable, FusedAdamW(0.05, weight_decay=0.1, excluded_from_weight_decay=["bias"])):
        copied = FusedAdamW.from_config(optimizer.get_config())
        for name, value in after_steps(copied).items():
            np.testing.assert_array_equal(value, expected[name], err_msg=name)


def test_the_fused_kernel_is_what_runs():
    optimizer, variable = FusedAdamW(0.05), tf.Variable([1.0, 2.0])
    optimizer.build([variable])
    graph = (
        tf.function(lambda gradient: optimizer.apply_gradients([(gradient, variable)]))
        .get_concrete_function(tf.constant([1.0, 1.0]))
        .graph
    )
    names = {op.type for op in graph.get_operations()}
    for function in graph._functions.values() if hasattr(graph, "_functions") else ():
        names |= {op.type for op in getattr(function, "graph", graph).get_operations()}
    assert "ResourceApplyAdam" in names


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="amsgrad must be off. Received: True"):
        FusedAdamW(amsgrad=True).build([tf.Variable([1.0])])


def test_serialisation():
    optimizer = FusedAdamW(0.05, weight_decay=0.1, beta_1=0.7, beta_2=0.98, epsilon=1e-3, global_clipnorm=0.5)
    other = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(other) is FusedAdamW
    assert other.get_config() == optimizer.get_config()
    for name, value in after_steps(optimizer).items():
        np.testing.assert_array_equal(after_steps(FusedAdamW.from_config(other.get_config()))[name], value)
