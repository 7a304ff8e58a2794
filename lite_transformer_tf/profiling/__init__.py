"""Counts parameters and Mult-Adds of built models. docs/profiling.md describes what is counted."""

from lite_transformer_tf.operation_counts import Kind, Operation, Use, below
from lite_transformer_tf.profiling.conventions import CONVENTIONS, total
from lite_transformer_tf.profiling.equal_transformer import EqualTransformer, equal_transformer
from lite_transformer_tf.profiling.layer_operations import layer_operations
from lite_transformer_tf.profiling.model_profile import ModelProfile, Row, layer_of, millions, part_of
from lite_transformer_tf.profiling.models import model_of, model_operations, plain_transformer
from lite_transformer_tf.profiling.parameters import Parameters, count_parameters, parameter_shapes

__all__ = [
    "CONVENTIONS",
    "EqualTransformer",
    "Kind",
    "ModelProfile",
    "Operation",
    "Parameters",
    "Row",
    "Use",
    "below",
    "count_parameters",
    "equal_transformer",
    "layer_of",
    "layer_operations",
    "millions",
    "model_of",
    "model_operations",
    "parameter_shapes",
    "part_of",
    "plain_transformer",
    "total",
]
