"""The section `data` of a run's configuration: which texts, from which files, and how they become batches.

Nothing here needs TensorFlow, so that a program knows its files, and says what is missing, before it loads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from annotated_types import Interval, MinLen

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.embedded import EmbeddedCorpus
from lite_transformer_tf.data.formats import FORMATS
from lite_transformer_tf.data.lead import Lead
from lite_transformer_tf.data.noise import AnyShare, NoiseConfig
from lite_transformer_tf.settings import PositiveInt, Text, require, section

TOKENS_PER_BATCH = 4096  # of a corpus that is large enough
POOL = 500_000  # pairs
Paths = Annotated[tuple[Text, ...], MinLen(1)]
Weight = Annotated[float, Interval(gt=0, le=1000)]
HoldOut = Annotated[float, Interval(ge=0, le=0.5)]


@section
class CorpusConfig:
    """One corpus, by its files, or one that the package holds.

    Args:
        path: A file of records (.tsv, .csv, .jsonl); a file of lines; for pairs also the source's file when `target`
            names the other, or what the names of two files have in common, as `train` of `train.en` and `train.fr`; or
            a .zip that holds two such files. Plain or packed. A relative path begins at the configuration file. A
            path with wildcards (`*`, `?`, `[...]`) names many files, the shards of one corpus, sorted by name.
        target: File of the targets, whose lines belong to those of `path`; a pattern with the same wildcards when
            `path` is one.
        paths: Shards of one corpus in this order, instead of `path`; patterns or plain paths.
        targets: Files of the targets of `paths`, as many.
        format: Format of the records. Defaults to what the file's name tells.
        fields: Names of the texts' fields in JSON Lines, a dot leading into an object, or of the columns in a header.
            Defaults to usual names, see docs/data.md.
        columns: Numbers of the texts' columns in a table, from 1.
        header: Whether the first row of a table names its columns. Defaults to whether it has the names looked for.
        weight: How often an epoch draws each text on average; of training texts only.
        corpus: An embedded corpus of pairs, instead of `path`, in the direction of the languages: `"travel_phrases"`
            and `"everyday_phrases"`, English and French; `"number_frames"`, English and German or Spanish;
            `"phrasebook"`, and `"essentials"`, the part of it that must never be wrong, English and French, German or
            Spanish.
        split: Split of that corpus. Defaults to that of the place where it is named.
        swapped: Whether sources and targets change places: the corpus then trains the other direction.
    """

    path: Text | None = None
    target: Text | None = None
    paths: Paths | None = None
    targets: Paths | None = None
    format: Text | None = None
    fields: Annotated[tuple[Text, ...], MinLen(1)] | None = None
    columns: Annotated[tuple[PositiveInt, ...], MinLen(1)] | None = None
    header: bool | None = None
    weight: Weight = 1.0
    corpus: EmbeddedCorpus | None = None
    split: Literal["train", "valid", "test"] | None = None
    swapped: bool = False

    def __post_init__(self) -> None:
        one = sum(given is not None for given in (self.path, self.paths, self.corpus)) == 1
        require(one, "path", "or corpus must be given, or paths, and only one of them", self.path)
        require(self.split is None or self.corpus is not None, "split", "is for an embedded corpus", self.split)
        of_files = self.target, self.targets, self.format, self.fields, self.columns, self.header
        bare = self.corpus is None or of_files == (None,) * len(of_files)
        require(bare, "corpus", "has no target, targets, format, fields, columns or header", self.corpus)
        require(self.target is None or self.path is not None, "target", "needs path", self.target)
        count, both = len(self.paths or ()), len(self.targets or ())
        require(self.targets is None or count == both, "targets", f"must have an entry per path, {count}", self.targets)
        known = list(FORMATS)
        require(self.format in (None, *known), "format", f"must be one of {known}, or be null", self.format)
        records = self.format, self.fields, self.columns, self.header
        lines = (self.target or self.targets) is None or records == (None,) * len(records)
        require(
            lines,
            "target",
            "is for two files of lines, which have no format, fields, columns or header",
            self.target or self.targets,
        )
        require(self.fields is None or self.columns is None, "columns", "and fields exclude each other", self.columns)
        tables = self.format is None or FORMATS[self.format].columns
        require(tables or self.columns is None, "columns", f"are for tables, not for {self.format}", self.columns)
        require(tables or self.header is None, "header", f"is for tables, not for {self.format}", self.header)


@section
class FilesConfig:
    """The files of a data set, instead of a data directory.

    Args:
        train: Corpora for training; empty when a data directory is given.
        validation: Corpora for validation; without any some training texts are held out.
        test: Corpora for the test.
    """

    train: tuple[CorpusConfig, ...] = ()
    validation: tuple[CorpusConfig, ...] = ()
    test: tuple[CorpusConfig, ...] = ()

    def __post_init__(self) -> None:
        for name in ("validation", "test"):
            corpora: tuple[CorpusConfig, ...] = getattr(self, name)
            require(not corpora or bool(self.train), "train", f"must be given beside {name}", list(self.train))
            weights = [corpus.weight for corpus in corpora]
            require(set(weights) <= {1.0}, name, "has no weights: all of it is used", weights)


class DataSection(Protocol):
    """What the section `data` of any task has."""

    @property
    def corpus(self) -> str:
        """`"files"`, or the name of an embedded corpus."""
        ...

    @property
    def files(self) -> FilesConfig:
        """The files, where the configuration names them."""
        ...

    @property
    def hold_out(self) -> float | None:
        """Share of the training texts that is held out when there is no validation set; `None` chooses it."""
        ...


def check_sources(settings: DataSection) -> None:
    """Raises `BrokenRule` when files are named beside an embedded corpus."""
    named = settings.corpus == "files" or not settings.files.train
    require(named, "files", "need corpus: files", settings.corpus)
    validated = not settings.files.train or bool(settings.files.validation) or settings.hold_out != 0
    require(validated, "files.validation", "must be given with hold_out: 0", list(settings.files.validation))


@section
class DataConfig:
    """The parallel text and how it is cleaned and batched; see `data.find_splits` and `TranslationData`.

    Args:
        source, target: Languages, which are also the endings of the files (`train.en`, or `train.en.gz`).
        corpus: `"files"`, of a data directory or named by `files`, or one that the package holds for these languages,
            in either direction: `"travel_phrases"`, `"everyday_phrases"`, `"number_frames"` or `"phrasebook"`
            (`"essentials"` have no test set).
        test: Stem of the test set's files, when the directory has several.
        tokens_per_batch: Largest batch, in padded tokens of the longer side. `None` means 4,096, or less for a small
            corpus, so that an epoch has several batches: see `RunConfig.fitted`.
        sentences_per_batch: Most pairs of a batch, `None` for any number. Without a limit the shortest pairs are in a
            few huge batches, and are learnt in as few updates.
        cleaning: Which training pairs are left out.
        on_disk: Keeps the token ids in files in the run's directory, for a corpus too large for memory, see
            docs/data.md.
        pool: Pairs that are sorted by length and shuffled together, with `on_disk`; only these are in memory. A corpus
            of no more has the same batches as without `on_disk`.
        files: The files, instead of a data directory.
        hold_out: Share of the training texts that is held out when there is no validation set; `None` chooses by their
            number, 0 refuses to train without one.
        extra: Further corpora for training, beside those of the directory or of `files`.
        noise: How often training sources are disturbed, see `NoiseConfig`.
        numbers: Share of the training pairs whose numbers are replaced by drawn ones in every epoch, of those that have
            the same numbers on both sides.
    """

    source: Text
    target: Text
    corpus: Literal["files", EmbeddedCorpus] = "files"
    test: Text = "test"
    tokens_per_batch: Annotated[int, Interval(ge=2)] | None = None
    sentences_per_batch: PositiveInt | None = None
    cleaning: CleaningRules = CleaningRules()
    on_disk: bool = False
    pool: PositiveInt = POOL
    files: FilesConfig = FilesConfig()
    hold_out: HoldOut | None = None
    extra: tuple[CorpusConfig, ...] = ()
    noise: NoiseConfig = NoiseConfig()
    numbers: AnyShare = 0.0

    def __post_init__(self) -> None:
        cut, room = self.cleaning.max_source_tokens, (self.tokens_per_batch or TOKENS_PER_BATCH) - 1
        fits = cut is None or cut <= room
        require(fits, "cleaning.max_source_tokens", f"must leave room for eos in a batch, at most {room}", cut)
        require(self.corpus == "files" or not self.extra, "extra", "needs corpus: files", self.corpus)
        require(self.on_disk or self.pool == POOL, "pool", "needs on_disk: true", self.pool)
        check_sources(self)


@section
class SummaryDataConfig(DataConfig):
    """The documents and summaries, and how they are cleaned and batched; see `data.summaries` and `TranslationData`.

    Args:
        source, target: Fields of the document and the summary in records, or endings of two files.
        corpus: `"files"`, of a data directory or named by `files`; `"docstrings"` of the installed packages; or
            `"tensorflow_datasets"`.
        dataset: Name of the data set, for the last of them.
        lead: The baseline beside every score: the first `"3 sentences"`, or `"10 words"`, of a document.
        cleaning: With `max_source_tokens`, to which longer documents are cut; no rule about the lengths' ratio.
        test, tokens_per_batch, sentences_per_batch, on_disk, pool, files, hold_out: See `DataConfig`.
        extra, noise, numbers: Not for summaries.
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
        require(not self.extra, "extra", "is for translation", self.extra)
        require(not self.noise, "noise", "is for translation", self.noise)
        require(not self.numbers, "numbers", "are for translation", self.numbers)


