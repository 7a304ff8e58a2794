"""Lite Transformer with Long-Short Range Attention (ICLR 2020, arXiv 2004.11886) in Keras and TensorFlow.

Importing the package selects legacy Keras (`tf_keras`), which tensorflow-model-optimization needs, before TensorFlow
loads, and lets the allocator keep freed memory (`_allocator`), which makes training much faster.
"""

from typing import Any

# These come before anything that imports TensorFlow.
from lite_transformer_tf import _allocator, _extras, _foreign_lines, _legacy_keras  # noqa: F401
from lite_transformer_tf.version import VERSION as __version__

_LAZY = {
    "BranchConfig": "config",
    "LanguageModelConfig": "config",
    "LayerConfig": "config",
    "LiteTransformerConfig": "config",
    "preset": "config",
    "preset_names": "config",
    "LiteTransformer": "models.lite_transformer",
    "LanguageModel": "models.language_model",
    "Limits": "limits",
    "load_model": "models.saving",
    "save_model": "models.saving",
    "KerasGenerator": "decoding.keras_generator",
    "DecodingOptions": "decoding.options",
    "Hypothesis": "decoding.options",
    "Vocabulary": "text.vocabulary",
    "VocabularyPair": "text.vocabulary_pair",
    "WordVocabulary": "text.word_vocabulary",
    "TypedWords": "text.typed_words",
    "TokenStream": "data.language_modeling",
    "BatchedStreams": "data.language_modeling",
    "ShuffledBlocks": "data.language_modeling",
    "PlainText": "data.plain_text",
    "python_docs": "data.python_docs",
    "evaluate_perplexity": "evaluation.perplexity",
    "SamplingOptions": "decoding.sampling",
    "KerasCompleter": "decoding.keras_completer",
    "Suggester": "decoding.suggestions",
    "TranslationData": "data.translation",
    "translation_dataset": "data.translation",
    "travel_phrases": "data.travel_phrases",
    "FusedAdamW": "training.optimizers.adam",
    "LabelSmoothedCrossEntropy": "training.loss",
    "Teacher": "models.teacher",
    "ExportJob": "exporting.export_job",
    "export_bundle": "exporting.export",
    "open_bundle": "litert.runtime.whole_texts",
    "open_model": "tasks.stored_model",
    "pretrained": "shipped.index",
    "Translator": "decoding.translator",
    "BundlePool": "litert.runtime.pool",
}

__all__ = ["__version__", *_LAZY]


def __getattr__(name: str) -> Any:
    """Loads a part when it is first used: the command line answers `--help`, and the phone's runtime opens, at once."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    except ModuleNotFoundError as error:
        raise _extras.explain(error, f"`{__name__}.{name}`") or error from error
