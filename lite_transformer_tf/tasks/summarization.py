"""Summarization as a training task: documents and summaries, the encoder-decoder, ROUGE beside the lead baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from lite_transformer_tf.data.parallel_text import ParallelText
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.data.summaries import dataset_summary_splits, docstring_splits, find_summary_splits
from lite_transformer_tf.evaluation.summarization import Lead, score_summaries
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.sequence_to_sequence import Scores, SequenceToSequenceTask, run_task
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig, SummaryDataConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.run import RunResult
from lite_transformer_tf.training.score import ROUGE_L
from lite_transformer_tf.training.threads import configure_threads


def without_empty(text: ParallelText) -> tuple[ParallelText, int]:
    """The pairs of a validation or test set in memory, those left out that lack a document or a summary; and how many lacked one.

    Raises:
        ValueError: no pair is left.
    """
    pairs = list(text)
    kept = [pair for pair in pairs if pair[0].strip() and pair[1].strip()]
    if not kept:
        raise ValueError(
            f"At least one pair must have a document and a summary. Received: {text.name}, {len(pairs)} pairs, none of them whole"
        )
    return ParallelText.from_pairs(kept, text.name), len(pairs) - len(kept)


def load_splits(
    settings: SummaryDataConfig, directory: PathLike | None, *, download: bool = False
) -> TranslationSplits:
    """The pairs that the settings name.

    Args:
        settings: the `data` section.
        directory: of the files, or of tensorflow-datasets' prepared data; `None` for the embedded corpus.
        download: whether a data set may be downloaded.

    Raises:
        SettingsError: a directory is missing, or is given with the embedded corpus.
        FileNotFoundError, ValueError: see `find_summary_splits` and `dataset_summary_splits`.
    """
    fields = settings.source, settings.target
    if settings.corpus == "tensorflow_datasets":
        assert settings.dataset is not None  # see SummaryDataConfig
        return dataset_summary_splits(
            settings.dataset, fields, test=settings.test, data_directory=directory, download=download
        )
    if settings.corpus == "files":
        if directory is None:
            raise SettingsError("A configuration with data.corpus: files needs a data directory. Received: none")
        return find_summary_splits(directory, fields, test=settings.test)
    if directory is not None:
        raise SettingsError(
            f"The corpus {settings.corpus} is made from installed packages and needs no data directory. Received: {str(directory)!r}"
        )
    return docstring_splits()


class SummarizationTask(SequenceToSequenceTask):
    """See `run.Task`.

    Args:
        config: of the run.
        splits: training, validation and test pairs.

    Raises:
        ValueError: no pair of the validation or test set has both texts.
    """

    name = "summarization"
    score = ROUGE_L

    def __init__(self, config: SummarizationConfig, splits: TranslationSplits) -> None:
        valid, empty = without_empty(splits.valid)
        test, empty_test = without_empty(splits.test) if splits.test else (None, 0)
        self._empty = {"validation": empty, "test": empty_test}
        self._lead = Lead.parse(config.data.lead)
        super().__init__(config, TranslationSplits(splits.train, valid, test))
        self.title = (
            f"{config.data.source} to {config.data.target}"
            if config.data.corpus == "files"
            else f"summaries of {config.data.dataset or 'docstrings'}"
        )

    def measure(self, hypotheses: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Scores:
        return score_summaries(hypotheses, [target for _, target in pairs], [source for source, _ in pairs], self._lead)

    def settings(self) -> dict[str, Any]:
        decoding = dataclasses.asdict(self._config.decoding.replace(n_best=1))
        return {**super().settings(), "lead": str(self._lead), "decoding": decoding}

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "left_out_as_empty": self._empty}

    def card(self, scores: Scores) -> dict[str, Any]:
        told = {name: {"score": entry["score"], "signature": entry["signature"]} for name, entry in scores.items()}
        told |= {
            f"{name} of the first {entry['lead_is']}": {"score": entry["lead"], "signature": entry["signature"]}
            for name, entry in scores.items()
        }
        origin = (
            "docstrings of installed Python packages"
            if self._config.data.corpus == "docstrings"
            else "documents and summaries"
        )
        return {"data": f"{len(self.data)} pairs: {origin}", "scores": told}


def run_summarization(
    config: SummarizationConfig,
    data_directory: PathLike | None,
    output: PathLike,
    display: Display | None = None,
    splits: TranslationSplits | None = None,
    *,
    download: bool = False,
    start: PathLike | None = None,
) -> RunResult:
    """Trains a summarization model in the run directory `output`: begins, goes on where it stopped, or finds it finished.

    Args:
        config: of the run, see `training.summarization_config`.
        data_directory: where the files of the splits lie; `None` with the embedded corpus.
        output: the run's directory, see `training.run`.
        display: shows the progress.
        splits: pairs to use instead of those that the configuration names.
        download: whether a data set of tensorflow-datasets may be downloaded.
        start: a trained model to begin with, see `FineTuningTask`; `None` begins anew.

    Raises:
        see `load_splits`, `FineTuningTask` and `run_training`.

    Example:
        config = load_settings(SummarizationConfig, "train/configs/acl_titles.yaml")
        result = run_summarization(config, "data/acl-abstract-title", "runs/titles")
        result.figures["test"]["scores"]["rougeL"]  # {"score": ..., "lead": ..., ...}
    """
    configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
    task = SummarizationTask(config, splits or load_splits(config.data, data_directory, download=download))
    return run_task(task, config, output, display, start)
