"""Writes Python's answers for the tests of the Kotlin decoders.

    python android_demo/tools/decoding_fixtures.py --output android_demo/core/target/fixtures

Trains a small model of each task for some hundred updates on the texts that the library brings along, exports it, and writes what the Python
runner makes of its bundle, under many options:

    OUTPUT/decoding/NAME/bundle/         the bundle
    OUTPUT/decoding/NAME/answers.json    the task, texts, and for each case its options and an answer for each text

With bundles named (`--translation BUNDLE ...`, `--summarization`, `--language-model`) those are asked instead, under the names of their
directories, and nothing is trained for their tasks. Their texts are the test texts of the library's corpora, or the lines of a file
(`--translation-texts FILE`, ...). `--tasks` leaves tasks out, `--cases` cases. The trained models stay in OUTPUT/decoding/models and are used again.

    python android_demo/tools/decoding_fixtures.py --output FIXTURES --tasks translation --sentences 500 --cases greedy beam --translation BUNDLE ...
    mvn --file android_demo/pom.xml --projects core test -Dfixtures=FIXTURES -Dtest='SearchParityTest#translations*'
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from lite_transformer_tf.bundle.card import ModelFacts
from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.data import (
    ParallelText,
    TextSplits,
    TranslationSplits,
    docstring_splits,
    embedded_splits,
    python_docs,
)
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.sampling import SamplingOptions, rounding_decides, uniform
from lite_transformer_tf.exporting.export import export_bundle
from lite_transformer_tf.exporting.export_job import ExportJob, check_pairs
from lite_transformer_tf.files import atomic_directory
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.models.saving import load_model, load_task
from lite_transformer_tf.tasks.language_model import run_language_model
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.tasks.registry import find_task
from lite_transformer_tf.tasks.summarization import run_summarization
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
from lite_transformer_tf.tasks.translation import run_translation
from lite_transformer_tf.training.config import RunConfig, load_settings

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT.parent / "train" / "configs"
TASKS = ("translation", "summarization", "language-model")
SMALL = [
    *("model.embed_dim=48", "model.kernel_sizes=[3, 7]", "vocabulary.size=1000"),
    *(
        "training.epochs=50",
        "training.towers=1",
        "training.average=1",
        "training.schedule.warmup_steps=50",
        "training.validation.every=50",
    ),
]
PAIRS = ["training.validation.score_every=50", "data.tokens_per_batch=1500"]
SETTINGS = {
    "translation": [*SMALL, *PAIRS],
    "summarization": [*SMALL, *PAIRS, "data.cleaning.max_source_tokens=60"],
    "language-model": [*SMALL, "data.block=64"],
}
TRAINING_PAIRS = 4000
CHECKED = 5  # texts that a bundle must translate as its model does
FEW = 4  # texts of a case that takes long
LONG_PROMPT = 40  # words of a prompt
BETWEEN_PROMPTS = 7  # words from one prompt of a paragraph to the next
LONGEST_SUMMARY = 120  # characters
SEEDS = (0, 1, 2**64 - 1)
TIE = 1e-5


# The cases


def searches(task: str, settings: Mapping[str, Any], capacity: int) -> dict[str, tuple[DecodingOptions, bool]]:
    """Options by name, and whether the case takes long."""
    long = min(capacity, 90)
    return {
        "default": (find_task(task).default_options(settings), False),
        "greedy": (DecodingOptions(beam_size=1), False),
        "beam": (DecodingOptions(beam_size=4), False),
        "n_best": (DecodingOptions(beam_size=4, n_best=4, length_penalty=0.6), False),
        "beam_of_2": (DecodingOptions(beam_size=2, n_best=2, length_penalty=0.0), False),
        "beam_of_3_without_bigrams": (DecodingOptions(beam_size=3, n_best=3, no_repeat_ngram=2, min_length=6), False),
        "beam_of_5": (DecodingOptions(beam_size=5, n_best=5), True),
        "beam_of_8": (DecodingOptions(beam_size=8, n_best=8, length_penalty=1.5), True),
        "greedy_without_repeats": (DecodingOptions(beam_size=1, no_repeat_ngram=1, min_length=12), False),
        "beam_without_repeats": (DecodingOptions(beam_size=4, no_repeat_ngram=1, min_length=12, n_best=2), False),
        "greedy_of_at_least_20": (DecodingOptions(beam_size=1, min_length=20, max_length=25), False),
        "at_most_3": (DecodingOptions(beam_size=4, max_length=3, n_best=4), False),
        "may_be_empty": (DecodingOptions(beam_size=4, min_length=0, max_length=6, n_best=4), False),
        "by_ratio": (DecodingOptions(beam_size=2, max_length_ratio=0.5, max_length_offset=2), False),
        "long_greedy": (DecodingOptions(beam_size=1, min_length=long, max_length=long), True),
        "long_beam": (DecodingOptions(beam_size=4, min_length=long, max_length=long, n_best=2), True),
        "long_beam_of_6": (DecodingOptions(beam_size=6, min_length=long, max_length=long, no_repeat_ngram=3), True),
    }


def samplings() -> dict[str, tuple[SamplingOptions, int]]:
    """Options by name, and the number of the completion."""
    cases = {
        "greedy": (SamplingOptions(temperature=0.0, max_tokens=40), 0),
        "long_greedy": (SamplingOptions(temperature=0.0, min_tokens=400, max_tokens=400), 0),
        "third": (SamplingOptions(temperature=0.8, top_k=40, seed=5, max_tokens=40), 2),
        "nucleus": (SamplingOptions(temperature=1.0, top_p=0.9, seed=6, max_tokens=40), 0),
        "both": (SamplingOptions(temperature=1.3, top_k=30, top_p=0.7, seed=7, max_tokens=40), 1),
        "cold": (SamplingOptions(temperature=0.3, seed=8, min_tokens=30, max_tokens=40), 0),
        "one_token": (SamplingOptions(seed=9, max_tokens=1), 0),
        "long": (SamplingOptions(temperature=0.9, top_k=200, seed=10, min_tokens=400, max_tokens=400), 0),
    }
    return cases | {f"plain_{seed}": (SamplingOptions(seed=seed, max_tokens=40), 0) for seed in SEEDS}


CASES = (*searches(TASKS[0], {}, 1), *samplings())


def write_answers(bundle: Path, directory: Path, texts: Sequence[str], cases: Sequence[str]) -> str:
    """Copies a bundle and asks it, under the options of these cases; returns a line about it."""
    began, manifest = time.perf_counter(), read_manifest(bundle)
    with atomic_directory(directory, overwrite=True, marker="answers.json") as temporary:
        shutil.copytree(bundle, temporary / "bundle")
        generator = open_bundle(bundle)
        if isinstance(generator, TFLiteCompleter):
            found = ask_completer(generator, texts, cases)
        else:
            found = ask_generator(generator, texts, cases)
        (temporary / "answers.json").write_text(
            json.dumps({"task": manifest.task, **found}, indent=1), encoding="utf-8"
        )
    return f"{directory.name}: {len(found['texts'])} texts, {len(found['cases'])} cases, {time.perf_counter() - began:.1f} s"


def ask_generator(generator: TFLiteGenerator, candidates: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    assert generator.manifest is not None
    runner, manifest = generator.runner, generator.manifest
    texts = [text for text in candidates if fits(generator, text)]
    cases = []
    for name, (options, takes_long) in searches(manifest.task, manifest.settings, runner.capacity).items():
        if name not in names or (runner.beam_size == 1 and options.beam_size > 1):
            continue
        answers = generator.generate(texts[:FEW] if takes_long else texts, options)
        found = [
            [{"text": entry.text, "ids": list(entry.ids), "score": entry.score} for entry in hypotheses]
            for hypotheses in answers
        ]
        cases.append({"name": name, "options": dataclasses.asdict(options), "answers": found})
    return {"texts": texts, "cases": cases}


def fits(generator: TFLiteGenerator, text: str) -> bool:
    try:
        generator.runner.bucket_for(len(generator.source_ids(text)))
    except TextTooLongError:
        return False
    return True


def ask_completer(completer: TFLiteCompleter, prompts: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    texts = [prompt for prompt in prompts if len(completer.vocabulary.encode(prompt)) < completer.capacity]
    cases = []
    for name, (options, sample) in samplings().items():
        if name not in names:
            continue
        answers = []
        for text in texts[:FEW] if name.startswith("long") else texts:
            prompt = completer.vocabulary.encode(text)
            ids = list(completer.stream_ids(prompt, options, sample))
            unsure = unsure_steps(completer, prompt, ids, options, sample)
            answers.append({"ids": ids, "pieces": list(completer.stream(text, options, sample)), "unsure": unsure})
        cases.append(
            {
                "name": name,
                "options": {**dataclasses.asdict(options), "seed": str(options.seed)},
                "sample": sample,
                "answers": answers,
            }
        )
    return {"texts": texts, "cases": cases}


def unsure_steps(
    completer: TFLiteCompleter, prompt: Sequence[int], ids: Sequence[int], options: SamplingOptions, sample: int
) -> list[int]:
    """Steps at which log-probabilities that differ by `TIE` could draw another token (docs/sampling.md, "What can differ")."""
    eos, limit = completer.vocabulary.eos_id, min(options.max_tokens, completer.capacity - len(prompt))
    drawn = [*ids, eos][:limit]
    found, text = [], completer.start([eos, *prompt])
    for step, token in enumerate(drawn):
        log_probs = completer.allowed(text.log_probabilities, options, step)
        if rounding_decides(log_probs, options, uniform(options.seed, sample, step), TIE):
            found.append(step)
        if step + 1 < len(drawn):
            text.step(token)
    return found


# Texts


class Corpora:
    """The texts that the library brings along, a part of each, read when they are first asked for."""

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
        """From one word to some dozen: the beginnings of all paragraphs, then what follows further on in them."""
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


# Models


def train(task: str, corpora: Corpora, directory: Path, updates: int) -> Path:
    """The directory of a model trained so many updates; nothing is done when it is there already."""
    overrides = [f"training.max_updates={updates}", *SETTINGS[task]]
    if task == "language-model":
        config = load_settings(LanguageModelRunConfig, CONFIGS / "language_model_default.yaml", overrides)
        return run_language_model(config, None, directory, data=corpora.running_text).model_directory
    if task == "translation":
        config = load_settings(RunConfig, CONFIGS / "demo_en_fr.yaml", overrides)
        return run_translation(config, None, directory, data=corpora.translation).model_directory
    config = load_settings(SummarizationConfig, CONFIGS / "summarization_default.yaml", overrides)
    return run_summarization(config, None, directory, data=corpora.summarization).model_directory


def export(model: Path, directory: Path, variant: str) -> Path:
    """A bundle of a model, checked on a few of the texts that training left for it."""
    task, settings = load_task(model)
    texts, _ = check_pairs(model, None, None, limit=CHECKED)
    graph = find_task(task).default_graph(settings, buckets=(24, 48, 96) if task != "language-model" else (32, 128))
    job = ExportJob(texts, variant=variant, facts=ModelFacts.load(model), graph=graph, task=task, settings=settings)
    export_bundle(*load_model(model), directory, job, overwrite=True)
    return directory


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--output", type=Path, default=ROOT / "core" / "target" / "fixtures", metavar="DIR", help="default: %(default)s"
    )
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS, help="default: all")
    parser.add_argument(
        "--variants", nargs="+", default=("float32", "int8"), help="of the bundles that are made (default: %(default)s)"
    )
    parser.add_argument("--updates", type=int, default=100, metavar="N", help="of training (default: %(default)s)")
    parser.add_argument(
        "--sentences", type=int, default=16, metavar="N", help="texts of each task (default: %(default)s)"
    )
    for task in TASKS:
        parser.add_argument(
            f"--{task}",
            type=Path,
            nargs="+",
            default=[],
            metavar="BUNDLE",
            help="take these bundles instead of making some",
        )
        parser.add_argument(
            f"--{task}-texts",
            type=Path,
            metavar="FILE",
            help="take these texts, one a line, at most as many as --sentences",
        )
    parser.add_argument(
        "--cases", nargs="+", choices=CASES, default=CASES, metavar="NAME", help=f"of {', '.join(CASES)} (default: all)"
    )
    return parser.parse_args()


def main() -> int:
    arguments, corpora = parse_arguments(), Corpora()
    output = arguments.output / "decoding"
    for task in arguments.tasks:
        attribute = task.replace("-", "_")
        bundles, file = getattr(arguments, attribute), getattr(arguments, f"{attribute}_texts")
        texts = (
            corpora.texts(task, arguments.sentences, not bundles)
            if file is None
            else file.read_text("utf-8").splitlines()[: arguments.sentences]
        )
        if not bundles:
            model = train(task, corpora, output / "models" / task, arguments.updates)
            bundles = [export(model, output / "bundles" / task / variant, variant) for variant in arguments.variants]
        for bundle in bundles:
            print(write_answers(bundle, output / f"{task}-{bundle.resolve().name}", texts, arguments.cases), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
