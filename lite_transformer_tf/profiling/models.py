"""Arithmetic of whole models, and models of configurations, with one function per type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import TypeVar

import tensorflow as tf

from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.named_weights import NamedWeights
from lite_transformer_tf.operation_counts import Operation, Use, below
from lite_transformer_tf.profiling.layer_operations import layer_operations, position_operations

M = TypeVar("M", bound=NamedWeights)


def check_lengths(source: int, target: int) -> None:
    """Raises ValueError unless both numbers of tokens are positive."""
    for name, length in (("source", source), ("target", target)):
        if length < 1:
            raise ValueError(f"The {name} length must be at least 1 token. Received: {length}")


@singledispatch
def model_operations(model: object, source: int = 30, target: int = 30) -> Iterator[Operation]:
    """Operations of a model for one sentence, at inference, with all target positions at once.

    Args:
        model: Model, whose weights are created if necessary.
        source, target: Numbers of tokens. A language model uses only `target`.

    Returns:
        Operations. Their paths start like the names of the weights.

    Raises:
        ValueError: A length is not positive.
        TypeError: Nothing is registered for this type of model or for one of its layers.
    """
    raise TypeError(
        f"Operations can only be counted for models whose type is registered with model_operations. Received: {model!r}"
    )


@model_operations.register
def _lite_transformer(model: LiteTransformer, source: int = 30, target: int = 30) -> Iterator[Operation]:
    check_lengths(source, target)
    model.initialize()
    for stack, tokens, context in (("encoder", source, None), ("decoder", target, source)):
        embedding = "source_embedding" if stack == "encoder" else "target_embedding"
        yield from below(embedding, layer_operations(getattr(model, embedding), Use(tokens)))
        yield from below(embedding, layer_operations(model.positions, Use(tokens)))
        yield from below(stack, layer_operations(getattr(model, stack), Use(tokens, context)))
    yield from below("output_embedding", layer_operations(model.output_embedding, Use(target, reverse=True)))


@model_operations.register
def _language_model(model: LanguageModel, source: int = 30, target: int = 30) -> Iterator[Operation]:
    check_lengths(source, target)
    model.initialize()
    yield from below("embedding", layer_operations(model.embedding, Use(target)))
    yield from below("embedding", position_operations(model.config.embed_dim, target))
    yield from below("decoder", layer_operations(model.decoder, Use(target)))
    if model.softmax is None:
        yield from below("output_embedding", layer_operations(model.embedding, Use(target, reverse=True)))
    else:
        yield from below("adaptive_softmax", layer_operations(model.softmax, Use(target, embedding=model.embedding)))


def _built(model: M) -> M:
    """The model with all weights zero: only their shapes matter, and random numbers would take most of the time."""

    def zeros(create, **arguments):
        shape, dtype = arguments.get("shape"), arguments.get("dtype")
        if shape is not None and callable(arguments.get("initial_value")):
            arguments["initial_value"] = lambda: tf.zeros(shape, dtype)
        return create(**arguments)

    with tf.variable_creator_scope(zeros):
        model.initialize()
    return model


@singledispatch
def model_of(config: object) -> LiteTransformer | LanguageModel:
    """A new model of a configuration for counting, with all weights zero.

    Raises:
        TypeError: Nothing is registered for this type of configuration.
    """
    raise TypeError(
        f"A model can only be built from configurations whose type is registered with model_of. Received: {config!r}"
    )


@model_of.register
def _encoder_decoder(config: LiteTransformerConfig) -> LiteTransformer:
    return _built(LiteTransformer(config))


@model_of.register
def _causal(config: LanguageModelConfig) -> LanguageModel:
    return _built(LanguageModel(config))


@singledispatch
def plain_transformer(config: object, embed_dim: int, layers: int | None, heads: int) -> ModelConfig:
    """The configuration of a plain Transformer for the task and vocabularies of `config`.

    Args:
        config: Configuration of a model.
        embed_dim: Width D of the Transformer. The feed-forward network is 4 D wide.
        layers: Number of layers of its encoder, and of its decoder. `None` uses 6, or a language model's own number.
        heads: Number of heads of every attention.

    Raises:
        TypeError: Nothing is registered for this type of configuration.
    """
    raise TypeError(
        "A plain Transformer only exists for configurations whose type is registered with plain_transformer. "
        f"Received: {config!r}"
    )


@plain_transformer.register
def _plain_encoder_decoder(
    config: LiteTransformerConfig, embed_dim: int, layers: int | None, heads: int
) -> LiteTransformerConfig:
    return LiteTransformerConfig.transformer(
        embed_dim=embed_dim,
        layers=layers or 6,
        heads=heads,
        source_vocabulary_size=config.source_vocabulary_size,
        target_vocabulary_size=config.target_vocabulary_size,
        embedding_sharing=config.embedding_sharing,
    )


@plain_transformer.register
def _plain_language_model(
    config: LanguageModelConfig, embed_dim: int, layers: int | None, heads: int
) -> LanguageModelConfig:
    return LanguageModelConfig.transformer(
        embed_dim=embed_dim,
        layers=layers or len(config.decoder),
        heads=heads,
        vocabulary_size=config.vocabulary_size,
        cutoffs=config.cutoffs,
        adaptive_factor=config.adaptive_factor,
    )
