"""`python -m export tflite | compress | verify | pack | unpack`: models for phones."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from export import compress, pack, tflite, unpack, verify
from lite_transformer_tf.cli.common import run_command

COMMANDS = {"tflite": tflite, "compress": compress, "verify": verify, "pack": pack, "unpack": unpack}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line: 0 only if every check held, 1 when a check failed, 2 for a wrong call."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    parser = argparse.ArgumentParser(prog="python -m export", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, help=module.HELP, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    return run_command(lambda: arguments.run(arguments), f"python -m export {arguments.command}")


if __name__ == "__main__":
    sys.exit(main())
