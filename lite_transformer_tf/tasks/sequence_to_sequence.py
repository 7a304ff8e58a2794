"""What the tasks of the encoder-decoder share: pairs of texts, SentencePiece vocabularies, validation and test by real decoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.cleaning import CleaningRules
from lite_transformer_tf.data.splits import TranslationSplits
from lite_transformer_tf.data.translation import TranslationData
from lite_transformer_tf.evaluation.generation import generate_timed
from lite_transformer_tf.files import PathLike, atomic_write_json, atomic_write_text
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.text import VocabularyPair
from lite_transformer_tf.training.config import RunConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.fine_tuning import beginning_with
from lite_transformer_tf.training.precision import in_float32
from lite_transformer_tf.training.run import RunResult, run_training
from lite_transformer_tf.training.score import Score

CHECK_SENTENCES = 200  # of the validation set, kept with the model: an export compares its file with the model on them

Scores = dict[str, dict[str, Any]]
"""Name to `{"score": float, "signature": str, ...}`."""


class SequenceToSequenceTask:
    """See `run.Task`; a subclass says what it is called, how its texts are scored, and what its card tells.

    Args:
        config: of the run.
        splits: training, validation and test text; the last two in memory.

    Attributes:
        announce: called with a line for people after the data are prepared; does nothing by default.
    """

    name: str
    score: Score
    title: str
    callbacks: Sequence[Any] = ()
    teacher: Teacher | None = None

    def __init__(self, config: RunConfig, splits: TranslationSplits) -> None:
        self._config, self._splits = config, splits
        self._generators: dict[int, Any] = {}
        self.announce: Callable[[str], None] = lambda line: None

    def measure(self, hypotheses: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Scores:
        """Scores of one hypothesis for each pair; the one that `score` names is among them."""
        raise NotImplementedError

    def _command(self) -> str:
        """How to make the model again: the run keeps its merged configuration."""
        embedded = self._config.data.corpus != "files"
        return f"python -m train {self.name} --config RUN/config.yaml{'' if embedded else ' --data-dir DIR'} --output NEW_RUN"

    def card(self, scores: Scores) -> dict[str, Any]:
        """Facts for the model's card, see `ModelFacts`; `scores` on the test set, empty when there is none."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """What the model's directory keeps besides the model, for those who use it."""
        longest = self._config.data.cleaning.max_source_tokens
        return {} if longest is None else {"max_source_tokens": longest}

    def fingerprint(self) -> dict[str, str]:
        parts = {"train": self._splits.train, "validation": self._splits.valid, "test": self._splits.test}
        return {name: text.digest() for name, text in parts.items() if text is not None}

    def prepare(self, directory: Path) -> None:
        data, seed = self._config.data, self._config.training.seed
        self.vocabularies = self._vocabularies(directory)
        cache = directory / "tokenised" if data.on_disk else None
        options: dict[str, Any] = {"tokens_per_batch": data.tokens_per_batch}
        self.data = TranslationData(
            self._splits.train, self.vocabularies, rules=data.cleaning, seed=seed, cache=cache, **options
        )
        keep_all = CleaningRules(max_tokens=None, max_ratio=None, max_source_tokens=data.cleaning.max_source_tokens)
        self._valid_data = TranslationData(
            self._splits.valid, self.vocabularies, rules=keep_all, shuffle=False, **options
        )
        self.announce(f"training data: {self.data.cleaning}")
        self.announce(f"validation data: {self._valid_data.cleaning}")

    def _vocabularies(self, directory: Path) -> VocabularyPair:
        """Those stored in the run, or new ones."""
        try:
            return VocabularyPair.load(directory)
        except FileNotFoundError:
            pass
        settings, train = self._config.vocabulary, self._splits.train
        pair = VocabularyPair.train(
            train.sources(),
            train.targets(),
            settings.size,
            settings.kind,
            joint=settings.joint,
            target_size=settings.target_size,
            character_coverage=settings.character_coverage,
        )
        pair.save(directory)
        return pair

    def build_model(self) -> Any:
        from lite_transformer_tf.models.lite_transformer import LiteTransformer

        model = LiteTransformer(self._config.build_model_config(*self.vocabularies.sizes))
        model.initialize()
        return model

    def _generator(self, model: Any) -> Any:
        """One generator a model, so that its graphs are built once."""
        from lite_transformer_tf.decoding.keras_generator import KerasGenerator

        if id(model) not in self._generators:
            longest = self._config.data.cleaning.max_source_tokens
            self._generators = {
                id(model): KerasGenerator(
                    model, self.vocabularies.source, self.vocabularies.target, max_source_tokens=longest
                )
            }
        return self._generators[id(model)]

    def validate(self, model: Any, decode: bool, final: bool = False) -> dict[str, Any]:
        logs = model.evaluate(self._valid_data.dataset(), verbose=0, return_dict=True)
        figures: dict[str, Any] = {"loss": float(logs["loss"]), "nll": float(logs["nll"])}
        if decode:
            settings, options = self._config.training.validation, self._config.decoding.replace(n_best=1)
            if not final:
                options = options.replace(beam_size=settings.beam_size)
            pairs = list(self._splits.valid)[: settings.sentences]
            timed = generate_timed(self._generator(model), [source for source, _ in pairs], options)
            figures[self.score.name] = self.measure(timed.texts, pairs)[self.score.name]["score"]
            figures["decoding_seconds"] = round(timed.seconds, 3)
        return figures

    def test(self, model: Any, directory: Path) -> dict[str, Any]:
        if self._splits.test is None:
            return {}
        pairs = list(self._splits.test)
        generator = self._generator(in_float32(model, self.build_model))
        timed = generate_timed(generator, [source for source, _ in pairs], self._config.decoding.replace(n_best=1))
        atomic_write_text(directory / "test_hypotheses.txt", "".join(f"{one_line(text)}\n" for text in timed.texts))
        scores = self.measure(timed.texts, pairs)
        return {
            self.score.name: scores[self.score.name]["score"],
            "scores": scores,
            "speed": timed.speed(),
            "truncated": generator.truncated,
        }

    def describe(self) -> dict[str, Any]:
        return {
            "vocabulary_sizes": list(self.vocabularies.sizes),
            "cleaning": self.data.cleaning.to_dict(),
            "validation_cleaning": self._valid_data.cleaning.to_dict(),
            "batches_per_epoch": self.data.steps_per_epoch,
            "target_tokens_per_epoch": self.data.tokens_per_epoch,
            "padding": round(self.data.padding(), 4),
        }

    def save(self, model: Any, directory: Path, test: dict[str, Any]) -> None:
        from lite_transformer_tf.models.saving import save_model

        save_model(model, self.vocabularies, directory, task=self.name, settings=self.settings())
        atomic_write_text(directory / "check_sentences.txt", "".join(f"{text}\n" for text in self._check_sentences()))
        atomic_write_json(
            directory / "card.json", {**self.card(test.get("scores", {})), "training_command": self._command()}
        )

    def _check_sentences(self) -> list[str]:
        """The first sources of the validation set, as much of them as the model reads."""
        sentences = [one_line(source) for source, _ in self._splits.valid if source.strip()][:CHECK_SENTENCES]
        longest = self._config.data.cleaning.max_source_tokens
        if longest is None:
            return sentences
        vocabulary = self.vocabularies.source
        return [
            text if len(ids := vocabulary.encode(text)) <= longest else vocabulary.decode(ids[:longest])
            for text in sentences
        ]


def run_task(
    task: SequenceToSequenceTask,
    config: RunConfig,
    output: PathLike,
    display: Display | None = None,
    start: PathLike | None = None,
) -> RunResult:
    """`run_training`, with a line about the data; `start` is a model to begin with."""
    display = display or Display(config.training.epochs)
    task.announce = display.line
    return run_training(beginning_with(start, task, config), config, output, display)
