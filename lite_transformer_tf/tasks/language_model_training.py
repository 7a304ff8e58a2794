"""The language model as `run_training` takes it: vocabulary, streams, validation and test by perplexity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.language_modeling import BatchedStreams, ShuffledBlocks, StreamBatches, TokenStream
from lite_transformer_tf.data.line_batches import LineBatches
from lite_transformer_tf.data.plain_text import PlainText, TextSplits
from lite_transformer_tf.evaluation.perplexity import PerplexityMeter
from lite_transformer_tf.files import atomic_write_json, atomic_write_text
from lite_transformer_tf.lines import as_lines
from lite_transformer_tf.models.language_model import LanguageModel
from lite_transformer_tf.models.saving import save_model
from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.text import (
    AnyVocabulary,
    TypedWords,
    Vocabulary,
    WordVocabulary,
    is_blank,
    load_vocabulary,
    save_vocabulary,
)
from lite_transformer_tf.training.precision import in_float32

if TYPE_CHECKING:
    import tf_keras as keras

    from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
    from lite_transformer_tf.tasks.task import Task

CHECK_TEXTS = 100  # of the validation text, kept with the model: an export compares its file with the model on them
CHECK_WORDS = 20  # least number of words of such a text
ORDERS: dict[str, Callable[..., StreamBatches]] = {
    "shuffled": ShuffledBlocks,
    "streams": BatchedStreams,
    "lines": LineBatches,
}


class LanguageModelTraining:
    """See `run.Task`.

    Args:
        task: The task.
        config: Configuration of the run.
        texts: Training, validation and test text.
        announce: Called with lines for people.
    """

    callbacks: Sequence[keras.callbacks.Callback] = ()
    teacher: Teacher | None = None

    def __init__(
        self, task: Task, config: LanguageModelRunConfig, texts: TextSplits, announce: Callable[[str], None]
    ) -> None:
        self.name, self.score, self._announce = task.name, task.score, announce
        self._config, self._texts = config.fitted(texts.train), texts
        self._meters: dict[int, PerplexityMeter] = {}
        embedded = config.data.corpus == "python_docs"
        self.title = f"language model of {'the Python documentation' if embedded else config.vocabulary.kind}"

    def fingerprint(self) -> dict[str, str]:
        parts = {"train": self._texts.train, "validation": self._texts.valid, "test": self._texts.test}
        return {name: text.digest() for name, text in parts.items() if text is not None}

    def prepare(self, directory: Path) -> None:
        data, texts = self._config.data, self._texts
        assert data.batch_size is not None  # fitted
        self.vocabulary = self._vocabulary(directory)
        if self.vocabulary.learnt_from is not None:
            self._announce(f"vocabulary: {self.vocabulary.learnt_from}")
        self._config.build_model_config(self.vocabulary.size)  # cut-offs must lie below the vocabulary's size
        if texts.notice:
            self._announce(texts.notice)
        train, self._valid = (
            self._stream(text, name) for text, name in ((texts.train, "training"), (texts.valid, "validation"))
        )
        for corpus in self._corpora(train):
            self._announce("{name}: {tokens} tokens, weight {weight:g}".format(**corpus))
        self.data: StreamBatches = ORDERS[data.order](
            train, batch_size=data.batch_size, block=data.block, seed=self._config.training.seed
        )

    def _corpora(self, stream: TokenStream) -> list[dict[str, Any]]:
        """Name, tokens and weight of each training corpus; empty for a single one without a weight."""
        begins = (0, *(end for end, _ in stream.parts))
        corpora = [
            {"name": part.name, "tokens": end - begin, "weight": weight}
            for (part, _), begin, (end, weight) in zip(self._texts.train.parts, begins, stream.parts)
        ]
        return corpora if len(corpora) > 1 or stream.parts[0][1] != 1 else []

    def _stream(self, text: PlainText, name: str) -> TokenStream:
        left_out = LeftOut()
        stream = TokenStream.from_text(text, self.vocabulary, left_out)
        if left_out.total:
            self._announce(f"{name} text: left out {left_out}")
        return stream

    def _vocabulary(self, directory: Path) -> AnyVocabulary:
        """The one stored in the run, or a new one."""
        try:
            return load_vocabulary(directory)
        except FileNotFoundError:
            pass
        vocabulary = train_vocabulary(self._texts.train, self._config)
        size = self._config.vocabulary.size
        if size is not None and vocabulary.size < size:
            self._announce(f"vocabulary: {vocabulary.size} tokens, for the text supports no {size}")
        save_vocabulary(vocabulary, directory)
        return vocabulary

    def build_model(self) -> LanguageModel:
        model = LanguageModel(self._config.build_model_config(self.vocabulary.size))
        model.initialize()
        return model

    def _meter(self, model: LanguageModel) -> PerplexityMeter:
        """One meter per model, so that its graph is built once."""
        if id(model) not in self._meters:
            self._meters = {
                id(model): PerplexityMeter(model, self._config.evaluation.block, self._config.evaluation.context_window)
            }
        return self._meters[id(model)]

    def validate(self, model: LanguageModel, decode: bool, final: bool = False) -> dict[str, Any]:
        measured = self._meter(model)(self._valid)
        return {"nll": measured.nll / measured.tokens, "perplexity": measured.per_token}

    def test(self, model: LanguageModel, directory: Path) -> dict[str, Any]:
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
        figures = {
            "vocabulary_size": self.vocabulary.size,
            "tokens": {"train": len(stream), "validation": len(self._valid)},
            "words": {"train": stream.words, "validation": self._valid.words},
            "batches_per_epoch": self.data.steps_per_epoch,
        }
        return {**figures, "corpora": corpora} if (corpora := self._corpora(stream)) else figures

    def save(self, model: LanguageModel, directory: Path, test: dict[str, Any]) -> None:
        windows, embedded = self._config.evaluation, self._config.data.corpus == "python_docs"
        settings = {"evaluation": {"block": windows.block, "context_window": windows.context_window}}
        save_model(model, self.vocabulary, directory, task=self.name, settings=settings)
        atomic_write_text(directory / "check_sentences.txt", as_lines(self._check_texts()))
        origin = "Python's documentation text" if embedded else f"a text of {self.data.stream.words} words"
        how = f"blocks of {windows.block}, context window of {windows.context_window} tokens"
        names = ("perplexity", "perplexity_per_word", "bits_per_character") if test else ()
        scores = {name: {"score": test[name], "signature": how} for name in names}
        where = "" if embedded or self._config.data.files.train else " --data-dir DIR"
        command = f"python -m train {self.name} --config RUN/config.yaml{where} --output NEW_RUN"
        atomic_write_json(directory / "card.json", {"data": origin, "scores": scores, "training_command": command})

    def _check_texts(self) -> list[str]:
        """The beginnings of the first paragraphs of the validation text, short enough for a bundle."""
        texts: list[str] = []
        for line in self._texts.valid:
            words = line.split()
            if len(words) >= CHECK_WORDS:
                texts.append(" ".join(words[: 2 * CHECK_WORDS]))
            if len(texts) == CHECK_TEXTS:
                break
        return texts or [" ".join(line.split()) for line in self._texts.valid if not is_blank(line)][:CHECK_TEXTS]


def train_vocabulary(text: PlainText, config: LanguageModelRunConfig) -> AnyVocabulary:
    """The vocabulary that the configuration asks for, made from a text."""
    settings = config.vocabulary
    if settings.kind == "words":
        return WordVocabulary.train(text, settings.size, min_count=settings.min_count)
    if settings.kind == "typed":
        return TypedWords.train(text, settings.size, min_count=settings.min_count)
    assert settings.size is not None
    return Vocabulary.train(
        text,
        settings.size,
        settings.kind,
        character_coverage=settings.character_coverage,
        at_most=True,
        split_digits=settings.split_digits,
    )
