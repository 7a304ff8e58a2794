"""`train demo`: the whole way in a few minutes, from the embedded travel phrases to checked bundles."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.cli.common import Command, CommandParser, Failure
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.cli.train import add_overrides, find_recipe
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.shipped.index import pretrained
from lite_transformer_tf.tasks.registry import TASKS
from lite_transformer_tf.tasks.translation import TRANSLATION

if TYPE_CHECKING:
    from lite_transformer_tf.exporting.verify import Answers

TASK = "translation"
LEAST_BLEU = 80.0
LARGEST_LOSS = 2.0  # BLEU that int8 may cost
SAMPLES = 10
EPOCHS = 2  # of the default configuration, which has one more for `train translation`
CHECKED = 300  # sentences of the test set on which a file is compared with the model; scores are of all
LANGUAGES = ("en", "fr")
SENTENCES = ("Where is the nearest pharmacy?", "I would like a table for two, please.", "My train leaves at 9:45.")
DESCRIPTION = """Translates with the pretrained model of this package, if it has one. Then it trains a small model of
its own on the embedded travel phrases, exports, checks, evaluates and translates.

OUTPUT/training/         the run, its model in OUTPUT/training/model
OUTPUT/bundle_float32/   OUTPUT/bundle_int8/   the exported bundles
OUTPUT/report.json       all figures, and each check with its outcome

The exit code is 0 only when every check held: BLEU of the model and of the int8 bundle on the test set, the float32
bundle's tokens equal to the model's, and translations by the int8 bundle for all sample sentences. The same command
resumes where it was stopped."""

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Check:
    """One check of the demo, its figure, and whether it held."""

    name: str
    value: float | str
    passed: bool

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "passed": self.passed}


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "--output", required=True, metavar="DIR", help="directory for the run, the bundles and report.json"
    )
    parser.add_argument(
        "--config",
        default=TASKS[TASK].recipe,
        metavar="FILE",
        help="another configuration with an embedded corpus (default: %(default)s)",
    )
    add_overrides(parser)
    parser.add_argument(
        "--min-bleu", type=float, default=LEAST_BLEU, metavar="X", help="least BLEU that passes (default: %(default)s)"
    )


def translate_pretrained() -> tuple[dict[str, Any], list[Check]]:
    """Translates some sentences with the pretrained model for the demo's languages: figures and check; none without."""
    from lite_transformer_tf.decoding.translator import Translator
    from lite_transformer_tf.litert.runtime.whole_texts import open_bundle

    models = [model for model in pretrained() if model.task == TASK and model.languages == LANGUAGES]
    if not models:
        return {}, []
    began, model = time.perf_counter(), models[0]
    opened = open_bundle(model.name)
    assert isinstance(opened, Translator)  # a translation model
    texts = [found[0].text for found in opened.generate(list(SENTENCES))]
    seconds = time.perf_counter() - began
    print(f"{model.name}, a pretrained model of this package ({model.bytes / 1e6:.2f} MB), in {seconds:.1f} s:")
    for source, text in zip(SENTENCES, texts, strict=True):
        print(f"  {source}\n    {text}")
    print(f"Now a smaller one is trained, in minutes, on {TRANSLATION.default_data}.\n", flush=True)
    samples = [{"source": source, "translation": text} for source, text in zip(SENTENCES, texts, strict=True)]
    filled = sum(bool(text.strip()) for text in texts)
    check = Check(f"{model.name} translates {len(texts)} sentences", filled, filled == len(texts))
    return {"pretrained": {"name": model.name, "seconds": round(seconds, 2), "samples": samples}}, [check]


def export_variant(
    directory: Path, output: Path, variant: str, pairs: Pairs, answers: Answers | None = None
) -> dict[str, Any]:
    """Exports the model to a bundle, with `pairs` as check set; `answers` keeps the model's for another variant.

    Raises:
        VerificationError: The float32 file disagrees with the model.
    """
    from lite_transformer_tf.bundle.card import ModelFacts
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob
    from lite_transformer_tf.exporting.verify import Answers
    from lite_transformer_tf.models.saving import load_model, load_task

    sources, references = ([pair[side] for pair in pairs] for side in (0, 1))
    _, settings = load_task(directory)
    facts, known = ModelFacts.load(directory), answers or Answers()
    job = ExportJob(sources, references, variant=variant, facts=facts, settings=settings, answers=known)
    return export_bundle(*load_model(directory), output, job, overwrite=True)


