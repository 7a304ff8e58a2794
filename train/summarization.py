"""Trains a summarization model, or goes on with a run that was stopped.

The configuration is a YAML file (see train/configs/), overridden by `--set section.name=value`; the merged whole is printed and
stored in the output directory. Without --config and --data-dir it learns from the docstrings of the installed Python packages: minutes,
and no download. The same command goes on after a stop, a crash or kill -9.
"""

from __future__ import annotations

import argparse

from train.program import add_training_arguments, train

HELP = "train a summarization model, or go on with a stopped run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    files = "train.jsonl, valid.jsonl and test.jsonl (or .tsv, or files ending in .document and .summary)"
    add_training_arguments(
        parser,
        default="summarization_default.yaml",
        example="acl_titles.yaml",
        files=files,
        output="runs/summarization",
    )
    parser.add_argument(
        "--download",
        action="store_true",
        help="allow tensorflow-datasets to download the data set that the configuration names",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped."""
    from lite_transformer_tf.tasks.summarization import run_summarization
    from lite_transformer_tf.tasks.summarization_config import SummarizationConfig

    return train(arguments, SummarizationConfig, run_summarization, download=arguments.download)
