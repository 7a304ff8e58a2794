"""`conformance`: a bundle's answers to fixed texts, for tests of other runtimes; see docs/porting.md."""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.common import Command, CommandParser, a_path
from lite_transformer_tf.cli.paths import all_told, writable


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("bundle", type=a_path, help="directory of the bundle, or its download form")
    parser.add_argument(
        "--output",
        type=a_path,
        required=True,
        metavar="FILE",
        help="the vectors, by custom conformance/NAME.jsonl; replaced when it exists",
    )


def _run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.exporting.conformance import write_conformance

    all_told(writable(arguments.output, directory=False))
    count = write_conformance(arguments.bundle, arguments.output)
    print(f"{arguments.output}: {count} texts, {arguments.output.stat().st_size:,} bytes")
    return 0


COMMAND = Command(
    "bundle -> conformance vectors for ports",
    "Writes a bundle's answers to fixed texts, with which tests of other runtimes compare; see docs/porting.md.",
    _add_arguments,
    _run,
)
