"""Arithmetic of whole models, and the models of configurations. One function a type of model or configuration, chosen by its class."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import tensorflow as tf

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.operation_counts import Operation, Use, below
from lite_transformer_tf.profiling.layer_operations import layer_operations, position_operations


def check_lengths(source: int, target: int) -> None:
    """Raises ValueError unless both numbers of tokens are positive."""
    for name, length in (("source", source), ("target", target)):
        if length < 1:
            raise ValueError(f"The {name} length must be at least 1 token. Received: {length}")


@singledispatch
def model_operations(model: Any, source: int = 30, target: int = 30) -> Iterator[Operation]:
    """What a model computes for one sentence, at inference, all target positions at once.

    Args:
        model: A model; its weights are created if they are not.
        source, target: Numbers of tokens. A model of one sequence reads `target` only.

    Returns:
        operations, whose paths begin as the names of the weights do.

    Raises:
        ValueError: A length is not positive.
        TypeError: Nothing is registered for this type of model or for one of its layers.
    """
    raise TypeError(
        f"Operations are known of models whose type is registered with model_operations. Received: {model!r}"
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


def _built(model: Any) -> Any:
    """The model with weights of zeros: only their shapes matter, and random numbers take longer than all the rest."""

    def zeros(create, **arguments):
        shape, dtype = arguments.get("shape"), arguments.get("dtype")
        if shape is not None and callable(arguments.get("initial_value")):
            arguments["initial_value"] = lambda: tf.zeros(shape, dtype)
        return create(**arguments)

    with tf.variable_creator_scope(zeros):
        model.initialize()
    return model


@singledispatch
def model_of(config: Any) -> Any:
    """A new model of a configuration, to be counted: its weights are zeros.

    Raises:
        TypeError: Nothing is registered for this type of configuration.
    """
    raise TypeError(
        f"A model can be built of configurations whose type is registered with model_of. Received: {config!r}"
    )


@model_of.register
def _encoder_decoder(config: LiteTransformerConfig) -> LiteTransformer:
    return _built(LiteTransformer(config))


@model_of.register
def _causal(config: LanguageModelConfig) -> LanguageModel:
    return _built(LanguageModel(config))


@singledispatch
def plain_transformer(config: Any, embed_dim: int, layers: int | None, heads: int) -> Any:
    """The configuration of a plain Transformer of a width, for the task and the vocabularies of `config`; its feed-forward is 4 D wide.

    Args:
        config: The configuration of a model.
        embed_dim, heads: Of the Transformer.
        layers: Of its encoder, and of its decoder; `None`: 6, or a language model's own number.

    Raises:
        TypeError: Nothing is registered for this type of configuration.
    """
    raise TypeError(
        f"A Transformer is known for configurations whose type is registered with plain_transformer. Received: {config!r}"
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
