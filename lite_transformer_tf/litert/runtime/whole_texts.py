"""Opens a bundle for texts of any length, as users have them (docs/paragraphs.md)."""

from __future__ import annotations

from lite_transformer_tf.decoding.translator import Translator, of_whole_texts
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.limits import DEFAULT_LIMITS, Limits
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import BundleFiles


def open_bundle(
    directory: PathLike, *, threads: int = 1, limits: Limits = DEFAULT_LIMITS
) -> Translator | TFLiteGenerator | TFLiteCompleter:
    """Opens a bundle; `litert.runtime.open.open_bundle` opens one that reads each text as one sequence.

    Args:
        directory: Path of the bundle, or of its download form, which is unpacked in memory; or the name of a pretrained
            model, see `lite_transformer_tf.pretrained()`. A path that exists comes first.
        threads: Number of threads of the interpreter. Defaults to `1`.
        limits: Bytes that the bundle's files may have. Defaults to `Limits()`.

    Returns:
        A `Translator` for translation, a `TFLiteGenerator` for other tasks of an encoder-decoder, a `TFLiteCompleter`
        for a language model.

    Raises:
        BundleError: There is no such bundle, or it is incomplete, damaged or has another schema version.

    Example:
        open_bundle("everyday-en-fr").generate(["Where is the station?"])
    """
    files = BundleFiles(directory, limits)
    opened = files.open(threads)
    if isinstance(opened, TFLiteCompleter):
        return opened
    return of_whole_texts(opened, files.manifest.task, files.manifest.languages, files.manifest.settings)
