"""The stacks of layers of encoder, decoder and language model."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.layers import PreNormLayer, TransformerDecoderLayer, TransformerEncoderLayer
from lite_transformer_tf.layers.composite import Composite


def _rates(config: LiteTransformerConfig | LanguageModelConfig) -> dict[str, float]:
    return {
        name: getattr(config, name) for name in ("dropout", "attention_dropout", "weight_dropout", "activation_dropout")
    }


class _Stack(Composite):
    """Layers `layer_0`, `layer_1`, ... one behind the other."""

    def _add(self, layers: Sequence[Composite]) -> None:
        self.depth = len(layers)
        for layer in layers:
            setattr(self, layer.name, layer)

    @property
    def layers(self) -> list[Composite]:
        return [getattr(self, f"layer_{index}") for index in range(self.depth)]

    @property
    def parts(self) -> dict[str, str]:
        return {f"layer_{index}": f"layer_{index}" for index in range(self.depth)}


class Encoder(_Stack):
    """The encoder's layers, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, S, D).
        padding_mask: bool (B, S), true at real positions.
        return_states: whether to return every layer's output too.

    Returns:
        (B, S, D), or with `return_states` the list of all layers' outputs.
    """

    def __init__(self, config: LiteTransformerConfig, **kwargs) -> None:
        super().__init__(**kwargs)
        self._add(
            [
                TransformerEncoderLayer(
                    layer.branches,
                    layer.feed_forward_dim,
                    pads_leak=config.pads_leak,
                    name=f"layer_{index}",
                    dtype=self.dtype_policy,
                    **_rates(config),
                )
                for index, layer in enumerate(config.encoder)
            ]
        )

    def call(self, inputs, padding_mask=None, return_states=False, training=None):
        states = [inputs]
        for layer in self.layers:
            states.append(layer(states[-1], padding_mask=padding_mask, training=training))
        return states[1:] if return_states else states[-1]


class Decoder(_Stack):
    """The decoder's layers, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, T, D).
        memory: the encoder's output (B, S, D); with a cache it is not needed.
        memory_mask: bool (B, S), true at real source positions.
        cache: one entry a layer, from `initial_cache` or the call before; then the result is (outputs, new cache).
        return_states: whether to return every layer's output too.

    Returns:
        (B, T, D), or with `return_states` the list of all layers' outputs.
    """

    def __init__(self, config: LiteTransformerConfig, **kwargs) -> None:
        super().__init__(**kwargs)
        self._add(
            [
                TransformerDecoderLayer(
                    layer.branches,
                    layer.feed_forward_dim,
                    layer.cross_attention_heads or 0,  # the config has checked that it is there
                    name=f"layer_{index}",
                    dtype=self.dtype_policy,
                    **_rates(config),
                )
                for index, layer in enumerate(config.decoder)
            ]
        )

    def initial_cache(self, memory: tf.Tensor) -> tuple:
        """Caches of all layers before the first step, for an encoder's output (B, S, D)."""
        return tuple(layer.initial_cache(memory) for layer in self.layers)

    def call(self, inputs, memory=None, memory_mask=None, cache=None, return_states=False, training=None):
        states, caches = [inputs], []
        for index, layer in enumerate(self.layers):
            if cache is None:
                states.append(layer(states[-1], memory=memory, memory_mask=memory_mask, training=training))
            else:
                outputs, new = layer(states[-1], memory_mask=memory_mask, cache=cache[index], training=training)
                states.append(outputs)
                caches.append(new)
        result = states[1:] if return_states else states[-1]
        return result if cache is None else (result, tuple(caches))


class CausalStack(_Stack):
    """The layers of a language model, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, T, D).
        cache: one entry a layer, from `initial_cache` or the call before; then the result is (outputs, new cache).
        return_states: whether to return every layer's output too.

    Returns:
        (B, T, D), or with `return_states` the list of all layers' outputs.
    """

    def __init__(self, config: LanguageModelConfig, **kwargs) -> None:
        super().__init__(**kwargs)
        self._add(
            [
                PreNormLayer(
                    layer.branches,
                    layer.feed_forward_dim,
                    name=f"layer_{index}",
                    dtype=self.dtype_policy,
                    **_rates(config),
                )
                for index, layer in enumerate(config.decoder)
            ]
        )

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple:
        """Caches of all layers before the first token."""
        return tuple(layer.initial_cache(batch_size) for layer in self.layers)

    def call(self, inputs, cache=None, return_states=False, training=None):
        states, caches = [inputs], []
        for index, layer in enumerate(self.layers):
            if cache is None:
                states.append(layer(states[-1], training=training))
            else:
                outputs, new = layer(states[-1], cache=cache[index], training=training)
                states.append(outputs)
                caches.append(new)
        result = states[1:] if return_states else states[-1]
        return result if cache is None else (result, tuple(caches))
