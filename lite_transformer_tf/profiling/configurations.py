"""Weights and arithmetic of whole models, and the plain Transformer of a model, with one function per configuration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from lite_transformer_tf.cells import Role, cell_of
from lite_transformer_tf.config import LanguageModelConfig, LiteTransformerConfig, ModelConfig
from lite_transformer_tf.operation_counts import SOFTMAX, Count, Kind, arithmetic, dense, joined


def check_lengths(source: int, target: int) -> None:
    """Raises ValueError unless both numbers of tokens are positive."""
    for name, length in (("source", source), ("target", target)):
        if length < 1:
            raise ValueError(f"The {name} length must be at least 1 token. Received: {length}")


@singledispatch
def model_count(config: object, source: int = 30, target: int = 30) -> Count:
    """Weights of a model, and its arithmetic for one sentence, at inference, with all target positions at once.

    Args:
        config: Configuration of the model.
        source, target: Numbers of tokens. A language model uses only `target`.

    Returns:
        Names of weights and paths of operations start alike.

    Raises:
        ValueError: A length is not positive.
        TypeError: Nothing is registered for this type of configuration.
    """
    raise TypeError(
        f"Only models whose type of configuration is registered with model_count can be counted. Received: {config!r}"
    )


def _stack(name: str, layers: Sequence, default: str, role: Role, tokens: int, context: int = 0) -> Count:
    return joined(
        cell_of(layer, default).count(layer, role, tokens, context).below(f"{name}/layer_{index}")
        for index, layer in enumerate(layers)
    )


def _embedded(name: str, dim: int, tokens: int) -> Count:
    """The scale of embeddings; the position encodings are D / 2 angles, D sines and cosines, and their sum."""
    return arithmetic(Kind.EMBEDDING, dim * tokens, name) + _positions(name, dim, tokens)


def _positions(name: str, dim: int, tokens: int) -> Count:
    return arithmetic(Kind.EMBEDDING, (dim // 2 + 2 * dim) * tokens, name)


@model_count.register
def _encoder_decoder(config: LiteTransformerConfig, source: int = 30, target: int = 30) -> Count:
    check_lengths(source, target)
    dim, cell = config.embed_dim, config.default_cell
    sizes = (config.source_vocabulary_size, config.target_vocabulary_size, config.target_vocabulary_size)
    tables = Count({name: (size, dim) for name, size in zip(config.embedding_names, sizes, strict=True)})
    return (
        tables
        + _embedded("source_embedding", dim, source)
        + _stack("encoder", config.encoder, cell, Role.ENCODER, source)
        + _embedded("target_embedding", dim, target)
        + _stack("decoder", config.decoder, cell, Role.DECODER, target, source)
        + arithmetic(Kind.OUTPUT, sizes[2] * dim * target, "output_embedding")
    )


@model_count.register
def _language_model(config: LanguageModelConfig, source: int = 30, target: int = 30) -> Count:
    check_lengths(source, target)
    dim, stack = config.embed_dim, _stack("decoder", config.decoder, config.default_cell, Role.CAUSAL, target)
    if not config.adaptive:
        table = Count({"embedding/table": (config.vocabulary_size, dim)})
        output = arithmetic(Kind.OUTPUT, config.vocabulary_size * dim * target, "output_embedding")
        return table + _embedded("embedding", dim, target) + stack + output
    head = _adaptive_softmax(config, target).below("adaptive_softmax")
    beginning = _adaptive_input(config, target).below("embedding") + _positions("embedding", dim, target)
    return beginning + Count(head.shapes) + stack + Count(operations=head.operations)


def _adaptive_input(config: LanguageModelConfig, tokens: int) -> Count:
    """Counts every token as if it were in the first band, whose rows are the widest."""
    dim, count = config.embed_dim, Count()
    for index, band in enumerate(config.bands):
        count += Count({"table": (band.size, band.dim), "projection/kernel": (band.dim, dim)}).below(f"band_{index}")
    widest = arithmetic(Kind.LINEAR, config.bands[0].dim * dim * tokens)
    return count + widest + arithmetic(Kind.EMBEDDING, dim * tokens)


def _adaptive_softmax(config: LanguageModelConfig, tokens: int) -> Count:
    """Counts the whole vocabulary.

    Products are those with the first band's rows and the classes, and each tail's projection and rows. Then come the
    softmaxes and, for each token of a tail, the sum of two logarithms.
    """
    first, *tails = config.bands
    dim, classes = config.embed_dim, len(tails)
    products = first.size * dim + classes * dim + sum(tail.dim * (dim + tail.size) for tail in tails)
    in_tails = sum(tail.size for tail in tails)
    softmaxes = SOFTMAX * (first.size + classes + in_tails) + in_tails
    weights = Count(dense(dim, classes, tokens, bias=False).below("classes").shapes)
    return weights + arithmetic(Kind.OUTPUT, products * tokens) + arithmetic(Kind.SOFTMAX, softmaxes * tokens)


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
