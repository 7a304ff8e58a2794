"""Text: normalisation and SentencePiece vocabularies, the same ids in Python, in tf.data and on a phone (docs/text.md)."""

from lite_transformer_tf.text.normalization import normalize
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair

__all__ = ["Vocabulary", "VocabularyPair", "normalize"]
