"""Settings from YAML text: a file, or the value of an override."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from lite_transformer_tf.readers import yaml_text
from lite_transformer_tf.readers.errors import DocumentError
from lite_transformer_tf.readers.yaml_text import EXPONENT, parse_yaml
from lite_transformer_tf.settings.errors import SettingsError
from lite_transformer_tf.settings.findings import shorten


class Dumper(yaml.SafeDumper):
    """YAML that reads back as it was: PyYAML folds the rare line breaks, such as U+0085, of a text without quotes."""

    def represent_text(self, text: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


Dumper.add_representer(str, Dumper.represent_text)
Dumper.add_implicit_resolver(  # what the reader takes for a number is quoted
    "tag:yaml.org,2002:float", EXPONENT, list("-+0123456789.")
)


def write_yaml(data: Mapping[str, Any]) -> str:
    """Plain settings as YAML, in their order."""
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True)


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The settings of a file; none when it is empty.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or has no sections of settings.
    """
    try:
        data = yaml_text.read_yaml(path, "The configuration file")
    except OSError as error:
        raise SettingsError(f"The configuration file cannot be read: {error}. Received: {str(path)!r}") from error
    except DocumentError as error:
        raise SettingsError(str(error)) from error
    if data is not None and not isinstance(data, Mapping):
        raise SettingsError(f"The configuration file must hold sections of settings. Received: {shorten(data)}")
    return dict(data or {})


def parse_override(text: str) -> tuple[list[str], object]:
    """`"training.schedule.peak=1e-3"` as (["training", "schedule", "peak"], value); the value is read as YAML."""
    path, separator, value = text.partition("=")
    names = path.strip().split(".")
    if not separator or not all(names):
        raise SettingsError(f"An override must have the form section.name=value. Received: {text!r}")
    try:
        return names, parse_yaml(value)
    except DocumentError as error:
        raise SettingsError(f"The value of an override must be YAML: {error}. Received: {shorten(text)}") from error


def apply_overrides(data: Mapping[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """A copy of nested settings with `section.name=value` overrides applied, later ones last.

    Unknown names are found by `from_mapping`.
    """

    def changed(section: object, names: list[str], value: object, text: str) -> dict[str, Any]:
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
