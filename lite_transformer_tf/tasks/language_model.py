"""The language model: running text, words or pieces, the decoder-only model, perplexity."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.data.config import LanguageDataConfig
from lite_transformer_tf.data.corpus import LeftOut
from lite_transformer_tf.data.found import Found
from lite_transformer_tf.data.named_files import open_lines
from lite_transformer_tf.data.plain_text import (
    PlainText,
    TextSplits,
    find_text,
    find_text_files,
    open_text,
    text_splits,
)
from lite_transformer_tf.data.python_docs import python_docs
from lite_transformer_tf.data.unique import unique
from lite_transformer_tf.files import PathLike
from lite_transformer_tf.tasks.options import DATA_DIR, SPLIT, Option, OptionError, refuse
from lite_transformer_tf.tasks.sources import locate_files, of_split, own_section
from lite_transformer_tf.tasks.task import Evaluation, StoredModel, Task
from lite_transformer_tf.training.score import PERPLEXITY

if TYPE_CHECKING:
    from lite_transformer_tf.data.config import DataSection
    from lite_transformer_tf.decoding.completion import Completer
    from lite_transformer_tf.evaluation.perplexity import Perplexity
    from lite_transformer_tf.litert.graph.compiler import GraphOptions
    from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
    from lite_transformer_tf.tasks.language_model_training import LanguageModelTraining

TEXT = Option("--text", "text to predict, plain, .gz or .zst (default: Python's documentation)")
BLOCK = Option("--block", "tokens predicted by one pass (default: the model's)", int, "N")
CONTEXT_WINDOW = Option("--context-window", "tokens before them that are read again (default: the model's)", int, "N")
CHECKED = 200  # paragraphs of the test text
SHORTEST, LONGEST = 20, 80  # words of such a paragraph


class LanguageModelling(Task["LanguageModelRunConfig", "TextSplits"]):
    """See `Task`."""

    name, model, verb = "language-model", "language model", "complete"
    score = PERPLEXITY
    bar = Option("--max-perplexity", "exit with code 1 when the perplexity per token is above X", float, "X")
    recipe, example = "language_model_default", "wikitext2_words"
    files_recipe = "language_model_files"
    files = "the files train.txt, valid.txt and test.txt"
    default_data = "the documentation text that comes with Python"
    model_config, data_config = LanguageModelConfig, LanguageDataConfig
    evaluation_options = (TEXT, DATA_DIR, SPLIT, BLOCK, CONTEXT_WINDOW, bar)

    @property
    def config(self) -> type[LanguageModelRunConfig]:
        from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig

        return LanguageModelRunConfig

    def locate(self, settings: DataSection, directory: PathLike | None) -> Found[str] | None:
        def find(folder: PathLike, validation: bool) -> Found[str]:
            return find_text_files(folder, validation=validation)

        data = own_section(settings, LanguageDataConfig)
        return locate_files(data, directory, "comes with Python", open_lines, find)

    def load(self, settings: DataSection, directory: PathLike | None, *, download: bool = False) -> TextSplits:
        found = self.locate(settings, directory)
        if found is None:
            return python_docs()
        leaves_out = own_section(settings, LanguageDataConfig).unique
        return text_splits(unique(found) if leaves_out else found, settings.hold_out)

    def make(
        self, config: LanguageModelRunConfig, data: TextSplits, announce: Callable[[str], None] = lambda line: None
    ) -> LanguageModelTraining:
        from lite_transformer_tf.tasks.language_model_training import LanguageModelTraining

        return LanguageModelTraining(self, config, data, announce)

    def open(self, model: StoredModel, **settings: Any) -> Completer:
        if not model.is_bundle:
            from lite_transformer_tf.decoding.keras_completer import KerasCompleter
            from lite_transformer_tf.models.saving import load_model

            return KerasCompleter(*load_model(model.folder))
        from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
        from lite_transformer_tf.litert.runtime.open import open_bundle

        opened = open_bundle(model.folder, **settings)
        if not isinstance(opened, TFLiteCompleter):
            raise ValueError(f"A bundle for {self.name} must hold a language model. Received: {model.path!r}")
        return opened

    def evaluate(self, model: StoredModel, arguments: Namespace) -> Evaluation:
        windows = _windows(model.settings, arguments)
        left_out = LeftOut()
        measured = self._measure(model, _text(arguments), *windows, left_out)
        figures = {**measured.to_dict(), "block": windows[0], "context_window": windows[1]}
        table = (
            ("perplexity per token", f"{measured.per_token:10.2f}", f"{measured.tokens} tokens"),
            ("perplexity per word", f"{measured.per_word:10.2f}", f"{measured.words} words, line ends counted"),
            ("bits per character", f"{measured.bits_per_character:10.3f}", f"{measured.characters} characters"),
        )
        lines = [f"{name:20s} {figure}   {count}" for name, figure, count in table]
        speed = figures["tokens_per_second"]
        lines.append(f"blocks of {windows[0]} tokens, context window of {windows[1]}; {speed:.0f} tokens/s")
        messages = [f"unusable lines are left out: {left_out}"] if left_out.total else []
        return Evaluation(figures["perplexity"], figures, lines, messages)

    def _measure(
        self, model: StoredModel, text: PlainText, block: int, context_window: int, left_out: LeftOut
    ) -> Perplexity:
        from lite_transformer_tf.data.language_modeling import TokenStream
        from lite_transformer_tf.evaluation.perplexity import check_windows, completer_perplexity, evaluate_perplexity

        check_windows(block, context_window)
        completer = self.open(model)
        stream = TokenStream.from_text(text, completer.vocabulary, left_out)
        if model.is_bundle:
            return completer_perplexity(completer, stream, block, context_window)
        from lite_transformer_tf.decoding.keras_completer import KerasCompleter

        assert isinstance(completer, KerasCompleter)  # that of a model directory
        return evaluate_perplexity(completer.model, stream, block, context_window)

    def default_graph(
        self, settings: Mapping[str, Any], beam_size: int | None = None, buckets: Sequence[int] | None = None
    ) -> GraphOptions:
        from lite_transformer_tf.litert.graph.compiler import DEFAULT_LANGUAGE_MODEL_BUCKETS, GraphOptions

        return GraphOptions(tuple(buckets or DEFAULT_LANGUAGE_MODEL_BUCKETS), 1)

    def check_set(self, data: TextSplits, limit: int | None = None) -> tuple[list[str], list[str]]:
        return _paragraphs(data.test if data.test is not None else data.valid)[: limit or CHECKED], []

    def calibration_texts(self, data: TextSplits) -> list[str]:
        return _paragraphs(data.valid)


def _paragraphs(text: Iterable[str]) -> list[str]:
    """The beginnings of the lines that are long enough to be completed."""
    return [" ".join(line.split()[:LONGEST]) for line in text if len(line.split()) >= SHORTEST]


def _text(arguments: Namespace) -> PlainText:
    """The text that the arguments of `evaluate` name."""
    path, directory = TEXT.value(arguments), DATA_DIR.value(arguments)
    if path is not None:
        refuse((DATA_DIR, SPLIT), arguments, "is not used with --text: give --text or --data-dir, not both")
        return open_text(path)
    split = SPLIT.value(arguments) or "test"
    return of_split(python_docs, split) if directory is None else find_text(directory, split)


def _windows(settings: Mapping[str, Any], arguments: Namespace) -> tuple[int, int]:
    """Block and context window: those of the arguments, otherwise those saved with the model."""
    saved = settings.get("evaluation", {})
    if not isinstance(saved, Mapping) or any(type(value) is not int for value in saved.values()):
        raise OptionError(f"The windows saved with a model must be whole numbers by name. Received: {saved!r}")
    block, context = BLOCK.value(arguments), CONTEXT_WINDOW.value(arguments)
    return (
        saved.get("block", 128) if block is None else block,
        saved.get("context_window", 0) if context is None else context,
    )


LANGUAGE_MODEL = LanguageModelling()
run_language_model = LANGUAGE_MODEL.run
