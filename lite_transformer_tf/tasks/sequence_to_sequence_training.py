"""A task of the encoder-decoder as `run_training` takes it: vocabularies, batches, validation by real decoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.parallel_text import ParallelText, is_whole
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.data.tokenised import counted
from lite_transformer_tf.data.translation import TranslationData
from lite_transformer_tf.decoding.answers import AnswerRules
from lite_transformer_tf.decoding.confidence import NAME as CONFIDENCE
from lite_transformer_tf.decoding.keras_generator import KerasGenerator
from lite_transformer_tf.evaluation.calibration import LEAST_ANSWERS, calibrate
from lite_transformer_tf.evaluation.generation import generate_timed
from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.lines import as_lines, one_line
from lite_transformer_tf.models.lite_transformer import LiteTransformer
from lite_transformer_tf.models.saving import save_model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.text import VocabularyPair, is_blank
from lite_transformer_tf.training.display import Counting, silent
from lite_transformer_tf.training.precision import in_float32

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.training.config import RunConfig
    from lite_transformer_tf.training.score import Score

CALIBRATION_SENTENCES = 1000  # at most so many of the validation set calibrate the confidence
CHECK_SENTENCES = 200  # of the validation set, kept with the model: an export compares its file with the model on them
VALIDATION_TOKENS = 2048  # of a batch, at least: a pair that is too long for training is validated all the same


class PairTask(Protocol):
    """What a training asks of its task, see `SequenceToSequence`."""

    name: ClassVar[str]
    answer: ClassVar[str]
    source: ClassVar[str]
    score: ClassVar[Score]
    whole_pairs: ClassVar[bool]
    has_confidence: ClassVar[bool]

    def measure(
        self, hypotheses: Sequence[str], pairs: Sequence[tuple[str, str]], settings: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]: ...

    def title(self, config: RunConfig) -> str: ...

    def facts(self, config: RunConfig, count: int, scores: dict[str, dict[str, Any]]) -> dict[str, Any]: ...

    def settings(self, config: RunConfig) -> dict[str, Any]: ...

    def figures(self, config: RunConfig) -> dict[str, Any]: ...


def whole_pairs(task: PairTask, text: ParallelText) -> tuple[ParallelText, int]:
    """The pairs of a validation or test set, in memory, that lack no text; and how many do.

    Raises:
        ValueError: No pair is left.
    """
    left_out = LeftOut()
    pairs = list(text.read(left_out))
    kept = [pair for pair in pairs if is_whole(pair)]
    if not kept:
        received = f"{text.name}, {len(pairs)} pairs, none of them whole"
        raise ValueError(f"At least one pair must have a {task.source} and a {task.answer}. Received: {received}")
    return ParallelText(text.name, None, tuple(kept), left_out), len(pairs) - len(kept)


class SequenceToSequenceTraining:
    """See `run.Task`.

    Args:
        task: The task.
        config: Configuration of the run.
        splits: Training, validation and test text; the last two in memory.
        announce: Called with lines for people.

    Raises:
        ValueError: No pair of the validation or test set has both texts, where the task needs them.
    """

    counting: Counting = staticmethod(silent)
    callbacks: Sequence[keras.callbacks.Callback] = ()
    teacher: Teacher | None = None

    def __init__(
        self, task: PairTask, config: RunConfig, splits: TranslationSplits, announce: Callable[[str], None]
    ) -> None:
        self.name, self.score, self.title = task.name, task.score, task.title(config)
        self._task, self._splits, self._announce = task, splits, announce
        self._config = config.fitted(splits.train)
        self._empty: dict[str, int] = {}
        if task.whole_pairs:
            valid, empty = whole_pairs(task, splits.valid)
            test, empty_test = whole_pairs(task, splits.test) if splits.test else (None, 0)
            self._empty = {"validation": empty, "test": empty_test}
            self._splits = replace(splits, valid=valid, test=test)
        self._generators: dict[int, KerasGenerator] = {}

    def _command(self) -> str:
        """How to make the model again: the run keeps its merged configuration."""
        settings = self._config.data
        data = " --data-dir DIR" if settings.corpus == "files" and not settings.files.train else ""
        return f"python -m train {self.name} --config RUN/config.yaml{data} --output NEW_RUN"

    def fingerprint(self) -> dict[str, str]:
        parts = {"train": self._splits.train, "validation": self._splits.valid, "test": self._splits.test}
        return {name: text.digest() for name, text in parts.items() if text is not None}

    def prepare(self, directory: Path) -> None:
        data, seed = self._config.data, self._config.training.seed
        self.vocabularies = self._vocabularies(directory)
        for name, vocabulary in self.vocabularies.files.items():
            if vocabulary.learnt_from is not None:
                self._announce(f"{name}: {vocabulary.learnt_from}")
        cache = directory / "tokenised" if data.on_disk else None
        assert data.tokens_per_batch is not None  # fitted
        room = max(data.tokens_per_batch, VALIDATION_TOKENS)
        keep_all = CleaningRules(max_tokens=None, max_ratio=None, max_source_tokens=data.cleaning.max_source_tokens)
        self._valid_data = TranslationData(
            self._splits.valid, self.vocabularies, rules=keep_all, shuffle=False, tokens_per_batch=room
        )  # first: it is small, and may be empty
        text, batch = self._splits.train, data.tokens_per_batch
        with self.counting("tokenising", "pairs") as count:
            self.data = TranslationData(
                text,
                self.vocabularies,
                rules=data.cleaning,
                seed=seed,
                cache=cache,
                pool=data.pool,
                count=count,
                tokens_per_batch=batch,
                sentences_per_batch=data.sentences_per_batch,
                noise=data.noise,
                numbers=data.numbers,
            )
        if self._splits.notice:
            self._announce(self._splits.notice)
        for notice in self.data.notices:
            self._announce(notice)
        if self.data.pools > 1:
            self._announce(f"training data: {self.data.pools} pools of about {len(self.data) // self.data.pools} pairs")
        for name, found in (("training", self.data), ("validation", self._valid_data)):
            self._announce(f"{name} data: {found.cleaning}")
            if found.left_out:
                self._announce(f"{name} data: unusable are {found.left_out}")
        if self._splits.test and self._splits.test.left_out.total:
            self._announce(f"test data: unusable are {self._splits.test.left_out}")
        if (counts := self.data.changed())[1]:
            where = "the first epoch" if self.data.pools == 1 else "the first epoch's first pool"
            self._announce(f"noise and numbers: {counts[1]} of the {counts[0]} examples of {where} are changed")
        for corpus in self._corpora():
            self._announce("{name}: {pairs} pairs, weight {weight:g}: {draws} per epoch".format(**corpus))

    def _corpora(self) -> list[dict[str, Any]]:
        """Name, pairs, weight and draws per epoch of each training corpus; empty for a single one without a weight."""
        corpora = [
            {"name": name, "pairs": count, "weight": weight, "draws": drawn}
            for (name, count, weight), drawn in zip(self.data.corpora, self.data.draws, strict=True)
        ]
        return corpora if len(corpora) > 1 or corpora[0]["weight"] != 1 else []

    def _vocabularies(self, directory: Path) -> VocabularyPair:
        """Those stored in the run, or new ones."""
        try:
            return VocabularyPair.load(directory)
        except FileNotFoundError:
            pass
        settings, train = self._config.vocabulary, self._splits.train
        with self.counting("reading for the vocabulary", "texts") as count:
            pair = VocabularyPair.train(
                counted(train.sources(), count),
                counted(train.targets(), count),
                settings.size,
                settings.kind,
                joint=settings.joint,
                target_size=settings.target_size,
                character_coverage=settings.character_coverage,
                max_sentences=settings.max_sentences,
                seed=settings.seed,
                at_most=True,
                split_digits=settings.split_digits,
            )
        sizes = (settings.size, settings.target_size or settings.size)
        for vocabulary, size in zip(pair.files.values(), sizes):
            if vocabulary.size < size:
                self._announce(f"vocabulary: {vocabulary.size} pieces, for the text supports no {size}")
        pair.save(directory)
        return pair

    def build_model(self) -> LiteTransformer:
        model = LiteTransformer(self._config.build_model_config(*self.vocabularies.sizes))
        model.initialize()
        return model

    def _generator(self, model: LiteTransformer) -> KerasGenerator:
        """One generator a model, so that its graphs are built once."""
        if id(model) not in self._generators:
            longest = self._config.data.cleaning.max_source_tokens
            self._generators = {
                id(model): KerasGenerator(
                    model,
                    self.vocabularies.source,
                    self.vocabularies.target,
                    max_source_tokens=longest,
                    rules=AnswerRules.of(self.name, {}),
                )
            }
        return self._generators[id(model)]

    def validate(self, model: LiteTransformer, decode: bool, final: bool = False) -> dict[str, Any]:
        logs = model.evaluate(self._valid_data.dataset(), verbose=0, return_dict=True)
        figures: dict[str, Any] = {"loss": float(logs["loss"]), "nll": float(logs["nll"])}
        if decode:
            settings, options = self._config.training.validation, self._config.decoding.replace(n_best=1)
            if not final:
                options = options.replace(beam_size=settings.beam_size)
            pairs = list(self._splits.valid)[: settings.sentences]
            timed = generate_timed(self._generator(model), [source for source, _ in pairs], options)
            scores = self._task.measure(timed.texts, pairs, self._task.settings(self._config))
            figures[self.score.name] = scores[self.score.name]["score"]
            figures["answers"], figures["empty"] = len(pairs), sum(not text.strip() for text in timed.texts)
            figures["decoding_seconds"] = round(timed.seconds, 3)
        return figures

    def test(self, model: LiteTransformer, directory: Path) -> dict[str, Any]:
        if self._splits.test is None:
            return {}
        pairs = list(self._splits.test)
        generator = self._generator(in_float32(model, self.build_model))
        timed = generate_timed(generator, [source for source, _ in pairs], self._config.decoding.replace(n_best=1))
        atomic_write_text(directory / "test_hypotheses.txt", as_lines(timed.texts))
        scores = self._task.measure(timed.texts, pairs, self._task.settings(self._config))
        return {
            self.score.name: scores[self.score.name]["score"],
            "scores": scores,
            "speed": timed.speed(),
            "truncated": generator.truncated,
        }

    def describe(self) -> dict[str, Any]:
        figures: dict[str, Any] = {
            **self._task.figures(self._config),
            "vocabulary_sizes": list(self.vocabularies.sizes),
            "cleaning": self.data.cleaning.to_dict(),
            "validation_cleaning": self._valid_data.cleaning.to_dict(),
            "batches_per_epoch": self.data.steps_per_epoch,
            "target_tokens_per_epoch": self.data.tokens_per_epoch,
            "padding": round(self.data.padding(), 4),
        }
        figures |= {"corpora": corpora} if (corpora := self._corpora()) else {}
        return {**figures, "left_out_as_empty": self._empty} if self._task.whole_pairs else figures

    def save(self, model: LiteTransformer, directory: Path, test: dict[str, Any]) -> None:
        settings = {**self._task.settings(self._config), **self._confidence(model)}
        save_model(model, self.vocabularies, directory, task=self.name, settings=settings)
        atomic_write_text(directory / "check_sentences.txt", as_lines(self._check_sentences()))
        facts = self._task.facts(self._config, len(self.data), test.get("scores", {}))
        atomic_write_json(directory / "card.json", {**facts, "training_command": self._command()})

    def _confidence(self, model: LiteTransformer) -> dict[str, Any]:
        """The setting `confidence`, fitted to the finished model's answers; none where it has too few of them."""
        if not self._task.has_confidence:
            return {}
        pairs = [pair for pair in self._splits.valid if is_whole(pair)][:CALIBRATION_SENTENCES]
        if len(pairs) < LEAST_ANSWERS:
            self._announce(f"confidence: none, it needs {LEAST_ANSWERS} validation pairs. Received: {len(pairs)}")
            return {}
        options = self._config.decoding.replace(n_best=1)
        generator = self._generator(in_float32(model, self.build_model))
        timed = generate_timed(generator, [source for source, _ in pairs], options)
        found = calibrate(timed.hypotheses, [target for _, target in pairs], options)
        self._announce(
            f"confidence: calibrated on {found['sentences']} validation sentences, {found['acceptable']:.1%} of the "
            f"answers acceptable, held-out error {found['held_out_error']:.4f}"
        )
        return {CONFIDENCE: found}

    def _check_sentences(self) -> list[str]:
        """The first sources of the validation set, as much of them as the model reads."""
        sentences = [one_line(source) for source, _ in self._splits.valid if not is_blank(source)][:CHECK_SENTENCES]
        longest = self._config.data.cleaning.max_source_tokens
        if longest is None:
            return sentences
        vocabulary = self.vocabularies.source
        return [
            text if len(ids := vocabulary.encode(text)) <= longest else vocabulary.decode(ids[:longest])
            for text in sentences
        ]
