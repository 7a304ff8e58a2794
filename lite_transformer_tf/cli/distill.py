"""`distill`: a trained model answers texts, and its answers become training pairs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, add_options
from lite_transformer_tf.cli.paths import all_told, input_files, writable
from lite_transformer_tf.data.config import CorpusConfig
from lite_transformer_tf.data.corpus import Corpus, mixture
from lite_transformer_tf.data.named_files import open_lines, open_pairs
from lite_transformer_tf.data.splits import find_split
from lite_transformer_tf.decoding.confidence import Confidence
from lite_transformer_tf.tasks.options import DECODING, SPLIT, Option, given_options, refuse
from lite_transformer_tf.tasks.sequence_to_sequence import LANGUAGES, SequenceToSequence
from lite_transformer_tf.tasks.task import StoredModel

if TYPE_CHECKING:
    from lite_transformer_tf.distillation.settings import DistillationSettings

DESCRIPTION = """A trained model (the teacher) answers texts, and its answers become training pairs for another model:
sequence-level distillation, or with --reverse back-translation. See docs/distillation.md.

OUTPUT/distilled.jsonl   the chosen answers as training pairs, with score, confidence and similarity to the reference
OUTPUT/real.jsonl        the real pairs beside them (--keep interpolated or all), without held-out and unusable ones
OUTPUT/report.json       settings, counts of all that was left out, digests and speed

Name both files in a recipe's data.files.train. The same command resumes after a stop, a crash or kill -9."""

DATA_DIR = Option("--data-dir", "pairs of a data directory; its validation and test files are excluded", metavar="DIR")
LANGUAGES_OPTION = Option(
    "--languages", "endings of the files' names in --data-dir, read and answered (default: the model's)",
    metavar=LANGUAGES.metavar,
)  # fmt: skip
SOURCES = (DATA_DIR, Option("--pairs", ""), Option("--texts", ""))
SETTINGS = (
    Option("--score-weight", "exponent of an answer's mean token probability, by which its similarity is multiplied "
           "(default: 1)", float, "W"),
    Option("--min-score", "leave out answers with a lower score", float, "X"),
    Option("--min-confidence", "leave out answers with a lower confidence, from 0 to 1", float, "X"),
    Option("--max-tokens", "leave out texts and answers with more tokens (default: 256)", int, "N"),
    Option("--max-ratio", "leave out pairs with a side of more than this many times the other's tokens, where the "
           "longer has 10 or more (default: 4 for translations, none for summaries)", float, "X"),
    Option("--block", "texts between two stored states (default: 2000)", int, "N"),
    Option("--tokens-per-batch", "padded source tokens times beam size that a Keras model decodes together "
           "(default: 8192)", int, "N"),
)  # fmt: skip
N_BEST = Option("--n-best", "answers per text (default: the beam size, or 1 with --keep best)", int, "N")


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("teacher", help="directory of a model, a run or a bundle, or a bundle's download")
    group = parser.add_argument_group("texts, one of these")
    add_options(group, (DATA_DIR,))
    group.add_argument(
        "--pairs",
        nargs="+",
        metavar="FILE",
        help="texts and their references: two files of lines, or one .jsonl, .tsv or .csv",
    )
    group.add_argument("--texts", nargs="+", metavar="FILE", help="texts without references, one per line")
    add_options(group, (SPLIT, LANGUAGES_OPTION))
    parser.add_argument("--output", required=True, metavar="DIR", help="directory for the results, or one to resume")
    parser.add_argument(
        "--exclude",
        nargs="+",
        default=[],
        metavar="FILE",
        help="leave out texts and answers that occur in these validation and test files, of either side",
    )
    group = parser.add_argument_group("what becomes a training pair")
    group.add_argument(
        "--keep",
        choices=("best", "interpolated", "all"),
        help="the best answer; the one that is interpolated with the reference; or all "
        "(default: interpolated for texts with references, otherwise best)",
    )
    group.add_argument("--reverse", action="store_true", help="write (answer, text): back-translation")
    group.add_argument("--similarity", choices=("chrf", "bleu"), help="sentence score of interpolation (default: chrf)")
    add_options(group, SETTINGS)
    group = parser.add_argument_group("decoding", "options that were saved with the teacher are its defaults")
    add_options(group, (N_BEST, *DECODING))
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _languages(model: StoredModel, arguments: argparse.Namespace) -> tuple[str, str]:
    found = tuple(arguments.languages or model.languages)
    if len(found) != 2:
        raise CommandError("With --data-dir the languages must be known: give --languages FROM TO.")
    return found[0], found[1]


