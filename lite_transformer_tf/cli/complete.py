"""`complete`: a language model continues a text, shown as it is made."""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.chosen import add_model, chosen_model
from lite_transformer_tf.cli.common import Command, CommandParser, add_options
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.tasks.language_model import LanguageModelling
from lite_transformer_tf.tasks.options import Option, at_least_one, refuse
from lite_transformer_tf.tasks.task import Task

N = Option("--n", "number of completions (default: 1)", int, "N")
TEMPERATURE = Option("--temperature", "below 1 more certain, 0 greedy (default: 1.0)", float, "X")
DRAWING = (
    Option("--top-k", "draw from the K most probable tokens; 0 from all (default: 0)", int, "K"),
    Option(
        "--top-p", "draw from the most probable tokens with together P of the probability (default: 1.0)", float, "P"
    ),
    Option("--seed", "another seed gives another text (default: 0)", int, "N"),
)
LENGTHS = (
    Option("--min-tokens", "smallest number of tokens (default: 0)", int, "N"),
    Option("--max-tokens", "largest number of tokens (default: 128)", int, "N"),
)


def command(task: Task) -> Command:
    """The program that continues texts with models of a task."""
    assert isinstance(task, LanguageModelling)
    return Command(
        "continue a text with a language model",
        "Continues a text with a language model, shown as it is made. Completions are separated by an empty line.",
        lambda parser: _add_arguments(parser, task),
        lambda arguments: _run(arguments, task),
    )


def _add_arguments(parser: CommandParser, task: Task) -> None:
    add_model(parser, task, "PROMPT", "beginning of the text; several are joined by spaces, none begins a new text")
    add_options(parser, (N,))
    add_options(parser.add_argument_group("sampling", "see docs/sampling.md"), (TEMPERATURE, *DRAWING, *LENGTHS))


def _run(arguments: argparse.Namespace, task: LanguageModelling) -> int:
    """Exit code 0."""
    from lite_transformer_tf.tasks.stored_model import find_model

    options = (TEMPERATURE, *DRAWING, *LENGTHS)
    given = {option.destination: value for option in options if (value := option.value(arguments)) is not None}
    sampling = SamplingOptions(**given)
    count = at_least_one(N, arguments) or 1
    if sampling.temperature == 0:
        drawn = (*DRAWING, N) if count > 1 else DRAWING
        refuse(drawn, arguments, "is for sampling: --temperature 0 always takes the most probable token")
    path, words = chosen_model(arguments, task)
    completer = task.open(find_model(path, task.name))
    prompt = " ".join(words)
    for sample in range(count):
        print("\n" * bool(sample) + prompt, end="", flush=True)
        for piece in completer.stream(prompt, sampling, sample):
            print(piece, end="", flush=True)
        print(flush=True)
    return 0