@section
class LanguageDataConfig:
    """The text and how it becomes batches; see `data.find_text_splits` and `data.language_modeling`.

    Args:
        corpus: `"files"`, of a data directory or named by `files`, or `"python_docs"`, the documentation that every
            CPython ships.
        order: `"shuffled"` blocks; `"lines"`: whole lines, shuffled, as many per row as fit; or `"streams"`: the text
            cut into `batch_size` parts that run side by side.
        unique: Leaves out training texts that occur twice, or in the validation or test set, compared by their letters
            and digits.
        block: Tokens per row.
        batch_size: Rows per batch. `None` means 32, or an eighth of the blocks of a small text.
        files, hold_out: See `DataConfig`.
    """

    corpus: Literal["files", "python_docs"] = "files"
    order: Literal["shuffled", "lines", "streams"] = "shuffled"
    unique: bool = False
    block: Annotated[int, Interval(ge=2)] = 128
    batch_size: PositiveInt | None = None
    files: FilesConfig = FilesConfig()
    hold_out: HoldOut | None = None

    def __post_init__(self) -> None:
        check_sources(self)
        require(self.corpus == "files" or not self.unique, "unique", "needs corpus: files", self.unique)
        ordered = "must be 1 with order: streams, which reads the whole text in its order"
        for part in ("train", "validation", "test"):
            for number, corpus in enumerate(getattr(self.files, part)):
                place = f"files.{part}[{number}]"
                require(self.order != "streams" or corpus.weight == 1, f"{place}.weight", ordered, corpus.weight)
                require(corpus.target is None, f"{place}.target", "is for pairs of texts", corpus.target)
                require(corpus.targets is None, f"{place}.targets", "are for pairs of texts", corpus.targets)
                require(corpus.corpus is None, f"{place}.corpus", "is for pairs of texts", corpus.corpus)
                require(not corpus.swapped, f"{place}.swapped", "is for pairs of texts", corpus.swapped)


def located(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Settings of a run with the paths of `data.files` and `data.extra` made absolute; relative ones begin at `folder`.

    Whatever has not the form of such a section is left as it is, for the check of settings to find.
    """

    def absolute(corpus: object) -> object:
        if not isinstance(corpus, Mapping):
            return corpus
        one = {name: beginning(corpus[name]) for name in ("path", "target") if name in corpus}
        many = {
            name: list(map(beginning, corpus[name]))
            for name in ("paths", "targets")
            if isinstance(corpus.get(name), (list, tuple))
        }
        return {**corpus, **one, **many}

    def beginning(path: object) -> object:
        return str((folder / Path(path).expanduser()).absolute()) if isinstance(path, str) and path else path

    def corpora(value: object) -> object:
        return [absolute(corpus) for corpus in value] if isinstance(value, list) else value

    data = settings.get("data")
    if not isinstance(data, Mapping):
        return dict(settings)
    found = dict(data)
    if isinstance(files := data.get("files"), Mapping):
        found["files"] = {name: corpora(value) for name, value in files.items()}
    if "extra" in data:
        found["extra"] = corpora(data["extra"])
    return {**settings, "data": found}
