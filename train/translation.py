"""Trains a translation model, or goes on with a run that was stopped.

The configuration is a YAML file (see train/configs/), overridden by `--set section.name=value`; the merged whole is printed and
stored in the output directory. Without --config and --data-dir it learns the English-French travel phrases that the package holds:
minutes, and no download. The same command goes on after a stop, a crash or kill -9.
"""

from __future__ import annotations

import argparse

from train.program import add_training_arguments, train

HELP = "train a translation model, or go on with a stopped run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    files = "the files train.LANG, valid.LANG and test.LANG"
    add_training_arguments(
        parser, default="demo_en_fr.yaml", example="multi30k_en_de.yaml", files=files, output="runs/translation"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped."""
    from lite_transformer_tf.tasks.translation import run_translation
    from lite_transformer_tf.training.config import RunConfig

    return train(arguments, RunConfig, run_translation)
