"""Bytes of a bundle's download compared with general compressors.

    python benchmarks/download_size.py --output runs/download_size BUNDLE [BUNDLE ...]

Each compressor gets all files of the bundle one after the other, without the names: gzip -9, xz -9e, and zstd -19 if it
is installed. Ours (`.ltpk`, docs/download.md) is the whole file with its head. Every result is unpacked again and
compared; times are of one run.
"""

from __future__ import annotations

import argparse
import gzip
import lzma
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.boundary.program import run_script
from lite_transformer_tf.bundle.container import pack_file, unpack_file
from lite_transformer_tf.bundle.directory import read_files, read_manifest
from lite_transformer_tf.bundle.manifest import MANIFEST_NAME
from lite_transformer_tf.report import write_report

Pair = tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]


def command(*arguments: str) -> Callable[[bytes], bytes]:
    return lambda data: subprocess.run(arguments, input=data, capture_output=True, check=True).stdout


def compressors() -> dict[str, Pair]:
    """Name -> (compress, decompress)."""
    found: dict[str, Pair] = {
        "gzip -9": (lambda data: gzip.compress(data, 9, mtime=0), gzip.decompress),
        "xz -9e": (lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME), lzma.decompress),
    }
    if shutil.which("zstd"):
        found["zstd -19"] = (command("zstd", "-19", "-c"), command("zstd", "-d", "-c"))
    return found


def measure(bundle: Path) -> dict[str, Any]:
    """Bytes, and seconds of unpacking, of one bundle in each form."""
    files = {MANIFEST_NAME: (bundle / MANIFEST_NAME).read_bytes(), **read_files(bundle, read_manifest(bundle))}
    together = b"".join(files.values())
    figures: dict[str, Any] = {"bundle": bundle.name, "plain": {"bytes": len(together)}}
    for name, (compress, decompress) in compressors().items():
        figures[name] = timed(compress(together), decompress, together)
    figures["ltpk"] = timed(pack_file(files), lambda data: b"".join(unpack_file(data).values()), together)
    return figures


def timed(packed: bytes, decompress: Callable[[bytes], bytes], expected: bytes) -> dict[str, float]:
    start = time.perf_counter()
    if decompress(packed) != expected:
        raise AssertionError("The unpacked files must equal the packed ones")
    return {"bytes": len(packed), "unpack_seconds": time.perf_counter() - start}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="+", type=Path, metavar="BUNDLE", help="directories of bundles")
    parser.add_argument("--output", type=Path, required=True, help="directory for report.json")
    arguments = parser.parse_args()
    rows = [measure(bundle) for bundle in arguments.bundles]
    write_report(arguments.output, {"bundles": rows})
    names = [name for name in rows[0] if name != "bundle"]
    best = [name for name in names if name not in ("plain", "ltpk")]
    print("\n".join([f"| | {' | '.join(names)} | below the smallest other |", "|---" * (len(names) + 2) + "|"]))
    for row in rows:
        saved = 1 - row["ltpk"]["bytes"] / min(row[name]["bytes"] for name in best)
        sizes = " | ".join(format(row[name]["bytes"], ",") for name in names)
        print(f"| {row['bundle']} | {sizes} | {100 * saved:.1f} % |")


if __name__ == "__main__":
    run_script("download_size", main)
