"""`suggest`: the words that a language model suggests while a text is typed."""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.common import Command, CommandParser, add_options
from lite_transformer_tf.tasks.language_model import LanguageModelling
from lite_transformer_tf.tasks.options import Option, at_least_one
from lite_transformer_tf.tasks.task import Task

COUNT = Option("--count", "largest number of words (default: 3)", int, "N")


def command(task: Task) -> Command:
    """The program that suggests words with models of a task."""
    assert isinstance(task, LanguageModelling)
    return Command(
        "suggest the next word, or the rest of a word, of a text that is being typed",
        "Suggests words, one per line, the likeliest first: the next word behind a space or for an empty text,\n"
        "otherwise completions of the word that the text ends in. Quote the text to keep a space at its end.",
        _add_arguments,
        lambda arguments: _run(arguments, task),
    )


def _add_arguments(parser: CommandParser) -> None:
    parser.texts = "text"
    parser.add_argument(
        "model", help="directory of a language model with vocabulary.kind: typed, of its run, or its bundle"
    )
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="the text up to the cursor; several words are joined by spaces"
    )
    add_options(parser, (COUNT,))


def _run(arguments: argparse.Namespace, task: LanguageModelling) -> int:
    """Exit code 0."""
    from lite_transformer_tf.decoding.suggestions import Suggester
    from lite_transformer_tf.tasks.stored_model import find_model

    count = at_least_one(COUNT, arguments) or 3
    suggester = Suggester(task.open(find_model(arguments.model, task.name)))
    for word in suggester.suggest(" ".join(arguments.text), count):
        print(word)
    return 0
