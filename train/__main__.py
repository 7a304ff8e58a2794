"""`python -m train`: the programs of `lite-transformer train`, and those that use a model."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.cli.main import run_command_line

if TYPE_CHECKING:
    from lite_transformer_tf.cli.common import CommandParser

NAME = "python -m train"


def build_parser() -> CommandParser:
    """The parser of the command line."""
    from lite_transformer_tf.cli import programs

    return programs.build_parser(NAME, {**programs.training_commands(), **programs.using_commands()})


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit code, see docs/exit_codes.md."""
    return run_command_line(NAME, build_parser, argv)


if __name__ == "__main__":
    sys.exit(main())
