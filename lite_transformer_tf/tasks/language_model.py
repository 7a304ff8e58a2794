"""The language model as a training task: running text, words or pieces, the decoder-only model, perplexity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lite_transformer_tf.data.language_modeling import BatchedStreams, ShuffledBlocks, StreamBatches, TokenStream
from lite_transformer_tf.data.plain_text import PlainText, TextSplits, find_text_splits
from lite_transformer_tf.data.python_docs import python_docs
from lite_transformer_tf.evaluation.perplexity import PerplexityMeter
from lite_transformer_tf.files import PathLike, atomic_write_json, atomic_write_text
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.tasks.language_model_config import LanguageDataConfig, LanguageModelRunConfig
from lite_transformer_tf.text import AnyVocabulary, Vocabulary, WordVocabulary, load_vocabulary, save_vocabulary
from lite_transformer_tf.training.display import Display
from lite_transformer_tf.training.fine_tuning import beginning_with
from lite_transformer_tf.training.precision import in_float32
from lite_transformer_tf.training.run import RunResult, run_training
from lite_transformer_tf.training.score import PERPLEXITY
from lite_transformer_tf.training.threads import configure_threads

CHECK_TEXTS, CHECK_WORDS = (
    100,
    20,
)  # of the validation text, kept with the model: an export compares its file with the model on them
ORDERS = {"shuffled": ShuffledBlocks, "streams": BatchedStreams}


def load_texts(settings: LanguageDataConfig, directory: PathLike | None) -> TextSplits:
    """The texts that the settings name.

    Raises:
        SettingsError: a directory is missing, or is given with the embedded corpus.
        FileNotFoundError, ValueError: see `data.find_text_splits`.
    """
    if settings.corpus == "files":
        if directory is None:
            raise SettingsError("A configuration with data.corpus: files needs a data directory. Received: none")
        return find_text_splits(directory)
    if directory is not None:
        raise SettingsError(
            f"The corpus {settings.corpus} comes with Python and needs no data directory. Received: {str(directory)!r}"
        )
    return python_docs()


class LanguageModelTask:
    """See `run.Task`.

    Args:
        config: of the run.
        texts: training, validation and test text.
    """

    name = "language-model"
    score = PERPLEXITY
    callbacks: Sequence[Any] = ()
    teacher: Teacher | None = None

    def __init__(self, config: LanguageModelRunConfig, texts: TextSplits) -> None:
        self._config, self._texts = config, texts
        self._meters: dict[int, PerplexityMeter] = {}
        self.title = f"language model of {'the Python documentation' if config.data.corpus == 'python_docs' else config.vocabulary.kind}"

    def fingerprint(self) -> dict[str, str]:
        parts = {"train": self._texts.train, "validation": self._texts.valid, "test": self._texts.test}
        return {name: text.digest() for name, text in parts.items() if text is not None}

    def prepare(self, directory: Path) -> None:
        data, texts = self._config.data, self._texts
        self.vocabulary = self._vocabulary(directory)
        self._config.build_model_config(self.vocabulary.size)  # cut-offs must lie below the vocabulary's size
        train, self._valid = (TokenStream.from_text(text, self.vocabulary) for text in (texts.train, texts.valid))
        self.data: StreamBatches = ORDERS[data.order](
            train, batch_size=data.batch_size, block=data.block, seed=self._config.training.seed
        )

    def _vocabulary(self, directory: Path) -> AnyVocabulary:
        """The one stored in the run, or a new one."""
        try:
            return load_vocabulary(directory)
        except FileNotFoundError:
            pass
        vocabulary = train_vocabulary(self._texts.train, self._config)
        save_vocabulary(vocabulary, directory)
        return vocabulary

    def build_model(self) -> Any:
        from lite_transformer_tf.models.language_model import LanguageModel

        model = LanguageModel(self._config.build_model_config(self.vocabulary.size))
        model.initialize()
        return model

    def _meter(self, model: Any) -> PerplexityMeter:
        """One meter a model, so that its graph is built once."""
        if id(model) not in self._meters:
            self._meters = {
                id(model): PerplexityMeter(model, self._config.evaluation.block, self._config.evaluation.context_window)
            }
        return self._meters[id(model)]

    def validate(self, model: Any, decode: bool, final: bool = False) -> dict[str, Any]:
        measured = self._meter(model)(self._valid)
        return {"nll": measured.nll / measured.tokens, "perplexity": measured.per_token}

    def test(self, model: Any, directory: Path) -> dict[str, Any]:
        if self._texts.test is None:
            return {}
        meter = self._meter(in_float32(model, self.build_model))
        measured = meter(TokenStream.from_text(self._texts.test, self.vocabulary)).to_dict()
        return {
            **measured,
            "block": self._config.evaluation.block,
            "context_window": self._config.evaluation.context_window,
        }

    def describe(self) -> dict[str, Any]:
        stream = self.data.stream
        return {
            "vocabulary_size": self.vocabulary.size,
            "tokens": {"train": len(stream), "validation": len(self._valid)},
            "words": {"train": stream.words, "validation": self._valid.words},
            "batches_per_epoch": self.data.steps_per_epoch,
        }

    def save(self, model: Any, directory: Path, test: dict[str, Any]) -> None:
        from lite_transformer_tf.models.saving import save_model

        windows, embedded = self._config.evaluation, self._config.data.corpus == "python_docs"
        save_model(
            model,
            self.vocabulary,
            directory,
            settings={"evaluation": {"block": windows.block, "context_window": windows.context_window}},
        )
        atomic_write_text(directory / "check_sentences.txt", "".join(f"{line}\n" for line in self._check_texts()))
        origin = "Python's documentation text" if embedded else f"a text of {self.data.stream.words} words"
        how = f"blocks of {windows.block}, context window of {windows.context_window} tokens"
        scores = (
            {
                name: {"score": test[name], "signature": how}
                for name in ("perplexity", "perplexity_per_word", "bits_per_character")
            }
            if test
            else {}
        )
        command = f"python -m train language-model --config RUN/config.yaml{'' if embedded else ' --data-dir DIR'} --output NEW_RUN"
        atomic_write_json(directory / "card.json", {"data": origin, "scores": scores, "training_command": command})

    def _check_texts(self) -> list[str]:
        """The first paragraphs of the validation text, so much of them that a prompt and what follows fit into a bundle's buckets."""
        texts: list[str] = []
        for line in self._texts.valid:
            words = line.split()
            if len(words) >= CHECK_WORDS:
                texts.append(" ".join(words[: 2 * CHECK_WORDS]))
            if len(texts) == CHECK_TEXTS:
                break
        return texts or [" ".join(line.split()) for line in self._texts.valid if line.strip()][:CHECK_TEXTS]


