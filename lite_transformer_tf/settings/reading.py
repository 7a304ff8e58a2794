"""Sections from plain mappings and files, and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from lite_transformer_tf.settings.errors import SettingsError, explain
from lite_transformer_tf.settings.shapes import Shape, is_section, shapes
from lite_transformer_tf.settings.yaml_text import apply_overrides, read_yaml, write_yaml

T = TypeVar("T")
C = TypeVar("C", bound="StoredConfig")


def from_mapping(kind: type[T], data: object, where: str = "") -> T:
    """An instance of a section from a plain mapping, as YAML and JSON give it.

    Args:
        kind: Class made by `section`.
        data: Settings by name. Those that are left out keep their defaults; a section that is given in part keeps the
            rest of the default that its field has. `None` is an empty mapping.
        where: Path of the section, for messages.

    Raises:
        SettingsError: a name is unknown (the known ones are listed), a required one is missing, or a value is wrong.
    """
    if not isinstance(data, Mapping | None):
        subject = where or "The configuration"
        raise SettingsError(f"{subject} must be a section of settings. Received: {data!r}")
    text = json.dumps(_with_defaults(kind, data or {}), default=str)
    try:
        return TypeAdapter(kind).validate_json(text)
    except ValidationError as error:
        raise SettingsError(explain(kind, error, where)) from error


def _with_defaults(kind: type, data: Mapping[str, object]) -> dict[str, object]:
    """The settings, each section among them completed from the default of its own field."""
    known = shapes(kind)
    defaults = {
        field.name: field.default_factory() if callable(field.default_factory) else field.default
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
    }
    return {
        name: _completed(value, known[name], defaults[name]) if name in known else value for name, value in data.items()
    }


def _completed(value: object, shape: Shape, default: object) -> object:
    if shape.section() is None and shape.kinds is None:
        return value
    value = {} if value is None and not shape.optional else value
    if not isinstance(value, Mapping):
        return value
    if is_section(type(default)):
        kind = getattr(default, "kind", None)
        if shape.kinds is None or value.get("kind", kind) == kind:
            known = shapes(type(default))
            given = {
                name: _completed(entry, known[name], getattr(default, name)) if name in known else entry
                for name, entry in value.items()
            }
            return {**to_mapping(default), **given}
    section = shape.section(value.get("kind"))
    return value if section is None else _with_defaults(section, value)


def to_mapping(settings: object) -> dict[str, Any]:
    """A section as plain mappings, lists and scalars: what `from_mapping` reads."""

    def plain(value: object) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            return {str(key): plain(entry) for key, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(entry) for entry in value]
        return value

    return plain(settings)


class StoredConfig:
    """A section that is a whole configuration: it is read from a file, and stored with what was made of it."""

    def to_dict(self) -> dict[str, Any]:
        """Plain settings, all of them."""
        return to_mapping(self)

    def to_yaml(self) -> str:
        """The merged configuration, as it is printed and stored."""
        return write_yaml(self.to_dict())

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Raises `SettingsError` when a name or a value is wrong."""
        return from_mapping(cls, data)

    @classmethod
    def upgraded(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a file as this version has them, when an earlier version stored it."""
        return dict(data)

    @classmethod
    def located(cls, data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
        """The settings with absolute paths, when relative ones begin at `folder`."""
        return dict(data)


def read_settings(
    path: str | Path,
    overrides: Iterable[str] = (),
    located: Callable[[Mapping[str, Any], Path], dict[str, Any]] = lambda data, folder: dict(data),
    upgraded: Callable[[Mapping[str, Any]], dict[str, Any]] = dict,
) -> dict[str, Any]:
    """The plain settings of a YAML file with `section.name=value` overrides, before they are checked.

    Args:
        path: The file.
        overrides: In the order in which they apply.
        located: Makes relative paths absolute: those in the file begin at its directory, others at the working one.
        upgraded: Reads what an earlier version stored.

    Raises:
        SettingsError: The file cannot be read, or is not YAML, or an override is wrong.
    """
    data = located(upgraded(read_yaml(path)), Path(path).parent)
    return located(apply_overrides(data, overrides), Path())


def load_settings(kind: type[C], path: str | Path, overrides: Iterable[str] = ()) -> C:
    """Reads a YAML file and applies `section.name=value` overrides.

    Args:
        kind: Class of the configuration.
        path: The file.
        overrides: In the order in which they apply.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or a setting is wrong.
    """
    return kind.from_dict(read_settings(path, overrides, kind.located, kind.upgraded))
