"""What the commands share: errors of one sentence, opening a model or a bundle, options of decoding."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lite_transformer_tf.decoding.options import DecodingOptions, Generator


class CommandError(Exception):
    """A mistake of the caller's; its message is shown in one sentence, and the program exits with code 2."""


def run_command(command: Callable[[], int], name: str) -> int:
    """Runs a command and turns the caller's mistakes into one line on standard error.

    Returns:
        the command's exit code; 2 after a mistake of the caller's (a wrong value, a missing file), 130 after Ctrl-C.
    """
    try:
        return command()
    except BrokenPipeError:
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115 (the reader is gone; nothing more can be flushed into it)
        return 1
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return 130
    except (CommandError, ValueError, OSError) as error:
        print(f"{name}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2


def find_model(path: str | Path) -> Path:
    """The directory of a model or bundle that `path` names: itself, or the `model/` of a run.

    Raises:
        CommandError: there is neither.
    """
    folder = Path(path)
    if not folder.exists():
        raise CommandError(f"A model must be the directory of a model, a run or a bundle. Received: {str(path)!r}, which does not exist")
    if folder.is_file() or (folder / "manifest.json").is_file() or (folder / "config.json").is_file():
        return folder
    if (folder / "model" / "config.json").is_file():
        return folder / "model"
    if (folder / "checkpoints").is_dir():
        raise CommandError(f"This run has not finished, so it holds no model yet; run its training command again. Received: {str(path)!r}")
    raise CommandError(f"A model must be the directory of a model, a run or a bundle. Received: {str(path)!r}, which holds none of their files")


def is_bundle(path: Path) -> bool:
    """Whether a path that `find_model` gave is a bundle."""
    return path.is_file() or (path / "manifest.json").is_file()


def open_generator(path: str | Path, **settings: Any) -> Generator:
    """Opens whatever can generate: a model directory, a run directory (its model), or a bundle.

    Args:
        path: the directory.
        **settings: passed to `open_bundle` for a bundle.

    Raises:
        CommandError: there is no model at `path`.
        ValueError, OSError: its files are damaged.
    """
    folder = find_model(path)
    if is_bundle(folder):
        from lite_transformer_tf.tflite import open_bundle

        return open_bundle(folder, **settings)
    from lite_transformer_tf.decoding.generator import KerasGenerator
    from lite_transformer_tf.models.saving import load_model

    model, vocabularies = load_model(folder)
    return KerasGenerator(model, vocabularies.source, vocabularies.target)


def add_decoding_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of docs/decoding.md; their defaults are `DecodingOptions`'."""
    default = DecodingOptions()
    group = parser.add_argument_group("decoding", "see docs/decoding.md")
    group.add_argument("--beam-size", type=int, default=default.beam_size, metavar="N", help="hypotheses kept; 1 is greedy search (default: %(default)s)")
    group.add_argument("--length-penalty", type=float, default=default.length_penalty, metavar="A", help="exponent of the length (default: %(default)s)")
    group.add_argument("--min-length", type=int, default=default.min_length, metavar="N", help="least number of tokens (default: %(default)s)")
    group.add_argument("--max-length", type=int, default=None, metavar="N", help="greatest number of tokens (default: by the source's length)")
    group.add_argument("--no-repeat-ngram", type=int, default=default.no_repeat_ngram, metavar="N", help="forbid repeated n-grams; 0 allows them (default)")


def decoding_options(arguments: argparse.Namespace) -> DecodingOptions:
    """The options that `add_decoding_arguments` read."""
    return DecodingOptions(
        beam_size=arguments.beam_size,
        length_penalty=arguments.length_penalty,
        min_length=arguments.min_length,
        max_length=arguments.max_length,
        no_repeat_ngram=arguments.no_repeat_ngram,
        n_best=getattr(arguments, "n_best", 1),
    )
