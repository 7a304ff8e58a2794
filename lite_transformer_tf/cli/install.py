"""`python -m export pretrained`: for maintainers, puts a bundle into the package as a pretrained model."""

from __future__ import annotations

import argparse
import math
from typing import Any

from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, a_path
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.shipped.install import LARGEST, LARGEST_TOGETHER
from lite_transformer_tf.tasks.stored_model import find_model

DESCRIPTION = f"""Puts a bundle into the package as a pretrained model, and writes the list of them anew.

The manifest and the card of the packed bundle state what the options add. Refused are a bundle without languages,
licence, attribution or scores, one of more than {LARGEST:,} bytes, and more than {LARGEST_TOGETHER:,} bytes together.
A model of the same name is replaced."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("bundle", help="directory of the bundle, or its download")
    parser.add_argument("--name", required=True, metavar="NAME", help="such as everyday-en-fr")
    parser.add_argument("--languages", nargs="+", default=[], metavar="LANG", help="codes (default: the bundle's)")
    parser.add_argument("--licence", default="", metavar="TEXT", help='such as "CC BY 2.0" (default: the bundle\'s)')
    parser.add_argument("--attribution", default="", metavar="TEXT", help="whom users name (default: the bundle's)")
    parser.add_argument("--datasets", nargs="+", default=[], metavar="NAME", help="training data, for model hubs")
    parser.add_argument(
        "--scores", metavar="REPORT", help="report.json of `evaluate --output DIR`: scores on a whole test set"
    )
    parser.add_argument(
        "--score",
        action="append",
        nargs=3,
        default=[],
        metavar=("NAME", "NUMBER", "SIGNATURE"),
        help="one more score, and how it was measured; may be repeated",
    )
    parser.add_argument("--output", type=a_path, metavar="DIR", help="another directory than that of the package")


def scores_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """The scores that the arguments give.

    Raises:
        CommandError: The report has none, or a score is no number.
    """
    from lite_transformer_tf.readers.json_text import read_object

    scores: dict[str, Any] = {}
    if arguments.scores:
        report = read_object(arguments.scores, "--scores")
        if not isinstance(found := report.get("scores"), dict):
            rule = "--scores must be a report.json with scores, as `evaluate --output DIR` writes it"
            raise CommandError(f"{rule}. Received: {arguments.scores!r} without any")
        scores |= found
    for name, number, signature in arguments.score:
        try:
            score = float(number)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise CommandError(f"--score must be a name, a number and a signature. Received: {number!r} for {name!r}")
        scores[name] = {"score": score, "signature": signature}
    return scores


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    from lite_transformer_tf.bundle.card import ModelFacts
    from lite_transformer_tf.litert.runtime.open import open_bundle
    from lite_transformer_tf.shipped.index import MODELS, facts_of
    from lite_transformer_tf.shipped.install import install

    directory = arguments.output or MODELS
    checks = [*input_files(("--scores", arguments.scores)), *writable(directory, directory=True)]
    model = all_told([lambda: find_model(arguments.bundle), *checks])[0]
    if not model.is_bundle:
        raise CommandError(f"A bundle is needed: export the model first. Received: {model.path!r}, a model directory")
    facts = ModelFacts(
        languages=tuple(arguments.languages),
        licence=arguments.licence,
        attribution=arguments.attribution,
        datasets=tuple(arguments.datasets),
        scores=scores_of(arguments),
    )
    path = install(model.folder, arguments.name, facts, directory, check=open_bundle)
    entry = facts_of(path)
    print(f"{path}: {entry['bytes']:,} bytes, SHA-256 {entry['sha256']}")
    return 0


COMMAND = Command("bundle -> pretrained model of the package", DESCRIPTION, _add_arguments, _run)
