"""`export`: a model directory compiled into a bundle for phones."""

from __future__ import annotations

import argparse
import dataclasses
from functools import partial
from pathlib import Path

from lite_transformer_tf._extras import EXPORT
from lite_transformer_tf.cli.common import Command, CommandError, CommandParser, Failure, a_path, add_options
from lite_transformer_tf.cli.paths import Check, all_told, input_files, writable
from lite_transformer_tf.files import check_output
from lite_transformer_tf.litert.quantize.widths import WIDTHS
from lite_transformer_tf.tasks.options import Option, at_least_one, refuse
from lite_transformer_tf.tasks.registry import offered_options, refuse_foreign
from lite_transformer_tf.tasks.sequence_to_sequence import BEAM_SIZE, FIELDS, LANGUAGES, PAIRS, REFERENCES, records
from lite_transformer_tf.tasks.stored_model import find_directory
from lite_transformer_tf.tasks.task import StoredModel, Task

CHECK_SET = Option("--check-set", "texts to compare, one per line (default: check_sentences.txt of the model)")
CHECK_LIMIT = Option("--check-limit", "compare only the first N texts", int, "N")
CALIBRATION = Option(
    "--calibration", "texts, one per line, for the ranges of an int16x8 file (default: the check set)"
)  # fmt: skip
DESCRIPTION = """Compiles a model directory into a bundle for phones, checked against the model before it is written.

The float32 form of the file must give the model's token ids on every text of the check set: translations and summaries
with greedy and beam search, the completions of a language model; otherwise no bundle is written and the exit code is 1.
The agreement of an int8 file is reported."""


def _add_arguments(parser: CommandParser) -> None:
    parser.add_argument("model", type=a_path, help="directory of the model, of its run, or a bundle")
    parser.add_argument(
        "--output", type=a_path, required=True, metavar="BUNDLE", help="directory of the bundle, new or empty"
    )
    parser.add_argument(
        "--variant", choices=tuple(WIDTHS), default="int8", help="numbers of the weights (default: %(default)s)"
    )
    add_options(parser, (CHECK_SET, CHECK_LIMIT, CALIBRATION))
    parser.add_argument(
        "--buckets",
        type=int,
        nargs="+",
        metavar="N",
        help="allocated lengths (default: up to the longest source; 64 256 for language models)",
    )
    add_options(parser, offered_options(_options))
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle at the output")


def _options(task: Task) -> tuple[Option, ...]:
    return task.export_options


def check_set(arguments: argparse.Namespace, folder: Path) -> tuple[list[str], list[str]]:
    """Texts and references, possibly none, that the arguments name."""
    from lite_transformer_tf.data.parallel_text import is_whole
    from lite_transformer_tf.exporting.check_set import check_pairs

    limit = at_least_one(CHECK_LIMIT, arguments)
    if PAIRS.value(arguments) is None:
        refuse((FIELDS,), arguments, "is for --pairs")
        return check_pairs(folder, CHECK_SET.value(arguments), REFERENCES.value(arguments), limit)
    rule = "is not used with --pairs: Give --pairs, or --check-set and --references"
    refuse((CHECK_SET, REFERENCES), arguments, rule)
    pairs = [pair for pair in records(arguments) if is_whole(pair)][:limit]
    return [source for source, _ in pairs], [target for _, target in pairs]


def calibration_texts(arguments: argparse.Namespace) -> list[str]:
    """The texts that the arguments name for the ranges of an integer file; none without the option."""
    from lite_transformer_tf.data.files import read_lines

    path = CALIBRATION.value(arguments)
    if path is None:
        return []
    if arguments.variant != "int16x8":
        rule = "--calibration is for the variant int16x8, the only one with fixed ranges"
        raise CommandError(f"{rule}. Received: --variant {arguments.variant}")
    return list(read_lines(path))


def _check_paths(arguments: argparse.Namespace) -> StoredModel:
    """The model. Raises, before TensorFlow is loaded, for everything that is missing or cannot be written."""
    from lite_transformer_tf.bundle.manifest import MANIFEST_NAME

    options = (CHECK_SET, REFERENCES, PAIRS, CALIBRATION)
    named = input_files(*((option, option.value(arguments)) for option in options))
    new = partial(check_output, arguments.output, overwrite=arguments.overwrite, marker=MANIFEST_NAME)
    checks: list[Check] = [
        lambda: find_directory(arguments.model),
        *named,
        new,
        *writable(arguments.output, directory=True),
    ]
    return all_told(checks)[0]


def _run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when the file does not answer as the model does."""
    model = _check_paths(arguments)
    refuse_foreign(_options, model.task, arguments, model.path)
    texts, references = check_set(arguments, model.folder)
    from lite_transformer_tf.bundle.card import ModelFacts

    facts = ModelFacts.load(model.folder)
    if languages := LANGUAGES.value(arguments):
        facts = dataclasses.replace(facts, languages=tuple(languages))
    from lite_transformer_tf.exporting.export import export_bundle
    from lite_transformer_tf.exporting.export_job import ExportJob
    from lite_transformer_tf.exporting.verify import VerificationError
    from lite_transformer_tf.models.saving import load_model

    graph = model.task.default_graph(model.settings, BEAM_SIZE.value(arguments), arguments.buckets)
    calibration = calibration_texts(arguments)
    job = ExportJob(texts, references, arguments.variant, graph, facts, model.task.name, model.settings, calibration)
    try:
        report = export_bundle(*load_model(model.folder), arguments.output, job, overwrite=arguments.overwrite)
    except VerificationError as error:
        raise Failure(str(error)) from error
    for variant, comparisons in report["verification"]["comparisons"].items():
        for entry in comparisons:
            print(f"{variant}, {entry['search']}: {entry['equal']} of {entry['sentences']} texts as the model")
    for name, entry in report["metrics"].get("scores", {}).items():
        print(f"{name}: {entry['score']:.2f}")
    size, runtime = report["model_bytes"][arguments.variant] / 1e6, report["minimum_runtime"]
    print(f"{arguments.output}: model.tflite {size:.2f} MB, TensorFlow Lite {runtime} or newer")
    return 0


COMMAND = Command("model directory -> TFLite bundle", DESCRIPTION, _add_arguments, _run, extra=EXPORT)
