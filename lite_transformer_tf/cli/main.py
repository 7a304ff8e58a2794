"""The console command `lite-transformer`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from lite_transformer_tf import __version__
from lite_transformer_tf.cli import complete, evaluate, profile, summarize, translate
from lite_transformer_tf.cli.common import run_command

COMMANDS = {
    "translate": translate,
    "summarize": summarize,
    "evaluate": evaluate,
    "complete": complete,
    "profile": profile,
}


def build_parser(
    program: str = "lite-transformer", further: Mapping[str, Any] | None = None
) -> argparse.ArgumentParser:
    """The parser with all commands.

    Args:
        program: its name in messages.
        further: more commands, modules with `HELP`, `add_arguments(parser)` and `run(arguments)`, which returns an exit code.
    """
    parser = argparse.ArgumentParser(
        prog=program, description="Lite Transformer: models that translate, summarize or go on with a text."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, module in {**(further or {}), **COMMANDS}.items():
        command = commands.add_parser(
            name, help=module.HELP, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(
    argv: Sequence[str] | None = None, program: str = "lite-transformer", further: Mapping[str, Any] | None = None
) -> int:
    """Runs a command line and returns the exit code: 0 when all went well, 1 when something failed, 2 for a wrong call."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    arguments = build_parser(program, further).parse_args(argv)
    return run_command(lambda: arguments.run(arguments), f"{program} {arguments.command}")


if __name__ == "__main__":
    raise SystemExit(main())
