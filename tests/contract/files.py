"""Files and copies: what comes back is the model, and it trains on as the first does."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
import tf_keras as keras

from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from tests.contract.models import Kind, moved, same_weights, sgd, smoothed, weights_of
from tests.contract.table import tried


def trained(kind: Kind, **settings):
    """A model after two steps with state in its optimizer; the second of two batches has not yet made an update."""
    optimizer = FusedAdamW(1e-2, weight_decay=0.1, excluded_from_weight_decay=["bias"])
    model = kind.compiled(smoothed(), optimizer, **settings)
    for seed in range(3 if settings.get("accumulation_steps") else 2):
        model.train_on_batch(*kind.batch(seed))
    moved(model, kind)
    return model


def trains_on(first: keras.Model, second: keras.Model, kind: Kind) -> None:
    """Both models are equal, and after a further step again."""
    same_weights(first, second)
    for _ in range(2):
        found, expected = (model.train_on_batch(*kind.batch(5)) for model in (second, first))
        assert found == expected
    assert int(first.optimizer.iterations) == int(second.optimizer.iterations) > 1
    same_weights(first, second)


@tried('`model.save("m.keras")`, `load_model`: weights, optimizer and further training', "Files and copies")
def keras_file(kind: Kind, folder: Path) -> None:
    model = trained(kind, towers=2, accumulation_steps=2, seed=7, metrics=["accuracy"])
    assert int(model._accumulator.batches) == 1  # the file is written in the middle of an update
    model.save(folder / "m.keras")
    loaded = keras.models.load_model(folder / "m.keras")
    assert loaded._step == model._step and loaded.metrics_names[0] == "loss"
    trains_on(model, loaded, kind)


@tried("the same, not compiled, or loaded with `compile=False`", quick="adaptive")
def keras_file_without_compiling(kind: Kind, folder: Path) -> None:
    inputs, step = kind.batch()[0], kind.compiled()
    step.train_on_batch(*kind.batch())
    for index, model in enumerate((kind.make(), step)):
        model.save(folder / f"{index}.keras")
        loaded = keras.models.load_model(folder / f"{index}.keras", compile=False)
        assert loaded.optimizer is None and loaded.config == model.config and loaded.name == model.name
        same_weights(loaded, model)
        np.testing.assert_array_equal(loaded(inputs), model(inputs))


@tried('`ModelCheckpoint("m.keras")`, also with `save_best_only`', quick=None)
def model_checkpoint(kind: Kind, folder: Path) -> None:
    model = kind.compiled(optimizer=FusedAdamW(1e-2))
    paths = [str(folder / name) for name in ("{epoch}.keras", "best.keras")]
    callbacks = [
        keras.callbacks.ModelCheckpoint(paths[0]),
        keras.callbacks.ModelCheckpoint(paths[1], monitor="loss", save_best_only=True),
    ]
    model.fit(kind.dataset(), epochs=2, verbose=0, callbacks=callbacks)
    for path in (folder / "2.keras", paths[1]):
        same_weights(keras.models.load_model(path), model)
    trains_on(model, keras.models.load_model(folder / "2.keras"), kind)


@tried(
    '`model.save("m")`, a SavedModel: weights and settings; a warning says that Keras restores no optimizer', quick=None
)
def saved_model(kind: Kind, folder: Path) -> None:
    model = trained(kind, towers=2, accumulation_steps=2)
    model.save(folder / "m", save_traces=False)
    with pytest.warns(UserWarning, match="does not restore the state of an optimizer from a SavedModel"):
        loaded = keras.models.load_model(folder / "m")
    assert type(loaded) is type(model) and loaded._step == model._step
    assert len(loaded.weights) == len(model.weights)
    assert loaded.optimizer.get_config() == model.optimizer.get_config() and int(loaded.optimizer.iterations) == 0
    same_weights(loaded, model)
    inputs, labels = kind.batch()
    np.testing.assert_array_equal(loaded(inputs), model(inputs))
    loaded.run_eagerly = True
    assert loaded.test_on_batch(inputs, labels) == model.test_on_batch(inputs, labels)


@tried("a model that had a teacher, or a legacy optimizer: the file opens, and a warning says what it does not contain")
def incomplete_files(kind: Kind, folder: Path) -> None:
    for settings, sentence in (
        ({"teacher": Teacher(kind.make(), 0.5)}, "learnt from a teacher, which its file does not contain"),
        ({"optimizer": keras.optimizers.legacy.SGD(0.1)}, "does not restore the state of a legacy optimizer"),
    ):
        model = kind.compiled(**settings)
        model.save(folder / "m.keras")
        with pytest.warns(UserWarning, match=sentence):
            loaded = keras.models.load_model(folder / "m.keras")
        assert (loaded.optimizer is None) == ("teacher" in settings)
        same_weights(loaded, model)


@tried("`.weights.h5`, from a compiled model into one that is not, and back", quick="adaptive")
def weights_file(kind: Kind, folder: Path) -> None:
    first, second = trained(kind), kind.make()
    first.save_weights(folder / "first.weights.h5")
    second.load_weights(folder / "first.weights.h5")
    same_weights(first, second)
    kind.make().save_weights(folder / "second.weights.h5")
    first.load_weights(folder / "second.weights.h5")
    same_weights(first, kind.make())


@tried("`clone_model`, `from_config`: architecture, policy, frozen layers, new weights")
def configurations(kind: Kind, folder: Path) -> None:
    model = kind.make("mixed_bfloat16")
    model.decoder.trainable = False
    model.decoder.layer_0.feed_forward.trainable = True
    expected = [variable.name for variable in model.trainable_weights]
    assert 0 < len(expected) < len(model.weights)
    stored = json.loads(json.dumps(model.get_config()))
    for copied in (keras.models.clone_model(model), type(model).from_config(stored)):
        assert copied.config == model.config and copied.dtype_policy.name == "mixed_bfloat16"
        copied.build(None)
        assert [variable.name for variable in copied.trainable_weights] == expected
        assert copied.decoder.layer_0.feed_forward.trainable and not copied.decoder.trainable
        copied.set_weights(model.get_weights())
        same_weights(copied, model)


@tried("`copy.deepcopy`: equal, trains on, and shares nothing", quick="adaptive")
def deep_copy(kind: Kind, folder: Path) -> None:
    model = trained(kind)
    copied, before = copy.deepcopy(model), weights_of(model)
    copied.train_on_batch(*kind.batch(5))
    assert all((value == before[name]).all() for name, value in weights_of(model).items())
    model.train_on_batch(*kind.batch(5))
    same_weights(copied, model)


@tried(
    "`get_weights`, `set_weights`: the same before and after `compile`, also again and with accumulation; `summary`",
    quick="encoder-decoder",
)
def lists_of_weights(kind: Kind, folder: Path) -> None:
    model = kind.make()
    names = [variable.name for variable in model.weights]
    arrays = model.get_weights()
    for steps in (1, 2, 2):
        model.compile(sgd(), smoothed(), accumulation_steps=steps, metrics=["accuracy"], run_eagerly=True)
        model.train_on_batch(*kind.batch())
        assert [variable.name for variable in model.weights] == names and not model.non_trainable_weights
    assert len(names) == len(model.named_weights()) == len(set(names))
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    assert any(f"Total params: {sum(array.size for array in arrays)} " in line for line in lines)
    moved(model, kind)
    model.set_weights(arrays)
    same_weights(model, kind.make())


class Killed(keras.callbacks.Callback):
    """Ends the first run after its second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


@tried("`BackupAndRestore`: an interrupted `fit` ends as an uninterrupted one", quick=None)
def backup(kind: Kind, folder: Path) -> None:
    settings = {"epochs": 3, "verbose": 0, "shuffle": False}
    straight, parts = (
        kind.compiled(optimizer=FusedAdamW(1e-2), accumulation_steps=3) for _ in range(2)
    )  # an epoch of two batches ends in the middle of an update
    straight.fit(kind.dataset(), **settings)
    keeper = keras.callbacks.BackupAndRestore(str(folder / "backup"))
    with pytest.raises(KeyboardInterrupt):
        parts.fit(kind.dataset(), callbacks=[keeper, Killed()], **settings)
    again = kind.compiled(optimizer=FusedAdamW(1e-2), accumulation_steps=3)
    again.fit(kind.dataset(), callbacks=[keras.callbacks.BackupAndRestore(str(folder / "backup"))], **settings)
    same_weights(again, straight)
    moved(again, kind)
