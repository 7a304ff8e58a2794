"""`train everyday`: a translator of everyday sentences, from text files to a small download, by one command."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from lite_transformer_tf.cli.common import Command, CommandParser, Failure, a_path
from lite_transformer_tf.cli.paths import all_told, writable
from lite_transformer_tf.cli.train import add_overrides
from lite_transformer_tf.everyday.pairs import find_pair

DESCRIPTION = """Makes a translator of everyday sentences for a phone: trains, distils, and trains in 4 bits.

OUTPUT/both-en-fr/            the model for both directions of the pair, shared by them
OUTPUT/en-fr/                 answers of that model as training pairs, the run of the direction, its compression
OUTPUT/en-fr/compressed/bundles/trained_in_int4.ltpk   the result

DIR has a folder for each language pair: en-fr/train.en and en-fr/train.fr (or .gz, .zst), also valid and test. Texts of
the other pairs help: they are translated, and translated back. The same command resumes after a stop, a crash or
kill -9, and needs nobody. See docs/everyday.md for the time that it takes."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("languages", nargs=2, metavar="LANGUAGE", help="source and target, such as en fr")
    parser.add_argument("--data-dir", required=True, metavar="DIR", help="directory with a folder for each pair")
    parser.add_argument("--output", default="runs/everyday", metavar="DIR", help="default: %(default)s")
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--both", type=a_path, metavar="MODEL", help="a model for both directions that is there already")
    begin.add_argument(
        "--relative",
        metavar="MODEL",
        help="begin with a translator of a related language, as everyday-fr-en for es en, and train for one direction "
        "only: a run, a model, a bundle or the name of a pretrained model",
    )
    parser.add_argument("--plan", action="store_true", help="show the commands, and run none")
    add_overrides(parser)


def _run(arguments: argparse.Namespace) -> int:
    """Exit code of the first program that does not end with 0; 0 when all do."""
    from lite_transformer_tf.tasks.stored_model import find_directory

    data, output = Path(arguments.data_dir), Path(arguments.output)
    source, target = arguments.languages
    checks = [lambda: find_pair(data, source, target), *writable(output, directory=True)]
    if arguments.relative:
        checks.append(lambda: find_directory(arguments.relative, "translation"))
    all_told(checks)
    from lite_transformer_tf.everyday.plan import Plan

    plan = Plan(source, target, data, output, tuple(arguments.overrides), arguments.both, arguments.relative)
    steps = plan.steps()
    for number, step in enumerate(steps, start=1):
        print(f"step {number} of {len(steps)}: {step.title}\n  lite-transformer {shlex.join(step.words)}", flush=True)
        if arguments.plan:
            continue
        program = [sys.executable, "-m", "lite_transformer_tf.cli.main"]
        code = subprocess.run([*program, *step.words], check=False).returncode
        if code < 0:
            raise Failure(f"Step {number} was ended by signal {-code}; the same command resumes")
        if code:
            return code
    print(f"download: {plan.bundle}")
    return 0


COMMAND = Command("make a translator of everyday sentences for a phone", DESCRIPTION, _add_arguments, _run)
"""The program."""
