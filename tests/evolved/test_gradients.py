"""Gradients of every weight and of the inputs, against finite differences of the cells in NumPy in float64."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from lite_transformer_tf.composite import named_variables
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.models.stacks import Decoder, Encoder
from tests.evolved.by_hand import Cells
from tests.tflite.models import SIZES

CONFIG = LiteTransformerConfig.evolved(embed_dim=8, encoder_layers=1, decoder_layers=1, heads=2, dropout=0.0, **SIZES)
GENERATOR = np.random.default_rng(0)
SOURCE, TARGET, LOSS = (GENERATOR.normal(size=(2, length, 8)) for length in (7, 13, 13))
REAL = np.arange(7)[None] < np.array([[7], [4]])
STEP = 1e-6  # a kink of a ReLU is seldom so near


def by_hand(values: dict[str, np.ndarray]) -> float:
    cells = Cells(values, 2, 4)
    memory = cells.encoder_cell(values["source"], REAL, "encoder/layer_0")
    return float((LOSS * cells.decoder_cell(values["target"], memory, REAL, "decoder/layer_0")).sum())


def test_gradients_are_those_of_finite_differences() -> None:
    encoder, decoder = Encoder(CONFIG, name="encoder"), Decoder(CONFIG, name="decoder")
    source, target = tf.Variable(SOURCE, dtype=tf.float32), tf.Variable(TARGET, dtype=tf.float32)
    decoder(target, memory=encoder(source))
    variables = {**dict(named_variables(encoder, "encoder/")), **dict(named_variables(decoder, "decoder/"))}
    for name, variable in variables.items():
        noise = GENERATOR.normal(0, 0.4, variable.shape) + (1 if name.endswith("gamma") else 0)
        variable.assign(noise)
    variables |= {"source": source, "target": target}
    with tf.GradientTape() as tape:
        outputs = decoder(target, memory=encoder(source, padding_mask=REAL), memory_mask=tf.constant(REAL))
        loss = tf.reduce_sum(tf.cast(LOSS, tf.float32) * outputs)
    gradients = dict(zip(variables, tape.gradient(loss, list(variables.values())), strict=True))
    values = {name: variable.numpy().astype(np.float64) for name, variable in variables.items()}
    np.testing.assert_allclose(loss, by_hand(values), rtol=1e-5)
    for name, gradient in gradients.items():
        gradient = tf.convert_to_tensor(gradient).numpy().astype(np.float64)
        size = np.linalg.norm(gradient)
        assert size > 1e-3, name
        random = GENERATOR.normal(size=gradient.shape)
        for direction in (gradient / size, random / np.linalg.norm(random)):
            ends = [by_hand({**values, name: values[name] + sign * STEP * direction}) for sign in (1, -1)]
            slope = (ends[0] - ends[1]) / (2 * STEP)
            np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-4, atol=1e-4 * size, err_msg=name)
