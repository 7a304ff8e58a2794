"""Writes Python's answers for the tests of the Kotlin decoders.

    python android_demo/tools/decoding_fixtures.py --output android_demo/core/target/fixtures

Trains a small model of each task for some hundred updates on the library's corpora, exports it, and writes the Python
runner's answers with its bundle, under many options. So it does with a checkpoint that the authors' code wrote, NAME
being imported-float32 and imported-int8:

    OUTPUT/decoding/NAME/bundle/         the bundle
    OUTPUT/decoding/NAME/answers.json    the task, texts, and for each case its options and one answer per text

With `--translation BUNDLE ...` (or `--summarization`, `--language-model`) these bundles are used instead, under the
names of their directories, and nothing is trained for their tasks. Their texts are the test texts of the library's
corpora, or the lines of a file (`--translation-texts FILE`, ...). `--tasks` selects tasks, `--cases` selects cases. The
trained models stay in OUTPUT/decoding/models and are reused.

    python android_demo/tools/decoding_fixtures.py --output FIXTURES --tasks translation --sentences 500 \\
        --cases greedy beam --translation BUNDLE ...
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
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from fixture_models import ARCHITECTURES, IMPORTED_TEXTS, Corpora, export, export_imported, train

from lite_transformer_tf.bundle.directory import read_manifest
from lite_transformer_tf.data.files import read_lines
from lite_transformer_tf.decoding.errors import TextTooLongError
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.decoding.sampling import SamplingOptions, rounding_decides, uniform
from lite_transformer_tf.files import atomic_directory
from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
from lite_transformer_tf.litert.runtime.open import open_bundle
from lite_transformer_tf.tasks.registry import find_task

FIXTURES = Path(__file__).resolve().parents[1] / "core" / "target" / "fixtures"
TASKS = ("translation", "summarization", "language-model")
FEW = 4  # texts of a case that takes long
SEEDS = (0, 1, 2**64 - 1)
TIE = 1e-5


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
    """Copies a bundle and writes its answers for these cases; returns a line for the console."""
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
    seconds = time.perf_counter() - began
    return f"{directory.name}: {len(found['texts'])} texts, {len(found['cases'])} cases, {seconds:.1f} s"


def ask_generator(generator: TFLiteGenerator, candidates: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    assert generator.manifest is not None
    runner, manifest = generator.runner, generator.manifest
    texts = [text for text in candidates if fits(generator, text)]
    cases = []
    for name, (options, takes_long) in searches(manifest.task, manifest.settings, runner.capacity).items():
        if name not in names or (runner.beam_size == 1 and options.beam_size > 1):
            continue
        answers = generator.generate(texts[:FEW] if takes_long else texts, options)
        found = [[dataclasses.asdict(entry) for entry in hypotheses] for hypotheses in answers]
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
    """Steps where differences of `TIE` in log-probabilities could draw another token (see docs/sampling.md)."""
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


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=FIXTURES, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS, help="default: all")
    parser.add_argument(
        "--variants",
        nargs="+",
        default=("float32", "int8"),
        help="variants of the exported bundles (default: %(default)s)",
    )
    parser.add_argument(
        "--updates", type=int, default=100, metavar="N", help="updates of each training (default: %(default)s)"
    )
    parser.add_argument("--sentences", type=int, default=16, metavar="N", help="texts per task (default: %(default)s)")
    for task in TASKS:
        parser.add_argument(
            f"--{task}",
            type=Path,
            nargs="+",
            default=[],
            metavar="BUNDLE",
            help="use these bundles instead of training a model",
        )
        parser.add_argument(
            f"--{task}-texts",
            type=Path,
            metavar="FILE",
            help="use these texts, one per line, at most --sentences of them",
        )
    parser.add_argument(
        "--cases", nargs="+", choices=CASES, default=CASES, metavar="NAME", help=f"of {', '.join(CASES)} (default: all)"
    )
    return parser.parse_args()


def made(task: str, arguments: argparse.Namespace, corpora: Corpora, output: Path) -> dict[str, Path]:
    """Trains a task's models and exports them; the bundles by name."""
    bundles = {}
    for ending in ARCHITECTURES[task]:
        name = f"{task}{ending}"
        model = train(task, ending, corpora, output / "models" / name, arguments.updates)
        for variant in arguments.variants:
            bundles[f"{name}-{variant}"] = export(model, output / "bundles" / name / variant, variant)
    return bundles


def main() -> int:
    arguments, corpora = parse_arguments(), Corpora()
    output = arguments.output / "decoding"
    for task in arguments.tasks:
        attribute = task.replace("-", "_")
        bundles, file = getattr(arguments, attribute), getattr(arguments, f"{attribute}_texts")
        texts = (
            corpora.texts(task, arguments.sentences, not bundles)
            if file is None
            else list(islice(read_lines(file), arguments.sentences))
        )
        named = {f"{task}-{bundle.resolve().name}": bundle for bundle in bundles}
        for name, bundle in (named or made(task, arguments, corpora, output)).items():
            print(write_answers(bundle, output / name, texts, arguments.cases), flush=True)
        if task == "translation" and not bundles:
            for variant in arguments.variants:
                bundle = export_imported(output / "bundles" / "imported", variant)
                directory = output / f"imported-{variant}"
                print(write_answers(bundle, directory, IMPORTED_TEXTS, arguments.cases), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
