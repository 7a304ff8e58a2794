"""The Evolved Transformer equals the authors' code: states, steps with caches, windows; and its gradients."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.cells import CellUse, Role, cell_of
from lite_transformer_tf.composite import named_variables
from lite_transformer_tf.models.stacks import RATES, Decoder, Encoder
from tests.evolved.golden import FILES, Golden, golden

close = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(params=FILES)
def vectors(request) -> Golden:
    vectors = golden(request.param)
    assert vectors.weights
    return vectors


def assign(layer, weights: dict[str, np.ndarray], prefix: str) -> None:
    """Sets all weights of a built layer."""
    variables = dict(named_variables(layer, prefix))
    assert set(variables) == {name for name in weights if name.startswith(prefix)}
    for name, variable in variables.items():
        variable.assign(weights[name])


def encoder_of(vectors: Golden) -> Encoder:
    encoder = Encoder(vectors.config, name="encoder")
    encoder(vectors["in/encoder_input"])
    assign(encoder, vectors.weights, "encoder/")
    return encoder


def decoder_of(vectors: Golden) -> Decoder:
    decoder = Decoder(vectors.config, name="decoder")
    decoder(vectors["in/decoder_input"], memory=vectors["enc/out"])
    assign(decoder, vectors.weights, "decoder/")
    return decoder


def source_mask(vectors: Golden) -> tf.Tensor:
    return tf.constant(vectors["in/source_nonpadding"] > 0)


def test_every_state_of_the_encoder(vectors: Golden) -> None:
    """At pads too."""
    encoder, inputs = encoder_of(vectors), vectors["in/encoder_input"]
    states = encoder(inputs, padding_mask=source_mask(vectors), return_states=True)
    for found, expected in zip(states, vectors.states("enc", "encoder"), strict=True):
        np.testing.assert_allclose(found, expected, **close)
    np.testing.assert_allclose(encoder(inputs), vectors["enc_nopad/out"], **close)


def test_every_state_of_the_decoder(vectors: Golden) -> None:
    decoder, inputs, real = decoder_of(vectors), vectors["in/decoder_input"], source_mask(vectors)
    states = decoder(inputs, memory=vectors["enc/out"], memory_mask=real, return_states=True)
    for found, expected in zip(states, vectors.states("dec", "decoder"), strict=True):
        np.testing.assert_allclose(found, expected, **close)


def test_a_mask_hides_pads_of_the_target(vectors: Golden) -> None:
    """The authors' attention sees pads, which no real position does, because they are behind it."""
    decoder, x, mask = decoder_of(vectors), vectors["in/decoder_input"], vectors["in/target_nonpadding"] > 0
    for layer in decoder.layers:
        x = layer(x, memory=vectors["enc/out"], memory_mask=source_mask(vectors), mask=tf.constant(mask))
    np.testing.assert_allclose(x.numpy()[mask], vectors["dec_masked/out"][mask], **close)


def test_without_an_encoder(vectors: Golden) -> None:
    x, weights = vectors["in/decoder_input"], dict(vectors.weights)
    use = CellUse(Role.CAUSAL, dict.fromkeys(RATES, 0.0))
    for index, config in enumerate(vectors.config.decoder):
        name = f"decoder/layer_{index}/"
        alone = type(config)(config.dim, config.heads, config.output_norm)
        layer = cell_of(alone, "").layer(alone, use)
        layer(x)
        assign(layer, {key: value for key, value in weights.items() if "cross_attention" not in key}, name)
        cache, rows = layer.initial_cache(len(x)), []
        for begin, end in ((0, 1), (1, 4), (4, x.shape[1])):
            outputs, cache = layer(x[:, begin:end], cache=cache)
            rows.append(outputs)
        x = layer(x).numpy()
        np.testing.assert_allclose(tf.concat(rows, 1), x, **close)
    np.testing.assert_allclose(x, vectors["dec_lm/out"], **close)


def test_steps_with_caches(vectors: Golden) -> None:
    decoder, inputs, real = decoder_of(vectors), vectors["in/decoder_input"], source_mask(vectors)
    caches = decoder.initial_cache(tf.constant(vectors["enc/out"]))
    for index, layer in enumerate(caches):
        for memory, place in zip(layer["memory"], ("first", "second"), strict=True):
            for part, letter in (("key", "k"), ("value", "v")):
                expected = vectors[f"step/cache/layer_{index}/{place}_attend_to_encoder/{letter}_encdec"]
                np.testing.assert_allclose(memory[part], expected, **close)
    for position in range(inputs.shape[1]):
        outputs, caches = decoder(inputs[:, position : position + 1], memory_mask=real, cache=caches)
        np.testing.assert_allclose(outputs[:, 0], vectors["step/out"][:, position], **close)
        for index, layer in enumerate(caches):
            for window, place in zip(layer["cell"][1:3], ("first", "second"), strict=True):
                stored = vectors[f"step/cache/layer_{index}/conv_branches_{place}"][position]
                np.testing.assert_allclose(window, stored[:, 1:], **close)
    for index, layer in enumerate(caches):
        for rows, place in zip(layer["cell"][::3], ("16_head_self_attention", "self_attention"), strict=True):
            for part, letter in (("key", "k"), ("value", "v")):
                expected = vectors[f"step/cache/layer_{index}/{place}/{letter}"]
                np.testing.assert_allclose(rows[part], expected, **close)


def test_the_targets_are_longer_than_the_longest_kernel() -> None:
    assert golden("odd")["in/decoder_input"].shape[1] > 11
