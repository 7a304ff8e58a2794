"""Compiles a config and named weights to one float32 TFLite file with the signatures of all length buckets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.litert.builder.flatbuffer import ModelBuilder
from lite_transformer_tf.litert.builder.linear import Weights
from lite_transformer_tf.litert.builder.operators import Graph
from lite_transformer_tf.litert.graph.decoder_graph import build_step
from lite_transformer_tf.litert.graph.encoder_graph import build_encoder
from lite_transformer_tf.litert.graph.language_model_graph import build_language_model_step, build_prefill
from lite_transformer_tf.litert.graph.language_model_weights import prepare_language_model_weights
from lite_transformer_tf.litert.graph.weights import prepare_weights

DEFAULT_BUCKETS = (32, 64, 128)
DEFAULT_LANGUAGE_MODEL_BUCKETS = (64, 256)
DEFAULT_BEAM_SIZE = 4
SMALLEST_BUCKET = 2


def checked_buckets(buckets: Sequence[int]) -> tuple[int, ...]:
    """The lengths of buckets as a tuple.

    Raises:
        ValueError: The lengths are not ascending, or one is too short.
    """
    lengths = tuple(int(bucket) for bucket in buckets)
    if not lengths or list(lengths) != sorted(set(lengths)) or lengths[0] < SMALLEST_BUCKET:
        raise ValueError(f"buckets must be ascending lengths of at least {SMALLEST_BUCKET}. Received: {lengths!r}")
    return lengths


@dataclass(frozen=True)
class GraphOptions:
    """Shapes that a file is compiled for.

    Args:
        buckets: Allocated lengths, ascending. A bucket of length b serves sources of up to b tokens and up to b target
            positions. Defaults to `(32, 64, 128)`.
        beam_size: Number of rows of `beam_step`. 1 omits this signature. Defaults to `4`.
    """

    buckets: tuple[int, ...] = DEFAULT_BUCKETS
    beam_size: int = DEFAULT_BEAM_SIZE

    def __post_init__(self) -> None:
        object.__setattr__(self, "buckets", checked_buckets(self.buckets))
        if self.beam_size < 1:
            raise ValueError(f"beam_size must be at least 1. Received: {self.beam_size!r}")

    def candidates(self, vocabulary_size: int) -> int:
        """Tokens that `beam_step` returns per row: twice the beam, and two in case `pad` or `eos` is banned."""
        return min(2 * self.beam_size + 2, vocabulary_size)


def compile_model(config: LiteTransformerConfig, weights: Weights, options: GraphOptions | None = None) -> bytes:
    """The float32 TFLite file of a model: `encode_b`, `decode_step_b` and `beam_step_b` for every bucket b.

    Args:
        config: Configuration of the model.
        weights: Float32 arrays by name, `model.named_weights()` or the baked weights of a compressor.
        options: Buckets and beam size. Defaults to `GraphOptions()`.

    Returns:
        The file's bytes. Constants that signatures share are stored once.

    Raises:
        KeyError: A weight of the model is missing.
    """
    return write_model(config, weights, options or GraphOptions()).finish()


def write_model(config: LiteTransformerConfig, weights: Weights, options: GraphOptions) -> ModelBuilder:
    """The graphs of `compile_model` before they become a file."""
    prepared = prepare_weights(config, weights, options.buckets[-1])
    candidates = options.candidates(config.target_vocabulary_size)
    builder = ModelBuilder("Lite Transformer: encode, decode_step and beam_step with explicit caches")
    for bucket in options.buckets:
        build_encoder(Graph(builder, f"encode_{bucket}"), prepared, bucket)
        build_step(Graph(builder, f"decode_step_{bucket}"), config, prepared, bucket, None, candidates)
        if options.beam_size > 1:
            build_step(Graph(builder, f"beam_step_{bucket}"), config, prepared, bucket, options.beam_size, candidates)
    return builder


def compile_language_model(
    config: LanguageModelConfig, weights: Weights, buckets: Sequence[int] = DEFAULT_LANGUAGE_MODEL_BUCKETS
) -> bytes:
    """The float32 TFLite file of a language model: `prefill_b` and `decode_step_b` for every bucket b.

    Args:
        config: Configuration of the model.
        weights: Float32 arrays by name, `model.named_weights()` or the baked weights of a compressor.
        buckets: Allocated lengths, ascending. A bucket of length b serves texts of up to b positions, including the
            leading `eos`. Defaults to `(64, 256)`.

    Returns:
        The file's bytes. Constants that signatures share are stored once.

    Raises:
        KeyError: A weight of the model is missing.
        ValueError: The buckets are not ascending, or one is too short.
    """
    return write_language_model(config, weights, checked_buckets(buckets)).finish()


def write_language_model(config: LanguageModelConfig, weights: Weights, lengths: Sequence[int]) -> ModelBuilder:
    """The graphs of `compile_language_model` before they become a file."""
    prepared = prepare_language_model_weights(config, weights, lengths[-1])
    builder = ModelBuilder("Lite Transformer language model: prefill and decode_step with explicit caches")
    for bucket in lengths:
        build_prefill(Graph(builder, f"prefill_{bucket}"), prepared, bucket)
        build_language_model_step(Graph(builder, f"decode_step_{bucket}"), prepared, bucket)
    return builder
