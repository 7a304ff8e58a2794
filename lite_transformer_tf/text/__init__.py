"""Text: normalisation and vocabularies, the same ids in Python, in tf.data and on a phone (docs/text.md)."""

from lite_transformer_tf.text.dictionary_vocabulary import DictionaryVocabulary
from lite_transformer_tf.text.normalization import is_blank, normalize
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary, load_vocabulary, save_vocabulary
from lite_transformer_tf.text.typed_words import TypedWords
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.text.vocabulary_pair import VocabularyPair
from lite_transformer_tf.text.word_vocabulary import WordVocabulary

__all__ = [
    "AnyVocabulary",
    "DictionaryVocabulary",
    "TypedWords",
    "Vocabulary",
    "VocabularyPair",
    "WordVocabulary",
    "is_blank",
    "load_vocabulary",
    "normalize",
    "save_vocabulary",
]
