"""`train demo`: the whole way in a few minutes, from the embedded travel phrases to checked bundles."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lite_transformer_tf.cli.common import Command, CommandParser, Failure
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.cli.train import add_overrides, find_recipe
from lite_transformer_tf.decoding.options import DecodingOptions
from lite_transformer_tf.tasks.registry import TASKS
from lite_transformer_tf.tasks.translation import TRANSLATION

TASK = "translation"
LEAST_BLEU = 80.0
LARGEST_LOSS = 2.0  # BLEU that int8 may cost
SAMPLES = 10
DESCRIPTION = """Trains on the embedded travel phrases, exports, checks, evaluates and translates.

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


def export_variant(directory: Path, output: Path, variant: str, pairs: Pairs) -> dict[str, Any]:
    """Exports the model to a bundle, with `pairs` as check set.

    Raises:
        VerificationError: The float32 file disagrees with the model.
    """
    from lite_transformer_tf.bundle.card import ModelFacts
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob
    from lite_transformer_tf.models.saving import load_model, load_task

    sources, references = ([pair[side] for pair in pairs] for side in (0, 1))
    _, settings = load_task(directory)
    job = ExportJob(sources, references, variant=variant, facts=ModelFacts.load(directory), settings=settings)
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
    from lite_transformer_tf.training.checkpoints import DivergedError
    from lite_transformer_tf.training.config import load_run_config

    config = load_run_config(find_recipe(arguments.config), arguments.overrides)
    if config.data.corpus == "files":
        raise SettingsError("The demo needs a configuration with an embedded corpus. Received: data.corpus: files")
    output, began, task = Path(arguments.output), time.perf_counter(), TASKS[TASK]
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
    from lite_transformer_tf.exporting.verify import VerificationError

    bleu: float = trained["test"]["bleu"]
    exports: dict[str, Any] = {}
    checks = [Check(f"BLEU of the model is at least {least:g}", round(bleu, 2), bleu >= least)]
    measured = {"parameters": trained["model"]["parameters"], **trained["test"]}
    figures: dict[str, Any] = {"training": trained["training"], "model": measured, "exports": exports}
    for variant in ("float32", "int8"):
        try:
            exports[variant] = export_variant(model, output / f"bundle_{variant}", variant, pairs)
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
