"""What `evaluate` does with a language model: perplexity per token and per word, and bits per character."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lite_transformer_tf.cli.common import CommandError, find_model, is_bundle, model_task, open_completer

if TYPE_CHECKING:
    from lite_transformer_tf.data.plain_text import PlainText
    from lite_transformer_tf.evaluation.perplexity import Perplexity


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "language models", "--data-dir and --split find the text too; without either, Python's documentation"
    )
    group.add_argument("--text", metavar="FILE", help="text to predict, plain or gzip")
    group.add_argument("--block", type=int, metavar="N", help="tokens predicted by one pass (default: the model's)")
    group.add_argument(
        "--context-window", type=int, metavar="N", help="tokens before them that are read again (default: the model's)"
    )
    group.add_argument(
        "--max-perplexity", type=float, metavar="X", help="exit with code 1 when the perplexity per token is above X"
    )


def is_language_model(model: str) -> bool:
    """Whether a path names a language model: its directory, its run, or its bundle."""
    folder = find_model(model)
    if is_bundle(folder):
        return model_task(folder)[0] == "language-model"
    try:
        return json.loads((folder / "config.json").read_text(encoding="utf-8")).get("task") == "language-model"
    except (OSError, ValueError, AttributeError):
        return False  # opening it as a translation model says what is wrong


def _text(arguments: argparse.Namespace) -> PlainText:
    from lite_transformer_tf.data.plain_text import PlainText, find_text
    from lite_transformer_tf.data.python_docs import python_docs

    if arguments.source or arguments.target:
        raise CommandError("A language model is evaluated on one text: give --text FILE, or --data-dir DIR.")
    if arguments.text and arguments.data_dir:
        raise CommandError("Give --text or --data-dir, not both.")
    if arguments.text:
        return PlainText.from_file(arguments.text)
    if arguments.data_dir:
        return find_text(arguments.data_dir, arguments.split)
    found = getattr(python_docs(), arguments.split, None)
    if found is None:
        raise CommandError(f"--split must be train, valid or test without --data-dir. Received: {arguments.split!r}")
    return found


def _measure(folder: Path, text: PlainText, arguments: argparse.Namespace) -> tuple[Perplexity, int, int]:
    """The perplexity, the block and the context window that it was measured with."""
    from lite_transformer_tf.data.language_modeling import TokenStream
    from lite_transformer_tf.evaluation.perplexity import completer_perplexity, evaluate_perplexity
    from lite_transformer_tf.models.saving import load_model

    known = model_task(folder)[1].get("evaluation", {})
    block = arguments.block if arguments.block is not None else known.get("block", 128)
    context = arguments.context_window if arguments.context_window is not None else known.get("context_window", 0)
    if is_bundle(folder):
        completer = open_completer(folder)
        return (
            completer_perplexity(completer, TokenStream.from_text(text, completer.vocabulary), block, context),
            block,
            context,
        )
    model, vocabulary = load_model(folder)
    return evaluate_perplexity(model, TokenStream.from_text(text, vocabulary), block, context), block, context


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 when the perplexity is above `--max-perplexity`."""
    text = _text(arguments)
    from lite_transformer_tf.report import write_report

    folder = find_model(arguments.model)
    measured, block, context = _measure(folder, text, arguments)
    figures = measured.to_dict()
    print(f"perplexity per token {figures['perplexity']:10.2f}   {figures['tokens']} tokens")
    print(f"perplexity per word  {figures['perplexity_per_word']:10.2f}   {figures['words']} words, line ends counted")
    print(f"bits per character   {figures['bits_per_character']:10.3f}   {figures['characters']} characters")
    print(f"blocks of {block} tokens, context window of {context}; {figures['tokens_per_second']:.0f} tokens/s")
    passed = arguments.max_perplexity is None or figures["perplexity"] <= arguments.max_perplexity
    if arguments.output:
        write_report(
            Path(arguments.output),
            {
                "kind": "bundle" if is_bundle(folder) else "language model",
                **figures,
                "block": block,
                "context_window": context,
                "passed": passed,
            },
        )
    return 0 if passed else 1
