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


def model_task(path: str | Path) -> tuple[str, dict[str, Any]]:
    """What the model at `path` is made for, such as "translation", and the settings of the task that were saved with it.

    Raises:
        CommandError: there is no model at `path`.
        ValueError, OSError: its files are damaged.
    """
    folder = find_model(path)
    if is_bundle(folder):
        from lite_transformer_tf.tflite.bundle import read_manifest

        return read_manifest(folder).task, {}
    from lite_transformer_tf.models.saving import load_task

    return load_task(folder)


def open_generator(path: str | Path, task: str = "translation", **settings: Any) -> Generator:
    """Opens whatever can generate: a model directory, a run directory (its model), or a bundle.

    Args:
        path: the directory.
        task: what the model must be made for.
        **settings: passed to `open_bundle` for a bundle.

    Raises:
        CommandError: there is no model at `path`.
        ValueError, OSError: its files are damaged, or it is made for something else.
    """
    folder = find_model(path)
    if is_bundle(folder):
        from lite_transformer_tf.tflite import open_bundle

        return open_bundle(folder, **settings)
    from lite_transformer_tf.decoding.generator import KerasGenerator
    from lite_transformer_tf.models.saving import load_model, load_task

    model, vocabularies = load_model(folder, task=task)
    return KerasGenerator(model, vocabularies.source, vocabularies.target, max_source_tokens=load_task(folder)[1].get("max_source_tokens"))


def add_decoding_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of docs/decoding.md; without one of them its value comes from `task_options`."""
    group = parser.add_argument_group("decoding", "see docs/decoding.md; a model that was saved with options of its own has those as defaults")
    group.add_argument("--beam-size", type=int, metavar="N", help="hypotheses kept; 1 is greedy search (default: 4)")
    group.add_argument("--length-penalty", type=float, metavar="A", help="exponent of the length (default: 1.0)")
    group.add_argument("--min-length", type=int, metavar="N", help="least number of tokens (default: 1)")
    group.add_argument("--max-length", type=int, metavar="N", help="greatest number of tokens (default: by the source's length)")
    group.add_argument("--no-repeat-ngram", type=int, metavar="N", help="forbid repeated n-grams; 0 allows them (default: 0; 3 for summaries)")


def task_options(task: str, settings: dict[str, Any]) -> DecodingOptions:
    """The options of a model whose caller gives none: those that were saved with it, otherwise those of its task."""
    try:
        return DecodingOptions(**{"no_repeat_ngram": 3 if task == "summarization" else 0, **settings.get("decoding", {})})
    except TypeError as error:
        raise CommandError(f"The decoding options saved with the model are not those of this version: {error}") from error


def decoding_options(arguments: argparse.Namespace, default: DecodingOptions | None = None) -> DecodingOptions:
    """The options that `add_decoding_arguments` read, over those of `default`."""
    names = ("beam_size", "length_penalty", "min_length", "max_length", "no_repeat_ngram", "n_best")
    given = {name: value for name in names if (value := getattr(arguments, name, None)) is not None}
    return (default or DecodingOptions()).replace(**given)
