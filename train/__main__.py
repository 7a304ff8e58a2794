"""`python -m train`: the programs of `lite-transformer train`, and those that use a model."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from lite_transformer_tf.cli import main as programs


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit code."""
    return programs.main(argv, "python -m train", {**programs.training_commands(), **programs.using_commands()})


if __name__ == "__main__":
    sys.exit(main())
