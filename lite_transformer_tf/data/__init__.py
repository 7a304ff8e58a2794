"""Data: parallel text, cleaned, tokenised once and batched reproducibly by a token budget; running text in blocks."""

from lite_transformer_tf.data.cleaning import CleaningReport, CleaningRules
from lite_transformer_tf.data.language_modeling import BatchedStreams, ShuffledBlocks, TokenStream
from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.plain_text import PlainText, TextSplits, find_text, find_text_splits
from lite_transformer_tf.data.python_docs import python_docs
from lite_transformer_tf.data.records import RecordText
from lite_transformer_tf.data.splits import TranslationSplits, embedded_splits, find_splits
from lite_transformer_tf.data.summaries import docstring_splits, find_summaries, find_summary_splits
from lite_transformer_tf.data.translation import TranslationData, translation_dataset

__all__ = [
    "BatchedStreams",
    "CleaningReport",
    "CleaningRules",
    "ParallelText",
    "PlainText",
    "RecordText",
    "ShuffledBlocks",
    "TextSplits",
    "TokenStream",
    "TranslationData",
    "TranslationSplits",
    "docstring_splits",
    "embedded_splits",
    "find_splits",
    "find_summaries",
    "find_summary_splits",
    "find_text",
    "find_text_splits",
    "python_docs",
    "translation_dataset",
]
