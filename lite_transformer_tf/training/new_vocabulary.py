"""Training that begins with a trained model under another vocabulary, as for another language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.models.saving import load_config
from lite_transformer_tf.restoring.stored import stored_weights
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.text import VocabularyPair
from lite_transformer_tf.training.fine_tuning import FineTuningTask
from lite_transformer_tf.training.task import M, Task

if TYPE_CHECKING:
    from lite_transformer_tf.text.vocabulary_pair import PieceVocabulary
    from lite_transformer_tf.training.config import TaskConfig

SPACE = "\u2581"


class NewVocabularyTask(FineTuningTask[M]):
    """A `run.Task` that begins with the weights of a model and has vocabularies of its own.

    The layers are the model's; a token that both vocabularies have keeps its embedding ("trivial transfer learning",
    Kocmi and Bojar 2018, with the tokens matched by name), and another one gets the mean embedding of its parts.

    Args:
        inner: The task.
        config: Its configuration; the `vocabulary` section is used.
        start: The model, see `find_model`.
        announce: Called with a line for people.

    Raises:
        FileNotFoundError: There is no such model.
        SettingsError: It was made for another task, has another architecture, or is no encoder-decoder.
    """

    def __init__(
        self, inner: Task[M], config: TaskConfig, start: PathLike, announce: Callable[[str], None] = lambda line: None
    ) -> None:
        super().__init__(inner, config, start)
        stored = load_config(self._start)
        if not isinstance(stored, LiteTransformerConfig):
            raise SettingsError(f"--new-vocabulary: --start must be an encoder-decoder. Received: {str(start)!r}")
        self._config, self._announce = stored, announce

    def prepare(self, directory: Path) -> None:
        self._inner.prepare(directory)
        self._vocabularies = VocabularyPair.load(directory)

    def build_model(self) -> M:
        weights, before = stored_weights(self._start), VocabularyPair.load(self._start)
        source, target, output = self._config.embedding_names
        tables = {
            source: (before.source, self._vocabularies.source),
            target: (before.target, self._vocabularies.target),
            output: (before.target, self._vocabularies.target),
        }
        for name, (old, new) in tables.items():
            weights[name] = carried(weights[name], old, new)
        for name, new in self._vocabularies.files.items():
            old = before.target if new is self._vocabularies.target else before.source
            self._announce(f"{name}: {shared(old, new):,} of {new.size:,} tokens are those of the model before")
        model = self._inner.build_model()
        model.assign_named_weights(weights)
        return model

    def command(self, trained: str) -> str:
        return f"{super().command(trained)} --new-vocabulary"


def _ids(vocabulary: PieceVocabulary) -> dict[str, int]:
    return {vocabulary.piece(number): number for number in range(vocabulary.size)}


def shared(before: PieceVocabulary, after: PieceVocabulary) -> int:
    """The number of tokens that two vocabularies have in common."""
    return len(_ids(before).keys() & _ids(after).keys())


def carried(table: np.ndarray, before: PieceVocabulary, after: PieceVocabulary) -> np.ndarray:
    """The embeddings of a vocabulary's tokens, from those of another vocabulary.

    Args:
        table: Embeddings of `before`, `(V, D)`, float32.
        before, after: The vocabularies.

    Returns:
        Embeddings `(W, D)`, float32: the same for a token that `before` has; otherwise the mean of those of the tokens
        into which `before` splits its text, and for a token without text the mean of all.
    """
    known, mean = _ids(before), table.mean(axis=0)
    rows = []
    for number in range(after.size):
        piece = after.piece(number)
        parts = [known[piece]] if piece in known else before.encode(piece.replace(SPACE, " "))
        if len(parts) > 1 and before.piece(parts[0]) == SPACE:
            parts = parts[1:]  # the space that every text begins with
        rows.append(table[parts].mean(axis=0) if parts else mean)
    return np.stack(rows).astype(np.float32)


def beginning_with(
    start: PathLike | None,
    task: Task[M],
    config: TaskConfig,
    new_vocabulary: bool = False,
    announce: Callable[[str], None] = lambda line: None,
) -> Task[M]:
    """The task as it is, or as one that begins with the model `start`, with its vocabularies or new ones.

    Raises:
        SettingsError: There is no model whose vocabulary could be another one, or the teacher has it; or see
            `FineTuningTask` and `NewVocabularyTask`.
    """
    if not new_vocabulary:
        return task if start is None else FineTuningTask(task, config, start)
    if start is None or config.training.distillation.teacher is not None:
        rule = "--new-vocabulary must come with --start, and without a teacher, whose vocabularies are used"
        raise SettingsError(f"{rule}. Received: --start {start!r}, {config.training.distillation.teacher!r}")
    return NewVocabularyTask(task, config, start, announce)
