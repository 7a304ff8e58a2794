"""What the commands share: errors of one sentence, opening a model or a bundle, options of decoding."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lite_transformer_tf.decoding.options import DecodingOptions, Generator
from lite_transformer_tf.model_directory import model_directory

if TYPE_CHECKING:
    from lite_transformer_tf.decoding.completion import Completer


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
        raise CommandError(
            f"A model must be the directory of a model, a run or a bundle. Received: {str(path)!r}, which does not exist"
        )
    if is_bundle(folder):
        return folder
    if (model := model_directory(folder)) is not None:
        return model
    if (folder / "checkpoints").is_dir():
        raise CommandError(
            f"This run has not finished, so it holds no model yet; run its training command again. Received: {str(path)!r}"
        )
    raise CommandError(
        f"A model must be the directory of a model, a run or a bundle. Received: {str(path)!r}, which holds none of their files"
    )


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
        from lite_transformer_tf.bundle.directory import read_manifest

        manifest = read_manifest(folder)
        return manifest.task, dict(manifest.settings)
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
        from lite_transformer_tf.litert.runtime.generator import TFLiteGenerator
        from lite_transformer_tf.litert.runtime.open import open_bundle

        opened = open_bundle(folder, **settings)
        made_for = opened.manifest.task if opened.manifest else task
        if made_for != task or not isinstance(opened, TFLiteGenerator):
            raise CommandError(f"The bundle must be made for {task}. Received: {str(path)!r}, made for {made_for}")
        return opened
    from lite_transformer_tf.decoding.keras_generator import KerasGenerator
    from lite_transformer_tf.models.saving import load_model, load_task

    model, vocabularies = load_model(folder, task=task)
    return KerasGenerator(
        model, vocabularies.source, vocabularies.target, max_source_tokens=load_task(folder)[1].get("max_source_tokens")
    )


def open_completer(path: str | Path, **settings: Any) -> Completer:
    """Opens what completes texts: the directory of a language model or of its run, or its bundle.

    Args:
        path: the directory.
        **settings: passed to `open_bundle` for a bundle.

    Raises:
        CommandError: there is no model at `path`, or a bundle that is made for something else.
        ValueError, OSError: its files are damaged, or it is made for something else.
    """
    folder = find_model(path)
    if is_bundle(folder):
        from lite_transformer_tf.litert.runtime.completer import TFLiteCompleter
        from lite_transformer_tf.litert.runtime.open import open_bundle

        opened = open_bundle(folder, **settings)
        if not isinstance(opened, TFLiteCompleter):
            raise CommandError(
                f"This needs a language model. Received: {str(path)!r}, a bundle made for {opened.manifest.task if opened.manifest else '?'}"
            )
        return opened
    from lite_transformer_tf.decoding.keras_completer import KerasCompleter
    from lite_transformer_tf.models.saving import LANGUAGE_MODEL, load_model

    return KerasCompleter(*load_model(folder, task=LANGUAGE_MODEL))


def add_decoding_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of docs/decoding.md; without one of them its value comes from `task_options`."""
    group = parser.add_argument_group(
        "decoding", "see docs/decoding.md; a model that was saved with options of its own has those as defaults"
    )
    group.add_argument("--beam-size", type=int, metavar="N", help="hypotheses kept; 1 is greedy search (default: 4)")
    group.add_argument("--length-penalty", type=float, metavar="A", help="exponent of the length (default: 1.0)")
    group.add_argument("--min-length", type=int, metavar="N", help="least number of tokens (default: 1)")
    group.add_argument(
        "--max-length", type=int, metavar="N", help="greatest number of tokens (default: by the source's length)"
    )
    group.add_argument(
        "--no-repeat-ngram",
        type=int,
        metavar="N",
        help="forbid repeated n-grams; 0 allows them (default: 0; 3 for summaries)",
    )


def decoding_options(arguments: argparse.Namespace, default: DecodingOptions | None = None) -> DecodingOptions:
    """The options that `add_decoding_arguments` read, over those of `default`."""
    names = ("beam_size", "length_penalty", "min_length", "max_length", "no_repeat_ngram", "n_best")
    given = {name: value for name in names if (value := getattr(arguments, name, None)) is not None}
    return (default or DecodingOptions()).replace(**given)
