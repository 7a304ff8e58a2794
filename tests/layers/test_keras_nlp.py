"""keras-nlp 0.12.1 and this library in one program: masks, training, samplers and metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras_nlp
import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.decoding.graph_search import BeamSearch
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests.tiny import EOS, PAD, padded, sentence, tiny_batch, tiny_model

PAGE = Path(__file__).parents[2] / "docs" / "keras_nlp.md"
LIMIT = 6


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The names of the page's code after it ran."""
    keras.utils.set_random_seed(1)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)  # noqa: S102
    return names


def test_the_tokenizer_and_the_packer_give_the_vocabularys_ids(page):
    for row, text in zip(page["ids"].numpy(), page["texts"], strict=True):
        expected = [*page["vocabulary"].encode(text), 2]
        assert row.tolist() == expected + [0] * (32 - len(expected))


def test_the_mask_of_their_embedding_reaches_the_last_layer(page):
    model, ids = page["model"], page["ids"].numpy()
    inner = keras.Model(model.input, model.layers[-3].output)  # the last layer of this library
    np.testing.assert_array_equal(inner(ids)._keras_mask, ids != 0)
    longer = np.pad(ids, [(0, 0), (0, 5)])
    np.testing.assert_allclose(model(longer), model(ids), rtol=0, atol=1e-6)
    assert np.abs(inner(longer).numpy()[:, :32][ids != 0] - inner(ids).numpy()[ids != 0]).max() < 5e-6


def test_two_steps_of_fit_are_two_steps_of_gradient_descent(page):
    ids, labels = page["ids"], page["labels"]
    copy = keras.models.clone_model(page["model"])
    start = copy.get_weights()
    copy.compile(keras.optimizers.SGD(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    losses = copy.fit(ids, labels, epochs=2, verbose=0).history["loss"]
    trained = copy.get_weights()
    copy.set_weights(start)
    for expected in losses:
        with tf.GradientTape() as tape:
            logits = copy(ids, training=True)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))
        np.testing.assert_allclose(expected, loss, rtol=1e-5)
        gradients = tape.gradient(loss, copy.trainable_weights)
        for weight, gradient in zip(copy.trainable_weights, gradients, strict=True):
            weight.assign_sub(0.01 * tf.convert_to_tensor(gradient))
    for found, expected in zip(trained, copy.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_the_greedy_sampler_of_the_page_finds_what_our_search_finds(page):
    model, source = page["translator"], page["source"]
    generator = KerasGenerator(model, page["vocabulary"], page["vocabulary"])
    search = generator._search_function(DecodingOptions(beam_size=1, max_length=11))
    result = search(source, tf.fill([4], 11))
    for row, tokens, length in zip(page["answers"].numpy(), result.tokens.numpy(), result.lengths.numpy(), strict=True):
        found = row[1:].tolist()
        found = found[: found.index(EOS)] if EOS in found else found
        assert found == tokens[0, : length[0]].tolist()


def test_the_beam_sampler_finds_what_our_beam_search_finds():
    """With the same step, in which all hypotheses end at the same length."""
    model = tiny_model()
    source = padded([[*sentence(length, 11, seed), EOS] for seed, length in enumerate((3, 5, 4))])
    memory, mask = model.encode(source)

    def step(tokens, position, cache):
        layers, real = cache
        logits, layers = model.decode_step(tokens, position, real, layers)
        ends = tf.range(logits.shape[-1]) == EOS
        last = tf.where(ends, 0.0, -1e9)[None]
        return tf.where(position < LIMIT, tf.where(ends, -1e9, logits), last), (layers, real)

    def following(prompt, cache, index):
        logits, cache = step(tf.gather(prompt, index - 1, axis=1), index - 1, cache)
        return logits, None, cache

    sampler = keras_nlp.samplers.BeamSampler(num_beams=3)
    prompt = tf.fill([3, LIMIT + 1], EOS)
    found = sampler(following, prompt, cache=(model.initial_cache(memory), mask), index=1).numpy()[:, 1:]
    search = BeamSearch(DecodingOptions(beam_size=3, max_length=LIMIT), pad_id=PAD, eos_id=EOS)
    wide, real = tf.repeat(memory, 3, 0), tf.repeat(mask, 3, 0)
    result = search(step, (model.initial_cache(wide), real), tf.fill([3], LIMIT))
    assert result.lengths[:, 0].numpy().tolist() == [LIMIT] * 3
    np.testing.assert_array_equal(found, result.tokens[:, 0, :LIMIT])


def test_their_perplexity_is_ours():
    model = tiny_model()
    inputs, labels = tiny_batch(model.config, [(5, 4), (3, 6)])
    logits = model(inputs)
    metric = keras_nlp.metrics.Perplexity(from_logits=True, mask_token_id=PAD)
    metric.update_state(labels, logits)
    _, nll = LabelSmoothedCrossEntropy(0.1, pad_id=PAD).token_losses(labels, logits)
    expected = np.exp(tf.reduce_sum(nll) / (labels != PAD).sum())
    np.testing.assert_allclose(metric.result(), expected, rtol=1e-5)
