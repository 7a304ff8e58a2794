"""`compress`: a trained model pruned, trained with rounded weights, and exported at every step, with a report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lite_transformer_tf.cli.common import Command, CommandParser, Failure, a_path
from lite_transformer_tf.cli.paths import Check, all_told, data_files, input_files, writable
from lite_transformer_tf.cli.train import add_overrides
from lite_transformer_tf.settings import read_settings

DESCRIPTION = """Prunes a trained model, trains it with rounded weights, and exports every step, with a report.

OUTPUT/pruned/  OUTPUT/int8/  OUTPUT/int4/   training runs like any other, each from the one before
                                             (no OUTPUT/pruned with --set pruning=null)
OUTPUT/bundles/                              the bundles and their downloads (.ltpk), each checked against its model
OUTPUT/compression.md, compression.png, report.json

The same command resumes where it stopped. Settings are those of `lite_transformer_tf.compression.CompressionConfig`."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "--model", type=a_path, required=True, metavar="RUN", help="directory of the run that trained the model"
    )
    parser.add_argument(
        "--data-dir", type=a_path, metavar="DIR", help="the data that it was trained on; none for an embedded corpus"
    )
    parser.add_argument(
        "--output", type=a_path, required=True, metavar="DIR", help="directory for the runs, the bundles and the report"
    )
    parser.add_argument(
        "--baseline",
        type=a_path,
        metavar="RUN",
        help="another run to compare sizes and scores with, such as a Transformer's",
    )
    parser.add_argument(
        "--config", type=a_path, metavar="FILE", help="YAML with the settings that differ from the defaults"
    )
    add_overrides(parser)


def _check_paths(arguments: argparse.Namespace) -> None:
    """Raises, before TensorFlow is loaded, for everything that is missing or cannot be written."""
    from lite_transformer_tf.compression.chain_report import MARKDOWN_NAME, PLOT_NAME
    from lite_transformer_tf.data.config import located
    from lite_transformer_tf.report import REPORT_NAME
    from lite_transformer_tf.tasks.stored_model import find_directory

    def check_run(run: Path) -> None:
        model, path = find_directory(run), run / "config.yaml"
        if path.is_file():  # a model directory is refused with its own sentence
            data_files(model.task, read_settings(path, (), located), arguments.data_dir)

    checks: list[Check] = [lambda: check_run(arguments.model)]
    if arguments.baseline:
        checks.append(lambda: find_directory(arguments.baseline))
    results = writable(arguments.output, REPORT_NAME, MARKDOWN_NAME, PLOT_NAME, directory=True)
    all_told([*checks, *input_files(("--config", arguments.config)), *results])


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0, 130 when a training was stopped, 1 when a file does not answer as its model."""
    _check_paths(arguments)
    from lite_transformer_tf.compression.chain import Chain, baseline_figures
    from lite_transformer_tf.compression.chain_report import MARKDOWN_NAME, write_chain_report
    from lite_transformer_tf.compression.config import load_compression_config
    from lite_transformer_tf.exporting.verify import VerificationError

    config = load_compression_config(arguments.config, arguments.overrides)

    def announce(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    chain = Chain(arguments.model, arguments.data_dir, arguments.output, config, announce)
    results = chain.train()
    if not all(result.finished for result in results.values()):
        return 130
    rows = []
    try:
        for row in chain.rows(results):
            figures = chain.export(row)
            rows.append(figures)
            sizes = (
                f"model.tflite {figures['model_bytes'] / 1e6:.2f} MB, download {figures['download_bytes'] / 1e6:.2f} MB"
            )
            print(f"{row.name}: {sizes}", flush=True)
    except VerificationError as error:
        raise Failure(str(error)) from error
    baseline = baseline_figures(arguments.baseline) if arguments.baseline else None
    write_chain_report(arguments.output, chain.task.name, config.to_dict(), rows, baseline)
    print((arguments.output / MARKDOWN_NAME).read_text(encoding="utf-8"))
    return 0


COMMAND = Command("trained run -> pruned and quantised bundles with a report", DESCRIPTION, _add_arguments, _run)
