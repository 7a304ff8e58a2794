"""Data: parallel text from files or memory, cleaned, tokenised once and batched by a token budget in a reproducible order."""

from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.splits import TranslationSplits, embedded_splits, find_splits
from lite_transformer_tf.data.translation import TranslationData, translation_dataset

__all__ = [
    "CleaningReport",
    "CleaningRules",
    "ParallelText",
    "TranslationData",
    "TranslationSplits",
    "embedded_splits",
    "find_splits",
    "translation_dataset",
]
