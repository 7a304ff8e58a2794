"""`pretrained`: the models that this installation holds, and the card of one."""

from __future__ import annotations

import argparse
import dataclasses
import json

from lite_transformer_tf.cli.common import Command, CommandError, CommandParser
from lite_transformer_tf.shipped.index import PretrainedModel, main_scores, pretrained
from lite_transformer_tf.shipped.resolve import known_names

DESCRIPTION = """Lists the models that this installation holds: any program takes their names in place of a path.

With a name its model card is printed: training data, scores with their signatures, limits, licence, attribution."""
HEADINGS = ("name", "task", "languages", "MB", "licence", "scores")


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("name", nargs="?", help="print the card of this model")
    parser.add_argument("--json", action="store_true", help="write JSON, with attribution and SHA-256")


def table(models: list[PretrainedModel]) -> str:
    """One row per model."""
    rows = [HEADINGS]
    for model in models:
        scores = ", ".join(f"{name} {score:.2f}" for name, score in main_scores(model.scores).items())
        languages = " to ".join(model.languages) if model.task == "translation" else ", ".join(model.languages)
        rows.append((model.name, model.task, languages, f"{model.bytes / 1e6:.2f}", model.licence, scores))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows)


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    models = pretrained()
    if arguments.name is not None:
        models = [model for model in models if model.name == arguments.name]
        if not models:
            raise CommandError(f"A pretrained model must be one of: {known_names()}. Received: {arguments.name!r}")
    if arguments.json:
        print(json.dumps([dataclasses.asdict(model) for model in models], indent=1, ensure_ascii=False))
    elif arguments.name is not None:
        print(models[0].card.rstrip("\n"))
    else:
        print(table(models) if models else "This installation holds no pretrained model.")
    return 0


COMMAND = Command("list the models of this installation, or print the card of one", DESCRIPTION, _add_arguments, _run)
