"""Translation as a training task: parallel text, SentencePiece vocabularies, the encoder-decoder, BLEU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lite_transformer_tf.data import TranslationSplits, embedded_splits, find_splits
from lite_transformer_tf.evaluation import score_translations
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.sequence_to_sequence import Scores, SequenceToSequenceTask, run_task
from lite_transformer_tf.training.config import DataConfig, RunConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.run import RunResult
from lite_transformer_tf.training.score import BLEU
from lite_transformer_tf.training.threads import configure_threads

EMBEDDED_LANGUAGES = ("en", "fr")


def load_splits(settings: DataConfig, directory: PathLike | None) -> TranslationSplits:
    """The texts that the settings name; validation and test sets in memory.

    Args:
        settings: the `data` section.
        directory: of the files; `None` for the embedded corpus.

    Raises:
        SettingsError: a directory is missing, or is given with the embedded corpus; or that corpus lacks the languages.
        FileNotFoundError, ValueError: see `data.find_splits`.
    """
    if settings.corpus == "files":
        if directory is None:
            raise SettingsError("A configuration with data.corpus: files needs a data directory. Received: none")
        splits = find_splits(directory, settings.source, settings.target, test=settings.test)
    else:
        languages = (settings.source, settings.target)
        if directory is not None:
            raise SettingsError(
                f"The corpus {settings.corpus} is part of the package and needs no data directory. Received: {str(directory)!r}"
            )
        if sorted(languages) != sorted(EMBEDDED_LANGUAGES):
            raise SettingsError(
                f"The corpus {settings.corpus} has the languages {EMBEDDED_LANGUAGES}. Received: {languages!r}"
            )
        splits = embedded_splits()
        if languages != EMBEDDED_LANGUAGES:
            splits = TranslationSplits(*(part and part.swapped() for part in (splits.train, splits.valid, splits.test)))  # type: ignore[arg-type]
    return TranslationSplits(splits.train, splits.valid.in_memory(), splits.test.in_memory() if splits.test else None)


class TranslationTask(SequenceToSequenceTask):
    """See `run.Task`.

    Args:
        config: of the run.
        splits: training, validation and test text.
    """

    name = "translation"
    score = BLEU

    def __init__(self, config: RunConfig, splits: TranslationSplits) -> None:
        super().__init__(config, splits)
        self.title = f"{config.data.source} to {config.data.target}"

    def measure(self, hypotheses: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Scores:
        return score_translations(hypotheses, [target for _, target in pairs])

    def describe(self) -> dict[str, Any]:
        return {"languages": [self._config.data.source, self._config.data.target], **super().describe()}

    def card(self, scores: Scores) -> dict[str, Any]:
        data = self._config.data
        origin = (
            "the travel phrases of this library"
            if data.corpus == "travel_phrases"
            else f"{len(self.data)} sentence pairs"
        )
        told = {name: scores[name] for name in ("bleu", "chrf") if name in scores}
        return {
            "languages": [data.source, data.target],
            "data": f"{origin}, {data.source} to {data.target}",
            "scores": told,
        }


def run_translation(
    config: RunConfig,
    data_directory: PathLike | None,
    output: PathLike,
    display: Display | None = None,
    splits: TranslationSplits | None = None,
    *,
    start: PathLike | None = None,
) -> RunResult:
    """Trains a translation model in the run directory `output`: begins, goes on where it stopped, or finds it finished.

    Args:
        config: of the run, see `training.config`.
        data_directory: where the files of the three splits lie; `None` with an embedded corpus.
        output: the run's directory, see `training.run`.
        display: shows the progress.
        splits: texts to use instead of those that the configuration names.
        start: a trained model to begin with, see `FineTuningTask`; `None` begins anew.

    Raises:
        see `load_splits`, `FineTuningTask` and `run_training`.

    Example:
        config = load_run_config("train/configs/multi30k_en_de.yaml")
        result = run_translation(config, "data/multi30k", "runs/multi30k")
        result.figures["test"]["bleu"]
    """
    configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
    task = TranslationTask(config, splits or load_splits(config.data, data_directory))
    return run_task(task, config, output, display, start)
