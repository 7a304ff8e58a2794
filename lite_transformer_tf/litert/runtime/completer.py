"""Completes texts with a language model's TFLite file and its vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.decoding.completion import Completer
from lite_transformer_tf.litert.runtime.language_model_runner import LanguageModelRunner, LanguageModelState

if TYPE_CHECKING:
    from lite_transformer_tf.bundle.manifest import Manifest
    from lite_transformer_tf.text.single_vocabulary import AnyVocabulary


class TFLiteCompleter(Completer):
    """Completes texts with a `LanguageModelRunner` (docs/sampling.md).

    Thread-safe: `complete` waits for the calls of other threads, and open streams take turns token by token. A stream
    itself is read by one thread at a time.

    A text ends at the latest when the file's largest bucket is full.

    Args:
        runner: Runner of the model file.
        vocabulary: Vocabulary of the model.
        manifest: Manifest of the bundle. Defaults to `None`.
    """

    capacity: int

    def __init__(
        self, runner: LanguageModelRunner, vocabulary: AnyVocabulary, manifest: Manifest | None = None
    ) -> None:
        super().__init__(vocabulary, runner.capacity, runner.turns)
        self.runner, self.manifest = runner, manifest

    def start(self, ids: Sequence[int]) -> LanguageModelState:
        """Reads the beginning of a text, including its leading `eos`; see `LanguageModelRunner.prefill`."""
        return self.runner.prefill(ids)
