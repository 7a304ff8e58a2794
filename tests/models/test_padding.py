"""Padding a batch changes no real position: exactly if only the pads' content differs, to rounding if shapes do."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from tests.tiny import PAD, padded, tiny_batch, tiny_model

LENGTHS = [(9, 3), (2, 7), (5, 5)]
KINDS = {
    "lightweight": {},
    "dynamic_glu": {"convolution": "dynamic", "glu": True},
    "transformer": {
        "config": LiteTransformerConfig.transformer(
            embed_dim=16,
            layers=1,
            source_vocabulary_size=11,
            target_vocabulary_size=13,
            embedding_sharing="none",
            dropout=0.0,
        )
    },
}
kinds = pytest.mark.parametrize("kind", KINDS)


def difference_of_padding(model, inputs: dict[str, np.ndarray]) -> float:
    """Greatest difference of a real position's logits between the batch and each sentence alone."""
    logits, worst = model(inputs).numpy(), 0.0
    for row in range(len(logits)):
        source, target = (ids[row][ids[row] != PAD] for ids in (inputs["source_ids"], inputs["target_ids"]))
        alone = model({"source_ids": source[None], "target_ids": target[None]}).numpy()[0]
        worst = max(worst, np.abs(alone - logits[row, : len(target)]).max())
    return worst


@kinds
def test_what_stands_in_pads_changes_nothing(kind):
    model = tiny_model(**KINDS[kind])
    inputs, _ = tiny_batch(model.config, LENGTHS)
    real = inputs["target_ids"] != PAD
    memory, mask = model.encode(inputs["source_ids"])
    logits = model(inputs)
    for table in (model.source_embedding.table, model.target_embedding.table):
        rows = table.numpy()
        rows[PAD] = 1e4 * np.random.default_rng(0).normal(size=rows.shape[1])
        table.assign(rows)
    other_memory, _ = model.encode(inputs["source_ids"])
    other_logits = model(inputs)
    np.testing.assert_allclose(other_memory.numpy()[mask], memory.numpy()[mask], rtol=0, atol=1e-6)
    np.testing.assert_allclose(other_logits.numpy()[real], logits.numpy()[real], rtol=0, atol=1e-6)
    assert (other_memory.numpy()[~mask] != memory.numpy()[~mask]).mean() > 0.9  # the pads themselves did change
    assert (other_logits.numpy()[~real] != logits.numpy()[~real]).mean() > 0.9


@kinds
def test_pads_get_no_gradient(kind):
    model = tiny_model(**KINDS[kind])
    inputs, _ = tiny_batch(model.config, LENGTHS)
    weights = np.random.default_rng(0).normal(size=(3, 8, 13)) * (inputs["target_ids"] != PAD)[:, :, None]
    tables = [model.source_embedding.table, model.target_embedding.table]
    with tf.GradientTape() as tape:
        objective = tf.reduce_sum(model(inputs) * weights)
    for gradient, ids in zip(tape.gradient(objective, tables), inputs.values(), strict=True):
        assert (gradient.numpy()[PAD] == 0).all()
        assert (np.abs(gradient.numpy()[np.setdiff1d(ids, [PAD])]).max(1) > 1e-4).all()


@kinds
def test_a_sentence_alone_is_as_in_a_batch(kind):
    model = tiny_model(**KINDS[kind])
    inputs, _ = tiny_batch(model.config, LENGTHS)
    assert difference_of_padding(model, inputs) < 5e-6


@kinds
def test_more_padding_changes_nothing(kind):
    model = tiny_model(**KINDS[kind])
    inputs, _ = tiny_batch(model.config, LENGTHS)
    wider = {name: np.pad(ids, [[0, 0], [0, 6]], constant_values=PAD) for name, ids in inputs.items()}
    real = inputs["target_ids"] != PAD
    np.testing.assert_allclose(model(wider).numpy()[:, :8][real], model(inputs).numpy()[real], rtol=0, atol=5e-6)


@pytest.mark.parametrize("convolution", ["lightweight", "dynamic"])
def test_with_pads_leak_they_differ(convolution):
    """Reproducing the reference's leak undoes the identity above, so that test can fail."""
    model = tiny_model(convolution=convolution, pads_leak=True)
    inputs, _ = tiny_batch(model.config, LENGTHS)
    assert difference_of_padding(model, inputs) > 1e-3


def test_left_padding_gives_the_same_logits():
    """Positions count real tokens, so pads may stand on the left of the source too."""
    model = tiny_model()
    source, target = [[5, 6, 7, 2], [8, 9, 2]], np.array([[2, 4, 5], [2, 6, 7]], np.int32)
    right = padded(source)
    left = np.array([source[0], [PAD, *source[1]]], np.int32)
    logits = [model({"source_ids": ids, "target_ids": target}).numpy() for ids in (right, left)]
    np.testing.assert_allclose(logits[0], logits[1], rtol=0, atol=5e-6)


@pytest.mark.parametrize("policy, tolerance", [("mixed_float16", 0.03), ("mixed_bfloat16", 0.3)])
def test_mixed_precision(policy, tolerance):
    exact = tiny_model(kernel_sizes=(3,), convolution="dynamic")
    model = LiteTransformer(exact.config, dtype=policy)
    model.assign_named_weights(exact.named_weights())
    inputs, _ = tiny_batch(model.config, LENGTHS)
    memory, _ = model.encode(inputs["source_ids"])
    logits = model(inputs)
    assert memory.dtype == policy.removeprefix("mixed_") and logits.dtype == tf.float32
    assert {variable.dtype for variable in model.trainable_variables} == {tf.float32}
    real = inputs["target_ids"] != PAD
    difference = np.abs(logits.numpy() - exact(inputs).numpy())[real]
    assert 0 < difference.max() < tolerance
    # One step at a time, under the policy of the model and not of the moment.
    step, cache = model.decode_step(
        inputs["target_ids"][:, 0], 0, inputs["source_ids"] != PAD, model.initial_cache(memory)
    )
    np.testing.assert_allclose(step, logits[:, 0], rtol=0, atol=tolerance)
