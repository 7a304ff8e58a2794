"""Typed settings: frozen dataclasses read from plain mappings (YAML) and from `section.key=value` overrides."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import yaml

T = TypeVar("T")


class SettingsError(ValueError):
    """A setting is unknown, missing or of the wrong kind; the message names it."""


def _convert(value: Any, kind: Any, where: str) -> Any:
    """`value` as `kind`: a section, `int`, `float`, `str`, `bool`, `Literal`, `X | None`, `tuple[X, ...]` or a free mapping."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return from_mapping(typing.cast(type, kind), value, where)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _convert(value, next(option for option in arguments if option is not type(None)), where)
    if origin is typing.Literal:
        if value in arguments:
            return value
        raise SettingsError(f"{where} must be one of {list(arguments)}. Received: {value!r}")
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise SettingsError(f"{where} must be a list. Received: {value!r}")
        return tuple(_convert(entry, arguments[0], f"{where}[{index}]") for index, entry in enumerate(value))
    if origin in (dict, Mapping) or kind in (dict, Mapping):
        if not isinstance(value, Mapping):
            raise SettingsError(f"{where} must be a section of settings. Received: {value!r}")
        return dict(value)
    return _scalar(value, kind, where)


def _scalar(value: Any, kind: Any, where: str) -> Any:
    if kind is float and isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return float(value)  # text as well: YAML 1.1 reads 1e-3 (without a point) as text
        except ValueError:
            pass
    elif kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    elif kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    elif kind in (bool, str) and isinstance(value, kind):
        return value
    names = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
    raise SettingsError(f"{where} must be {names.get(kind, kind)}. Received: {value!r}")


def from_mapping(kind: type[T], data: Any, where: str = "", defaults: T | None = None) -> T:
    """An instance of the dataclass `kind` from a plain mapping.

    Args:
        kind: a dataclass whose fields are scalars, `Literal`, `X | None`, `tuple[X, ...]`, mappings or other such dataclasses.
        data: settings by name; those that are left out keep their defaults. `None` is an empty mapping.
        where: name of the section, for messages.
        defaults: values of what is left out; `None`: those of `kind`. A section has those that its field has.

    Raises:
        SettingsError: a name is unknown (the known ones are listed), a required one is missing, or a value is of the wrong kind.
    """
    data = {} if data is None else data
    title = f"The section {where!r}" if where else "The configuration"
    if not isinstance(data, Mapping):
        raise SettingsError(f"{title} must be a section of settings. Received: {data!r}")
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(str(name) for name in data if name not in fields)
    if unknown:
        raise SettingsError(f"{title} knows only {sorted(fields)}. Received: {', '.join(unknown)}")
    if defaults is not None:
        given = {name: getattr(defaults, name) for name in fields}
    else:
        given = {
            name: field.default_factory()
            for name, field in fields.items()
            if field.default_factory is not dataclasses.MISSING
        }
    required = [name for name, field in fields.items() if name not in given and field.default is dataclasses.MISSING]
    missing = [name for name in required if name not in data]
    if missing:
        raise SettingsError(f"{title} needs a value for {', '.join(missing)}. Received: {sorted(data)!r}")
    values = dict(given)
    for name, value in data.items():
        path, section = f"{where}.{name}" if where else name, given.get(name)
        if dataclasses.is_dataclass(section):
            values[name] = from_mapping(type(section), value, path, section)
        else:
            values[name] = _convert(value, hints[name], path)
    try:
        return kind(**values)
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(f"{where + ': ' if where else ''}{error}") from error


def to_mapping(settings: Any) -> dict[str, Any]:
    """A dataclass of settings as plain mappings, lists and scalars."""

    def plain(value: Any) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            return {str(key): plain(entry) for key, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(entry) for entry in value]
        return value

    return plain(settings)


def parse_override(text: str) -> tuple[list[str], Any]:
    """`"training.learning_rate=1e-3"` as (["training", "learning_rate"], value); the value is read as YAML."""
    path, separator, value = text.partition("=")
    names = path.strip().split(".")
    if not separator or not all(names):
        raise SettingsError(f"An override must have the form section.name=value. Received: {text!r}")
    try:
        return names, yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise SettingsError(f"The value of an override must be YAML. Received: {text!r}") from error


def apply_overrides(data: Mapping[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """A copy of nested settings with `section.name=value` overrides applied, later ones last; unknown names are found by `from_mapping`."""

    def changed(section: Any, names: list[str], value: Any, text: str) -> dict[str, Any]:
        if section is not None and not isinstance(section, Mapping):
            raise SettingsError(f"An override must name a setting inside a section. Received: {text!r}")
        section = dict(section or {})
        section[names[0]] = value if len(names) == 1 else changed(section.get(names[0]), names[1:], value, text)
        return section

    result: dict[str, Any] = dict(data)
    for text in overrides:
        names, value = parse_override(text)
        result = changed(result, names, value, text)
    return result


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """What differs between two plain values, one line each: `training.seed: 1 -> 2`, `encoder[0].heads: 4 -> 2`."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        lines: list[str] = []
        for name in sorted(old.keys() | new.keys(), key=str):
            inner = f"{where}.{name}" if where else str(name)
            lines += differences(old.get(name), new.get(name), inner)
        return lines
    if isinstance(old, list) and isinstance(new, list):
        if len(old) == len(new):
            return [
                line for index, pair in enumerate(zip(old, new)) for line in differences(*pair, f"{where}[{index}]")
            ]
        if any(isinstance(item, Mapping) for item in [*old, *new]):
            return [f"{where}: {len(old)} -> {len(new)} entries"]
    return [] if old == new else [f"{where}: {old!r} -> {new!r}"]
