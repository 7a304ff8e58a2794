"""What the tasks of the encoder-decoder share: pairs of texts, answers by greedy and beam search, a test set."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.data.config import DataConfig
from lite_transformer_tf.data.corpus import Corpus, LeftOut
from lite_transformer_tf.data.parallel_text import ParallelText, is_whole
from lite_transformer_tf.data.records import KNOWN_FIELDS, RecordText
from lite_transformer_tf.decoding.options import DecodingOptions, Generator
from lite_transformer_tf.decoding.translator import of_whole_texts
from lite_transformer_tf.tasks.imported import FAIRSEQ_BATCH, pad_as_fairseq
from lite_transformer_tf.tasks.options import (
    DATA_DIR,
    DECODING,
    SPLIT,
    Option,
    OptionError,
    at_least_one,
    given_options,
    refuse,
)
from lite_transformer_tf.tasks.task import Evaluation, StoredModel, Task

if TYPE_CHECKING:
    from lite_transformer_tf.data.splits import TranslationSplits
    from lite_transformer_tf.decoding.keras_generator import KerasGenerator
    from lite_transformer_tf.litert.graph.compiler import GraphOptions
    from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
    from lite_transformer_tf.tasks.sequence_to_sequence_training import SequenceToSequenceTraining
    from lite_transformer_tf.training.config import RunConfig

Pairs = Sequence[tuple[str, str]]
Scores = dict[str, dict[str, Any]]
"""Name to `{"score": float, "signature": str, ...}`."""

STEP = 32  # lengths of buckets are multiples of it

SOURCE = Option("--source", "texts to answer, one per line, plain, .gz or .zst")
TARGET = Option("--target", "their references")
SENTENCES = Option("--sentences", "only the first N", int, "N")

REFERENCES = Option("--references", "answers to the check set, line by line: the bundle gets scores")
PAIRS = Option("--pairs", "texts and references in one file, .jsonl, .tsv or .csv, plain or packed")
FIELDS = Option("--fields", "fields of a .jsonl file (default: document summary)", metavar=("SOURCE", "TARGET"))
BEAM_SIZE = Option("--beam-size", "rows of beam_step; 1 leaves it out (default: 4)", int, "N")
LANGUAGES = Option("--languages", "language codes for the manifest and the card", metavar=("FROM", "TO"))


class SequenceToSequence(Task["RunConfig", "TranslationSplits"]):
    """A task of the encoder-decoder. A subclass says what it is called, which data it has, and how answers are scored.

    Attributes:
        answer, source: What the model writes, and what it reads, in words.
        decoding_defaults: Options of decoding that differ from those of `DecodingOptions`.
        longer: What is done with a text that is longer than a file reads, in words.
        whole_pairs: Whether pairs of the validation and test sets that lack a text are left out.
        has_confidence: Whether training calibrates a confidence of answers: one reference must tell a good answer.
    """

    answer: ClassVar[str]
    source: ClassVar[str]
    decoding_defaults: ClassVar[Mapping[str, Any]] = {}
    longer: ClassVar[str] = "longer text is refused, never cut"
    whole_pairs: ClassVar[bool] = False
    has_confidence: ClassVar[bool] = False
    model_config = LiteTransformerConfig
    data_config: ClassVar[type[DataConfig]] = DataConfig
    evaluation_options: ClassVar[tuple[Option, ...]] = (
        SOURCE,
        TARGET,
        DATA_DIR,
        SPLIT,
        SENTENCES,
        FAIRSEQ_BATCH,
        *DECODING,
    )
    export_options: ClassVar[tuple[Option, ...]] = (REFERENCES, PAIRS, FIELDS, BEAM_SIZE, LANGUAGES)

    # What a subclass says

    @abstractmethod
    def measure(self, hypotheses: Sequence[str], pairs: Pairs, settings: Mapping[str, Any]) -> Scores:
        """Scores of one hypothesis for each pair; the one that `score` names is among them.

        Args:
            hypotheses: Answers of a model.
            pairs: Sources and references.
            settings: Settings that were saved with the model.
        """

    @abstractmethod
    def title(self, config: RunConfig) -> str:
        """Heading of a run."""

    @abstractmethod
    def facts(self, config: RunConfig, count: int, scores: Scores) -> dict[str, Any]:
        """Facts for the model's card, see `ModelFacts`.

        Args:
            config: Configuration of the run.
            count: Number of training pairs.
            scores: Scores on the test set; empty without one.
        """

    @abstractmethod
    def test_set(self, model: StoredModel, arguments: Namespace) -> Iterable[tuple[str, str]]:
        """The pairs that the arguments of `evaluate` name."""

    def settings(self, config: RunConfig) -> dict[str, Any]:
        """What is saved with the model, for those who use it."""
        longest = config.data.cleaning.max_source_tokens
        return {} if longest is None else {"max_source_tokens": longest}

    def figures(self, config: RunConfig) -> dict[str, Any]:
        """Figures for a run's report besides those of all tasks."""
        return {}

    def score_lines(self, scores: Scores, settings: Mapping[str, Any]) -> list[str]:
        """Scores as a table."""
        return [f"{name:26s} {entry['score']:6.2f}   {entry['signature']}" for name, entry in scores.items()]

    # The rest

    @property
    def config(self) -> type[RunConfig]:
        from lite_transformer_tf.training.config import RunConfig

        return RunConfig

    def make(
        self, config: RunConfig, data: TranslationSplits, announce: Callable[[str], None] = lambda line: None
    ) -> SequenceToSequenceTraining:
        from lite_transformer_tf.tasks.sequence_to_sequence_training import SequenceToSequenceTraining

        return SequenceToSequenceTraining(self, config, data, announce)

    def default_options(self, settings: Mapping[str, Any], beam_limit: int | None = None) -> DecodingOptions:
        """Options of decoding when the caller gives none: those saved with the model, otherwise those of the task.

        Args:
            settings: Settings that were saved with the model; `decoding` has options by name.
            beam_limit: Largest beam that the opened model can search with. None if any.

        Raises:
            ValueError: This version does not know the saved options.
        """
        saved = settings.get("decoding", {})
        try:
            options = DecodingOptions(**{**self.decoding_defaults, **saved})
        except (TypeError, ValueError) as error:
            rule = "The decoding options saved with a model must be those of this version"
            raise ValueError(f"{rule}. Received: {saved!r} ({error})") from error
        return options.within(beam_limit)

    def open(self, model: StoredModel, **settings: Any) -> Generator:
        return of_whole_texts(self.open_sequences(model, **settings), self.name, model.languages, model.settings)

    def open_sequences(self, model: StoredModel, **settings: Any) -> KerasGenerator | TFLiteGenerator:
        """What reads each text as one sequence, as in training and in evaluation; see `open`."""
        if not model.is_bundle:
            from lite_transformer_tf.decoding.answers import AnswerRules
            from lite_transformer_tf.decoding.keras_generator import KerasGenerator
            from lite_transformer_tf.models.saving import load_model

            rules = AnswerRules.of(self.name, model.settings)  # refuses settings before the model is read
            keras, vocabularies = load_model(model.folder)
            longest = model.settings.get("max_source_tokens")
            return KerasGenerator(
                keras, vocabularies.source, vocabularies.target, max_source_tokens=longest, rules=rules
            )
        from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
        from lite_transformer_tf.litert.runtime.open import open_bundle

        opened = open_bundle(model.folder, **settings)
        if not isinstance(opened, TFLiteGenerator):
            raise ValueError(f"A bundle for {self.name} must hold an encoder-decoder. Received: {model.path!r}")
        return opened

    def evaluate(self, model: StoredModel, arguments: Namespace) -> Evaluation:
        from lite_transformer_tf.evaluation.calibration import trust_figures, trust_lines
        from lite_transformer_tf.evaluation.generation import answer_timed

        settings = self.evaluation_settings(model, arguments)
        limit = at_least_one(SENTENCES, arguments)
        pairs, messages = self._pairs(self.test_set(model, arguments), limit)
        generator = self.open_sequences(model)
        pad_as_fairseq(model, generator, pairs, at_least_one(FAIRSEQ_BATCH, arguments))
        options = given_options(arguments, self.default_options(settings, generator.beam_limit))
        timed, failures = answer_timed(generator, [source for source, _ in pairs], options, messages.append)
        scores, speed, truncated = self.measure(timed.texts, pairs, settings), timed.speed(), generator.truncated
        trust = trust_figures(timed.hypotheses, [target for _, target in pairs])
        figures = {"scores": scores, "trust": trust, "speed": speed, "options": dataclasses.asdict(options)}
        lines = self.score_lines(scores, settings)
        lines.append(
            f"{speed['sentences']} sentences in {speed['seconds']:.1f} s, {speed['tokens_per_second']:.0f} tokens/s"
        )
        lines += trust_lines(trust)
        if trust["copy_faults"]:
            messages.append(f"{trust['copy_faults']} answers have faults that the copy check found (docs/trust.md)")
        if truncated:
            messages.append(f"{truncated} texts are longer than the model reads and were cut")
        if failures:
            messages.append(f"{failures} texts could not be answered and count as empty")
        return Evaluation(
            scores[self.score.name]["score"],
            {**figures, "untranslated": failures, "truncated": truncated},
            lines,
            messages,
            timed.texts,
            failures,
        )

    def evaluation_settings(self, model: StoredModel, arguments: Namespace) -> Mapping[str, Any]:
        """The saved settings, with those that the arguments of `evaluate` change."""
        return model.settings

    def _pairs(self, found: Iterable[tuple[str, str]], limit: int | None) -> tuple[list[tuple[str, str]], list[str]]:
        """The test set, and what must be said about it."""
        left_out = LeftOut()
        pairs = list(found.read(left_out) if isinstance(found, Corpus) else found)
        kept = [pair for pair in pairs if not self.whole_pairs or is_whole(pair)]
        lacking = len(pairs) - len(kept)
        if not kept:
            raise ValueError(f"The test set must hold at least one pair of texts. Received: {len(pairs)} pairs")
        messages = [f"unusable pairs are left out: {left_out}"] if left_out.total else []
        if lacking:
            messages.append(f"{lacking} of {len(pairs)} pairs lack a {self.source} or a {self.answer} and are left out")
        return kept[:limit], messages

    def default_graph(
        self, settings: Mapping[str, Any], beam_size: int | None = None, buckets: Sequence[int] | None = None
    ) -> GraphOptions:
        from lite_transformer_tf.litert.graph.compiler import DEFAULT_BUCKETS, GraphOptions

        options = {} if beam_size is None else {"beam_size": beam_size}
        if buckets:
            return GraphOptions(tuple(buckets), **options)
        longest = settings.get("max_source_tokens")
        if longest is None:
            return GraphOptions(DEFAULT_BUCKETS, **options)
        last = -(-(longest + 1) // STEP) * STEP
        smaller, bucket = [], DEFAULT_BUCKETS[0]
        while bucket < last:
            smaller.append(bucket)
            bucket *= 2
        return GraphOptions((*smaller, last), **options)

    def check_set(self, data: TranslationSplits, limit: int | None = None) -> tuple[list[str], list[str]]:
        test = data.test if data.test is not None else data.valid
        pairs = [pair for pair in test if is_whole(pair)][:limit]
        return [source for source, _ in pairs], [target for _, target in pairs]

    def calibration_texts(self, data: TranslationSplits) -> list[str]:
        return list(data.valid.sources())


def two_files(arguments: Namespace) -> tuple[str, str] | None:
    """The files of --source and --target; None without them.

    Raises:
        OptionError: Only one is given, or --data-dir or --split as well.
    """
    source, target = SOURCE.value(arguments), TARGET.value(arguments)
    if source is None and target is None:
        return None
    rule = "is not used with --source and --target: give the files or a directory, not both"
    refuse((DATA_DIR, SPLIT), arguments, rule)
    if source is None or target is None:
        raise OptionError("A test set is needed of two files: give both --source FILE and --target FILE.")
    return source, target


def records(arguments: Namespace) -> Iterable[tuple[str, str]]:
    """The pairs of the file that --pairs names; see `with_fields` for errors."""
    fields = tuple(FIELDS.value(arguments) or KNOWN_FIELDS[0])
    return with_fields(RecordText.from_file(PAIRS.value(arguments), fields), arguments)


def with_fields(text: ParallelText, arguments: Namespace) -> ParallelText:
    """`text` itself, if it has the fields that --fields names.

    Raises:
        OptionError: --fields is given for a file without fields.
    """
    if FIELDS.value(arguments) and isinstance(text, RecordText) and text.format and text.format.columns:
        rule = f"--fields is for .jsonl files: a .{text.format.name} file has columns"
        raise OptionError(f"{rule}. Received: {text.name!r}")
    return text
