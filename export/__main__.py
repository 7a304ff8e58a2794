"""`python -m export`: `tflite` is `lite-transformer export`; the other programs have the same names there."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from lite_transformer_tf.cli import export
from lite_transformer_tf.cli import main as programs


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; returns the exit code."""
    return programs.main(argv, "python -m export", {"tflite": export.COMMAND, **programs.exporting_commands()})


if __name__ == "__main__":
    sys.exit(main())
