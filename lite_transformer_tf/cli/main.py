"""The console command `lite-transformer`; how a command line is guarded before its programs are imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lite_transformer_tf.boundary.program import guarded

if TYPE_CHECKING:
    from lite_transformer_tf.cli.common import CommandParser

NAME = "lite-transformer"


def run_command_line(name: str, build: Callable[[], CommandParser], argv: Sequence[str] | None) -> int:
    """Runs a command line; returns the exit code, see docs/exit_codes.md.

    Args:
        name: Its name in messages.
        build: Imports its programs, and makes the parser.
        argv: Arguments. `None` takes those of the process.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

    def run() -> int:
        from lite_transformer_tf.cli.common import run_program

        return run_program(build(), argv)

    return guarded(name, run)


def build_parser() -> CommandParser:
    """The parser of `lite-transformer`."""
    from lite_transformer_tf.cli import programs

    return programs.build_parser(NAME)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line of `lite-transformer`; returns the exit code."""
    return run_command_line(NAME, build_parser, argv)


if __name__ == "__main__":
    sys.exit(main())