def _source(arguments: argparse.Namespace) -> str:
    """The option that names the texts."""
    given = [option.name for option in SOURCES if option.value(arguments) is not None]
    if len(given) != 1:
        names = ", ".join(option.name for option in SOURCES)
        raise CommandError(f"Give the texts by one of {names}. Received: {' and '.join(given) or 'none of them'}")
    if given[0] != "--data-dir":
        refuse((SPLIT, LANGUAGES_OPTION), arguments, "is for --data-dir")
    if arguments.pairs and len(arguments.pairs) > 2:
        raise CommandError(f"--pairs takes one file or two. Received: {len(arguments.pairs)}")
    return given[0]


def _corpus(model: StoredModel, arguments: argparse.Namespace) -> Corpus[Any]:
    if arguments.pairs:
        return open_pairs(CorpusConfig(*arguments.pairs), ("source", "target"))
    if arguments.texts:
        return mixture((open_lines(CorpusConfig(path)), 1.0) for path in arguments.texts)
    return find_split(arguments.data_dir, arguments.split or "train", *_languages(model, arguments))


def _excluded(model: StoredModel, arguments: argparse.Namespace) -> list[Path]:
    """The files of held-out texts."""
    from lite_transformer_tf.data.held_out import held_out_files

    own = held_out_files(arguments.data_dir, _languages(model, arguments)) if arguments.data_dir else []
    return [*own, *map(Path, arguments.exclude)]


def _settings(model: StoredModel, arguments: argparse.Namespace, has_references: bool) -> DistillationSettings:
    from lite_transformer_tf.distillation.settings import DistillationSettings

    task = model.task
    assert isinstance(task, SequenceToSequence)
    keep = arguments.keep or ("interpolated" if has_references else "best")
    if keep == "interpolated" and not has_references:
        raise CommandError("--keep interpolated needs references: give --pairs or --data-dir. Received: --texts")
    if arguments.min_confidence is not None and Confidence.of(model.settings) is None:
        rule = "--min-confidence needs a teacher that was calibrated in training"
        raise CommandError(f"{rule}. Received: {model.path!r}, which was not")
    options = task.default_options(model.settings)
    if arguments.beam_size is not None:  # before n_best, which must not exceed it
        options = options.replace(beam_size=arguments.beam_size, n_best=1)
    several = options.beam_size if keep != "best" else 1
    options = given_options(arguments, options.replace(n_best=arguments.n_best or several))
    fields = {field.name: field for field in dataclasses.fields(task.data_config)}
    given = {option.destination: option.value(arguments) for option in SETTINGS}
    given |= {"similarity": arguments.similarity, "keep": keep, "reverse": arguments.reverse, "decoding": options}
    ratio = fields["cleaning"].default.max_ratio  # type: ignore[union-attr]
    return DistillationSettings(
        **{"max_ratio": ratio, **{name: value for name, value in given.items() if value is not None}}
    )


def _find_teacher(path: str) -> StoredModel:
    from lite_transformer_tf.tasks.stored_model import find_model

    model = find_model(path)
    if not isinstance(model.task, SequenceToSequence):
        raise CommandError(f"`distill` needs a model that answers texts. Received: {path!r}, for {model.task.name}")
    return model


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0."""
    from lite_transformer_tf.distillation.program import Distillation, refuse_foreign, summary

    source = _source(arguments)
    texts = [("--exclude", path) for path in arguments.exclude] + [("--texts", path) for path in arguments.texts or ()]
    checks = [*input_files(*texts), *writable(arguments.output, directory=True)]
    model: StoredModel = all_told([lambda: _find_teacher(arguments.teacher), *checks])[0]
    corpus = _corpus(model, arguments)
    settings = _settings(model, arguments, source != "--texts")
    refuse_foreign(Path(arguments.output))
    from lite_transformer_tf.data.held_out import HeldOutTexts

    def announce(line: str) -> None:
        if not arguments.quiet:
            print(line, file=sys.stderr, flush=True)

    excluded = _excluded(model, arguments)
    held_out = HeldOutTexts.read(excluded)
    if excluded:
        announce(f"held out: {len(held_out.keys)} texts of {', '.join(map(str, excluded))}")
    figures = Distillation(model, corpus, held_out, settings).run(arguments.output, announce)
    print("\n".join(summary(figures)))
    return 0


COMMAND = Command(
    "training pairs from a trained model's answers: distillation, back-translation", DESCRIPTION, _add_arguments, _run
)