def train_vocabulary(text: PlainText, config: LanguageModelRunConfig) -> AnyVocabulary:
    """The vocabulary that the configuration asks for, made from a text."""
    settings = config.vocabulary
    if settings.kind == "words":
        return WordVocabulary.train(text, settings.size, min_count=settings.min_count)
    assert settings.size is not None
    return Vocabulary.train(text, settings.size, settings.kind, character_coverage=settings.character_coverage)


def run_language_model(
    config: LanguageModelRunConfig,
    data_directory: PathLike | None,
    output: PathLike,
    display: Display | None = None,
    texts: TextSplits | None = None,
    *,
    start: PathLike | None = None,
) -> RunResult:
    """Trains a language model in the run directory `output`: begins, goes on where it stopped, or finds it finished.

    Args:
        config: of the run, see `training.language_model_config`.
        data_directory: where the three text files lie; `None` with the embedded corpus.
        output: the run's directory, see `training.run`.
        display: shows the progress.
        texts: texts to use instead of those that the configuration names.
        start: a trained model to begin with, see `FineTuningTask`; `None` begins anew.

    Raises:
        see `load_texts`, `FineTuningTask` and `run_training`.

    Example:
        config = load_settings(LanguageModelRunConfig, "train/configs/wikitext2_words.yaml")
        result = run_language_model(config, "data/wikitext-2", "runs/wikitext2")
        result.figures["test"]["perplexity"]
    """
    configure_threads(config.training.intra_op_threads, config.training.inter_op_threads)
    task = LanguageModelTask(config, texts or load_texts(config.data, data_directory))
    return run_training(beginning_with(start, task, config), config, output, display)
