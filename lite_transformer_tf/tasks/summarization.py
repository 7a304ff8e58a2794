"""Summarization: documents and summaries, the encoder-decoder, ROUGE beside the lead baseline."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.data.config import SummaryDataConfig
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.lead import Lead
from lite_transformer_tf.data.named_files import open_pairs
from lite_transformer_tf.data.parallel_text import Pair, ParallelText
from lite_transformer_tf.data.records import KNOWN_FIELDS
from lite_transformer_tf.data.splits import TranslationSplits, pair_splits
from lite_transformer_tf.data.summaries import (
    dataset_summary_splits,
    docstring_splits,
    find_summaries,
    find_summary_files,
)
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.options import DATA_DIR, SPLIT, Option, refuse
from lite_transformer_tf.tasks.sequence_to_sequence import (
    FIELDS,
    PAIRS,
    SOURCE,
    TARGET,
    Pairs,
    Scores,
    SequenceToSequence,
    records,
    two_files,
    with_fields,
)
from lite_transformer_tf.tasks.sources import locate_files, of_split, own_section
from lite_transformer_tf.tasks.task import StoredModel
from lite_transformer_tf.training.score import ROUGE_L

if TYPE_CHECKING:
    from lite_transformer_tf.data.config import DataSection
    from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
    from lite_transformer_tf.training.config import RunConfig

LEAD = Option(
    "--lead", "beginning of the document beside which ROUGE stands: '10 words' or '3 sentences' (default: the model's)",
    metavar="TEXT",
)  # fmt: skip


class Summarization(SequenceToSequence):
    """See `Task`."""

    name, model = "summarization", "summarization model"
    verb, answer, source = "summarize", "summary", "document"
    score = ROUGE_L
    bar = Option("--min-rouge", "exit with code 1 when ROUGE-L is below X", float, "X")
    recipe, example = "summarization_default", "acl_titles"
    files_recipe = "summarization_files"
    files = "train.jsonl, valid.jsonl and test.jsonl (or .tsv, .csv, or files ending in .document and .summary)"
    default_data = "the docstrings of the installed Python packages"
    downloads, whole_pairs = True, True
    data_config = SummaryDataConfig
    decoding_defaults = {"no_repeat_ngram": 3}
    evaluation_options = (*SequenceToSequence.evaluation_options, PAIRS, FIELDS, LEAD, bar)

    @property
    def config(self) -> type[SummarizationConfig]:
        from lite_transformer_tf.tasks.summarization_config import SummarizationConfig

        return SummarizationConfig

    def locate(self, settings: DataSection, directory: PathLike | None) -> Found[Pair] | None:
        data = own_section(settings, SummaryDataConfig)
        names = data.source, data.target
        if data.dataset is not None:  # tensorflow-datasets finds its own files
            return None

        def find(folder: PathLike, validation: bool) -> Found[Pair]:
            return find_summary_files(folder, names, test=data.test, validation=validation)

        embedded = "is made from installed packages"
        return locate_files(data, directory, embedded, lambda corpus: open_pairs(corpus, names), find)

    def load(self, settings: DataSection, directory: PathLike | None, *, download: bool = False) -> TranslationSplits:
        data = own_section(settings, SummaryDataConfig)
        if data.dataset is not None:  # corpus: tensorflow_datasets
            where: dict[str, Any] = {"data_directory": directory, "download": download}
            return dataset_summary_splits(data.dataset, (data.source, data.target), test=data.test, **where)
        if download:
            rule = "Only data sets of tensorflow-datasets are downloaded"
            raise SettingsError(f"{rule}. Received: --download with data.corpus: {data.corpus}")
        found = self.locate(data, directory)
        return docstring_splits() if found is None else pair_splits(found, data.hold_out)

    def measure(self, hypotheses: Sequence[str], pairs: Pairs, settings: Mapping[str, Any]) -> Scores:
        from lite_transformer_tf.evaluation.summarization import score_summaries

        documents, references = [source for source, _ in pairs], [target for _, target in pairs]
        return score_summaries(hypotheses, references, documents, _lead(settings))

    def score_lines(self, scores: Scores, settings: Mapping[str, Any]) -> list[str]:
        heading = f"{'':10s} {'model':>7s} {'lead':>7s}   lead: the first {_lead(settings)} of the document"
        rows = [
            f"{name:10s} {entry['score']:7.2f} {entry['lead']:7.2f}   {entry['signature']}"
            for name, entry in scores.items()
        ]
        return [heading, *rows]

    def title(self, config: RunConfig) -> str:
        if config.data.corpus == "files":
            return f"{config.data.source} to {config.data.target}"
        return f"summaries of {own_section(config.data, SummaryDataConfig).dataset or 'docstrings'}"

    def settings(self, config: RunConfig) -> dict[str, Any]:
        decoding = config.decoding.replace(n_best=1).to_saved()
        lead = _lead({"lead": own_section(config.data, SummaryDataConfig).lead})
        return {**super().settings(config), "lead": str(lead), "decoding": decoding}

    def facts(self, config: RunConfig, count: int, scores: Scores) -> dict[str, Any]:
        told = {name: {"score": entry["score"], "signature": entry["signature"]} for name, entry in scores.items()}
        told |= {
            f"{name} of the first {entry['lead_is']}": {"score": entry["lead"], "signature": entry["signature"]}
            for name, entry in scores.items()
        }
        embedded = own_section(config.data, SummaryDataConfig).corpus == "docstrings"
        origin = "docstrings of installed Python packages" if embedded else "documents and summaries"
        return {"data": f"{count} pairs: {origin}", "scores": told}

    def evaluation_settings(self, model: StoredModel, arguments: Namespace) -> Mapping[str, Any]:
        if find_spec("rouge_score") is None:  # told before texts are answered; to import it takes seconds
            raise ModuleNotFoundError("ROUGE needs the package rouge-score", name="rouge_score")
        lead = LEAD.value(arguments)
        settings = model.settings if lead is None else {**model.settings, "lead": lead}
        _lead(settings)
        return settings

    def test_set(self, model: StoredModel, arguments: Namespace) -> Iterable[tuple[str, str]]:
        directory = DATA_DIR.value(arguments)
        if PAIRS.value(arguments) is not None:
            rule = "is not used with --pairs: give --pairs, or --source and --target, or --data-dir, only one of them"
            refuse((SOURCE, TARGET, DATA_DIR, SPLIT), arguments, rule)
            return records(arguments)
        if files := two_files(arguments):
            refuse((FIELDS,), arguments, "is not used with --source and --target")
            return ParallelText.from_files(*files)
        split = SPLIT.value(arguments) or "test"
        if directory is not None:
            fields = tuple(FIELDS.value(arguments) or KNOWN_FIELDS[0])
            return with_fields(find_summaries(directory, split, fields), arguments)
        refuse((FIELDS,), arguments, "is for --pairs or --data-dir")
        return of_split(docstring_splits, split)


def _lead(settings: Mapping[str, Any]) -> Lead:
    lead = settings.get("lead")
    return Lead() if lead is None else Lead.parse(lead)


SUMMARIZATION = Summarization()
run_summarization = SUMMARIZATION.run
