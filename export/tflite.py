"""Compiles a model directory into a bundle for phones, checked against the model before anything is written.

The float32 form of the file must give the model's token ids on every sentence of the check set, greedy and beam search; otherwise no
bundle is written and the exit status is 1. The agreement of an int8 file is reported.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from lite_transformer_tf.cli.common import find_model
from lite_transformer_tf.tflite.compiler import DEFAULT_BEAM_SIZE, DEFAULT_BUCKETS, GraphOptions
from lite_transformer_tf.tflite.quantization import VARIANTS

HELP = "model directory -> TFLite bundle"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="directory of the model, or of the run that trained it")
    parser.add_argument("--output", type=Path, required=True, metavar="BUNDLE", help="directory of the bundle, new or empty")
    parser.add_argument("--variant", choices=VARIANTS, default="int8", help="numbers of the weights (default: %(default)s)")
    parser.add_argument("--check-set", type=Path, metavar="FILE", help="sentences to compare, one a line (default: check_sentences.txt of the model)")
    parser.add_argument("--check-limit", type=int, metavar="N", help="compare at most the first N sentences")
    parser.add_argument("--references", type=Path, metavar="FILE", help="translations of the check set, line by line: the bundle gets scores")
    parser.add_argument("--buckets", type=int, nargs="+", default=list(DEFAULT_BUCKETS), metavar="N", help="allocated lengths (default: %(default)s)")
    parser.add_argument("--beam-size", type=int, default=DEFAULT_BEAM_SIZE, metavar="N", help="rows of beam_step; 1 leaves it out (default: %(default)s)")
    parser.add_argument("--languages", nargs=2, metavar=("FROM", "TO"), help="language codes for the manifest and the card")
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle at the output")


def run(arguments: argparse.Namespace) -> int:
    from lite_transformer_tf.models.saving import load_model, load_task
    from lite_transformer_tf.tflite.export import ExportJob, check_pairs, export_bundle
    from lite_transformer_tf.tflite.model_card import ModelFacts
    from lite_transformer_tf.tflite.verify import VerificationError

    folder = find_model(arguments.model)
    texts, references = check_pairs(folder, arguments.check_set, arguments.references, arguments.check_limit)
    facts = ModelFacts.load(folder)
    if arguments.languages:
        facts = dataclasses.replace(facts, languages=tuple(arguments.languages))
    graph = GraphOptions(tuple(arguments.buckets), arguments.beam_size)
    job = ExportJob(texts, references, variant=arguments.variant, graph=graph, facts=facts, task=load_task(folder)[0])
    model, vocabularies = load_model(folder)
    try:
        report = export_bundle(model, vocabularies, arguments.output, job, overwrite=arguments.overwrite)
    except VerificationError as error:
        print(f"python -m export tflite: {error}", file=sys.stderr)
        return 1
    for variant, comparisons in report["verification"]["comparisons"].items():
        for entry in comparisons:
            print(f"{variant}, beam {entry['beam_size']}: {entry['equal']} of {entry['sentences']} sentences as the model")
    print(f"{arguments.output}: model.tflite {report['model_bytes'][arguments.variant] / 1e6:.2f} MB, TensorFlow Lite {report['minimum_runtime']} or newer")
    return 0
