"""A bundle directory: written whole or not at all, and refused when a byte of it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lite_transformer_tf.files import PathLike, atomic_directory
from lite_transformer_tf.text.single_vocabulary import AnyVocabulary, read_vocabulary
from lite_transformer_tf.text.vocabulary import Vocabulary
from lite_transformer_tf.tflite.completer import TFLiteCompleter
from lite_transformer_tf.tflite.download import unpack_file
from lite_transformer_tf.tflite.entropy import PackedDataError
from lite_transformer_tf.tflite.generator import TFLiteGenerator
from lite_transformer_tf.tflite.language_model_runner import LanguageModelRunner
from lite_transformer_tf.tflite.manifest import MANIFEST_NAME, MODEL_NAME, BundleError, FileInfo, Manifest
from lite_transformer_tf.tflite.runner import Runner
from lite_transformer_tf.tflite.tensor_table import describe_signatures


def write_bundle(directory: PathLike, manifest: Manifest, files: Mapping[str, bytes], *, overwrite: bool = False) -> Manifest:
    """Writes a bundle: the files, and the manifest with their sizes and hashes.

    Args:
        directory: a new or empty one, or with `overwrite` another bundle, which it replaces.
        manifest: its `files` are filled in here.
        files: name -> content, the model and the vocabularies among them.

    Returns:
        the manifest as written.

    Raises:
        FileExistsError: the directory may not be replaced.
        BundleError: the written bundle does not open again; nothing is left then.
    """
    complete = replace(manifest, files={name: FileInfo.of(content) for name, content in sorted(files.items())})
    with atomic_directory(directory, overwrite=overwrite, marker=MANIFEST_NAME) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        (temporary / MANIFEST_NAME).write_text(complete.to_json(), encoding="utf-8")
        open_bundle(temporary)
    return complete


def read_manifest(directory: PathLike) -> Manifest:
    """The manifest of a bundle, a directory or its download form.

    Raises:
        BundleError: it is no bundle, or one of another schema version.
    """
    if Path(directory).is_file():
        return _manifest_of(_unpacked(Path(directory), (MANIFEST_NAME,)), directory)
    path = Path(directory) / MANIFEST_NAME
    if not path.is_file():
        raise BundleError(f"A bundle is a directory with a {MANIFEST_NAME}. Received: {str(directory)!r}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"{MANIFEST_NAME} must be JSON in UTF-8. Received: {error}") from error
    return Manifest.from_json(text)


def _unpacked(path: Path, names: tuple[str, ...] | None = None) -> dict[str, bytes]:
    try:
        return unpack_file(path.read_bytes(), names)
    except PackedDataError as error:
        raise BundleError(f"A bundle is a directory with a {MANIFEST_NAME}, or its download form. Received: {str(path)!r} ({error})") from error


def _manifest_of(files: Mapping[str, bytes], path: PathLike) -> Manifest:
    if MANIFEST_NAME not in files:
        raise BundleError(f"A packed bundle must hold a {MANIFEST_NAME}. Received: none in {str(path)!r}")
    return Manifest.from_json(files[MANIFEST_NAME].decode("utf-8", "replace"))


def read_files(directory: PathLike, manifest: Manifest) -> dict[str, bytes]:
    """The contents of a bundle's files, each checked against the manifest; of a directory or its download form.

    Raises:
        BundleError: a file is missing, or its size or hash is another.
    """
    contents = {}
    packed = _unpacked(Path(directory)) if Path(directory).is_file() else None
    for name, expected in manifest.files.items():
        path = Path(directory) / name
        content = packed.get(name) if packed is not None else path.read_bytes() if path.is_file() else None
        if content is None:
            raise BundleError(f"A bundle must hold every file of its manifest. Received: no {name!r} in {str(directory)!r}")
        actual = FileInfo.of(content)
        if actual != expected:
            raise BundleError(
                f"A file of a bundle must be what its manifest says, {expected.size} bytes with SHA-256 {expected.sha256}. "
                f"Received: {name!r} of {actual.size} bytes with SHA-256 {actual.sha256}; the bundle is damaged, copy or export it again"
            )
        contents[name] = content
    return contents


def open_bundle(directory: PathLike, *, threads: int = 1) -> TFLiteGenerator | TFLiteCompleter:
    """Opens a bundle.

    Args:
        directory: the bundle, or its download form, which is unpacked in memory.
        threads: threads of the interpreter.

    Returns:
        what generates with it: a `TFLiteCompleter` for a language model, otherwise a `TFLiteGenerator`.

    Raises:
        BundleError: the bundle is incomplete, damaged or of another schema version.
    """
    manifest = read_manifest(directory)
    contents = read_files(directory, manifest)
    model = contents[MODEL_NAME]
    try:
        table = describe_signatures(model)
    except Exception as error:  # the schema's classes raise whatever malformed bytes lead them to
        raise BundleError(f"{MODEL_NAME} must be a TFLite file of this library. Received: {error!r}") from error
    if table != manifest.signatures:
        different = sorted(set(table) ^ set(manifest.signatures)) or sorted(name for name in table if table[name] != manifest.signatures[name])
        raise BundleError(f"The signatures of {MODEL_NAME} must be those of the manifest. Received: other ones for {different}")
    vocabularies: dict[str, AnyVocabulary] = {}
    for side, name in manifest.vocabulary_files.items():
        vocabulary = _vocabulary(contents[name], name)
        if vocabulary.size != manifest.vocabulary_sizes[side]:
            raise BundleError(f"The {side} vocabulary must have {manifest.vocabulary_sizes[side]} pieces. Received: {vocabulary.size}")
        vocabularies[side] = vocabulary
    if manifest.task == "language-model":
        return TFLiteCompleter(LanguageModelRunner(model, manifest.buckets, threads=threads), vocabularies["source"], manifest)
    pieces = {side: vocabulary for side, vocabulary in vocabularies.items() if isinstance(vocabulary, Vocabulary)}
    if len(pieces) < 2:
        raise BundleError(f"An encoder-decoder's vocabularies must be SentencePiece models. Received: {manifest.vocabulary_files!r}")
    runner = Runner(model, manifest.buckets, manifest.beam_size, manifest.special_ids["pad"], threads=threads)
    return TFLiteGenerator(runner, pieces["source"], pieces["target"], manifest, manifest.settings.get("max_source_tokens"))


def _vocabulary(content: bytes, name: str) -> AnyVocabulary:
    try:
        return read_vocabulary(content, name)
    except ValueError as error:
        raise BundleError(f"A vocabulary of a bundle must be readable. Received: {name!r} ({error})") from error
