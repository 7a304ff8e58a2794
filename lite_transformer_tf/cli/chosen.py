"""Which model a program answers with: one that is named, or a pretrained one for the languages or the task."""

from __future__ import annotations

import argparse
from pathlib import Path

from lite_transformer_tf.cli.common import CommandError, CommandParser
from lite_transformer_tf.shipped.index import SUFFIX, PretrainedModel, pretrained
from lite_transformer_tf.shipped.install import NAME
from lite_transformer_tf.shipped.resolve import known_names
from lite_transformer_tf.tasks.task import Task

WORDS = "words"
"""Name of the argument that holds the model, if it comes first, and the texts."""


def add_model(parser: CommandParser, task: Task, texts: str, help: str) -> None:
    """Adds the arguments that name the model, and the texts.

    Args:
        parser: Parser of the program.
        task: Its task.
        texts: Name of a text in `--help`.
        help: What the texts are.
    """
    parser.texts = WORDS
    kinds = "directory of a model, a run or a bundle, a bundle's download, or the name of a pretrained model"
    first = "--from and --to" if task.pairs_languages else "no model or --model"
    parser.add_argument(
        WORDS, nargs="*", metavar=("MODEL", texts), help=f"MODEL: {kinds}; with {first}, all are texts. {texts}: {help}"
    )
    parser.add_argument("--model", metavar="MODEL", help="the model; all other arguments are texts")
    if task.pairs_languages:
        parser.add_argument("--from", dest="source_language", metavar="LANG", help="language of the texts, such as en")
        parser.add_argument("--to", dest="target_language", metavar="LANG", help="language to translate into")


def chosen_model(arguments: argparse.Namespace, task: Task) -> tuple[str, list[str]]:
    """The model that the arguments name, or a pretrained one, and the texts.

    Raises:
        CommandError: No model is named, and no pretrained one fits; or two are named.
    """
    words = list(getattr(arguments, WORDS))
    languages = [getattr(arguments, f"{side}_language", None) for side in ("source", "target")]
    if arguments.model is not None:
        if any(languages):
            raise CommandError(f"Give --model, or --from and --to, not both. Received: --model {arguments.model}")
        return arguments.model, words
    if any(languages):
        return _for_languages(languages, task, words), words
    if words and (task.pairs_languages or _names_model(words)):
        return words[0], words[1:]
    if task.pairs_languages:
        rule = "A model is needed: give its path or its name, or --from and --to"
        raise CommandError(f"{rule}. Received: neither. The pretrained models: {known_names()}")
    found = _of_task(task)
    if not found:
        rule = f"The path of a {task.model} is needed, since this installation has none of its own"
        raise CommandError(f"{rule}. Received: {words[0]!r}" if words else f"{rule}. Received: none")
    return found[0].name, words


def _names_model(words: list[str]) -> bool:
    """Whether the first word is a model: it exists, or has the form of a path or of a name."""
    first = words[0]
    looks = "/" in first or first.endswith(SUFFIX) or NAME.fullmatch(first) is not None
    return bool(first) and (Path(first).exists() or (looks and not any(character.isspace() for character in first)))


def _of_task(task: Task) -> list[PretrainedModel]:
    return [model for model in pretrained() if model.task == task.name]


def _for_languages(languages: list[str | None], task: Task, words: list[str]) -> str:
    """The name of the pretrained model that translates from the first language into the second."""
    source, target = languages
    if source is None or target is None:
        given = f"--from {source}" if source else f"--to {target}"
        raise CommandError(f"Give both --from and --to. Received: only {given}")
    models = _of_task(task)
    if words and words[0] in {model.name for model in models}:
        raise CommandError(f"Give a model, or --from and --to, not both. Received: {words[0]}, --from and --to")
    for model in models:
        if model.languages == (source.lower(), target.lower()):
            return model.name
    known = ", ".join(f"{' to '.join(model.languages)} ({model.name})" for model in models)
    rule = f"A pretrained model translates {known}" if known else "No pretrained model for translation is installed"
    raise CommandError(f"{rule}. Received: --from {source} --to {target}")
