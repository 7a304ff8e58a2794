"""`python -m export`: `tflite` is `lite-transformer export`, `pretrained` puts a bundle into this package; the other
programs have the same names there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.cli.main import run_command_line

if TYPE_CHECKING:
    from lite_transformer_tf.cli.common import CommandParser

NAME = "python -m export"


def build_parser() -> CommandParser:
    """The parser of the command line."""
    from lite_transformer_tf.cli import export, install, programs

    commands = {"tflite": export.COMMAND, **programs.exporting_commands(), "pretrained": install.COMMAND}
    return programs.build_parser(NAME, commands)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit code, see docs/exit_codes.md."""
    return run_command_line(NAME, build_parser, argv)


if __name__ == "__main__":
    sys.exit(main())
