"""The language model equals the authors' implementation: states, log-probabilities, steps, loss and gradients.

Loss and gradients are compared without a bug of that implementation.
"""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.language_model.golden import golden

close = dict(rtol=0, atol=1e-5)
log_close = dict(rtol=0, atol=3e-5)


@pytest.fixture(scope="module")
def model():
    return golden.model()


def inputs_of(part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Input ids, labels and where the ids are real; pads stand on the right."""
    ids = golden.ids(f"{part}/tokens")
    return ids, golden.ids(f"{part}/target"), ids != golden.config.pad_id


def test_every_weight_of_the_reference_has_its_place(model):
    assert set(golden.weights) == set(model.named_variables())
    for name, value in model.named_weights().items():
        np.testing.assert_array_equal(value, golden.weights[name], err_msg=name)
    tied = ("tail.0.0", "tail.0.2", "tail.1.0", "tail.1.2", "head.word_proj")
    ours = ("band_1/projection/kernel", "band_1/table", "band_2/projection/kernel", "band_2/table", "band_0/table")
    for theirs, name in zip(tied, ours, strict=True):
        value = golden.weights[f"embedding/{name}"]
        np.testing.assert_array_equal(
            golden.arrays[f"sd/decoder.adaptive_softmax.{theirs}.weight"], value.T if name.endswith("kernel") else value
        )


@pytest.mark.parametrize("part", ["long", "short"])
def test_states_and_log_probabilities(model, part):
    ids, _, real = inputs_of(part)
    states = model.features(ids, return_states=True)
    assert len(states) == 13  # the embedding's and twelve layers'
    for index, state in enumerate(states):
        np.testing.assert_allclose(
            state.numpy()[real], golden.batch_first(f"{part}/state{index}_TBC")[real], err_msg=str(index), **close
        )
    np.testing.assert_allclose(states[-1].numpy()[real], golden.arrays[f"{part}/features_BTC"][real], **close)
    np.testing.assert_allclose(
        model.embedding(ids).numpy()[real] / 32**0.5, golden.arrays[f"{part}/embed_unscaled_BTC"][real], **close
    )
    np.testing.assert_allclose(
        model({"ids": ids}).numpy()[real], golden.arrays[f"{part}/log_probs_BTV"][real], **log_close
    )


def test_step_by_step(model):
    ids, _, real = inputs_of("short")
    cache = model.initial_cache(len(ids))
    for position in range(ids.shape[1]):
        log_probs, cache = model.decode_step(ids[:, position], position, cache)
        now = real[:, position]
        np.testing.assert_allclose(
            log_probs.numpy()[now], golden.arrays["short/log_probs_BTV"][now, position], **log_close
        )


def reference_loss(model, part: str) -> tf.Tensor:
    """The authors' loss: it leaves out log p(token in its band) of tail tokens whose number in the band is 1."""
    ids, labels, real = inputs_of(part)
    log_probs = model({"ids": ids})
    losses = -tf.gather(log_probs, labels, batch_dims=2)
    for band in model.config.bands[1:]:
        of_the_class = -tf.reduce_logsumexp(log_probs[..., band.begin : band.end], -1)
        losses = tf.where(labels == band.begin + 1, of_the_class, losses)
    return tf.reduce_sum(tf.where(real, losses, 0.0))


@pytest.mark.parametrize("part", ["long", "short"])
def test_loss_without_the_references_bug(model, part):
    ids, labels, real = inputs_of(part)
    np.testing.assert_allclose(reference_loss(model, part), golden.arrays[f"{part}/loss_sum"], rtol=1e-6)
    losses, nlls = model.token_losses({"ids": ids}, labels)
    assert real.sum() == golden.arrays[f"{part}/ntokens"]
    np.testing.assert_array_equal(losses.numpy(), nlls.numpy())
    np.testing.assert_allclose(
        losses.numpy()[real],
        -np.take_along_axis(model({"ids": ids}).numpy(), labels[..., None], -1)[..., 0][real],
        **log_close,
    )
    assert not losses.numpy()[~real].any()
    hit = np.isin(labels, [band.begin + 1 for band in golden.config.bands[1:]])
    assert hit.any() == (part == "long"), "the long text shows the bug, the short one does not"


def test_gradients(model):
    variables = model.named_variables()
    with tf.GradientTape() as tape:
        loss = reference_loss(model, golden_part())
    gradients = dict(zip(variables, tape.gradient(loss, list(variables.values())), strict=True))
    scale = max(np.abs(value).max() for value in golden.gradients.values())
    assert set(golden.gradients) == set(variables)
    for name, value in golden.gradients.items():
        np.testing.assert_allclose(gradients[name].numpy(), value, rtol=1e-4, atol=2e-6 * scale, err_msg=name)


def golden_part() -> str:
    """The part whose loss the stored gradients belong to."""
    return "long"
