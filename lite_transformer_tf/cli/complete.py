"""`complete`: a language model goes on with a text, shown as it is made."""

from __future__ import annotations

import argparse

from lite_transformer_tf.cli.common import CommandError, open_completer
from lite_transformer_tf.decoding.sampling import SamplingOptions

HELP = "go on with a text, with a language model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    default = SamplingOptions()
    parser.add_argument("model", help="directory of a language model, of its run, or its bundle")
    parser.add_argument(
        "prompt",
        nargs="*",
        metavar="PROMPT",
        help="the beginning of the text; several words are joined by spaces, none begins a new text",
    )
    parser.add_argument("--n", type=int, default=1, metavar="N", help="number of completions (default: %(default)s)")
    group = parser.add_argument_group("sampling", "see docs/sampling.md")
    group.add_argument(
        "--temperature",
        type=float,
        default=default.temperature,
        metavar="X",
        help="below 1 more certain, 0 greedy (default: %(default)s)",
    )
    group.add_argument(
        "--top-k",
        type=int,
        default=default.top_k,
        metavar="K",
        help="draw from the K most probable tokens; 0 from all (default)",
    )
    group.add_argument(
        "--top-p",
        type=float,
        default=default.top_p,
        metavar="P",
        help="draw from the most probable tokens of share P (default: %(default)s)",
    )
    group.add_argument(
        "--seed", type=int, default=default.seed, metavar="N", help="another seed, another text (default: %(default)s)"
    )
    group.add_argument(
        "--min-tokens",
        type=int,
        default=default.min_tokens,
        metavar="N",
        help="least number of tokens (default: %(default)s)",
    )
    group.add_argument(
        "--max-tokens",
        type=int,
        default=default.max_tokens,
        metavar="N",
        help="greatest number of tokens (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0. Completions are separated by an empty line."""
    options = SamplingOptions(
        temperature=arguments.temperature,
        top_k=arguments.top_k,
        top_p=arguments.top_p,
        seed=arguments.seed,
        min_tokens=arguments.min_tokens,
        max_tokens=arguments.max_tokens,
    )
    if arguments.n < 1:
        raise CommandError(f"--n must be at least 1. Received: {arguments.n}")
    completer = open_completer(arguments.model)
    prompt = " ".join(arguments.prompt)
    for sample in range(arguments.n):
        print("\n" * bool(sample) + prompt, end="", flush=True)
        for piece in completer.stream(prompt, options, sample):
            print(piece, end="", flush=True)
        print(flush=True)
    return 0
