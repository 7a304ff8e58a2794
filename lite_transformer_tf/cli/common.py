"""What the programs share: commands and their parser, errors of one sentence, exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lite_transformer_tf._extras import TRAIN, explain
from lite_transformer_tf.tasks.options import Option


class CommandError(ValueError):
    """A mistake of the caller; its message is shown in one line, and the program exits with code 2."""


class Failure(Exception):
    """Something was tried and failed; its message is shown in one line, and the program exits with code 1."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose texts, the positional arguments after the model, may stand before, between and after options.

    Attributes:
        texts: Name of the positional argument that takes all texts; None for a program without texts.
    """

    texts: str | None = None

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
        The exit code: 0 when all went well, 1 when something failed, 2 for a wrong call, 130 after Ctrl-C.
    """
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except BrokenPipeError:
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115 (the reader is gone; nothing more can be flushed into it)
        return 1
    except KeyboardInterrupt:
        print(f"{arguments.program}: interrupted", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        explained = explain(error, f"`{arguments.program}`", arguments.extra)
        if explained is None:
            raise
        print(explained, file=sys.stderr)
        return 2
    except Failure as error:
        print(f"{arguments.program}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(f"{arguments.program}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
