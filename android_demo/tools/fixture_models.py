"""Small models of each task, and texts for them, from the corpora of the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.data import (
    ParallelText,
    TextSplits,
    TranslationSplits,
    docstring_splits,
    embedded_splits,
    python_docs,
)
from lite_transformer_tf.exporting.check_set import check_pairs
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.fairseq.importing import Dictionaries, import_checkpoint
from lite_transformer_tf.models.saving import load_model, load_task
from lite_transformer_tf.settings import load_settings
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.task import RECIPES

SMALL = [
    "model.embed_dim=48",
    "model.kernel_sizes=[3, 7]",
    "vocabulary.size=1000",
    "training.epochs=50",
    "training.towers=1",
    "training.average=1",
    "training.schedule.warmup_steps=50",
    "training.validation.every=50",
]
PAIRS = ["training.validation.score_every=50", "data.tokens_per_batch=1500"]
SETTINGS = {
    "translation": [*SMALL, *PAIRS],
    "summarization": [*SMALL, *PAIRS, "data.cleaning.max_source_tokens=60"],
    "language-model": [*SMALL, "data.block=64"],
}
ARCHITECTURES = {
    "translation": {
        "": [],
        "-recurrent": ["model.decoder_branches=[attention, ssru]"],
        "-evolved": ["model={architecture: evolved, embed_dim: 48, heads: 4, encoder_layers: 1, decoder_layers: 1}"],
    },
    "summarization": {"": []},
    "language-model": {"": [], "-recurrent": ["model.branches=[ssru, lightweight]"]},
}
"""Endings of names, and the settings of such a model: together they need every kind of cache and cell."""
TRAINING_PAIRS = 4000
CONFIDENCE = {"bias": 2.0, "slope": 1.5, "doubt": 1.0}  # of a model that was trained for so short a time: just numbers
AUTHORS = Path(__file__).resolve().parents[2] / "tests" / "golden" / "authors_format" / "mini_light"
CODES = "#version: 0.2\nw 1\nw1 2</w>\nw 3</w>\nw1 5</w>\nw 2\n2 0</w>\n"
WORDS = 36  # of the source: w0 to w35, which become these pieces and the first of the words
PIECES = ("w12", "w3", "w15", "w@@", "w1@@", "w2@@", "20", "1", "2@@", "3", "<@@", "b@@", ">@@", "4")
IMPORTED_TEXTS = [
    "",
    "w3 w12 w7",
    "  w1 w2\u00a0w3\tw4 \n",
    "w15. w3 w20 <unk> </s> w12, w35!",
    "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11",
    "12:30 w3 w12 &amp; <b>w3</b>",
    "w12 w12 w12 w12",
    "w3\ud83d w12 \U0001f642 w3",
]
CHECKED = 5  # texts that a bundle must translate as its model does
LONG_PROMPT = 40  # words of a prompt
BETWEEN_PROMPTS = 7  # words from one prompt of a paragraph to the next
LONGEST_SUMMARY = 120  # characters


class Corpora:
    """Parts of the library's corpora, read on first use."""

    @cached_property
    def translation(self) -> TranslationSplits:
        return _part(embedded_splits())

    @cached_property
    def summarization(self) -> TranslationSplits:
        """Paragraphs and their first sentences."""
        texts = self.running_text
        return _part(
            TranslationSplits(
                *(
                    ParallelText.from_pairs(_first_sentences(text or ()))
                    for text in (texts.train, texts.valid, texts.test)
                )
            )
        )

    @cached_property
    def running_text(self) -> TextSplits:
        return python_docs()

    def of(self, task: str) -> TranslationSplits | TextSplits:
        """What a model of this task is trained on."""
        return {
            "translation": lambda: self.translation,
            "summarization": lambda: self.summarization,
            "language-model": lambda: self.running_text,
        }[task]()

    def texts(self, task: str, count: int, trained_here: bool = True) -> list[str]:
        """Sources or prompts: empty, short and long ones, and some that need byte pieces."""
        if task == "language-model":
            return ["", "🙂 Ünïcödé 日本", *self._prompts(count - 2)]
        of_task = (
            self.translation if task == "translation" else self.summarization if trained_here else docstring_splits()
        )
        sources = [source for source, _ in islice(of_task.test or (), count - 3)]
        return ["", "Ünïcödé 🙂 & 日本語", *sources, " ".join(sources[:8])]

    def _prompts(self, count: int) -> list[str]:
        """One to some dozen words: the beginnings of all paragraphs, then later parts of them."""
        paragraphs = [line.split() for line in self.running_text.test or () if len(line.split()) >= 5]
        starts = range(0, max(map(len, paragraphs)), BETWEEN_PROMPTS)
        places = ((start, words) for start in starts for words in paragraphs if start < len(words))
        return [
            " ".join(words[start : start + 1 + number % LONG_PROMPT])
            for number, (start, words) in enumerate(islice(places, count))
        ]


