"""Trains a translation model, or goes on with a run that was stopped.

The configuration is a YAML file (see train/configs/), overridden by `--set section.name=value`; the merged whole is printed and
stored in the output directory. The same command goes on after a stop, a crash or kill -9.
"""

from __future__ import annotations

import argparse
import sys

from lite_transformer_tf.cli.common import CommandError

HELP = "train a translation model, or go on with a stopped run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", required=True, metavar="FILE", help="YAML configuration, for example train/configs/multi30k_en_de.yaml")
    parser.add_argument("--data-dir", metavar="DIR", help="directory of the files train.LANG, valid.LANG and test.LANG, plain or gzip")
    parser.add_argument("--output", required=True, metavar="DIR", help="directory of the run: begun here, or gone on with")
    parser.add_argument("--set", action="append", default=[], dest="overrides", metavar="SECTION.NAME=VALUE", help="override a setting; may be repeated")
    parser.add_argument("--seed", type=int, help="short for --set training.seed=...")
    parser.add_argument("--epochs", type=int, help="short for --set training.epochs=...")
    parser.add_argument("--quiet", action="store_true", help="show neither configuration nor progress")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped."""
    from lite_transformer_tf.training.checkpoints import DivergedError
    from lite_transformer_tf.training.config import load_run_config
    from lite_transformer_tf.training.display import Display
    from lite_transformer_tf.training.translation import run_translation

    named = [f"training.{name}={value}" for name in ("seed", "epochs") if (value := getattr(arguments, name)) is not None]
    config = load_run_config(arguments.config, [*arguments.overrides, *named])
    if config.data.corpus == "files" and not arguments.data_dir:
        raise CommandError("This configuration reads files: give their directory with --data-dir DIR.")
    if not arguments.quiet:
        print(config.to_yaml(), flush=True)
    try:
        result = run_translation(config, arguments.data_dir, arguments.output, Display(config.training.epochs, quiet=arguments.quiet))
    except DivergedError as error:
        print(f"translation: {error}", file=sys.stderr)
        return 1
    if result.finished and not arguments.quiet:
        print(f"model: {result.model_directory}\nreport: {result.directory / 'report.json'}")
    return 0 if result.finished else 130
