"""Opens a bundle: checks its files and returns a generator or a completer."""

from __future__ import annotations

from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.bundle.manifest import MODEL_NAME, BundleError
from lite_transformer_tf.bundle.tensor_table import describe_signatures
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary, read_vocabulary
from lite_transformer_tf.text.vocabulary import Vocabulary


def open_bundle(directory: PathLike, *, threads: int = 1) -> TFLiteGenerator | TFLiteCompleter:
    """Opens a bundle.

    Args:
        directory: Path of the bundle, or of its download form, which is unpacked in memory.
        threads: Number of threads of the interpreter. Defaults to `1`.

    Returns:
        A `TFLiteCompleter` for a language model, otherwise a `TFLiteGenerator`.

    Raises:
        BundleError: The bundle is incomplete, damaged or has another schema version.
    """
    manifest, contents = read_bundle(directory)
    model = contents[MODEL_NAME]
    try:
        table = describe_signatures(model)
    except Exception as error:  # malformed bytes make the schema's classes raise any error
        raise BundleError(f"{MODEL_NAME} must be a TFLite file of this library. Received: {error!r}") from error
    named = sorted({*table, *manifest.signatures})
    different = [name for name in named if table.get(name) != manifest.signatures.get(name)]
    if different:
        rule = f"The signatures of {MODEL_NAME} must be those of the manifest"
        raise BundleError(f"{rule}. Received: different tensors for {different}")
    vocabularies: dict[str, AnyVocabulary] = {}
    for side, name in manifest.vocabulary_files.items():
        vocabulary = _vocabulary(contents[name], name)
        if vocabulary.size != manifest.vocabulary_sizes[side]:
            raise BundleError(
                f"The {side} vocabulary must have {manifest.vocabulary_sizes[side]} pieces. Received: {vocabulary.size}"
            )
        vocabularies[side] = vocabulary
    if any(name.startswith("prefill") for name in table):  # only a language model's file reads a prompt
        return TFLiteCompleter(
            LanguageModelRunner(model, manifest.buckets, threads=threads, caches=manifest.step_caches),
            vocabularies["source"],
            manifest,
        )
    pieces = {side: vocabulary for side, vocabulary in vocabularies.items() if isinstance(vocabulary, Vocabulary)}
    if len(pieces) < 2:
        raise BundleError(
            f"An encoder-decoder's vocabularies must be SentencePiece models. Received: {manifest.vocabulary_files!r}"
        )
    runner = Runner(
        model,
        manifest.buckets,
        manifest.beam_size,
        manifest.special_ids["pad"],
        threads=threads,
        caches=manifest.step_caches,
    )
    return TFLiteGenerator(
        runner, pieces["source"], pieces["target"], manifest, manifest.settings.get("max_source_tokens")
    )


def _vocabulary(content: bytes, name: str) -> AnyVocabulary:
    try:
        return read_vocabulary(content, name)
    except ValueError as error:
        raise BundleError(f"A vocabulary of a bundle must be readable. Received: {name!r} ({error})") from error
