"""`train TASK`: trains a model for a task, or resumes a run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from lite_transformer_tf.cli.common import Command, CommandParser, Failure
from lite_transformer_tf.cli.paths import Check, all_told, data_files, writable
from lite_transformer_tf.settings import load_settings, read_settings
from lite_transformer_tf.tasks.task import RECIPES, StoredModel, Task
from lite_transformer_tf.training.cluster import DISTRIBUTIONS, check_distribution

DESCRIPTION = """Trains a {model}, or resumes a run.

The configuration is a YAML file, overridden by `--set section.name=value`; the merged whole is printed and stored in
the output directory. The same command resumes after a stop, a crash or kill -9.

Without --config and --data-dir it takes minutes and no download: the model learns from
{data}."""


def command(task: Task) -> Command:
    """The program that trains for a task."""
    article = "an" if task.model[0] in "aeiou" else "a"
    return Command(
        f"train {article} {task.model}, or resume a run",
        DESCRIPTION.format(model=task.model, data=task.default_data),
        lambda parser: _add_arguments(parser, task),
        lambda arguments: _run(arguments, task),
    )


def _add_arguments(parser: CommandParser, task: Task) -> None:
    parser.add_argument(
        "--config",
        metavar="FILE",
        help=f"YAML configuration: a file, or a recipe of this package by name, such as {task.example} "
        f"(default: {task.recipe}, or with --data-dir {task.files_recipe or task.recipe})",
    )
    parser.add_argument("--data-dir", metavar="DIR", help=f"directory of {task.files}; plain, .gz or .zst")
    parser.add_argument(
        "--output",
        default=f"runs/{task.name}",
        metavar="DIR",
        help="directory of the run, a new one or one to resume (default: %(default)s)",
    )
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="begin with the weights and vocabularies of this model: a finished run, its model directory, a bundle, "
        "or the name of a pretrained model; without --config its architecture is taken too",
    )
    parser.add_argument(
        "--new-vocabulary",
        action="store_true",
        help="with --start: learn vocabularies from this training's data, as for another language; tokens that both "
        "have keep their embeddings",
    )
    parser.add_argument(
        "--teacher",
        metavar="MODEL",
        help="learn from this model too, at every token, with its vocabularies: a finished run, or its model "
        "directory; short for --set training.distillation.teacher=...",
    )
    parser.add_argument(
        "--distribute",
        choices=DISTRIBUTIONS,
        help="train on all devices of this machine, on the workers that TF_CONFIG names, or on a TPU; the batches stay "
        "the same, and each device computes a part of their rows (default: one device)",
    )
    add_overrides(parser)
    parser.add_argument("--seed", type=int, help="short for --set training.seed=...")
    parser.add_argument("--epochs", type=int, help="short for --set training.epochs=...")
    parser.add_argument("--quiet", action="store_true", help="show neither configuration nor progress")
    if task.downloads:
        parser.add_argument(
            "--download", action="store_true", help="allow the data set that the configuration names to be downloaded"
        )


def add_overrides(parser: CommandParser) -> None:
    """Adds `--set`."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="SECTION.NAME=VALUE",
        help="override a setting; may be repeated",
    )


def find_recipe(name: str) -> Path:
    """The configuration file `name`, or the recipe of this package by that name."""
    recipe = RECIPES / f"{name.removesuffix('.yaml')}.yaml"
    return recipe if recipe.is_file() and not Path(name).exists() else Path(name)


def _check_paths(
    arguments: argparse.Namespace, task: Task, recipe: Path, overrides: Sequence[str], writes: bool
) -> None:
    """Raises, before TensorFlow is loaded, for everything that is missing, or cannot be written where it `writes`."""
    from lite_transformer_tf.data.config import located
    from lite_transformer_tf.tasks.stored_model import find_directory
    from lite_transformer_tf.training.run_directory import finished_figures, refuse_foreign

    checks: list[Check] = [lambda: data_files(task, read_settings(recipe, overrides, located), arguments.data_dir)]
    if arguments.start:
        checks.append(lambda: find_directory(arguments.start, task.name))
    if arguments.teacher:
        checks.append(lambda: find_directory(arguments.teacher, task.name))
    output = Path(arguments.output)
    if writes:
        if finished_figures(output) is None:  # one that has finished is only read
            checks += writable(output, directory=True)
        checks.append(lambda: refuse_foreign(output))
    all_told(checks)


def settings_of(model: StoredModel) -> list[str]:
    """Overrides by which a default configuration describes the model that a training begins with."""
    config = {name: value for name, value in model.config.to_dict().items() if "vocabulary_size" not in name}
    overrides = [f"model={json.dumps({'architecture': 'layers', **config})}"]
    if model.task.pairs_languages and len(model.languages) == 2:
        overrides += [f"data.{side}={name}" for side, name in zip(("source", "target"), model.languages)]
    if (longest := model.settings.get("max_source_tokens")) is not None:
        overrides.append(f"data.cleaning.max_source_tokens={longest}")
    return overrides


def _run(arguments: argparse.Namespace, task: Task) -> int:
    """Exit code 0 for a finished run, 1 when the loss was not finite, 130 when it was stopped."""
    named = [
        f"training.{name}={value}" for name in ("seed", "epochs") if (value := getattr(arguments, name)) is not None
    ]
    if arguments.teacher is not None:
        named.append(f"training.distillation.teacher={json.dumps(arguments.teacher)}")
    default, own = task.recipe, list[str]()
    if arguments.data_dir and not arguments.config:
        default, named = task.files_recipe or default, ["data.corpus=files", *named]
    if arguments.start and not arguments.config:
        from lite_transformer_tf.tasks.stored_model import find_directory

        own = settings_of(find_directory(arguments.start, task.name))
    recipe, overrides = find_recipe(arguments.config or default), [*own, *arguments.overrides, *named]
    is_chief = check_distribution(arguments.distribute).is_chief
    _check_paths(arguments, task, recipe, overrides, is_chief)
    config = load_settings(task.config, recipe, overrides)
    if not arguments.quiet and is_chief:
        print(config.to_yaml(), flush=True)
    from lite_transformer_tf.training.checkpoints import DivergedError
    from lite_transformer_tf.training.display import Display
    from lite_transformer_tf.training.distribution import WorkerLostError

    display = Display(quiet=arguments.quiet)
    download = {"download": True} if getattr(arguments, "download", False) else {}
    try:
        result = task.run(
            config,
            arguments.data_dir,
            arguments.output,
            display,
            start=arguments.start,
            new_vocabulary=arguments.new_vocabulary,
            distribute=arguments.distribute,
            **download,
        )
    except (DivergedError, WorkerLostError) as error:
        raise Failure(str(error)) from error
    if result.finished and result.is_chief and not arguments.quiet:
        print(f"model: {result.model_directory}\nreport: {result.directory / 'report.json'}")
    return 0 if result.finished else 130
