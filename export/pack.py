"""Packs a bundle into one file for downloads, bit by bit the same when it is unpacked; see docs/download.md."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "bundle -> one small file for downloads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, help="directory of the bundle")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the packed file, by custom NAME.ltpk; replaced when it exists",
    )


def run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.archive import pack_bundle

    result = pack_bundle(arguments.bundle, arguments.output)
    for name, entry in result["files"].items():
        print(f"{name:20s} {entry['size']:10,d} -> {entry['packed']:10,d}")
    print(f"{arguments.output}: {result['bytes']:,} bytes, {result['bytes'] / result['unpacked']:.2f} of the bundle")
    return 0
