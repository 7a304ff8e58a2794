"""What the programs share: commands and their parser."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from lite_transformer_tf._extras import TRAIN
from lite_transformer_tf.boundary.errors import CommandError, Failure
from lite_transformer_tf.boundary.program import guarded
from lite_transformer_tf.boundary.sentences import one_line
from lite_transformer_tf.tasks.options import Option

__all__ = [
    "Command",
    "CommandError",
    "CommandParser",
    "Failure",
    "a_path",
    "add_commands",
    "add_options",
    "run_program",
]


class CommandParser(argparse.ArgumentParser):
    """A parser whose texts, the positional arguments after the model, may stand before, between and after options.

    Attributes:
        texts: Name of the positional argument that takes all texts; None for a program without texts.
    """

    texts: str | None = None

    def error(self, message: str) -> NoReturn:
        """Ends the program with its usage and one line, in which a long value is shortened."""
        super().error(one_line(message))

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        found, extras = super().parse_known_args(args, namespace)
        if self.texts is None:
            return found, extras
        plain = extras.index("--") if "--" in extras else len(extras)
        texts = [extra for extra in extras[:plain] if not extra.startswith("-") or extra == "-"]
        unknown = [extra for extra in extras[:plain] if extra.startswith("-") and extra != "-"]
        setattr(found, self.texts, [*getattr(found, self.texts), *texts, *extras[plain + 1 :]])
        return found, unknown


def a_path(text: str) -> Path:
    """The path of an argument. An empty one, as of a variable of a shell that is not set, is not the directory `.`."""
    if not text:
        raise argparse.ArgumentTypeError("a path must not be empty. Received: ''")
    return Path(text)


@dataclass(frozen=True)
class Command:
    """One program, or a group of programs.

    Args:
        help: One line for the list of programs.
        description: What `--help` says of it.
        add_arguments: Adds its arguments to a parser.
        run: Runs it with the arguments; returns the exit code.
        commands: The programs of a group.
        extra: Part of an installation that the program needs, if it needs TensorFlow. Defaults to the one for training.
    """

    help: str
    description: str | None
    add_arguments: Callable[[CommandParser], None] = lambda parser: None
    run: Callable[[argparse.Namespace], int] | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    extra: str = TRAIN


def add_commands(parser: CommandParser, commands: Mapping[str, Command], program: str) -> None:
    """Adds programs to a parser; their arguments have `run`, `program`, the name for messages, and `extra`."""
    choices = parser.add_subparsers(required=True, metavar="command")
    for name, command in commands.items():
        child = choices.add_parser(
            name,
            help=command.help,
            description=command.description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(child)
        if command.commands:
            add_commands(child, command.commands, f"{program} {name}")
        else:
            child.set_defaults(run=command.run, program=f"{program} {name}", extra=command.extra)


def add_options(parser: argparse._ActionsContainer, options: Iterable[Option]) -> None:
    """Adds options to a parser or to a group of it."""
    for option in options:
        parser.add_argument(option.name, **option.settings)


def run_program(parser: CommandParser, argv: Sequence[str] | None = None) -> int:
    """Parses a command line and runs its program.

    Returns:
        The exit code, see docs/exit_codes.md.
    """
    arguments = parser.parse_args(argv)
    return guarded(arguments.program, lambda: arguments.run(arguments), arguments.extra)
