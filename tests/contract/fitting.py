"""What `fit`, `evaluate` and `predict` take and report, and what callbacks of Keras do to our models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from tests.contract.models import SIZE, SPARSE, Kind, alike, same_weights, sgd, smoothed, trains_alike, weights_of
from tests.contract.table import refusal, tried
from tests.contract.training import LABELS, ROWS, WEIGHTS
from tests.tiny import PAD


@tried("`sample_weight` of rows (B,), also where B = T, and of labels (B, T)", "`fit`, `evaluate`, `predict`")
def sample_weights(kind: Kind, folder: Path) -> None:
    for name, weights in WEIGHTS.items():
        ours, theirs = kind.compiled(towers=2), kind.plain()
        before = weights_of(ours)
        trains_alike(ours, theirs, (*kind.batch(), weights))
        assert (name == "zeros") == all((value == before[key]).all() for key, value in weights_of(ours).items())
        alike(*(model.test_on_batch(*kind.batch(), weights, return_dict=True) for model in (ours, theirs)))


@tried("`class_weight` of labels (B, T), alone and with `sample_weight`", quick="adaptive")
def class_weights(kind: Kind, folder: Path) -> None:
    inputs, labels = kind.batch()
    classes = {label: 0.5 + label / SIZE for label in range(SIZE)}
    for weights in (None, ROWS):
        ours, theirs = kind.compiled(), kind.plain()
        expected = theirs.train_on_batch(inputs, labels[..., None], weights, classes)  # as Keras wants sparse labels
        found = ours.train_on_batch(inputs, labels, weights, classes, return_dict=True)
        np.testing.assert_allclose(found["loss"], expected, rtol=1e-5)
        same_weights(ours, theirs, 1e-6)
    ours.fit(inputs, labels, class_weight={7: 0.0}, batch_size=4, verbose=0)
    wrong = refusal(lambda: ours.fit(inputs, labels, class_weight={SIZE: 1.0}))
    assert wrong == f"class_weight: keys must be ids of the vocabulary, in [0, {SIZE}). Received: [{SIZE}]"


@tried(
    "`validation_data`, `validation_split`, uneven batches; the figures are means and sums over all tokens",
    quick="adaptive",
)
def histories(kind: Kind, folder: Path) -> None:
    parts = [kind.batch(seed) for seed in range(2)]
    inputs, labels = tf.nest.map_structure(lambda *arrays: np.concatenate(arrays), *parts)
    model, tokens = kind.compiled(optimizer=sgd(0.0), metrics=["accuracy"]), labels != PAD
    history = model.fit(inputs, labels, batch_size=3, verbose=0, validation_data=parts[1]).history
    names = ["loss", "accuracy", "nll", "tokens"]
    assert [*history] == [*names, *(f"val_{name}" for name in names)] and model.metrics_names == names
    expected = float(smoothed()(labels, model(inputs)))
    right = (np.argmax(model.predict(inputs, batch_size=3, verbose=0), -1) == labels)[tokens].mean()
    figures = [history[name][0] for name in names]
    np.testing.assert_allclose(figures, [expected, right, expected, tokens.sum()], rtol=1e-5)
    assert history["val_tokens"] == [(parts[1][1] != PAD).sum()]
    values = model.evaluate(inputs, labels, batch_size=3, verbose=0)
    np.testing.assert_allclose(values, figures, rtol=1e-5)
    split = model.fit(inputs, labels, batch_size=3, verbose=0, validation_split=0.5, epochs=2).history
    np.testing.assert_allclose(split["val_loss"], [history["val_loss"][0]] * 2, rtol=1e-5)
    assert split["tokens"] == [(parts[0][1] != PAD).sum()] * 2
    model.reset_metrics()
    assert all(float(metric.result()) == 0 for metric in model.metrics)


@tried("inputs as a dict, a tuple or a list; int64; in arrays and `tf.data`", quick="encoder-decoder")
def forms_of_inputs(kind: Kind, folder: Path) -> None:
    inputs, labels = kind.batch()
    expected = kind.compiled()
    expected.train_on_batch(inputs, labels)
    parts = tuple(inputs.values())
    for form in (parts, list(parts), {name: ids.astype(np.int64) for name, ids in inputs.items()}):
        model = kind.compiled()
        model.fit(form, labels.astype(float), batch_size=4, shuffle=False, verbose=0)
        same_weights(model, expected)
        np.testing.assert_array_equal(model(form), expected(inputs))
    model = kind.compiled()
    model.fit(tf.data.Dataset.from_tensors((parts, labels)), verbose=0)
    same_weights(model, expected)
    predicted = model.predict(inputs, batch_size=3, verbose=0)
    np.testing.assert_allclose(predicted, model.predict_on_batch(inputs), rtol=0, atol=2e-6)
    assert "must be" in refusal(lambda: model({"tokens": parts[0]}))
    assert "must be integers. Received: float" in refusal(lambda: model((*parts[:-1], parts[-1] * 1.0)))


@tried("`EarlyStopping`, `ReduceLROnPlateau`, `LearningRateScheduler`", quick=None)
def callbacks(kind: Kind, folder: Path) -> None:
    def halved(epoch: int, rate: float) -> float:
        return 0.4 * 0.5**epoch

    rates = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(float(model.optimizer.learning_rate))
    )
    seen: list[float] = []
    model = kind.compiled(optimizer=FusedAdamW(1.0))
    model.fit(kind.dataset(), epochs=2, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(halved), rates])
    np.testing.assert_allclose(seen, [0.4, 0.2])
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    slower = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=1)
    model = kind.compiled(optimizer=FusedAdamW(3.0))  # too fast to get any better
    settings = {"validation_data": kind.dataset(1), "verbose": 0}
    losses = model.fit(kind.dataset(), epochs=9, callbacks=[stop, slower], **settings).history["val_loss"]
    assert len(losses) < 9 and float(model.optimizer.learning_rate) < 3.0
    np.testing.assert_allclose(model.evaluate(kind.dataset(1), verbose=0)[0], min(losses), rtol=1e-6)


@tried("a misspelt argument of `compile`", "What is refused")
def misspelt(kind: Kind, folder: Path) -> str:
    assert "acumulation_steps" in refusal(lambda: kind.compiled(acumulation_steps=2))
    return "Invalid keyword argument(s) in `compile()`"


@tried("`towers`, `accumulation_steps` or `teacher` with a loss of Keras")
def tokens_of_other_losses(kind: Kind, folder: Path) -> str:
    loss = SPARSE(from_logits=True)
    for setting in ({"towers": 2}, {"accumulation_steps": 2}, {"teacher": Teacher(kind.make(), 0.5)}):
        sentence = refusal(lambda setting=setting: kind.compiled(loss, **setting))
    return sentence.split(" Received")[0]


@tried('losses and metrics that expect probabilities, such as `"sparse_categorical_crossentropy"`')
def probabilities(kind: Kind, folder: Path) -> str:
    for metric in ("crossentropy", keras.metrics.SparseCategoricalCrossentropy()):
        assert "keras.metrics.Sparse" in refusal(lambda metric=metric: kind.compiled(metrics=[metric]))
    return refusal(lambda: kind.compiled("sparse_categorical_crossentropy")).split(" Received")[0]


@tried("with towers, `add_loss` that depends on inputs")
def penalties_of_inputs(kind: Kind, folder: Path) -> str:
    model = kind.compiled(towers=2)
    layer, call = model.decoder, model.decoder.call

    def with_loss(*args, **kwargs):
        layer.add_loss(tf.reduce_mean(args[0]))
        return call(*args, **kwargs)

    layer.call = with_loss
    return refusal(lambda: model.train_on_batch(*kind.batch())).split(" Received")[0]


@tried("labels or weights of a shape that does not fit; no labels")
def wrong_shapes(kind: Kind, folder: Path) -> str:
    model, (inputs, labels) = kind.compiled(), kind.batch()
    assert refusal(lambda: model.train_on_batch(inputs)).endswith("needs labels (B, T). Received: no labels")
    one_hot = np.eye(SIZE)[labels]
    assert refusal(lambda: model.train_on_batch(inputs, one_hot)).startswith("Labels must be ids with 2 dimensions.")
    return refusal(lambda: model.train_on_batch(inputs, labels, LABELS[:, :3]))
