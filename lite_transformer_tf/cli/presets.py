"""`presets`: all presets with their parameters, Mult-Adds and the size of a decoder's cache."""

from __future__ import annotations

import argparse
import json

from lite_transformer_tf.cli.common import Command, CommandParser

DESCRIPTION = """Lists the presets: the models of the paper, those that the paper compares with, and variants.

Mult-Adds are those of one sentence in the paper's convention, the cache is that of one hypothesis in float32, with the
keys and values of the source; `profile NAME` has more of one preset."""
HEADINGS = ("name", "width", "layers", "backbone", "parameters", "tokens", "Mult-Adds", "published", "cache KB")


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="write JSON")


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    from lite_transformer_tf.profiling import millions, preset_figures

    figures = preset_figures()
    if arguments.json:
        print(json.dumps([entry.to_dict() for entry in figures], indent=1))
        return 0
    rows = [HEADINGS]
    for entry in figures:
        size = (f"{entry.embed_dim}", entry.layers, f"{entry.backbone:,}", f"{entry.parameters:,}")
        lengths = f"{entry.source_tokens}, {entry.target_tokens}"
        cache = f"{entry.cache_bytes / 1e3:.1f}"
        rows.append((entry.name, *size, lengths, millions(entry.mult_adds), entry.published or "", cache))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for name, *others in rows:
        cells = [name.ljust(widths[0]), *(text.rjust(width) for text, width in zip(others, widths[1:], strict=True))]
        print("  ".join(cells).rstrip())
    return 0


COMMAND = Command("list the presets with their parameters and Mult-Adds", DESCRIPTION, _add_arguments, _run)
