"""The training step: towers, accumulation, seeds, what `compile` refuses, what `fit` and `evaluate` report."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizers.adam import FusedAdamW
from tests.tiny import PAD, padded, tiny_batch, tiny_model

LENGTHS = [(4, 6), (3, 2), (6, 4), (1, 1), (5, 3)]
SMALL = {"kernel_sizes": (3,)}
DROPOUT = {"dropout": 0.2, "attention_dropout": 0.1, "weight_dropout": 0.1, "activation_dropout": 0.1}


def sgd(learning_rate: float) -> keras.optimizers.Optimizer:
    """Without XLA, which would spend minutes compiling each variable's update."""
    return keras.optimizers.SGD(learning_rate, jit_compile=False)


def compiled(optimizer, *, eager: bool = True, settings: dict | None = None, **keywords):
    """A tiny model, always with the same weights. Eager steps spare the seconds of tracing."""
    model = tiny_model(**{**SMALL, **(settings or {})})
    model.compile(optimizer, LabelSmoothedCrossEntropy(0.1, pad_id=PAD), run_eagerly=eager, **keywords)
    return model


def assert_near(first: dict[str, np.ndarray], second: dict[str, np.ndarray], tolerance: float) -> None:
    for name, value in first.items():
        np.testing.assert_allclose(value, second[name], rtol=0, atol=tolerance, err_msg=name)


def gradients_of(model, batch, reference_weights) -> dict[str, np.ndarray]:
    """What one step of SGD at learning rate 1 subtracted."""
    model.train_on_batch(*batch)
    return {name: reference_weights[name] - value for name, value in model.named_weights().items()}


def plain_gradients(model, inputs, labels) -> tuple[float, dict[str, np.ndarray]]:
    """Automatic gradients of the plain formula, averaged over real tokens."""
    variables = model.named_variables()
    with tf.GradientTape() as tape:
        log_probs = tf.nn.log_softmax(model(inputs))
        losses = -0.9 * tf.gather(log_probs, labels, batch_dims=2) - 0.1 * tf.reduce_mean(log_probs, -1)
        loss = tf.reduce_mean(tf.boolean_mask(losses, labels != PAD))
    return float(loss), dict(
        zip(variables, (g.numpy() for g in tape.gradient(loss, list(variables.values()))), strict=True)
    )


@pytest.mark.parametrize(
    "settings", [{}, {"convolution": "dynamic", "glu": True, "embedding_sharing": "target"}], ids=["light", "dynamic"]
)
def test_towers_give_the_gradients_of_the_plain_loss(settings):
    reference, model = (tiny_model(**SMALL, **settings) for _ in range(2))
    before = reference.named_weights()
    for rows in (5, 2):  # two sentences leave one of three towers without any
        inputs, labels = tiny_batch(reference.config, LENGTHS[:rows])
        loss, expected = plain_gradients(reference, inputs, labels)
        for towers in (1, 2, 3):
            model.assign_named_weights(before)
            model.compile(sgd(1.0), LabelSmoothedCrossEntropy(0.1, pad_id=PAD), run_eagerly=True, towers=towers)
            assert_near(gradients_of(model, (inputs, labels), before), expected, 1e-5)
            assert model.get_metrics_result()["loss"].numpy() == pytest.approx(loss, abs=1e-5)


def test_fewer_sentences_than_towers_in_a_graph():
    inputs, labels = tiny_batch(tiny_model(**SMALL).config, LENGTHS[:1])
    expected = compiled(sgd(1.0)).train_on_batch(inputs, labels)
    model = compiled(sgd(1.0), eager=False, towers=2)
    signature = (
        {name: tf.TensorSpec([None, None], tf.int32) for name in inputs},
        tf.TensorSpec([None, None], tf.int32),
    )
    dataset = tf.data.Dataset.from_generator(lambda: iter([(inputs, labels)]), output_signature=signature)
    history = model.fit(dataset, verbose=0).history
    assert history["loss"][0] == pytest.approx(expected[0], abs=1e-5)


OPTIMIZERS = {
    "sgd": lambda: sgd(0.5),
    # A key's bias has no gradient but rounding, which Adam with a small epsilon would blow up to whole steps.
    "adam": lambda: FusedAdamW(1e-2, weight_decay=0.1, epsilon=1e-3),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_accumulated_batches_are_one_joint_batch(optimizer):
    batches = [
        tiny_batch(tiny_model(**SMALL).config, [(4, 6), (3, 2)], seed) for seed in range(4)
    ]  # equal widths, unequal content
    batches[1][1][0, 2:] = PAD  # and unequal numbers of tokens
    halves, whole = compiled(OPTIMIZERS[optimizer](), accumulation_steps=2), compiled(OPTIMIZERS[optimizer]())
    for first, second in ((0, 1), (2, 3)):
        before = halves.named_weights()
        halves.train_on_batch(*batches[first])
        assert_near(halves.named_weights(), before, 0)
        halves.train_on_batch(*batches[second])
        whole.train_on_batch(
            *tf.nest.map_structure(lambda *parts: np.concatenate(parts), batches[first], batches[second])
        )
        assert max(np.abs(value - before[name]).max() for name, value in halves.named_weights().items()) > 1e-3
        assert_near(halves.named_weights(), whole.named_weights(), 1e-6 if first == 0 else 5e-6)
    assert int(halves.optimizer.iterations) == int(whole.optimizer.iterations) == 2


def trained_with_dropout(*, eager: bool = False, steps: int = 3, **keywords) -> dict[str, np.ndarray]:
    model = compiled(FusedAdamW(1e-2), eager=eager, settings=DROPOUT, **keywords)
    inputs, labels = tiny_batch(model.config, LENGTHS)
    model.fit(inputs, labels, batch_size=5, epochs=steps, shuffle=False, verbose=0)
    return model.named_weights()


def test_dropout_twice_from_the_same_state_is_the_same_bit_by_bit():
    first = trained_with_dropout()
    tf.random.set_seed(77)  # has no say in it
    second = trained_with_dropout()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)
    assert_near(trained_with_dropout(eager=True), first, 1e-4)  # nor does the way of running


