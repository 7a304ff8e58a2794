"""The configuration of a summarization run: that of translation (`RunConfig`) with its own `data` section."""

from __future__ import annotations

from lite_transformer_tf.data.config import SummaryDataConfig
from lite_transformer_tf.settings import section
from lite_transformer_tf.training.config import RunConfig


@section
class SummarizationConfig(RunConfig):
    """A whole run, see `RunConfig`."""

    data: SummaryDataConfig
