"""A tiny untrained model of every task in every form: what they say makes no sense, but always the same."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.bundle.archive import pack_bundle
from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.config.encoder_decoder import LiteTransformerConfig
from lite_transformer_tf.config.language_model import LanguageModelConfig
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob
from lite_transformer_tf.files import atomic_write_json
from lite_transformer_tf.lines import as_lines
from lite_transformer_tf.models.saving import load_model, save_model
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.stored_model import find_model
from lite_transformer_tf.text import Vocabulary, VocabularyPair
from tests.tflite.language_models import language_model_of
from tests.tflite.models import keras_model_of

SOURCES = ["one two three", "three and four is seven", "five minus two is three", "six"]
TARGETS = ["eins zwei drei", "drei und vier ist sieben", "fünf minus zwei ist drei", "sechs"]
FORMS = ("model", "run", "bundle", "download")
SETTINGS = {
    "translation": {},
    "summarization": {"max_source_tokens": 20, "lead": "2 words", "decoding": {"beam_size": 2, "no_repeat_ngram": 3}},
    "language-model": {"evaluation": {"block": 8, "context_window": 4}},
}


@dataclass(frozen=True)
class Forms:
    """One model as a model directory, a run, a bundle and a bundle's download."""

    model: Path
    run: Path
    bundle: Path
    download: Path


def encoder_decoder(task: str, folder: Path, settings: dict[str, Any] | None = None) -> None:
    """Writes a model directory; `settings` take the place of the usual ones."""
    vocabularies = VocabularyPair.train(SOURCES * 5, TARGETS * 5, 300, fill=True)
    size = vocabularies.source.size
    sizes = {"source_vocabulary_size": size, "target_vocabulary_size": size}
    config = LiteTransformerConfig.lite(embed_dim=16, kernel_sizes=(3,), heads=2, cross_attention_heads=2, **sizes)
    save_model(keras_model_of(config, seed=5), vocabularies, folder, task=task, settings=settings or SETTINGS[task])
    languages = {"languages": ["en", "de"]} if task == "translation" else {}
    atomic_write_json(folder / "card.json", {**languages, "data": "numbers"})


def _language_model(task: str, folder: Path) -> None:
    vocabulary = Vocabulary.train([*SOURCES, *TARGETS] * 5, 300, fill=True)
    config = LanguageModelConfig.lite(embed_dim=16, kernel_sizes=(3,), heads=2, vocabulary_size=vocabulary.size)
    save_model(language_model_of(config, seed=5), vocabulary, folder, task=task, settings=SETTINGS[task])


MAKERS = {"translation": encoder_decoder, "summarization": encoder_decoder, "language-model": _language_model}


def make(task: str, folder: Path) -> Forms:
    """All forms of a tiny model for a task, in a new folder; its file has no beam search."""
    forms = Forms(folder / "run" / "model", folder / "run", folder / "bundle", folder / "bundle.ltpk")
    MAKERS[task](task, forms.model)
    (forms.model / "check_sentences.txt").write_text(as_lines(SOURCES[:2]))
    found = find_model(forms.model)
    graph = find_task(task).default_graph(found.settings, 1, (32,))
    facts = ModelFacts.load(forms.model)
    job = ExportJob(SOURCES[:2], variant="float32", graph=graph, facts=facts, task=task, settings=found.settings)
    export_bundle(*load_model(forms.model), forms.bundle, job)
    pack_bundle(forms.bundle, forms.download)
    return Forms(Path(shutil.copytree(forms.model, folder / "model")), forms.run, forms.bundle, forms.download)


def write_test_sets(folder: Path) -> dict[str, list[str]]:
    """Arguments of `evaluate` by task: its usual test set."""
    for name, lines in (("test.en", SOURCES), ("test.de", TARGETS), ("test.txt", SOURCES)):
        (folder / name).write_text(as_lines(lines), encoding="utf-8")
    files = ["--source", str(folder / "test.en"), "--target", str(folder / "test.de")]
    return {"translation": files, "summarization": files, "language-model": ["--text", str(folder / "test.txt")]}


def cells() -> list[tuple[str, str]]:
    """Every task in every form."""
    return [(task, form) for task in MAKERS for form in FORMS]
