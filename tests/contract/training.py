"""Arguments of `compile`, `fit` and `evaluate`: the values of a model of Keras with the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from lite_transformer_tf.training.optimizers.muon import Muon
from tests.contract.models import SIZE, SPARSE, Kind, alike, same_weights, sgd, smoothed, trains_alike
from tests.contract.table import refusal, tried
from tests.tiny import PAD

ROWS = np.array([0.0, 2.0, 0.5, 1.0], np.float32)
LABELS = np.random.default_rng(3).uniform(0, 2, (4, 4)).astype(np.float32)
WEIGHTS = {"(B,)": ROWS, "(B, T)": LABELS, "zeros": np.zeros(4, np.float32)}


def table_of(model: keras.Model) -> tf.Variable:
    return next(variable for name, variable in model.named_variables().items() if name.endswith("table"))


def optimizers() -> dict[str, keras.optimizers.Optimizer]:
    """Of each family one, always new; without XLA, which would compile each variable's update by itself."""
    new, legacy = keras.optimizers, keras.optimizers.legacy
    found = [new.SGD(0.1, 0.9), new.Adam(0.01, epsilon=1e-3), new.Adafactor(0.01), new.Lion(1e-3), new.RMSprop(1e-3)]
    for optimizer in found:
        optimizer.jit_compile = False
    found += [legacy.SGD(0.1, 0.9), legacy.Adam(0.01, epsilon=1e-3), legacy.Adagrad(0.01)]
    return {f"{type(optimizer).__module__}.{type(optimizer).__name__}": optimizer for optimizer in found}


@tried("optimizers of `keras.optimizers` and of `keras.optimizers.legacy`", "`compile`", quick=None)
def any_optimizer(kind: Kind, folder: Path) -> None:
    ours, theirs = kind.make(), kind.plain()
    start = ours.get_weights()
    for (name, first), second in zip(optimizers().items(), optimizers().values()):
        ours.set_weights(start)
        theirs.inner.set_weights(start)
        ours.compile(first, smoothed(), run_eagerly=True)
        theirs.compile(second, SPARSE(from_logits=True, ignore_class=PAD), run_eagerly=True)
        trains_alike(ours, theirs, kind.batch(), 2e-6)
        assert any((old != new).any() for old, new in zip(start, ours.get_weights())), name


@tried("`FusedAdamW` and `Muon`, with `clipnorm`, `clipvalue`, `use_ema` and `excluded_from_weight_decay`", quick=None)
def own_optimizers(kind: Kind, folder: Path) -> None:
    arguments = {"learning_rate": 0.01, "weight_decay": 0.1, "epsilon": 1e-3}
    for options in ({"clipnorm": 0.1}, {"clipvalue": 0.01}, {"use_ema": True, "ema_overwrite_frequency": 1}):
        theirs = keras.optimizers.AdamW(**arguments, **options, jit_compile=False)
        theirs.exclude_from_weight_decay(var_names=["bias"])
        fused = FusedAdamW(**arguments, **options, excluded_from_weight_decay=["bias"])
        trains_alike(
            kind.compiled(optimizer=FusedAdamW.from_config(fused.get_config())),
            kind.plain(None, theirs),
            kind.batch(),
            2e-6,
        )
    first = kind.compiled(optimizer=Muon(**arguments, momentum=0.5, clipnorm=0.1))
    second = kind.compiled(optimizer=Muon.from_config(first.optimizer.get_config()))
    for model in (first, second):
        model.train_on_batch(*kind.batch())
    same_weights(first, second)


def per_token(y_true, y_pred):
    """A loss that is a plain function."""
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True) ** 2


@tried("losses of Keras, with `ignore_class`, the mask of the predictions, and each `reduction`; functions")
def any_loss(kind: Kind, folder: Path) -> None:
    ours, theirs = kind.make(), kind.plain()
    inputs, labels = kind.batch()
    start, one_hot = ours.get_weights(), np.eye(SIZE, dtype=np.float32)[labels]
    given = {
        SPARSE(from_logits=True): labels,
        SPARSE(from_logits=True, ignore_class=7): labels[..., None],
        SPARSE(from_logits=True, reduction="sum"): labels,
        SPARSE(from_logits=True, reduction="none"): labels,
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1): one_hot,
        smoothed(0.1, reduction="sum"): labels,
        per_token: labels,
    }
    for loss, targets in given.items():
        for model in (ours, theirs):
            (model.inner if model is theirs else model).set_weights(start)
            model.compile(sgd(1e-2), loss, run_eagerly=True)
        trains_alike(ours, theirs, (inputs, targets, LABELS))
    theirs.inner.set_weights(start)
    theirs.compile(sgd(), SPARSE(from_logits=True), run_eagerly=True)
    unmasked = kind.compiled().test_on_batch(inputs, labels, return_dict=True)["loss"]
    np.testing.assert_allclose(theirs.test_on_batch(inputs, labels), unmasked, rtol=1e-5)  # the mask leaves out pads


