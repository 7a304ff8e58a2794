"""The configuration of a summarization run: that of the encoder-decoder's tasks (`RunConfig`), with a `data` section of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.evaluation.summarization import Lead
from lite_transformer_tf.training.config import DataConfig, RunConfig, _check


@dataclass(frozen=True)
class SummaryDataConfig(DataConfig):
    """The documents and summaries, and how they are cleaned and batched; see `data.summaries` and `TranslationData`.

    Args:
        source, target: fields of the document and the summary in JSON Lines, or endings of two files.
        corpus: `"files"` in a data directory; `"docstrings"` of the installed packages; or `"tensorflow_datasets"`.
        dataset: name of the data set, for the last of them.
        lead: the baseline that every score stands beside: the first `"3 sentences"`, or `"10 words"`, of a document.
        cleaning: with `max_source_tokens`, to which longer documents are cut; no rule about the lengths' ratio.
        test, tokens_per_batch, on_disk: see `DataConfig`.
    """

    source: str = "document"
    target: str = "summary"
    corpus: Literal["files", "docstrings", "tensorflow_datasets"] = "files"  # type: ignore[assignment]
    cleaning: CleaningRules = field(default_factory=lambda: CleaningRules(max_ratio=None, max_source_tokens=400))
    dataset: str | None = None
    lead: str = "3 sentences"

    def __post_init__(self) -> None:
        Lead.parse(self.lead)
        named = (self.dataset is not None) == (self.corpus == "tensorflow_datasets")
        _check((named, "dataset and corpus: tensorflow_datasets go together", (self.corpus, self.dataset)))


@dataclass(frozen=True)
class SummarizationConfig(RunConfig):
    """A whole run, see `RunConfig`."""

    data: SummaryDataConfig
