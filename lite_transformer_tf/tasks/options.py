"""Options that depend on the task: a program offers those of all tasks, and refuses those that a model's task lacks."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lite_transformer_tf.decoding.options import DecodingOptions, option_arguments


class OptionError(ValueError):
    """An option cannot be honoured; the message says why."""


@dataclass(frozen=True)
class Option:
    """An option of a command line. Without it its value is None, so that a program knows what was given.

    Args:
        name: Such as "--min-bleu".
        help: One line for `--help`.
        kind: Turns the text into the value.
        metavar: Name of the value in `--help`; several for an option with several values.
    """

    name: str
    help: str
    kind: Callable[[str], Any] = str
    metavar: str | tuple[str, ...] = "FILE"

    @property
    def destination(self) -> str:
        """Name of the attribute that holds the value."""
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def settings(self) -> dict[str, Any]:
        """Arguments of `ArgumentParser.add_argument` besides the name."""
        settings: dict[str, Any] = {"type": self.kind, "metavar": self.metavar, "help": self.help}
        return settings if isinstance(self.metavar, str) else {**settings, "nargs": len(self.metavar)}

    def value(self, arguments: Namespace) -> Any:
        """The value, or None when the option was not given."""
        return getattr(arguments, self.destination, None)

    def received(self, arguments: Namespace) -> str:
        """The option as it was given, for a message."""
        value = self.value(arguments)
        values = value if isinstance(value, list | tuple) else (value,)
        return " ".join((self.name, *map(_as_given, values)))


def _as_given(value: object) -> str:
    """A value as it stands on the command line."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


DATA_DIR = Option("--data-dir", "find the test set here, by --split", metavar="DIR")
SPLIT = Option(
    "--split",
    "part of the data: train, valid, test, or the beginning of the files' names (default: test)",
    metavar="NAME",
)
DECODING = tuple(
    Option(argument.flag, argument.help, argument.kind, argument.metavar)
    for argument in option_arguments()
    if argument.metavar
)


def given_options(arguments: Namespace, default: DecodingOptions) -> DecodingOptions:
    """The options of decoding that a command line gives, the others those of `default`."""
    names = (*(option.destination for option in DECODING), "n_best")
    given = {name: value for name in names if (value := getattr(arguments, name, None)) is not None}
    return default.replace(**given)


def refuse(options: Iterable[Option], arguments: Namespace, rule: str) -> None:
    """Raises OptionError if one of the options was given; `rule` says when they may be."""
    for option in options:
        if option.value(arguments) is not None:
            raise OptionError(f"{option.name} {rule}. Received: {option.received(arguments)}")


def at_least_one(option: Option, arguments: Namespace) -> int | None:
    """The value of an option that counts something, or None.

    Raises:
        OptionError: It is below 1.
    """
    value = option.value(arguments)
    if value is not None and value < 1:
        raise OptionError(f"{option.name} must be at least 1. Received: {value}")
    return value
