"""The model equals the authors' implementation: layer states, logits, step-by-step logits, loss, gradients."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.models.token_training import Batch
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests.golden_vectors import FULL, MINI, golden

close = dict(rtol=0, atol=1e-5)


@pytest.fixture(params=[*MINI, *FULL])
def vectors(request):
    vectors = golden(request.param)
    assert vectors.arrays
    return vectors


def test_every_layer_state_and_the_logits(vectors):
    model = vectors.model()
    source, target = vectors.ids("src_tokens"), vectors.ids("prev_output_tokens")
    states, mask = model.encode(source, return_states=True)
    np.testing.assert_array_equal(mask.numpy(), ~vectors.arrays["encoder_padding_mask_BT"])
    real = mask.numpy()
    for index, state in enumerate(states):
        np.testing.assert_allclose(state.numpy()[real], vectors.batch_first(f"enc_layer{index}_TBC")[real], **close)
    np.testing.assert_allclose(states[-1].numpy()[real], vectors.batch_first("encoder_out_TBC")[real], **close)
    decoded = model.decode(target, states[-1], mask, return_states=True)
    real = target != model.config.pad_id
    for index, state in enumerate(decoded):  # state 0 of the reference is the embedding
        np.testing.assert_allclose(state.numpy()[real], vectors.batch_first(f"dec_state{index + 1}_TBC")[real], **close)
    logits = model({"source_ids": source, "target_ids": target})
    np.testing.assert_allclose(logits.numpy()[real], vectors.arrays["logits_BTV"][real], **close)


def test_multibranch_of_the_first_layer(vectors):
    model = vectors.model()
    source = vectors.ids("src_tokens")
    mask = source != model.config.pad_id
    inputs = model.source_embedding(source) + model.positions(mask)
    outputs = model.encoder.layer_0.lsra(inputs, padding_mask=tf.constant(mask))
    np.testing.assert_allclose(outputs.numpy()[mask], vectors.batch_first("enc_l0_multibranch_TBC")[mask], **close)


def test_step_by_step_logits(vectors):
    model = vectors.model()
    memory, mask = model.encode(vectors.ids("src_tokens"))
    cache = model.initial_cache(memory)
    inputs = vectors.ids("prev_output_tokens")
    for position in range(inputs.shape[1]):
        logits, cache = model.decode_step(inputs[:, position], position, mask, cache)
        real = inputs[:, position] != model.config.pad_id
        np.testing.assert_allclose(logits.numpy()[real], vectors.arrays["inc_logits_BTV"][real, position], **close)


@pytest.mark.parametrize("sentence", range(3))
def test_single_sentences_need_no_leak(vectors, sentence):
    """Without pads the product's model and the reference are the same function."""
    model = vectors.model(pads_leak=False)
    source, target = vectors.ids(f"single{sentence}_src"), vectors.ids(f"single{sentence}_prev")
    memory, _ = model.encode(source)
    np.testing.assert_allclose(memory.numpy(), vectors.batch_first(f"single{sentence}_encoder_out_TBC"), **close)
    logits = model({"source_ids": source, "target_ids": target})
    np.testing.assert_allclose(logits.numpy(), vectors.arrays[f"single{sentence}_logits_BTV"], **close)


@pytest.mark.parametrize("towers", [1, 2])
@pytest.mark.parametrize("name", MINI)
def test_loss_and_gradients(name, towers):
    vectors = golden(name)
    model = vectors.model()
    model.compile(optimizer="sgd", loss=LabelSmoothedCrossEntropy(0.1, pad_id=model.config.pad_id), towers=towers)
    inputs = {
        "source_ids": tf.constant(vectors.ids("src_tokens")),
        "target_ids": tf.constant(vectors.ids("prev_output_tokens")),
    }
    labels = tf.constant(vectors.ids("target"))
    count = float(vectors.arrays["ntokens"])
    variables = model.named_variables()
    batch = Batch(inputs, labels, None)
    gradients, loss, nll, _ = model._gradients(batch, tf.constant(count), list(variables.values()))
    np.testing.assert_allclose(loss * count, vectors.arrays["loss_ls0.1_sum"], rtol=1e-6)
    np.testing.assert_allclose(nll * count, vectors.arrays["nll_sum"], rtol=1e-6)
    reference = vectors.gradients
    assert set(reference) == set(variables)
    scale = max(np.abs(value).max() for value in reference.values())
    for name, gradient in zip(variables, gradients, strict=True):
        np.testing.assert_allclose(
            gradient.numpy() * count, reference[name], rtol=1e-4, atol=1e-6 * scale, err_msg=name
        )
