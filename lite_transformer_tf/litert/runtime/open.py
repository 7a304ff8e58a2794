"""Opens a bundle: checks its files and returns a generator or a completer."""

from __future__ import annotations

from collections.abc import Mapping

from lite_transformer_tf.bundle.contract import check_contract
from lite_transformer_tf.bundle.directory import read_bundle
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME, MODEL_NAME, BundleError, Manifest
from lite_transformer_tf.bundle.tensor_table import describe_signatures
from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner
from lite_transformer_tf.litert.runtime.runner import Runner
from lite_transformer_tf.shipped.resolve import find_path
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary, read_vocabulary
from lite_transformer_tf.text.word_vocabulary import WordVocabulary

RULE = f"A bundle must be a directory with a {MANIFEST_NAME}, or its download form"


def open_bundle(
    directory: PathLike, *, threads: int = 1, limits: Limits = DEFAULT_LIMITS
) -> TFLiteGenerator | TFLiteCompleter:
    """Opens a bundle.

    Args:
        directory: Path of the bundle, or of its download form, which is unpacked in memory; or the name of a pretrained
            model, see `lite_transformer_tf.pretrained()`. A path that exists comes first.
        threads: Number of threads of the interpreter. Defaults to `1`.
        limits: Bytes that the bundle's files may have. Defaults to `Limits()`.

    Returns:
        A `TFLiteCompleter` for a language model, otherwise a `TFLiteGenerator`.

    Raises:
        BundleError: The bundle is incomplete, damaged or has another schema version.
    """
    return BundleFiles(directory, limits).open(threads)


class BundleFiles:
    """The files of a bundle, read once, for any number of interpreters, which share their bytes.

    Args:
        directory: See `open_bundle`.
        limits: See `open_bundle`.

    Raises:
        BundleError: See `open_bundle`.
    """

    def __init__(self, directory: PathLike, limits: Limits = DEFAULT_LIMITS) -> None:
        self.manifest, contents = read_bundle(find_path(directory, RULE), limits)
        self._model = contents[MODEL_NAME]
        self._signatures = _check_signatures(self._model, self.manifest)
        check_contract(self.manifest)
        self._vocabularies = _vocabularies(contents, self.manifest)

    def open(self, threads: int = 1) -> TFLiteGenerator | TFLiteCompleter:
        """A generator or a completer with an interpreter of its own; see `open_bundle`."""
        model, manifest, vocabularies = self._model, self.manifest, self._vocabularies
        caches = manifest.step_caches
        if any(name.startswith("prefill") for name in self._signatures):  # only a language model's file reads a prompt
            completing = LanguageModelRunner(model, manifest.buckets, threads=threads, caches=caches)
            return TFLiteCompleter(completing, vocabularies["source"], manifest)
        pieces = {side: entry for side, entry in vocabularies.items() if not isinstance(entry, WordVocabulary)}
        if len(pieces) < 2:
            rule = "An encoder-decoder's vocabularies must be SentencePiece models, or dictionaries"
            raise BundleError(f"{rule}. Received: {manifest.vocabulary_files!r}")
        pad_id = manifest.special_ids["pad"]
        runner = Runner(model, manifest.buckets, manifest.beam_size, pad_id, threads=threads, caches=caches)
        limit = manifest.settings.get("max_source_tokens")
        return TFLiteGenerator(runner, pieces["source"], pieces["target"], manifest, limit, _rules(manifest))


def _rules(manifest: Manifest) -> AnswerRules:
    try:
        return AnswerRules.of(manifest.task, manifest.settings)
    except ValueError as error:
        raise BundleError(f"{MANIFEST_NAME}: {error}") from error


def _check_signatures(model: bytes, manifest: Manifest) -> list[str]:
    """The names of a model file's signatures, which must be those of the manifest."""
    try:
        table = describe_signatures(model)
    except Exception as error:  # malformed bytes make the schema's classes raise any error
        raise BundleError(f"{MODEL_NAME} must be a TFLite file of this library. Received: {error!r}") from error
    named = sorted({*table, *manifest.signatures})
    different = [name for name in named if table.get(name) != manifest.signatures.get(name)]
    if different:
        rule = f"The signatures of {MODEL_NAME} must be those of the manifest"
        raise BundleError(f"{rule}. Received: different tensors for {different}")
    return named


def _vocabularies(contents: Mapping[str, bytes], manifest: Manifest) -> dict[str, AnyVocabulary]:
    vocabularies = {side: _vocabulary(contents[name], name) for side, name in manifest.vocabulary_files.items()}
    for side, vocabulary in vocabularies.items():
        size = manifest.vocabulary_sizes[side]
        if vocabulary.size != size:
            raise BundleError(f"The {side} vocabulary must have {size} pieces. Received: {vocabulary.size}")
        ids = {name: getattr(vocabulary, f"{name}_id") for name in manifest.special_ids}
        if ids != dict(manifest.special_ids):
            rule = f"The special ids of the {side} vocabulary must be the manifest's, {dict(manifest.special_ids)}"
            raise BundleError(f"{rule}. Received: {ids}")
    return vocabularies


def _vocabulary(content: bytes, name: str) -> AnyVocabulary:
    try:
        return read_vocabulary(content, name)
    except ValueError as error:
        raise BundleError(f"A vocabulary of a bundle must be readable. Received: {name!r} ({error})") from error
