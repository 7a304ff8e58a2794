"""`evaluate`: a model or a bundle on a test set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lite_transformer_tf.cli.common import Command, CommandParser, add_options
from lite_transformer_tf.cli.paths import all_told, writable
from lite_transformer_tf.report import REPORT_NAME
from lite_transformer_tf.tasks.options import Option
from lite_transformer_tf.tasks.registry import TASKS, offered_options, refuse_foreign
from lite_transformer_tf.tasks.task import Evaluation, Task

HYPOTHESES_NAME = "hypotheses.txt"
DESCRIPTION = """Measures a model or a bundle on a test set: BLEU and chrF of translations, ROUGE of summaries beside
that of the document's beginning, each with its signature; the perplexity of a language model."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("model", help="directory of a model, a run or a bundle, a bundle's download, or a name")
    parser.add_argument("--output", metavar="DIR", help="write report.json, and the answers as hypotheses.txt, here")
    groups: dict[str, list[Option]] = {}
    for option in offered_options(_options):
        known = [task for task in TASKS.values() if option in task.evaluation_options]
        title = "test set and decoding" if len(known) > 1 else f"only for models for {known[0].name}"
        groups.setdefault(title, []).append(option)
    for title, options in groups.items():
        add_options(parser.add_argument_group(title), options)


def _options(task: Task) -> tuple[Option, ...]:
    return task.evaluation_options


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when a text could not be answered or the score misses the bar."""
    from lite_transformer_tf.tasks.stored_model import find_model

    places = writable(arguments.output, REPORT_NAME, HYPOTHESES_NAME, directory=True)
    model = all_told([lambda: find_model(arguments.model), *places])[0]
    task = model.task
    refuse_foreign(_options, task, arguments, model.path)
    found = task.evaluate(model, arguments)
    print("\n".join(found.lines))
    missed = _missed(task, found, arguments)
    passed = not missed and not found.failures
    if arguments.output:
        write_results(
            arguments.output, {"kind": model.kind, "task": task.name, **found.figures, "passed": passed}, found
        )
    for message in (*found.messages, *missed):
        print(message, file=sys.stderr)
    return 0 if passed else 1


def _missed(task: Task, found: Evaluation, arguments: argparse.Namespace) -> list[str]:
    """A message when the score misses the bar that the arguments name."""
    bar, score = task.bar.value(arguments), task.score
    if bar is None or score.merit(found.figure) >= score.merit(bar):
        return []
    side = "below" if score.higher_is_better else "above"
    return [f"{score.label} {found.figure:.2f} is {side} {task.bar.name} {bar:g}"]


def write_results(directory: str, figures: dict[str, Any], found: Evaluation) -> None:
    """Writes report.json, and hypotheses.txt, one line per text, where texts were answered."""
    from lite_transformer_tf.files import atomic_write_text
    from lite_transformer_tf.lines import as_lines
    from lite_transformer_tf.report import write_report

    if found.texts is not None:
        atomic_write_text(Path(directory) / HYPOTHESES_NAME, as_lines(found.texts))
    write_report(directory, figures)


COMMAND = Command("measure a model or a bundle on a test set", DESCRIPTION, _add_arguments, _run)
