"""`translate`: texts from arguments, a file or standard input, through a model directory or a bundle."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterable
from typing import BinaryIO

from lite_transformer_tf.cli.common import (
    CommandError,
    add_decoding_arguments,
    decoding_options,
    model_task,
    open_generator,
)
from lite_transformer_tf.cli.lines import Line, LineTranslator, batched, decode_lines
from lite_transformer_tf.decoding.options import DecodingOptions, Hypothesis, task_options
from lite_transformer_tf.files import atomic_file
from lite_transformer_tf.lines import one_line

HELP = "translate texts with a model or a bundle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_text_arguments(parser, "translate")


def add_text_arguments(parser: argparse.ArgumentParser, verb: str) -> None:
    """Adds what `run_lines` reads; `verb` says what it does with a text."""
    parser.add_argument("model", help="directory of a model, a run or a bundle")
    parser.add_argument(
        "text",
        nargs="*",
        help=f"texts to {verb}; without any, and without --input, standard input is read line by line",
    )
    parser.add_argument("--input", metavar="FILE", help=f"{verb} the lines of this file")
    parser.add_argument("--output", metavar="FILE", help="write here, all or nothing, instead of to standard output")
    parser.add_argument(
        "--n-best",
        type=int,
        default=1,
        metavar="N",
        help="hypotheses a text, as lines 'number<TAB>score<TAB>text' when N > 1",
    )
    parser.add_argument("--scores", action="store_true", help="write the score and a tab before each answer")
    parser.add_argument(
        "--batch-size",
        type=int,
        default=32,
        metavar="N",
        help="lines of a file that are read at once (default: %(default)s)",
    )
    add_decoding_arguments(parser)


def format_hypotheses(number: int, hypotheses: list[Hypothesis], options: DecodingOptions, scores: bool) -> str:
    """The output lines of one input line."""
    if options.n_best > 1:
        rows = [f"{number}\t{hypothesis.score:.6f}\t{one_line(hypothesis.text)}" for hypothesis in hypotheses]
    elif scores:
        rows = [f"{hypothesis.score:.6f}\t{one_line(hypothesis.text)}" for hypothesis in hypotheses[:1]]
    else:
        rows = [one_line(hypothesis.text) for hypothesis in hypotheses[:1]]
    return "".join(f"{row}\n" for row in rows or [""])


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every line was translated, 1 when some could not be."""
    return run_lines(arguments, "translate", "translation")


def run_lines(arguments: argparse.Namespace, command: str, task: str) -> int:
    """Answers each line with a model that is made for `task`; exit code 0, or 1 when a line has no answer."""
    if arguments.text and arguments.input:
        raise CommandError(
            f"Give texts or --input, not both. Received: {len(arguments.text)} texts and --input {arguments.input!r}"
        )
    if arguments.batch_size < 1:
        raise CommandError(f"--batch-size must be at least 1. Received: {arguments.batch_size}")
    defaults = task_options(task, model_task(arguments.model)[1])
    decoding_options(arguments, defaults)  # wrong values are refused before the model is opened
    with contextlib.ExitStack() as stack:
        lines: Iterable[Line]
        size = arguments.batch_size
        if arguments.text:
            lines = enumerate(arguments.text, start=1)
        elif arguments.input:
            lines = decode_lines(stack.enter_context(open(arguments.input, "rb")))
        else:
            lines, size = decode_lines(sys.stdin.buffer), 1
        generator = open_generator(arguments.model, task)
        options = decoding_options(arguments, defaults.within(generator.beam_limit))
        output: BinaryIO = stack.enter_context(atomic_file(arguments.output)) if arguments.output else sys.stdout.buffer  # type: ignore[assignment]
        translate = LineTranslator(
            generator, options, lambda message: print(f"{command}: {message}", file=sys.stderr, flush=True)
        )
        for batch in batched(lines, size):
            answers = zip(batch, translate(batch), strict=True)
            output.writelines(
                format_hypotheses(number, hypotheses, options, arguments.scores).encode("utf-8")
                for (number, _), hypotheses in answers
            )
            if not arguments.output:
                output.flush()
    return 1 if translate.failures else 0
