"""`evaluate`: BLEU and chrF, with signatures, of a model directory or a bundle on a test set."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.cli.common import CommandError, add_decoding_arguments, decoding_options, find_model, is_bundle, open_generator
from lite_transformer_tf.cli.lines import LineTranslator
from lite_transformer_tf.decoding.options import DecodingOptions, Generator, Hypothesis
from lite_transformer_tf.lines import one_line

if TYPE_CHECKING:
    from lite_transformer_tf.evaluation import TimedHypotheses

HELP = "score a model or a bundle on a test set"
HYPOTHESES_NAME = "hypotheses.txt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="directory of a model, a run or a bundle")
    parser.add_argument("--source", metavar="FILE", help="texts to translate, a line each, plain or gzip")
    parser.add_argument("--target", metavar="FILE", help="their reference translations")
    parser.add_argument("--data-dir", metavar="DIR", help="find both files here, by --split and the languages")
    parser.add_argument("--split", default="test", help="part of the data directory: train, valid, test, or the beginning of the files' names")
    parser.add_argument("--languages", nargs=2, metavar=("SOURCE", "TARGET"), help="endings of the files' names (default: the model's)")
    parser.add_argument("--sentences", type=int, metavar="N", help="only the first N")
    parser.add_argument("--output", metavar="DIR", help="write report.json and hypotheses.txt here")
    parser.add_argument("--min-bleu", type=float, metavar="X", help="exit with code 1 when BLEU is below X")
    add_decoding_arguments(parser)


def known_languages(model: str) -> tuple[str, str] | None:
    """Source and target language that a model directory's card or a bundle's manifest names; `None` when they name none."""
    folder = find_model(model)
    for name in ("manifest.json", "card.json"):
        if (folder / name).is_file():
            languages = list(json.loads((folder / name).read_text(encoding="utf-8")).get("languages") or [])
            if len(languages) == 2:
                return languages[0], languages[1]
    return None


def load_pairs(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """The test set that the arguments name."""
    from lite_transformer_tf.data.parallel_text import ParallelText
    from lite_transformer_tf.data.splits import find_split

    files = (arguments.source, arguments.target)
    if arguments.data_dir and any(files):
        raise CommandError("Give --source and --target, or --data-dir, not both.")
    if arguments.data_dir:
        languages = arguments.languages or known_languages(arguments.model)
        if not languages:
            raise CommandError("With --data-dir the languages must be known: give --languages SOURCE TARGET.")
        text = find_split(arguments.data_dir, arguments.split, *languages)
    elif all(files):
        text = ParallelText.from_files(*files)
    else:
        raise CommandError("A test set is needed: give --source FILE and --target FILE, or --data-dir DIR.")
    if arguments.sentences is not None and arguments.sentences < 1:
        raise CommandError(f"--sentences must be at least 1. Received: {arguments.sentences}")
    return list(text)[: arguments.sentences]


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
    return TimedHypotheses(tuple(answer[0] if answer else Hypothesis("", (), 0.0) for answer in answers), seconds), translate.failures


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when a text could not be translated or BLEU is below `--min-bleu`."""
    options = decoding_options(arguments)
    pairs = load_pairs(arguments)
    if not pairs:
        raise CommandError("The test set must hold at least one pair. Received: none")
    generator = open_generator(arguments.model)
    from lite_transformer_tf.evaluation import score_translations

    timed, failures = translate_timed(generator, [source for source, _ in pairs], options)
    scores, speed = score_translations(timed.texts, [target for _, target in pairs]), timed.speed()
    for name, entry in scores.items():
        print(f"{name:26s} {entry['score']:6.2f}   {entry['signature']}")
    print(f"{speed['sentences']} sentences in {speed['seconds']:.1f} s, {speed['tokens_per_second']:.0f} tokens/s")
    bleu = scores["bleu"]["score"]
    high_enough = arguments.min_bleu is None or bleu >= arguments.min_bleu
    passed = high_enough and not failures
    if arguments.output:
        kind = "bundle" if is_bundle(find_model(arguments.model)) else "model directory"
        figures: dict[str, Any] = {"kind": kind, "scores": scores, "speed": speed, "options": dataclasses.asdict(options)}
        figures |= {"untranslated": failures, "passed": passed}
        write_results(arguments.output, figures, timed.texts)
    if failures:
        print(f"{failures} texts could not be translated and count as empty", file=sys.stderr)
    if not high_enough:
        print(f"BLEU {bleu:.2f} is below --min-bleu {arguments.min_bleu:g}", file=sys.stderr)
    return 0 if passed else 1
