"""What a pickle becomes: plain data, and names of what was not made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lite_transformer_tf.fairseq.errors import CheckpointError, shown


@dataclass(frozen=True, eq=False)
class Name:
    """A class or a function of a pickle, by its name only."""

    name: str


@dataclass(eq=False)
class Inert:
    """A call or an object of a pickle that was not made.

    Args:
        name: What should have been called, or the class.
        arguments: The arguments.
        state: What the object should have been built of.
    """

    name: str
    arguments: Any = None
    state: Any = None


@dataclass(eq=False)
class Attributes:
    """An `argparse.Namespace`."""

    values: dict[str, Any] = field(default_factory=dict)


Make = Callable[[Sequence[Any]], Any]
"""Makes data of the arguments of a call."""


def _ordered(arguments: Sequence[Any]) -> dict[Any, Any]:
    """An `OrderedDict`; Python 2 gave it its items."""
    made: dict[Any, Any] = {}
    items = arguments[0] if arguments else ()
    if isinstance(items, list | tuple):
        for item in items:
            if not isinstance(item, list | tuple) or len(item) != 2:
                raise CheckpointError(f"The items of an OrderedDict must be pairs. Received: {shown(item)}")
            made[as_key(item[0])] = item[1]
    return made


def _reconstructed(arguments: Sequence[Any]) -> Any:
    """An object of a class, as protocols 0 and 1 make it."""
    kind = arguments[0] if arguments else None
    if not isinstance(kind, Name):
        raise CheckpointError(f"An object of a pickle must have a class. Received: {shown(kind)}")
    return as_object(kind, ())


def _size(arguments: Sequence[Any]) -> Any:
    return tuple(arguments[0]) if arguments and isinstance(arguments[0], list | tuple) else Inert("torch.Size")


CALLS: dict[str, Make] = {
    "collections.OrderedDict": _ordered,
    "copy_reg._reconstructor": _reconstructed,
    "copyreg._reconstructor": _reconstructed,
    "torch.Size": _size,
}
"""What is made of a call, besides the calls that a reader of tensors adds. Everything else stays inert."""


def as_object(kind: Name, arguments: Any) -> Any:
    """An object of a class."""
    if kind.name == "argparse.Namespace":
        return Attributes()
    if kind.name == "collections.OrderedDict":
        return {}
    return Inert(kind.name, arguments)


def as_key(value: Any) -> Any:
    """A key of a dictionary. A tuple's hash may take for ever, so it counts as itself."""
    plain = value is None or isinstance(value, bool | int | float | str | bytes)
    return value if plain else Inert("key", value)
