"""Compares a bundle with the model that it was made from, text by text: greedy and beam search, or completions of a language model.

Exit status 0 when all token ids agree, 1 when some differ: an int8 bundle usually differs in a few texts, for the runtime rounds its
activations. With --float-activations it computes with the same weights in float32: like with like. With --report the figures are written
as JSON.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lite_transformer_tf.cli.common import CommandError, find_model

HELP = "bundle against its model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, help="directory of the bundle")
    parser.add_argument(
        "--model", type=Path, required=True, help="directory of the model, or of the run that trained it"
    )
    parser.add_argument(
        "--check-set",
        type=Path,
        metavar="FILE",
        help="texts to compare, one a line (default: check_sentences.txt of the model)",
    )
    parser.add_argument("--check-limit", type=int, metavar="N", help="compare at most the first N texts")
    parser.add_argument(
        "--float-activations",
        action="store_true",
        help="compare the weights of an int8 or int4 bundle, not its rounded activations",
    )
    parser.add_argument("--report", type=Path, metavar="DIRECTORY", help="write report.json there")


def run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.directory import read_manifest
    from lite_transformer_tf.exporting.export import reference_of, verify_bundle
    from lite_transformer_tf.exporting.export_job import check_pairs
    from lite_transformer_tf.models.saving import load_model, load_task
    from lite_transformer_tf.report import write_report

    folder = find_model(arguments.model)
    texts, _ = check_pairs(folder, arguments.check_set, None, arguments.check_limit)
    task, settings = load_task(folder)
    made_for = read_manifest(arguments.bundle).task
    if made_for != task:
        raise CommandError(
            f"Bundle and model must be made for the same task. Received: a bundle for {made_for} and a model for {task}"
        )
    comparisons = verify_bundle(
        arguments.bundle, reference_of(*load_model(folder), settings), texts, widened=arguments.float_activations
    )
    for comparison in comparisons:
        entry = comparison.to_dict()
        print(
            f"{entry['search']}: {entry['equal']} of {entry['sentences']} texts as the model, {entry['too_long']} too long"
        )
        for difference in entry["differing"]:
            print(
                f"  text {difference['index'] + 1}, from token {difference['first_difference_at_token'] + 1}: {difference['text']}"
            )
    if arguments.report:
        write_report(arguments.report, {"comparisons": [comparison.to_dict() for comparison in comparisons]})
    return 0 if all(comparison.identical for comparison in comparisons) else 1
