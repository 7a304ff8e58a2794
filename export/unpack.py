"""Makes a bundle directory of a packed file; see docs/download.md."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "packed file -> bundle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packed", type=Path, help="the packed file")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="BUNDLE", help="directory of the bundle, new or empty"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle at the output")


def run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.archive import unpack_bundle
    from lite_transformer_tf.litert.runtime.open import open_bundle

    unpack_bundle(arguments.packed, arguments.output, overwrite=arguments.overwrite, check=open_bundle)
    print(f"{arguments.output}: unpacked")
    return 0
