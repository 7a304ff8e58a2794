"""A writer of pickles of plain data, in which classes of torch and fairseq are only named."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Global:
    """A class or a function, by its module and name."""

    module: str
    name: str


@dataclass(frozen=True)
class Call:
    """A call of a class or a function, which the reader of the pickle makes."""

    called: Global
    arguments: tuple[Any, ...]
    items: Mapping[Any, Any] | None = None


@dataclass(frozen=True)
class Namespace:
    """An `argparse.Namespace`."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Persistent:
    """What the reader looks up outside the pickle."""

    identity: tuple[Any, ...]


ORDERED = Global("collections", "OrderedDict")


def ordered(items: Mapping[Any, Any]) -> Call:
    """An `OrderedDict`."""
    return Call(ORDERED, (), items)


def dumps(value: Any) -> bytes:
    """The pickle of a value, protocol 2, as `torch.save` writes it; made of the kinds above and of plain data.

    Raises:
        TypeError: It contains something else.
    """
    return b"\x80\x02" + _written(value) + b"."


def _whole(value: int) -> bytes:
    if 0 <= value < 256:
        return b"K" + struct.pack("<B", value)
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    content = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + struct.pack("<B", len(content)) + content


def _text(value: str) -> bytes:
    content = value.encode("utf-8")
    return b"X" + struct.pack("<I", len(content)) + content


def _tuple(value: tuple[Any, ...]) -> bytes:
    return b"(" + b"".join(map(_written, value)) + b"t"


def _items(value: Mapping[Any, Any]) -> bytes:
    if not value:
        return b""
    return b"(" + b"".join(_written(key) + _written(entry) for key, entry in value.items()) + b"u"


def _call(value: Call) -> bytes:
    return _written(value.called) + _tuple(value.arguments) + b"R" + _items(value.items or {})


def _namespace(value: Namespace) -> bytes:
    return _written(Global("argparse", "Namespace")) + b")\x81" + _written(dict(value.values)) + b"b"


WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"N",
    bool: lambda value: b"\x88" if value else b"\x89",
    int: _whole,
    float: lambda value: b"G" + struct.pack(">d", value),
    str: _text,
    list: lambda value: b"](" + b"".join(map(_written, value)) + b"e",
    tuple: _tuple,
    dict: lambda value: b"}" + _items(value),
    Global: lambda value: f"c{value.module}\n{value.name}\n".encode("ascii"),
    Call: _call,
    Namespace: _namespace,
    Persistent: lambda value: _written(value.identity) + b"Q",
}


def _written(value: Any) -> bytes:
    write = WRITERS.get(type(value))
    if write is None:
        raise TypeError(f"A pickle here consists of plain data. Received: a {type(value).__name__}")
    return write(value)
