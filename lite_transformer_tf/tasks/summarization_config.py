"""The configuration of a summarization run: that of translation (`RunConfig`) with its own `data` section."""

from __future__ import annotations

from typing import Literal

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.evaluation.summarization import Lead
from lite_transformer_tf.settings import Text, require, section
from lite_transformer_tf.training.config import DataConfig, RunConfig


@section
class SummaryDataConfig(DataConfig):
    """The documents and summaries, and how they are cleaned and batched; see `data.summaries` and `TranslationData`.

    Args:
        source, target: Fields of the document and the summary in JSON Lines, or endings of two files.
        corpus: `"files"` in a data directory; `"docstrings"` of the installed packages; or `"tensorflow_datasets"`.
        dataset: Name of the data set, for the last of them.
        lead: The baseline beside every score: the first `"3 sentences"`, or `"10 words"`, of a document.
        cleaning: With `max_source_tokens`, to which longer documents are cut; no rule about the lengths' ratio.
        test, tokens_per_batch, on_disk: See `DataConfig`.
    """

    source: Text = "document"
    target: Text = "summary"
    corpus: Literal["files", "docstrings", "tensorflow_datasets"] = "files"  # type: ignore[assignment]
    cleaning: CleaningRules = CleaningRules(max_ratio=None, max_source_tokens=400)
    dataset: Text | None = None
    lead: Text = "3 sentences"

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            Lead.parse(self.lead)
        except ValueError:
            require(False, "lead", "must have the form '10 words' or '3 sentences'", self.lead)
        named = (self.dataset is not None) == (self.corpus == "tensorflow_datasets")
        require(named, "dataset", "and corpus: tensorflow_datasets go together", (self.corpus, self.dataset))


@section
class SummarizationConfig(RunConfig):
    """A whole run, see `RunConfig`."""

    data: SummaryDataConfig
