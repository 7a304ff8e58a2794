"""Evaluation of whatever can generate: scores with their signatures, and speed; perplexity."""

from lite_transformer_tf.evaluation.generation import TimedHypotheses, evaluate_generator, generate_timed
from lite_transformer_tf.evaluation.perplexity import Perplexity, PerplexityMeter, evaluate_perplexity
from lite_transformer_tf.evaluation.summarization import Lead, score_summaries
from lite_transformer_tf.evaluation.translation import score_translations

__all__ = [
    "Lead",
    "Perplexity",
    "PerplexityMeter",
    "TimedHypotheses",
    "evaluate_generator",
    "evaluate_perplexity",
    "generate_timed",
    "score_summaries",
    "score_translations",
]