@tried("`metrics=` and `weighted_metrics=`, in `fit`, `evaluate` and with towers", quick="adaptive")
def any_metrics(kind: Kind, folder: Path) -> None:
    def given() -> dict:
        top = keras.metrics.SparseTopKCategoricalAccuracy(3, name="top")
        return {"metrics": ["accuracy", top], "weighted_metrics": ["accuracy", SPARSE(from_logits=True, name="ce")]}

    ours, theirs = kind.compiled(towers=2, **given()), kind.plain(**given())
    assert ours.metrics_names == ["loss", "nll", "tokens"]
    data = (*kind.batch(), LABELS)
    found = trains_alike(ours, theirs, data)
    assert ours.metrics_names == [*theirs.metrics_names, "nll", "tokens"] == [*found]
    assert theirs.metrics_names == ["loss", "accuracy", "top", "weighted_accuracy", "ce"]
    alike(ours.test_on_batch(*data, return_dict=True), theirs.test_on_batch(*data, return_dict=True))


@tried("`loss_weights`, `add_loss` and regularizers")
def penalties(kind: Kind, folder: Path) -> None:
    ours, theirs = kind.compiled(towers=2, loss_weights=[0.5]), kind.plain(loss_weights=[0.5])
    for model in (ours, theirs.inner):
        model.add_loss(lambda model=model: 0.1 * tf.reduce_sum(table_of(model) ** 2))
    trains_alike(ours, theirs, kind.batch())
    alike(*(model.test_on_batch(*kind.batch(), return_dict=True) for model in (ours, theirs)))


@tried("`run_eagerly`, graphs, `steps_per_execution`: one and the same training", quick=None)
def ways_of_running(kind: Kind, folder: Path) -> None:
    for settings in ({"accumulation_steps": 2}, {"loss": SPARSE(from_logits=True), "metrics": ["accuracy"]}):
        models = []
        for way in ({}, {"eager": None, "steps_per_execution": 2}):
            model = kind.compiled(optimizer=FusedAdamW(1e-2, epsilon=1e-3), **settings, **way)
            history = model.fit(kind.dataset(4), verbose=0, class_weight={7: 0.5}).history
            models.append((model, {name: values[0] for name, values in history.items()}))
        same_weights(models[0][0], models[1][0], 1e-5)
        alike(models[0][1], models[1][1], 1e-5)
        assert int(models[1][0].optimizer.iterations) == 4 // settings.get("accumulation_steps", 1)


@tried("`jit_compile`: the whole step under XLA", quick=None)
def under_xla(kind: Kind, folder: Path) -> str | None:
    settings = {"optimizer": sgd(), "metrics": ["accuracy"], "towers": 2}
    if kind.title.endswith("adaptive softmax"):
        return refusal(lambda: kind.compiled(eager=None, jit_compile=True, **settings))
    compiled = kind.compiled(eager=None, jit_compile=True, **settings)
    trains_alike(compiled, kind.plain(metrics=["accuracy"]), kind.batch(), 2e-6)
    return None


@tried("`mixed_bfloat16` and `mixed_float16`, with loss scaling", quick=None)
def mixed_precision(kind: Kind, folder: Path) -> None:
    for dtype, tolerance in (("mixed_bfloat16", 0.02), ("mixed_float16", 0.004)):
        ours, theirs = kind.compiled(dtype=dtype), kind.plain(dtype=dtype)
        assert hasattr(ours.optimizer, "loss_scale") == (dtype == "mixed_float16") == ours._scales_loss
        trains_alike(ours, theirs, kind.batch(), tolerance)
        assert {variable.dtype for variable in ours.weights} == {tf.float32}


@tried("layers with `trainable = False`", quick="adaptive")
def frozen(kind: Kind, folder: Path) -> None:
    ours, theirs = kind.make(), kind.plain()
    for model in (ours, theirs.inner):
        model.decoder.trainable = False
    before = ours.decoder.get_weights()
    ours.compile(sgd(), smoothed(), run_eagerly=True)
    theirs.compile(sgd(), SPARSE(from_logits=True, ignore_class=PAD), run_eagerly=True)
    trains_alike(ours, theirs, kind.batch())
    assert all((old == new).all() for old, new in zip(before, ours.decoder.get_weights(), strict=True))
