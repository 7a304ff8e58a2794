"""TFMOT's own calls on the layers, in functional models."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras

from lite_transformer_tf.compression import KernelQuantizeConfig
from lite_transformer_tf.compression.quantizers import round_weights
from lite_transformer_tf.layers import (
    LayerNorm,
    LongShortRangeAttention,
    TokenEmbedding,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)

C = 8
BRANCHES = [
    {"kind": "attention", "channels": 4, "heads": 2},
    {"kind": "lightweight", "channels": 4, "heads": 2, "kernel_size": 3},
]
GENERATOR = np.random.default_rng(0)
IDS = np.where(np.arange(6) < np.array([[6], [6], [4], [2]]), GENERATOR.integers(1, 11, (4, 6)), 0).astype(np.int32)
LABELS = GENERATOR.normal(size=(4, C)).astype(np.float32)
sparsity, quantization = tfmot.sparsity.keras, tfmot.quantization.keras


def zeros(weight: tf.Variable) -> float:
    return float((weight.numpy() == 0).mean())


def test_prune_low_magnitude_reaches_its_sparsity_in_a_functional_model():
    ids = keras.Input([None], dtype="int32")
    states = TokenEmbedding(11, C, pad_id=0, name="embedding")(ids)
    states = LayerNorm(name="norm")(TransformerEncoderLayer(BRANCHES, 12, dropout=0.1, name="encoder")(states))
    model = keras.Model(ids, keras.layers.GlobalAveragePooling1D()(states))
    expected = model(IDS).numpy()
    pruned = sparsity.prune_low_magnitude(model, sparsity.ConstantSparsity(0.5, 0, frequency=1))
    np.testing.assert_array_equal(pruned(IDS), expected)  # masks reach the layers through the wrappers
    pruned.compile(keras.optimizers.Adam(0.01), "mse")
    losses = pruned.fit(IDS, LABELS, epochs=6, verbose=0, callbacks=[sparsity.UpdatePruningStep()]).history["loss"]
    assert losses[-1] < losses[0]
    layers = {wrapper.layer.name: wrapper.layer for wrapper in pruned.layers if hasattr(wrapper, "layer")}
    counts = {name: len(layer.get_prunable_weights()) for name, layer in layers.items()}
    assert {"embedding": 1, "encoder": 8, "norm": 0}.items() <= counts.items()
    for layer in layers.values():
        assert all(abs(zeros(weight) - 0.5) < 0.07 for weight in layer.get_prunable_weights())
    assert zeros(layers["encoder"].lsra.convolution.taps) == 0
    stripped = sparsity.strip_pruning(pruned)
    np.testing.assert_array_equal(stripped(IDS), pruned(IDS))
    assert not any(hasattr(layer, "pruning_step") for layer in stripped.layers)


def test_a_new_layer_has_its_weights_before_its_first_call():
    wrapped = sparsity.prune_low_magnitude(LongShortRangeAttention(BRANCHES, name="lsra"))
    wrapped.build([None, None, C])
    assert [mask.shape for _, mask, _ in wrapped.pruning_vars] == [(4, 4)] * 6
    names = [weight.name for weight in wrapped.layer.trainable_weights]
    plain = LongShortRangeAttention(BRANCHES, name="lsra")
    plain(np.zeros([1, 2, C], np.float32))
    assert len(names) == len(set(names)) == len(plain.trainable_weights)
    with pytest.raises(ValueError, match="call the layer once before a wrapper of TFMOT.*compression.pruning.prune"):
        sparsity.prune_low_magnitude(TransformerDecoderLayer(BRANCHES, 12, 2)).build([None, None, C])


def test_quantize_apply_computes_with_rounded_kernels_and_trains():
    inputs = keras.Input([None, C])
    layer = LongShortRangeAttention(BRANCHES, name="lsra")
    annotated = quantization.quantize_annotate_layer(layer, KernelQuantizeConfig(bits=4))
    norm = LayerNorm(name="norm")  # keeps TFMOT from rounding the inputs too
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling1D()(annotated(norm(inputs))))
    model.set_weights([GENERATOR.normal(0, 0.3, weight.shape) for weight in model.get_weights()])
    states = GENERATOR.normal(size=(4, 6, C)).astype(np.float32)
    quantized = quantization.quantize_apply(model)
    found, plain = quantized(states), model(states)
    for weight in layer.get_prunable_weights():
        weight.assign(round_weights(weight, 4, 0))
    np.testing.assert_allclose(found, model(states), rtol=0, atol=1e-6)
    assert np.abs(plain - found).max() > 0.01
    quantized.compile(keras.optimizers.Adam(0.01), "mse")
    losses = quantized.fit(states, LABELS, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_what_tfmot_cannot_do_is_said():
    inputs = keras.Input([None, C])
    outputs = quantization.quantize_annotate_layer(LongShortRangeAttention(BRANCHES))(inputs)
    with pytest.raises(RuntimeError, match="by passing a `tfmot.quantization.keras.QuantizeConfig`"):
        quantization.quantize_apply(keras.Model(inputs, outputs))
    with pytest.raises(ValueError, match=r"bits must be one of \(4, 8, 16, 32\). Received: 3"):
        KernelQuantizeConfig(3)
    with pytest.raises(ValueError, match="must be one of lite_transformer_tf.layers. Received: .*Dense"):
        KernelQuantizeConfig().get_weights_and_quantizers(keras.layers.Dense(3))
