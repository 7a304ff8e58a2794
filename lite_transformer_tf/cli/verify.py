"""`verify`: a bundle compared with the model that it was made from."""

from __future__ import annotations

import argparse

from lite_transformer_tf._extras import EXPORT
from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, a_path, add_options
from lite_transformer_tf.cli.export import CHECK_LIMIT, CHECK_SET
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.report import REPORT_NAME
from lite_transformer_tf.tasks.options import at_least_one
from lite_transformer_tf.tasks.stored_model import find_directory, find_model

DESCRIPTION = """Compares a bundle with its model, text by text: greedy and beam search, or completions.

Exit code 0 when all token ids agree, 1 when some differ: an int8 bundle usually differs in a few texts, because the
runtime rounds its activations. With --float-activations it computes with the same weights in float32: like with like.
With --report the figures are written as JSON."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "bundle", type=a_path, help="directory of the bundle, its download, or a pretrained model's name"
    )
    parser.add_argument(
        "--model",
        type=a_path,
        required=True,
        help="directory of the model, of its run, or a bundle",
    )
    add_options(parser, (CHECK_SET, CHECK_LIMIT))
    parser.add_argument(
        "--float-activations",
        action="store_true",
        help="compare the weights of an int8 or int4 bundle, not its rounded activations",
    )
    parser.add_argument("--report", type=a_path, metavar="DIRECTORY", help="write report.json there")


def _run(arguments: argparse.Namespace) -> int:
    checks = [
        *input_files((CHECK_SET, CHECK_SET.value(arguments))),
        *writable(arguments.report, REPORT_NAME, directory=True),
    ]
    tries = [lambda: find_directory(arguments.model), lambda: find_model(arguments.bundle)]
    model, bundle, *_ = all_told([*tries, *checks])
    limit = at_least_one(CHECK_LIMIT, arguments)
    if not bundle.is_bundle:
        raise CommandError(f"A bundle is needed to compare. Received: {bundle.path!r}, a model directory")
    if bundle.task is not model.task:
        received = f"a bundle for {bundle.task.name} and a model for {model.task.name}"
        raise CommandError(f"Bundle and model must be made for the same task. Received: {received}")
    from lite_transformer_tf.exporting.check_set import check_pairs

    texts, _ = check_pairs(model.folder, CHECK_SET.value(arguments), None, limit)
    from lite_transformer_tf.exporting.export import reference_of, verify_bundle
    from lite_transformer_tf.models.saving import load_model
    from lite_transformer_tf.report import write_report

    reference = reference_of(*load_model(model.folder), model.settings)
    comparisons = verify_bundle(bundle.folder, reference, texts, widened=arguments.float_activations)
    entries = [comparison.to_dict() for comparison in comparisons]
    for entry in entries:
        equal = f"{entry['equal']} of {entry['sentences']} texts as the model"
        print(f"{entry['search']}: {equal}, {entry['too_long']} too long")
        for difference in entry["differing"]:
            place = f"text {difference['index'] + 1}, from token {difference['first_difference_at_token'] + 1}"
            print(f"  {place}: {difference['text']}")
    if arguments.report:
        write_report(arguments.report, {"comparisons": entries})
    return 0 if all(comparison.identical for comparison in comparisons) else 1


COMMAND = Command("bundle against its model", DESCRIPTION, _add_arguments, _run, extra=EXPORT)
