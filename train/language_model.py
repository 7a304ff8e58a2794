"""Trains a language model, or goes on with a run that was stopped.

The configuration is a YAML file (see train/configs/), overridden by `--set section.name=value`; the merged whole is printed and
stored in the output directory. Without --config and --data-dir it learns the documentation text that comes with Python: minutes,
and no download. The same command goes on after a stop, a crash or kill -9.
"""

from __future__ import annotations

import argparse

from train.program import add_training_arguments, train

HELP = "train a language model, or go on with a stopped run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    files = "the files train.txt, valid.txt and test.txt"
    add_training_arguments(
        parser,
        default="language_model_default.yaml",
        example="wikitext2_words.yaml",
        files=files,
        output="runs/language-model",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped."""
    from lite_transformer_tf.tasks.language_model import run_language_model
    from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig

    return train(arguments, LanguageModelRunConfig, run_language_model)
