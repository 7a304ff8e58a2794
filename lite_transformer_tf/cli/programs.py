"""The programs of the command lines, built from the tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lite_transformer_tf import __version__
from lite_transformer_tf.cli import (
    answer,
    complete,
    compress,
    conformance,
    demo,
    distill,
    evaluate,
    everyday,
    export,
    fairseq,
    pack,
    presets,
    pretrained,
    profile,
    suggest,
    train,
    verify,
)
from lite_transformer_tf.cli.common import Command, CommandParser, add_commands
from lite_transformer_tf.tasks.language_model import LANGUAGE_MODEL, LanguageModelling
from lite_transformer_tf.tasks.registry import TASKS
from lite_transformer_tf.tasks.sequence_to_sequence import SequenceToSequence
from lite_transformer_tf.tasks.task import Task

ANSWERS: tuple[tuple[type[Any], Callable[[Task], Command]], ...] = (
    (SequenceToSequence, answer.command),
    (LanguageModelling, complete.command),
)
"""Kinds of tasks, and what makes the program that answers with their models."""


def training_commands() -> dict[str, Command]:
    """The programs that train: one per task, the demo, and the everyday translators."""
    tasks = {name: train.command(task) for name, task in TASKS.items()}
    return {**tasks, "demo": demo.COMMAND, "everyday": everyday.COMMAND}


def using_commands() -> dict[str, Command]:
    """The programs that use a model or a bundle."""
    answering = {task.verb: make(task) for task in TASKS.values() for kind, make in ANSWERS if isinstance(task, kind)}
    using = {"evaluate": evaluate.COMMAND, "distill": distill.COMMAND, "profile": profile.COMMAND}
    listing = {"presets": presets.COMMAND, "pretrained": pretrained.COMMAND}
    return {**answering, "suggest": suggest.command(LANGUAGE_MODEL), **using, **listing}


def exporting_commands() -> dict[str, Command]:
    """The programs that make bundles and check them, besides `export`."""
    return {
        "compress": compress.COMMAND,
        "verify": verify.COMMAND,
        "pack": pack.PACK,
        "unpack": pack.UNPACK,
        "conformance": conformance.COMMAND,
        "import-fairseq": fairseq.IMPORT_COMMAND,
        "export-fairseq": fairseq.EXPORT_COMMAND,
    }


def all_commands() -> dict[str, Command]:
    """All programs."""
    group = Command("train a model, or resume a run", "Trains a model, or resumes a run.", commands=training_commands())
    return {"train": group, **using_commands(), "export": export.COMMAND, **exporting_commands()}


def build_parser(program: str = "lite-transformer", commands: Mapping[str, Command] | None = None) -> CommandParser:
    """The parser of a command line.

    Args:
        program: Name in messages.
        commands: Its programs. Defaults to all.
    """
    verbs = ", ".join(sorted(task.verb for task in TASKS.values()))
    parser = CommandParser(prog=program, description=f"Lite Transformer: models that {verbs} texts.")
    parser.add_argument("--version", action="version", version=__version__)
    add_commands(parser, all_commands() if commands is None else commands, program)
    return parser
