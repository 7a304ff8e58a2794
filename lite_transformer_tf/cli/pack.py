"""`pack` and `unpack`: a bundle as one small file for downloads, and back; see docs/download.md."""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, a_path
from lite_transformer_tf.cli.paths import all_told, writable


def _add_pack_arguments(parser: CommandParser) -> None:
    parser.add_argument("bundle", type=a_path, help="directory of the bundle")
    parser.add_argument(
        "--output",
        type=a_path,
        required=True,
        metavar="FILE",
        help="the packed file, by custom NAME.ltpk; replaced when it exists",
    )


def _pack(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.archive import pack_bundle
    from lite_transformer_tf.bundle.directory import read_manifest

    if arguments.bundle.is_file():
        raise CommandError(f"A bundle to pack must be a directory. Received: {str(arguments.bundle)!r}, a file")
    read_manifest(arguments.bundle)  # refuses what is no bundle
    all_told(writable(arguments.output, directory=False))
    result = pack_bundle(arguments.bundle, arguments.output)
    for name, entry in result["files"].items():
        print(f"{name:20s} {entry['size']:10,d} -> {entry['packed']:10,d}")
    print(f"{arguments.output}: {result['bytes']:,} bytes, {result['bytes'] / result['unpacked']:.2f} of the bundle")
    return 0


def _add_unpack_arguments(parser: CommandParser) -> None:
    parser.add_argument("packed", type=a_path, help="the packed file, or the name of a pretrained model")
    parser.add_argument(
        "--output", type=a_path, required=True, metavar="BUNDLE", help="directory of the bundle, new or empty"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle at the output")


def _unpack(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.bundle.archive import unpack_bundle
    from lite_transformer_tf.bundle.manifest import MANIFEST_NAME
    from lite_transformer_tf.files import check_output
    from lite_transformer_tf.litert.runtime.open import open_bundle
    from lite_transformer_tf.shipped.resolve import packed_path

    arguments.packed = packed_path(arguments.packed)
    if arguments.packed.is_dir():
        raise CommandError(f"A packed bundle must be a file. Received: {str(arguments.packed)!r}, a directory")
    check_output(arguments.output, overwrite=arguments.overwrite, marker=MANIFEST_NAME)
    all_told(writable(arguments.output, directory=True))
    unpack_bundle(arguments.packed, arguments.output, overwrite=arguments.overwrite, check=open_bundle)
    print(f"{arguments.output}: unpacked")
    return 0


PACK = Command(
    "bundle -> one small file for downloads",
    "Packs a bundle into one file for downloads, bit by bit the same when it is unpacked; see docs/download.md.",
    _add_pack_arguments,
    _pack,
)
UNPACK = Command(
    "packed file -> bundle",
    "Makes a bundle directory of a packed file; see docs/download.md.",
    _add_unpack_arguments,
    _unpack,
)