def evaluate_bundle(
    directory: Path, pairs: Pairs, options: DecodingOptions
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Scores of a bundle on the test set, and its translations of the first few sentences."""
    from lite_transformer_tf.evaluation import generate_timed, score_translations
    from lite_transformer_tf.tasks.stored_model import find_model

    generator = TRANSLATION.open_sequences(find_model(directory, TASK))
    timed = generate_timed(generator, [source for source, _ in pairs], options)
    scores = score_translations(timed.texts, [target for _, target in pairs])
    step = max(1, len(pairs) // SAMPLES)
    chosen = range(0, len(pairs), step)[:SAMPLES]
    samples = [{"source": pairs[i][0], "translation": timed.texts[i], "reference": pairs[i][1]} for i in chosen]
    return {"bleu": scores["bleu"]["score"], "scores": scores, "speed": timed.speed()}, samples


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every check held, 1 when one did not, 130 when the training was stopped."""
    all_told([*input_files(("--config", find_recipe(arguments.config))), *writable(arguments.output, directory=True)])
    from lite_transformer_tf.report import write_report
    from lite_transformer_tf.settings import SettingsError
    from lite_transformer_tf.training.config import load_run_config

    usual = [f"training.epochs={EPOCHS}"] if arguments.config == TASKS[TASK].recipe else []
    config = load_run_config(find_recipe(arguments.config), [*usual, *arguments.overrides])
    if config.data.corpus == "files":
        raise SettingsError("The demo needs a configuration with an embedded corpus. Received: data.corpus: files")
    output, began, task = Path(arguments.output), time.perf_counter(), TASKS[TASK]
    from lite_transformer_tf.training.checkpoints import DivergedError

    greeting, greeted = translate_pretrained()
    print(config.to_yaml(), flush=True)
    try:
        result = task.run(config, None, output / "training")
    except DivergedError as error:
        raise Failure(str(error)) from error
    if not result.finished:
        return 130
    pairs = list(task.load(config.data, None).test)
    figures, checks = check_model(
        result.model_directory, result.figures, pairs, output, config.decoding, arguments.min_bleu
    )
    figures, checks = {**greeting, **figures}, [*greeted, *checks]
    figures["seconds"] = round(time.perf_counter() - began, 1)
    passed = all(check.passed for check in checks)
    outcome = {"checks": [check.to_dict() for check in checks], "passed": passed}
    write_report(output, {**figures, **outcome}, seed=config.training.seed)
    for check in checks:
        print(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.value}")
    print(f"{'all checks held' if passed else 'a check failed'}; figures in {output / 'report.json'}")
    return 0 if passed else 1


def check_model(
    model: Path, trained: dict[str, Any], pairs: Pairs, output: Path, options: DecodingOptions, least: float
) -> tuple[dict[str, Any], list[Check]]:
    """Exports and evaluates; returns figures and checks."""
    from lite_transformer_tf.exporting.verify import Answers, VerificationError

    answers = Answers()
    bleu: float = trained["test"]["bleu"]
    exports: dict[str, Any] = {}
    checks = [Check(f"BLEU of the model is at least {least:g}", round(bleu, 2), bleu >= least)]
    measured = {"parameters": trained["model"]["parameters"], **trained["test"]}
    figures: dict[str, Any] = {"training": trained["training"], "model": measured, "exports": exports}
    for variant in ("float32", "int8"):
        try:
            exports[variant] = export_variant(model, output / f"bundle_{variant}", variant, pairs[:CHECKED], answers)
        except VerificationError as error:
            checks.append(Check(f"the {variant} export agrees with the model", str(error), False))
            return figures, checks
    compared = exports["float32"]["verification"]["comparisons"]["float32"]
    equal = ", ".join(f"{entry['equal']} of {entry['sentences']} ({entry['search']})" for entry in compared)
    same = all(entry["equal"] == entry["sentences"] for entry in compared)
    checks.append(Check("the float32 bundle gives the model's tokens", equal, same))
    int8, samples = evaluate_bundle(output / "bundle_int8", pairs, options)
    floor, figure = max(least - LARGEST_LOSS, bleu - LARGEST_LOSS), int8["bleu"]
    checks.append(Check(f"BLEU of the int8 bundle is at least {floor:.1f}", round(figure, 2), figure >= floor))
    print("\nThe int8 bundle translates:")
    for sample in samples:
        print(f"  {sample['source']}\n    {sample['translation']}")
    print()
    filled = sum(bool(sample["translation"].strip()) for sample in samples)
    checks.append(Check(f"{len(samples)} sample sentences are translated", filled, filled == len(samples)))
    return {**figures, "int8": int8, "samples": samples}, checks


COMMAND = Command(
    "train, export, check and evaluate a small model on the embedded corpus", DESCRIPTION, _add_arguments, _run
)
