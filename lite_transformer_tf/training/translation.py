"""Translation as a training task: parallel text, SentencePiece vocabularies, the encoder-decoder, BLEU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lite_transformer_tf.data import CleaningRules, TranslationData, TranslationSplits, embedded_splits, find_splits
from lite_transformer_tf.evaluation import generate_timed, score_translations
from lite_transformer_tf.files import PathLike, atomic_write_json, atomic_write_text
from lite_transformer_tf.lines import one_line
from lite_transformer_tf.text import VocabularyPair
from lite_transformer_tf.training.config import DataConfig, RunConfig
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.run import RunResult, run_training
from lite_transformer_tf.training.settings import SettingsError
from lite_transformer_tf.training.threads import configure_threads

EMBEDDED_LANGUAGES = ("en", "fr")
CHECK_SENTENCES = 200  # of the validation set, kept with the model: an export compares its file with the model on them


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
            raise SettingsError(f"The corpus {settings.corpus} is part of the package and needs no data directory. Received: {str(directory)!r}")
        if sorted(languages) != sorted(EMBEDDED_LANGUAGES):
            raise SettingsError(f"The corpus {settings.corpus} has the languages {EMBEDDED_LANGUAGES}. Received: {languages!r}")
        splits = embedded_splits()
        if languages != EMBEDDED_LANGUAGES:
            splits = TranslationSplits(*(part and part.swapped() for part in (splits.train, splits.valid, splits.test)))  # type: ignore[arg-type]
    return TranslationSplits(splits.train, splits.valid.in_memory(), splits.test.in_memory() if splits.test else None)


class TranslationTask:
    """See `run.Task`.

    Args:
        config: of the run.
        splits: training, validation and test text.
    """

    name = "translation"

    def __init__(self, config: RunConfig, splits: TranslationSplits) -> None:
        self._config, self._splits = config, splits
        self._generators: dict[int, Any] = {}
        self.title = f"{config.data.source} to {config.data.target}"

    def fingerprint(self) -> dict[str, str]:
        parts = {"train": self._splits.train, "validation": self._splits.valid, "test": self._splits.test}
        return {name: text.digest() for name, text in parts.items() if text is not None}

    def prepare(self, directory: Path) -> None:
        data, seed = self._config.data, self._config.training.seed
        self.vocabularies = self._vocabularies(directory)
        cache = directory / "tokenised" if data.on_disk else None
        options: dict[str, Any] = {"tokens_per_batch": data.tokens_per_batch}
        self.data = TranslationData(self._splits.train, self.vocabularies, rules=data.cleaning, seed=seed, cache=cache, **options)
        keep_all = CleaningRules(max_tokens=None, max_ratio=None)
        self._valid_data = TranslationData(self._splits.valid, self.vocabularies, rules=keep_all, shuffle=False, **options)

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
        from lite_transformer_tf.decoding.generator import KerasGenerator

        if id(model) not in self._generators:
            self._generators = {id(model): KerasGenerator(model, self.vocabularies.source, self.vocabularies.target)}
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
            figures["bleu"] = score_translations(timed.texts, [target for _, target in pairs])["bleu"]["score"]
            figures["decoding_seconds"] = round(timed.seconds, 3)
        return figures

    def test(self, model: Any, directory: Path) -> dict[str, Any]:
        if self._splits.test is None:
            return {}
        pairs = list(self._splits.test)
        timed = generate_timed(self._generator(model), [source for source, _ in pairs], self._config.decoding.replace(n_best=1))
        atomic_write_text(directory / "test_hypotheses.txt", "".join(f"{one_line(text)}\n" for text in timed.texts))
        scores = score_translations(timed.texts, [target for _, target in pairs])
        return {"bleu": scores["bleu"]["score"], "scores": scores, "speed": timed.speed()}

    def describe(self) -> dict[str, Any]:
        return {
            "languages": [self._config.data.source, self._config.data.target],
            "vocabulary_sizes": list(self.vocabularies.sizes),
            "cleaning": self.data.cleaning.to_dict(),
            "batches_per_epoch": self.data.steps_per_epoch,
            "target_tokens_per_epoch": self.data.tokens_per_epoch,
            "padding": round(self.data.padding(), 4),
        }

    def save(self, model: Any, directory: Path, test: dict[str, Any]) -> None:
        from lite_transformer_tf.models.saving import save_model

        save_model(model, self.vocabularies, directory)
        sentences = [one_line(source) for source, _ in self._splits.valid if source.strip()]
        atomic_write_text(directory / "check_sentences.txt", "".join(f"{text}\n" for text in sentences[:CHECK_SENTENCES]))
        data = self._config.data
        origin = "the travel phrases of this library" if data.corpus == "travel_phrases" else f"{len(self.data)} sentence pairs"
        scores = {name: test["scores"][name] for name in ("bleu", "chrf")} if test else {}
        card = {"languages": [data.source, data.target], "data": f"{origin}, {data.source} to {data.target}", "scores": scores}
        atomic_write_json(directory / "card.json", card)


def run_translation(
    config: RunConfig, data_directory: PathLike | None, output: PathLike, display: Display | None = None, splits: TranslationSplits | None = None
) -> RunResult:
    """Trains a translation model in the run directory `output`: begins, goes on where it stopped, or finds it finished.

    Args:
        config: of the run, see `training.config`.
        data_directory: where the files of the three splits lie; `None` with an embedded corpus.
        output: the run's directory, see `training.run`.
        display: shows the progress.
        splits: texts to use instead of those that the configuration names.

    Raises:
        see `load_splits` and `run_training`.

    Example:
        config = load_run_config("train/configs/multi30k_en_de.yaml")
        result = run_translation(config, "data/multi30k", "runs/multi30k")
        result.figures["test"]["bleu"]
    """
    configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
    task = TranslationTask(config, splits or load_splits(config.data, data_directory))
    return run_training(task, config, output, display)
