"""Counts parameters and Mult-Adds of models from their configurations. docs/profiling.md describes what is counted."""

from lite_transformer_tf.operation_counts import Count, Kind, Operation
from lite_transformer_tf.profiling.configurations import model_count, plain_transformer
from lite_transformer_tf.profiling.conventions import CONVENTIONS, total
from lite_transformer_tf.profiling.equal_transformer import EqualTransformer, equal_transformer
from lite_transformer_tf.profiling.model_profile import ModelProfile, Row, layer_of, millions, part_of
from lite_transformer_tf.profiling.parameters import Parameters, count_parameters
from lite_transformer_tf.profiling.presets import PresetFigures, cache_bytes, preset_figures

__all__ = [
    "CONVENTIONS",
    "Count",
    "EqualTransformer",
    "Kind",
    "ModelProfile",
    "Operation",
    "Parameters",
    "PresetFigures",
    "Row",
    "cache_bytes",
    "count_parameters",
    "equal_transformer",
    "layer_of",
    "millions",
    "model_count",
    "part_of",
    "plain_transformer",
    "preset_figures",
    "total",
]