def _first_sentences(paragraphs: Iterable[str]) -> Iterator[tuple[str, str]]:
    for paragraph in paragraphs:
        first, end, rest = paragraph.partition(". ")
        if rest and len(first) < LONGEST_SUMMARY:
            yield paragraph, first + end.strip()


def _part(splits: TranslationSplits) -> TranslationSplits:
    def first(pairs: ParallelText | None, count: int) -> ParallelText:
        return ParallelText.from_pairs(islice(pairs or (), count))

    return TranslationSplits(
        first(splits.train, TRAINING_PAIRS), first(splits.valid, CHECKED), first(splits.test, 1000)
    )


def train(task: str, architecture: str, corpora: Corpora, directory: Path, updates: int) -> Path:
    """Directory of a model of one of `ARCHITECTURES` after `updates` updates; an existing one is reused."""
    overrides = [f"training.max_updates={updates}", *SETTINGS[task], *ARCHITECTURES[task][architecture]]
    kind, recipe = find_task(task), RECIPES / f"{find_task(task).recipe}.yaml"
    config = load_settings(kind.config, recipe, overrides)
    return kind.run(config, None, directory, data=corpora.of(task)).model_directory


def export(model: Path, directory: Path, variant: str) -> Path:
    """A bundle of a model, checked on a few of its check texts."""
    task, settings = load_task(model)
    texts, _ = check_pairs(model, None, None, limit=CHECKED)
    settings |= {"confidence": CONFIDENCE} if task == "translation" else {}
    graph = find_task(task).default_graph(settings, buckets=(24, 48, 96) if task != "language-model" else (32, 128))
    job = ExportJob(texts, variant=variant, facts=ModelFacts.load(model), graph=graph, task=task, settings=settings)
    export_bundle(*load_model(model), directory, job, overwrite=True)
    return directory


def export_imported(folder: Path, variant: str) -> Path:
    """A bundle of a checkpoint that the authors' code wrote; its source texts are cut by codes of byte pairs."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = folder / "codes.txt"
    codes.write_text(CODES, encoding="utf-8")
    words = [f"w{number}" for number in range(WORDS)]
    entries = [*PIECES, *(word for word in words if word not in PIECES)][:WORDS]
    (folder / "dict.src.txt").write_text("".join(f"{entry} 1\n" for entry in entries), encoding="utf-8")
    dictionaries = Dictionaries(folder / "dict.src.txt", AUTHORS / "dict.tgt.txt", codes)
    import_checkpoint(AUTHORS / "checkpoint_best.pt", dictionaries, folder / "model", overwrite=True)
    task, settings = load_task(folder / "model")
    settings |= {"confidence": CONFIDENCE}
    graph = find_task(task).default_graph(settings, buckets=(24, 48, 96))
    job = ExportJob(IMPORTED_TEXTS[1:5], variant=variant, graph=graph, task=task, settings=settings)
    export_bundle(*load_model(folder / "model"), folder / variant, job, overwrite=True)
    return folder / variant
