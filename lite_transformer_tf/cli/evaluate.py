"""`evaluate`: a model directory or a bundle on a test set: BLEU and chrF of translations, ROUGE of summaries beside that of the document's
beginning, each with its signature; the perplexity of a language model."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.cli import perplexity, scoring
from lite_transformer_tf.cli.common import (
    CommandError,
    add_decoding_arguments,
    decoding_options,
    find_model,
    is_bundle,
    model_task,
    open_generator,
)
from lite_transformer_tf.cli.lines import LineTranslator
from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis, task_options
from lite_transformer_tf.lines import one_line

if TYPE_CHECKING:
    from lite_transformer_tf.evaluation import TimedHypotheses

HELP = "score a model or a bundle on a test set"
HYPOTHESES_NAME = "hypotheses.txt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="directory of a model, a run or a bundle")
    parser.add_argument("--source", metavar="FILE", help="texts to translate or summarize, a line each, plain or gzip")
    parser.add_argument("--target", metavar="FILE", help="their references")
    parser.add_argument("--data-dir", metavar="DIR", help="find both files here, by --split and the languages")
    parser.add_argument(
        "--split",
        default="test",
        help="part of the data directory: train, valid, test, or the beginning of the files' names",
    )
    parser.add_argument(
        "--languages", nargs=2, metavar=("SOURCE", "TARGET"), help="endings of the files' names (default: the model's)"
    )
    parser.add_argument("--sentences", type=int, metavar="N", help="only the first N")
    parser.add_argument("--output", metavar="DIR", help="write report.json and hypotheses.txt here")
    parser.add_argument("--min-bleu", type=float, metavar="X", help="exit with code 1 when BLEU is below X")
    add_decoding_arguments(parser)
    scoring.add_arguments(parser)
    perplexity.add_arguments(parser)


def load_pairs(arguments: argparse.Namespace, scores: scoring.Scoring) -> list[tuple[str, str]]:
    """The test set that the arguments name."""
    if arguments.sentences is not None and arguments.sentences < 1:
        raise CommandError(f"--sentences must be at least 1. Received: {arguments.sentences}")
    pairs = scores.load(arguments)[: arguments.sentences]
    if not pairs:
        raise CommandError("The test set must hold at least one pair. Received: none")
    return pairs


def write_results(directory: str, figures: dict[str, Any], hypotheses: list[str]) -> None:
    """Writes hypotheses.txt, a line each, and report.json."""
    from lite_transformer_tf.files import atomic_write_text
    from lite_transformer_tf.report import write_report

    atomic_write_text(Path(directory) / HYPOTHESES_NAME, "".join(f"{one_line(text)}\n" for text in hypotheses))
    write_report(directory, figures)


def translate_timed(generator: Generator, sources: list[str], options: DecodingOptions) -> tuple[TimedHypotheses, int]:
    """The best hypothesis of each text, and how many texts were too long for the model; those are reported and count as empty."""
    from lite_transformer_tf.evaluation import TimedHypotheses

    translate = LineTranslator(generator, options, lambda message: print(f"evaluate: {message}", file=sys.stderr))
    start = time.perf_counter()
    answers = translate(list(enumerate(sources, start=1)))
    seconds = time.perf_counter() - start
    return TimedHypotheses(
        tuple(answer[0] if answer else Hypothesis("", (), 0.0) for answer in answers), seconds
    ), translate.failures


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when a text could not be answered or the score is below `--min-bleu`, `--min-rouge`."""
    if perplexity.is_language_model(arguments.model):
        return perplexity.run(arguments)
    task, settings = model_task(arguments.model)
    defaults, judge = task_options(task, settings), scoring.scoring_of(task, settings, arguments.lead)
    decoding_options(arguments, defaults)  # wrong values are refused before the model is opened
    pairs = load_pairs(arguments, judge)
    generator = open_generator(arguments.model, task)
    options = decoding_options(arguments, defaults.within(generator.beam_limit))
    timed, failures = translate_timed(generator, [source for source, _ in pairs], options)
    scores, speed, truncated = judge.score(timed.texts, pairs), timed.speed(), getattr(generator, "truncated", 0)
    print("\n".join(judge.lines(scores)))
    print(f"{speed['sentences']} sentences in {speed['seconds']:.1f} s, {speed['tokens_per_second']:.0f} tokens/s")
    figure, least = scores[judge.name]["score"], judge.least(arguments)
    high_enough = least is None or figure >= least
    passed = high_enough and not failures
    if arguments.output:
        kind = "bundle" if is_bundle(find_model(arguments.model)) else "model directory"
        figures: dict[str, Any] = {
            "kind": kind,
            "task": task,
            "scores": scores,
            "speed": speed,
            "options": dataclasses.asdict(options),
        }
        figures |= {"untranslated": failures, "truncated": truncated, "passed": passed}
        write_results(arguments.output, figures, timed.texts)
    messages = list(getattr(judge, "left_out", ()))
    if truncated:
        messages.append(f"{truncated} texts are longer than the model reads and were cut")
    if failures:
        messages.append(f"{failures} texts could not be translated and count as empty")
    if not high_enough:
        messages.append(
            f"{judge.label} {figure:.2f} is below {'--min-bleu' if judge.name == 'bleu' else '--min-rouge'} {least:g}"
        )
    for message in messages:
        print(message, file=sys.stderr)
    return 0 if passed else 1
