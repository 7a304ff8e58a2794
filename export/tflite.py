"""Compiles a model directory into a bundle for phones, checked against the model before anything is written.

The float32 form of the file must give the model's token ids on every text of the check set: translations and summaries with greedy and
beam search, the completions of a language model; otherwise no bundle is written and the exit status is 1. The agreement of an int8 file
is reported.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from lite_transformer_tf.cli.common import CommandError, find_model
from lite_transformer_tf.litert.graph.compiler import DEFAULT_BEAM_SIZE
from lite_transformer_tf.litert.quantize.widths import WIDTHS

HELP = "model directory -> TFLite bundle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="directory of the model, or of the run that trained it")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="BUNDLE", help="directory of the bundle, new or empty"
    )
    parser.add_argument(
        "--variant", choices=list(WIDTHS), default="int8", help="numbers of the weights (default: %(default)s)"
    )
    parser.add_argument(
        "--check-set",
        type=Path,
        metavar="FILE",
        help="texts to compare, one a line (default: check_sentences.txt of the model)",
    )
    parser.add_argument("--check-limit", type=int, metavar="N", help="compare at most the first N texts")
    parser.add_argument(
        "--references",
        type=Path,
        metavar="FILE",
        help="translations or summaries of the check set, line by line: the bundle gets scores",
    )
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", help="check set and references in one file, .jsonl or .tsv, plain or gzip"
    )
    parser.add_argument(
        "--fields",
        nargs=2,
        default=("document", "summary"),
        metavar=("SOURCE", "TARGET"),
        help="fields of a .jsonl file",
    )
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="FILE",
        help="texts, one a line, for the ranges of an int16x8 file (default: the check set)",
    )
    parser.add_argument(
        "--buckets",
        type=int,
        nargs="+",
        metavar="N",
        help="allocated lengths (default: up to the longest source; 64 256: language models)",
    )
    parser.add_argument(
        "--beam-size",
        type=int,
        default=DEFAULT_BEAM_SIZE,
        metavar="N",
        help="rows of beam_step; 1 leaves it out (default: %(default)s)",
    )
    parser.add_argument(
        "--languages", nargs=2, metavar=("FROM", "TO"), help="language codes for the manifest and the card"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle at the output")


def check_set(arguments: argparse.Namespace, folder: Path) -> tuple[list[str], list[str]]:
    """Texts and references, possibly none, that the arguments name."""
    from lite_transformer_tf.exporting.export_job import check_pairs

    if not arguments.pairs:
        return check_pairs(folder, arguments.check_set, arguments.references, arguments.check_limit)
    if arguments.check_set or arguments.references:
        raise CommandError("Give --pairs, or --check-set and --references, not both.")
    from lite_transformer_tf.data.records import RecordText

    pairs = [
        pair
        for pair in RecordText.from_file(arguments.pairs, tuple(arguments.fields))
        if pair[0].strip() and pair[1].strip()
    ]
    pairs = pairs[: arguments.check_limit]
    return [source for source, _ in pairs], [target for _, target in pairs]


def run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.card import ModelFacts
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob, default_graph
    from lite_transformer_tf.exporting.verify import VerificationError
    from lite_transformer_tf.models.saving import load_model, load_task

    folder = find_model(arguments.model)
    texts, references = check_set(arguments, folder)
    facts = ModelFacts.load(folder)
    if arguments.languages:
        facts = dataclasses.replace(facts, languages=tuple(arguments.languages))
    task, settings = load_task(folder)
    graph = default_graph(task, settings, arguments.beam_size, arguments.buckets)
    if arguments.calibration and not WIDTHS[arguments.variant].needs_calibration:
        raise CommandError(
            f"--calibration is for the variant int16x8, which alone has fixed ranges. Received: --variant {arguments.variant}"
        )
    calibration = arguments.calibration.read_text(encoding="utf-8").splitlines() if arguments.calibration else ()
    job = ExportJob(texts, references, arguments.variant, graph, facts, task, settings, calibration)
    model, vocabularies = load_model(folder)
    try:
        report = export_bundle(model, vocabularies, arguments.output, job, overwrite=arguments.overwrite)
    except VerificationError as error:
        print(f"python -m export tflite: {error}", file=sys.stderr)
        return 1
    for variant, comparisons in report["verification"]["comparisons"].items():
        for entry in comparisons:
            print(f"{variant}, {entry['search']}: {entry['equal']} of {entry['sentences']} texts as the model")
    for name, entry in report["metrics"].get("scores", {}).items():
        print(f"{name}: {entry['score']:.2f}")
    print(
        f"{arguments.output}: model.tflite {report['model_bytes'][arguments.variant] / 1e6:.2f} MB, TensorFlow Lite {report['minimum_runtime']} or newer"
    )
    return 0
