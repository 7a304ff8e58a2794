"""Evaluation of whatever can generate: scores with their signatures, and speed."""

from lite_transformer_tf.evaluation.generation import TimedHypotheses, evaluate_generator, generate_timed
from lite_transformer_tf.evaluation.translation import score_translations

__all__ = ["TimedHypotheses", "evaluate_generator", "generate_timed", "score_translations"]
