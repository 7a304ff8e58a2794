"""The whole way in a few minutes: trains on the embedded travel phrases, exports, checks, evaluates and translates.

    OUTPUT/training/         the run, its model in OUTPUT/training/model
    OUTPUT/bundle_float32/   OUTPUT/bundle_int8/   the exported bundles
    OUTPUT/report.json       all figures, and each check with its outcome

The exit code is 0 only when every check held: BLEU of the model and of the int8 bundle on the test set, the float32 bundle's tokens
equal to the model's, and translations by the int8 bundle for all sample sentences. The command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any, cast

HELP = "train, export, check and evaluate a small model on the embedded corpus"
CONFIG = Path(__file__).parent / "configs" / "demo_en_fr.yaml"
LEAST_BLEU = 80.0
LARGEST_LOSS = 2.0  # BLEU that int8 may cost
SAMPLES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", required=True, metavar="DIR", help="directory for the run, the bundles and report.json"
    )
    parser.add_argument(
        "--config", default=str(CONFIG), metavar="FILE", help="another configuration with an embedded corpus"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.NAME=VALUE",
        help="override a setting; may be repeated",
    )
    parser.add_argument(
        "--min-bleu", type=float, default=LEAST_BLEU, metavar="X", help="least BLEU that passes (default: %(default)s)"
    )


def export_variant(directory: Path, output: Path, variant: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Exports the model to a bundle, with `pairs` as check set; raises VerificationError when the float32 file disagrees with the model."""
    from lite_transformer_tf.bundle.card import ModelFacts
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob
    from lite_transformer_tf.models.saving import load_model

    model, vocabularies = load_model(directory)
    sources, references = ([pair[side] for pair in pairs] for side in (0, 1))
    job = ExportJob(sources, references, variant=variant, facts=ModelFacts.load(directory))
    return export_bundle(model, vocabularies, output, job, overwrite=True)


def evaluate_bundle(
    directory: Path, pairs: list[tuple[str, str]], options: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Scores of a bundle on the test set, and its translations of the first few sentences."""
    from lite_transformer_tf.decoding.options import Generator
    from lite_transformer_tf.evaluation import generate_timed, score_translations
    from lite_transformer_tf.litert.runtime.open import open_bundle

    timed = generate_timed(cast(Generator, open_bundle(directory)), [source for source, _ in pairs], options)
    scores = score_translations(timed.texts, [target for _, target in pairs])
    step = max(1, len(pairs) // SAMPLES)
    chosen = range(0, len(pairs), step)[:SAMPLES]
    samples = [{"source": pairs[i][0], "translation": timed.texts[i], "reference": pairs[i][1]} for i in chosen]
    return {"bleu": scores["bleu"]["score"], "scores": scores, "speed": timed.speed()}, samples


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every check held, 1 when one did not, 130 when the training was stopped."""
    from lite_transformer_tf.report import write_report
    from lite_transformer_tf.settings import SettingsError
    from lite_transformer_tf.tasks.translation import load_splits, run_translation
    from lite_transformer_tf.training.checkpoints import DivergedError
    from lite_transformer_tf.training.config import load_run_config

    config = load_run_config(arguments.config, arguments.overrides)
    if config.data.corpus == "files":
        raise SettingsError("The demo needs a configuration with an embedded corpus. Received: data.corpus: files")
    output, began = Path(arguments.output), time.perf_counter()
    print(config.to_yaml(), flush=True)
    try:
        result = run_translation(config, None, output / "training")
    except DivergedError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    if not result.finished:
        return 130
    test = load_splits(config.data, None).test
    assert test is not None  # the embedded corpus has one
    figures, checks = check_model(
        result.model_directory, result.figures, list(test), output, config.decoding, arguments.min_bleu
    )
    figures["seconds"] = round(time.perf_counter() - began, 1)
    passed = all(check["passed"] for check in checks)
    write_report(output, {**figures, "checks": checks, "passed": passed}, seed=config.training.seed)
    for check in checks:
        print(f"{'ok    ' if check['passed'] else 'FAILED'}  {check['name']}: {check['value']}")
    print(f"{'all checks held' if passed else 'a check failed'}; figures in {output / 'report.json'}")
    return 0 if passed else 1


def check_model(
    model: Path, trained: dict[str, Any], pairs: list[tuple[str, str]], output: Path, options: Any, least: float
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Exports and evaluates; returns figures and checks, each with `name`, `value`, `passed`."""
    from lite_transformer_tf.exporting.verify import VerificationError

    bleu = trained["test"]["bleu"]
    checks: list[dict[str, Any]] = [
        {"name": f"BLEU of the model is at least {least:g}", "value": round(bleu, 2), "passed": bleu >= least}
    ]
    figures: dict[str, Any] = {
        "training": trained["training"],
        "model": {"parameters": trained["model"]["parameters"], **trained["test"]},
    }
    exports: dict[str, Any] = {}
    for variant in ("float32", "int8"):
        try:
            exports[variant] = export_variant(model, output / f"bundle_{variant}", variant, pairs)
        except VerificationError as error:
            checks.append({"name": f"the {variant} export agrees with the model", "value": str(error), "passed": False})
            return {**figures, "exports": exports}, checks
    equal = [
        f"{entry['equal']} of {entry['sentences']} ({entry['search']})"
        for entry in comparisons(exports["float32"], "float32")
    ]
    same = all(entry["equal"] == entry["sentences"] for entry in comparisons(exports["float32"], "float32"))
    checks.append({"name": "the float32 bundle gives the model's tokens", "value": ", ".join(equal), "passed": same})
    int8, samples = evaluate_bundle(output / "bundle_int8", pairs, options)
    floor = max(least - LARGEST_LOSS, bleu - LARGEST_LOSS)
    checks.append(
        {
            "name": f"BLEU of the int8 bundle is at least {floor:.1f}",
            "value": round(int8["bleu"], 2),
            "passed": int8["bleu"] >= floor,
        }
    )
    print("\nThe int8 bundle translates:")
    for sample in samples:
        print(f"  {sample['source']}\n    {sample['translation']}")
    print()
    filled = sum(bool(sample["translation"].strip()) for sample in samples)
    checks.append(
        {"name": f"{len(samples)} sample sentences are translated", "value": filled, "passed": filled == len(samples)}
    )
    return {**figures, "exports": exports, "int8": int8, "samples": samples}, checks


def comparisons(report: dict[str, Any], variant: str) -> list[dict[str, Any]]:
    """What an export's report says about the agreement of one variant with the model."""
    return report["verification"]["comparisons"][variant]
