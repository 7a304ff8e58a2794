"""`translate`, `summarize`, ...: texts from arguments, a file or standard input, through a model or a bundle."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterable
from typing import BinaryIO

from lite_transformer_tf.cli.chosen import add_model, chosen_model
from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, add_options
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.decoding.confidence import Confidence
from lite_transformer_tf.decoding.line_by_line import LineTranslator, batched
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis
from lite_transformer_tf.files import atomic_file
from lite_transformer_tf.lines import Line, decode_lines, one_line
from lite_transformer_tf.tasks.options import DECODING, Option, at_least_one, given_options, refuse
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.task import Task

N_BEST = Option(
    "--n-best", "hypotheses per text, as lines 'number<TAB>score<TAB>text' if N > 1 (default: 1)", int, "N"
)  # fmt: skip
BATCH_SIZE = Option("--batch-size", "lines of --input that are answered together (default: 32)", int, "N")
LINES = 32


def command(task: Task) -> Command:
    """The program that answers with models of a task."""
    assert isinstance(task, SequenceToSequence)
    return Command(
        f"{task.verb} texts with a model or a bundle",
        f"Answers each {task.source} with a {task.answer}: texts from arguments, a file or standard input.",
        lambda parser: _add_arguments(parser, task),
        lambda arguments: _run(arguments, task),
    )


def _add_arguments(parser: CommandParser, task: SequenceToSequence) -> None:
    add_model(
        parser,
        task,
        "TEXT",
        f"a text to {task.verb}; without any, and without --input, standard input is read line by line",
    )
    parser.add_argument("--input", metavar="FILE", help=f"{task.verb} the lines of this file, plain, .gz or .zst")
    parser.add_argument("--output", metavar="FILE", help="write here, all or nothing, instead of to standard output")
    parser.add_argument("--scores", action="store_true", help="write the score and a tab before each answer")
    parser.add_argument(
        "--confidence",
        action="store_true",
        help="write the confidence, from 0 to 1, and a tab before each answer, behind the score",
    )
    add_options(parser, (N_BEST, BATCH_SIZE))
    group = parser.add_argument_group(
        "decoding", "see docs/decoding.md; options that were saved with a model are its defaults"
    )
    add_options(group, DECODING)


def format_hypotheses(
    number: int, hypotheses: list[Hypothesis], options: DecodingOptions, scores: bool, confidence: bool = False
) -> str:
    """The output lines of one input line."""
    several = options.n_best > 1
    rows = []
    for hypothesis in hypotheses[: options.n_best]:
        fields = [str(number)] if several else []
        fields += [f"{hypothesis.score:.6f}"] if several or scores else []
        fields += ["" if hypothesis.confidence is None else f"{hypothesis.confidence:.4f}"] if confidence else []
        rows.append("\t".join([*fields, one_line(hypothesis.text)]))
    return "".join(f"{row}\n" for row in rows or [""])


def warnings(number: int, hypotheses: list[Hypothesis], task: SequenceToSequence) -> list[str]:
    """What is wrong with the best answer to a line."""
    found = hypotheses[0] if hypotheses else Hypothesis("", (), 0.0)
    missing = [f"line {number}: not in the {task.answer}: {', '.join(found.missing)}"] if found.missing else []
    added = [f"line {number}: not in the {task.source}: {', '.join(found.added)}"] if found.added else []
    too_long = [
        f"line {number}: translated in parts, too long for the model: {one_line(text)}" for text in found.too_long
    ]
    return [*missing, *added, *too_long]


def _run(arguments: argparse.Namespace, task: SequenceToSequence) -> int:
    """Exit code 0 when every line was answered, 1 when some could not be."""
    from lite_transformer_tf.data.files import numbered_lines
    from lite_transformer_tf.tasks.stored_model import find_model

    path, texts = chosen_model(arguments, task)
    if texts and arguments.input:
        received = f"{len(texts)} texts and --input {arguments.input!r}"
        raise CommandError(f"Give texts or --input, not both. Received: {received}")
    size = at_least_one(BATCH_SIZE, arguments) or LINES
    if not arguments.input:
        refuse((BATCH_SIZE,), arguments, "is for the lines of --input")
        size = LINES if texts else 1
    checks = [*input_files(("--input", arguments.input)), *writable(arguments.output, directory=False)]
    model = all_told([lambda: find_model(path, task.name), *checks])[0]
    with contextlib.ExitStack() as stack:
        lines: Iterable[Line]
        if texts:
            lines = enumerate(texts, start=1)
        elif arguments.input:
            lines = numbered_lines(arguments.input)
        else:
            lines = decode_lines(sys.stdin.buffer)
        given_options(
            arguments, task.default_options(model.settings)
        )  # refuses a wrong option before the model is opened
        if arguments.confidence and Confidence.of(model.settings) is None:
            rule = "--confidence needs a model that was calibrated in training"
            raise CommandError(f"{rule}. Received: {model.path!r}, which was not")
        generator = task.open(model)
        options = given_options(arguments, task.default_options(model.settings, generator.beam_limit))
        output: BinaryIO = sys.stdout.buffer
        if arguments.output:
            output = stack.enter_context(atomic_file(arguments.output))  # type: ignore[assignment]

        def report(message: str) -> None:
            print(f"{task.verb}: {message}", file=sys.stderr, flush=True)

        answer = LineTranslator(generator, options, report)
        for batch in batched(lines, size):
            for (number, _), hypotheses in zip(batch, answer(batch), strict=True):
                rows = format_hypotheses(number, hypotheses, options, arguments.scores, arguments.confidence)
                output.write(rows.encode("utf-8"))
                for message in warnings(number, hypotheses, task):
                    report(message)
            if not arguments.output:
                output.flush()
    return 1 if answer.failures else 0