def test_another_seed_or_other_towers_give_other_masks():
    first, *others = (
        trained_with_dropout(eager=True, steps=1, **keywords) for keywords in ({}, {"seed": 2}, {"towers": 2})
    )
    for other in others:
        assert max(np.abs(value - other[name]).max() for name, value in first.items()) > 1e-3


def test_every_step_and_tower_has_seeds_of_its_own():
    model = compiled(sgd(0.0), towers=2, accumulation_steps=2, seed=9)
    inputs, labels = tiny_batch(model.config, LENGTHS)
    seen = set()
    for _ in range(4):
        model._create_training_state()
        seen |= {tuple(model._tower_seed(tower).numpy().tolist()) for tower in range(2)}
        model.train_on_batch(inputs, labels)
    assert seen == {(9, 4096 * place) for place in range(8)}


def test_learning_goes_down():
    model = compiled(FusedAdamW(1e-2))
    inputs, labels = tiny_batch(model.config, LENGTHS)
    losses = model.fit(inputs, labels, batch_size=5, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < 0.85 * losses[0]


def test_evaluate_is_the_mean_over_all_real_tokens():
    model = compiled(sgd(1.0), settings=DROPOUT)
    batches = [tiny_batch(model.config, LENGTHS[:2]), tiny_batch(model.config, LENGTHS[2:])]
    dataset = tf.data.Dataset.from_generator(
        lambda: iter(batches),
        output_signature=(
            {name: tf.TensorSpec([None, None], tf.int32) for name in ("source_ids", "target_ids")},
            tf.TensorSpec([None, None], tf.int32),
        ),
    )
    figures = model.evaluate(dataset, verbose=0, return_dict=True)
    losses, nlls = [], []
    for inputs, labels in batches:
        log_probs = tf.nn.log_softmax(tf.cast(model(inputs), tf.float64)).numpy()
        nll = -np.take_along_axis(log_probs, labels[..., None], -1)[..., 0]
        nlls += nll[labels != PAD].tolist()
        losses += (0.9 * nll - 0.1 * log_probs.mean(-1))[labels != PAD].tolist()
    assert figures["loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    assert figures["nll"] == pytest.approx(np.mean(nlls), rel=1e-5)
    assert figures["tokens"] == len(nlls) == 21


def test_what_stands_in_pads_of_the_labels_does_not_count():
    """A batch with more padding gives the same gradients."""
    model = tiny_model(**SMALL)
    before = model.named_weights()
    inputs, labels = tiny_batch(model.config, LENGTHS)
    wide = {name: padded(ids.tolist(), ids.shape[1] + 3) for name, ids in inputs.items()}
    batches = (inputs, labels), (wide, padded(labels.tolist(), labels.shape[1] + 3))
    narrow, wider = (gradients_of(compiled(sgd(1.0)), batch, before) for batch in batches)
    assert_near(wider, narrow, 1e-5)


def test_a_batch_of_pads_only_changes_nothing():
    model = compiled(sgd(1.0))
    before = model.named_weights()
    inputs, labels = tiny_batch(model.config, LENGTHS)
    model.train_on_batch(inputs, np.full_like(labels, PAD))
    assert_near(model.named_weights(), before, 0)


@pytest.mark.parametrize(
    "keywords, message",
    [
        ({"towers": 0}, "towers must be at least 1. Received: 0"),
        ({"accumulation_steps": -1}, "accumulation_steps must be at least 1. Received: -1"),
        ({"towers": 2.0}, "towers must be an integer. Received: 2.0"),
        ({"loss": "sparse_categorical_crossentropy"}, "returns logits, .* expects probabilities.* Received: 'sparse"),
        ({"loss": "mse", "towers": 2}, "need a loss that has `token_losses`.* Received: 'mse'"),
    ],
)
def test_compile_refuses(keywords, message):
    with pytest.raises(ValueError, match=message):
        tiny_model(**SMALL).compile(**{"optimizer": "sgd", "loss": LabelSmoothedCrossEntropy(), **keywords})


def test_float16_training_scales_the_loss():
    exact = tiny_model(**SMALL)
    before = exact.named_weights()
    inputs, labels = tiny_batch(exact.config, LENGTHS)
    _, expected = plain_gradients(exact, inputs, labels)
    model = LiteTransformer(exact.config, dtype="mixed_float16")
    model.assign_named_weights(before)
    optimizer = keras.mixed_precision.LossScaleOptimizer(sgd(1.0))
    model.compile(optimizer, LabelSmoothedCrossEntropy(0.1, pad_id=PAD), run_eagerly=True)
    assert_near(gradients_of(model, (inputs, labels), before), expected, 0.01)
