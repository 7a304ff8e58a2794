"""`python -m train`: the programs of `lite-transformer train`, and those that use a model."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from lite_transformer_tf.cli import main as programs
from lite_transformer_tf.cli.common import CommandParser, run_program


def build_parser() -> CommandParser:
    """The parser of the command line."""
    return programs.build_parser("python -m train", {**programs.training_commands(), **programs.using_commands()})


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return run_program(build_parser(), argv)


if __name__ == "__main__":
    sys.exit(main())
