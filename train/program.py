"""What the training programs share: their arguments, and one run from configuration to report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.cli.common import CommandError

CONFIGS = Path(__file__).parent / "configs"


def add_training_arguments(
    parser: argparse.ArgumentParser, *, default: str, example: str, files: str, output: str
) -> None:
    """Adds the arguments that `train` reads.

    Args:
        default: name of the configuration in train/configs/ that is taken when none is given; it needs no data directory.
        example: name of another one.
        files: what a data directory holds.
        output: directory of the run when none is given.
    """
    parser.add_argument(
        "--config",
        metavar="FILE",
        help=f"YAML configuration, for example train/configs/{example} (default: train/configs/{default})",
    )
    parser.add_argument("--data-dir", metavar="DIR", help=f"directory of {files}; plain or gzip")
    parser.add_argument(
        "--output",
        default=output,
        metavar="DIR",
        help="directory of the run: begun here, or gone on with (default: %(default)s)",
    )
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="begin with the weights and vocabularies of this model: a finished run, or its model directory",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.NAME=VALUE",
        help="override a setting; may be repeated",
    )
    parser.add_argument("--seed", type=int, help="short for --set training.seed=...")
    parser.add_argument("--epochs", type=int, help="short for --set training.epochs=...")
    parser.add_argument("--quiet", action="store_true", help="show neither configuration nor progress")
    parser.set_defaults(default_config=str(CONFIGS / default))


def train(arguments: argparse.Namespace, kind: Any, run: Callable[..., Any], **settings: Any) -> int:
    """Reads the configuration, trains, and says where the model lies.

    Args:
        arguments: of `add_training_arguments`.
        kind: class of the configuration.
        run: called with configuration, data directory, output, display and `settings`; returns a `RunResult`.

    Returns:
        exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped.
    """
    from lite_transformer_tf.settings import load_settings
    from lite_transformer_tf.training.checkpoints import DivergedError
    from lite_transformer_tf.training.display import Display

    named = [
        f"training.{name}={value}" for name in ("seed", "epochs") if (value := getattr(arguments, name)) is not None
    ]
    if arguments.data_dir and not arguments.config:
        named = ["data.corpus=files", *named]
    config = load_settings(kind, arguments.config or arguments.default_config, [*arguments.overrides, *named])
    if config.data.corpus == "files" and not arguments.data_dir:
        raise CommandError("This configuration reads files: give their directory with --data-dir DIR.")
    if not arguments.quiet:
        print(config.to_yaml(), flush=True)
    try:
        result = run(
            config,
            arguments.data_dir,
            arguments.output,
            Display(config.training.epochs, quiet=arguments.quiet),
            start=arguments.start,
            **settings,
        )
    except DivergedError as error:
        print(f"{arguments.command}: {error}", file=sys.stderr)
        return 1
    if result.finished and not arguments.quiet:
        print(f"model: {result.model_directory}\nreport: {result.directory / 'report.json'}")
    return 0 if result.finished else 130
