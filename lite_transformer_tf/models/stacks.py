"""The stacks of cells in encoder, decoder and language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from lite_transformer_tf.cells import CellConfig, CellUse, Role, cell_of
from lite_transformer_tf.composite import Composite
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.config.presets import ModelConfig

MEMORY = "memory"
RATES = ("dropout", "attention_dropout", "weight_dropout", "activation_dropout")


class Stack(Composite):
    """A sequence of cells `layer_0`, `layer_1`, ...

    Args:
        config: Configuration of the model.
        layers: Configurations of the cells.
        role: Role of the stack in the model.
        pads_leak: See `LightweightConvolution`.
    """

    def __init__(
        self,
        config: ModelConfig,
        layers: Sequence[CellConfig],
        role: Role,
        pads_leak: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.depth = len(layers)
        use = CellUse(role, {name: getattr(config, name) for name in RATES}, pads_leak)
        for index, layer in enumerate(layers):
            name = f"layer_{index}"
            cell = cell_of(layer, config.default_cell)
            setattr(self, name, cell.layer(layer, use, name=name, dtype=self.dtype_policy))

    @property
    def layers(self) -> list[Composite]:
        return [getattr(self, f"layer_{index}") for index in range(self.depth)]

    @property
    def parts(self) -> dict[str, str]:
        return {f"layer_{index}": f"layer_{index}" for index in range(self.depth)}


class Encoder(Stack):
    """The encoder's cells, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, S, D).
        padding_mask: Bool (B, S), true at real positions.
        return_states: Whether to return the outputs of all layers.

    Returns:
        (B, S, D), or the list of all layers' outputs with `return_states`.
    """

    def __init__(self, config: LiteTransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, config.encoder, Role.ENCODER, config.pads_leak, **kwargs)

    def call(self, inputs, padding_mask=None, return_states=False, training=None):
        states = [inputs]
        for layer in self.layers:
            states.append(layer(states[-1], padding_mask=padding_mask, training=training))
        return states[1:] if return_states else states[-1]


class CachedStack(Stack):
    """Cells that read from left to right; with a cache, only the new positions."""

    def _run(self, inputs, cache, return_states, first, later):
        """Calls all cells, with keyword arguments `first` without a cache and `later` with one."""
        states, caches = [inputs], []
        for index, layer in enumerate(self.layers):
            if cache is None:
                states.append(layer(states[-1], **first))
            else:
                outputs, new = layer(states[-1], cache=cache[index], **later)
                states.append(outputs)
                caches.append(new)
        result = states[1:] if return_states else states[-1]
        return result if cache is None else (result, tuple(caches))


class Decoder(CachedStack):
    """The decoder's cells, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, T, D).
        memory: The encoder's output (B, S, D). Not needed with a cache.
        memory_mask: Bool (B, S), true at real source positions.
        cache: The result of `initial_cache` or of the previous call, with one entry per layer.
        return_states: Whether to return the outputs of all layers.

    Returns:
        (B, T, D), or the list of all layers' outputs with `return_states`. With a cache: (outputs, new cache).
    """

    def __init__(self, config: LiteTransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, config.decoder, Role.DECODER, **kwargs)

    def initial_cache(self, memory: tf.Tensor) -> tuple:
        """Caches of all layers before the first step, for an encoder's output (B, S, D).

        The entry "memory" of a layer contains the keys and values of its cross-attention, which are the same for all
        steps and for all hypotheses of a sentence.
        """
        return tuple(layer.initial_cache(memory) for layer in self.layers)

    def call(self, inputs, memory=None, memory_mask=None, cache=None, return_states=False, training=None):
        later = {"memory_mask": memory_mask, "training": training}
        return self._run(inputs, cache, return_states, {"memory": memory, **later}, later)


class CausalStack(CachedStack):
    """The cells of a language model, without embedding and without a final LayerNorm.

    Call arguments:
        inputs: (B, T, D).
        cache: The result of `initial_cache` or of the previous call, with one entry per layer.
        return_states: Whether to return the outputs of all layers.

    Returns:
        (B, T, D), or the list of all layers' outputs with `return_states`. With a cache: (outputs, new cache).
    """

    def __init__(self, config: LanguageModelConfig, **kwargs: Any) -> None:
        super().__init__(config, config.decoder, Role.CAUSAL, **kwargs)

    @property
    def cache_specs(self) -> tuple:
        """How the cache grows: one entry per layer, each with one `CacheSpec` per branch."""
        return tuple(layer.cache_specs for layer in self.layers)

    def initial_cache(self, batch_size: tf.Tensor | int) -> tuple:
        """Caches of all layers before the first token."""
        return tuple(layer.initial_cache(batch_size) for layer in self.layers)

    def call(self, inputs, cache=None, return_states=False, training=None):
        later = {"training": training}
        return self._run(inputs, cache, return_states, later, later)


def split_cache(cache: tuple) -> tuple[tuple, tuple]:
    """Splits a decoder's cache into what steps change and the constant memory (see `Decoder.initial_cache`)."""
    changing = tuple({name: part for name, part in layer.items() if name != MEMORY} for layer in cache)
    return changing, tuple(layer[MEMORY] for layer in cache)


def join_cache(changing: tuple, memory: tuple) -> tuple:
    """Inverse of `split_cache`."""
    return tuple({**layer, MEMORY: source} for layer, source in zip(changing, memory, strict=True))
