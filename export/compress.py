"""Prunes a trained model, trains it with rounded weights, and makes checked bundles of every step, with a report.

    OUTPUT/pruned/  OUTPUT/int8/  OUTPUT/int4/   training runs like any other, each from the one before; they go on where they stopped
    OUTPUT/bundles/                              the bundles and their downloads (.ltpk), each checked against its Keras model
    OUTPUT/compression.md, compression.png, report.json

The same command goes on where it stopped. Settings are those of `lite_transformer_tf.compression.CompressionConfig`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "trained run -> pruned and quantised bundles with a report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, required=True, metavar="RUN", help="directory of the run that trained the model"
    )
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="the data that it was trained on; none for an embedded corpus"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="directory for the runs, the bundles and the report"
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="RUN",
        help="another run to compare sizes and scores with, such as a Transformer's",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="YAML with the settings that differ from the defaults"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.NAME=VALUE",
        help="override a setting; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, 130 when a training was stopped, 1 when a file does not answer as its model."""
    import sys

    from lite_transformer_tf.compression.chain import Chain, baseline_figures
    from lite_transformer_tf.compression.chain_report import MARKDOWN_NAME, write_chain_report
    from lite_transformer_tf.compression.config import load_compression_config
    from lite_transformer_tf.exporting.verify import VerificationError

    config = load_compression_config(arguments.config, arguments.overrides)
    chain = Chain(arguments.model, arguments.data_dir, arguments.output, config)
    results = chain.train()
    if not all(result.finished for result in results.values()):
        return 130
    rows = []
    try:
        for row in chain.rows(results):
            rows.append(chain.export(row))
            print(
                f"{row.name}: model.tflite {rows[-1]['model_bytes'] / 1e6:.2f} MB, download {rows[-1]['download_bytes'] / 1e6:.2f} MB",
                flush=True,
            )
    except VerificationError as error:
        print(f"python -m export compress: {error}", file=sys.stderr)
        return 1
    baseline = baseline_figures(arguments.baseline) if arguments.baseline else None
    write_chain_report(arguments.output, chain.task, config.to_dict(), rows, baseline)
    print((arguments.output / MARKDOWN_NAME).read_text(encoding="utf-8"))
    return 0
