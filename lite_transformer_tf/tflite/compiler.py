"""From a config and named weights to one float32 TFLite file with the signatures of every length bucket."""

from __future__ import annotations

from dataclasses import dataclass

from lite_transformer_tf.config import LiteTransformerConfig
from lite_transformer_tf.tflite.decoder_graph import build_step
from lite_transformer_tf.tflite.encoder_graph import build_encoder
from lite_transformer_tf.tflite.flatbuffer import ModelBuilder
from lite_transformer_tf.tflite.operators import Graph
from lite_transformer_tf.tflite.weights import Weights, prepare_weights

DEFAULT_BUCKETS = (32, 64, 128)
DEFAULT_BEAM_SIZE = 4
SMALLEST_BUCKET = 2


@dataclass(frozen=True)
class GraphOptions:
    """Shapes that a file is compiled for.

    Args:
        buckets: allocated lengths, ascending; a bucket of length b serves sources of up to b tokens and b target positions.
        beam_size: rows of `beam_step`; 1 leaves it out.
    """

    buckets: tuple[int, ...] = DEFAULT_BUCKETS
    beam_size: int = DEFAULT_BEAM_SIZE

    def __post_init__(self) -> None:
        object.__setattr__(self, "buckets", tuple(int(bucket) for bucket in self.buckets))
        if not self.buckets or list(self.buckets) != sorted(set(self.buckets)) or self.buckets[0] < SMALLEST_BUCKET:
            raise ValueError(f"buckets must be ascending lengths of at least {SMALLEST_BUCKET}. Received: {self.buckets!r}")
        if self.beam_size < 1:
            raise ValueError(f"beam_size must be at least 1. Received: {self.beam_size!r}")

    def candidates(self, vocabulary_size: int) -> int:
        """Tokens that `beam_step` lists for each row: twice the beam, and two more for a forbidden `pad` and `eos`."""
        return min(2 * self.beam_size + 2, vocabulary_size)


def compile_model(config: LiteTransformerConfig, weights: Weights, options: GraphOptions | None = None) -> bytes:
    """The float32 TFLite file of a model: `encode_b`, `decode_step_b` and `beam_step_b` for every bucket b.

    Args:
        config: the model's configuration.
        weights: `model.named_weights()`: float32 arrays, or what a compressor baked into them.
        options: buckets and beam size.

    Returns:
        The file's bytes. Constants that signatures share are stored once.

    Raises:
        KeyError: a weight that the config names is missing.
    """
    options = options or GraphOptions()
    prepared = prepare_weights(config, weights, options.buckets[-1])
    candidates = options.candidates(config.target_vocabulary_size)
    builder = ModelBuilder("Lite Transformer: encode, decode_step and beam_step with explicit caches")
    for bucket in options.buckets:
        build_encoder(Graph(builder, f"encode_{bucket}"), prepared, bucket)
        build_step(Graph(builder, f"decode_step_{bucket}"), config, prepared, bucket, None, candidates)
        if options.beam_size > 1:
            build_step(Graph(builder, f"beam_step_{bucket}"), config, prepared, bucket, options.beam_size, candidates)
    return builder.finish()
