"""All layers together in an ordinary functional model: training, saving as .keras and as a SavedModel."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
import tf_keras as keras

from lite_transformer_tf.branches import BranchConfig
from lite_transformer_tf.layers import (
    DynamicConvolution,
    FeedForward,
    LightweightConvolution,
    LongShortRangeAttention,
    MultiHeadAttention,
    ResidualNorm,
    SinusoidalPositions,
    TokenEmbedding,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from lite_transformer_tf.training.optimizers.adam import FusedAdamW

C, V = 8, 11
BRANCHES = [BranchConfig("attention", 4, 2), BranchConfig("dynamic", 4, 2, 3, glu=True)]


def everything() -> keras.Model:
    """A functional model with all layers. (tf_keras cannot load a model with `source != 1` in it.)"""
    source, target = keras.Input([None], dtype="int32"), keras.Input([None], dtype="int32")
    embedding = TokenEmbedding(V, C, pad_id=1, name="embedding")
    mask, positions = tf.not_equal(source, 1), SinusoidalPositions(C, name="positions")
    memory = embedding(source) + positions(mask)
    memory = TransformerEncoderLayer(BRANCHES, C, dropout=0.1, weight_dropout=0.1, name="encoder")(
        memory, padding_mask=mask
    )
    memory = ResidualNorm(name="norm")(
        memory, LongShortRangeAttention(BRANCHES, name="lsra")(memory, padding_mask=mask)
    )
    memory = LightweightConvolution(3, 2, name="lightweight")(memory, padding_mask=mask)
    memory = DynamicConvolution(3, 2, name="dynamic")(memory, padding_mask=mask)
    states = embedding(target) + positions(tf.not_equal(target, 1))
    states = TransformerDecoderLayer(BRANCHES, C, 2, dropout=0.1, name="decoder")(
        states, memory=memory, memory_mask=mask
    )
    states = MultiHeadAttention(2, causal=True, name="attention")(states)
    states = FeedForward(C, name="feed_forward")(states)
    return keras.Model([source, target], embedding(states, reverse=True))


def test_fit_in_a_functional_model_then_save_and_load(tmp_path):
    keras.utils.set_random_seed(1)
    generator = np.random.default_rng(0)
    source, target = (generator.integers(2, V, (8, length)).astype(np.int32) for length in (6, 5))
    source[3:, 4:] = 1
    labels = source[:, :5] * (source[:, :5] != 1) + (source[:, :5] == 1)  # copy; pads stay pads
    model = everything()
    model.compile(FusedAdamW(1e-2), LabelSmoothedCrossEntropy(0.1, pad_id=1))
    before = model.get_weights()
    losses = model.fit([source, target], labels, batch_size=8, epochs=12, verbose=0).history["loss"]
    assert losses[-1] < 0.85 * losses[0]
    assert len(model.trainable_variables) == len(before)
    for variable, old in zip(model.weights, before, strict=True):
        constant = "key/bias" in variable.name  # attention does not depend on a key's bias
        assert constant or np.abs(variable.numpy() - old).max() > 1e-4, variable.name
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded([source, target]), model([source, target]))
    assert loaded.loss.get_config() == model.loss.get_config()
    model.save(tmp_path / "saved_model")
    restored = tf.saved_model.load(tmp_path / "saved_model")
    np.testing.assert_allclose(restored([source, target]), model([source, target]), rtol=0, atol=1e-6)
    assert type(loaded.optimizer) is FusedAdamW and int(loaded.optimizer.iterations) == 12
