"""`summarize`: documents from arguments, a file (one a line) or standard input, through a model directory or a bundle.

A document longer than the model was trained on is cut at the same number of tokens.
"""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.translate import add_text_arguments, run_lines

HELP = "summarize documents with a model or a bundle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_text_arguments(parser, "summarize")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every document was summarized, 1 when some could not be."""
    return run_lines(arguments, "summarize", "summarization")
