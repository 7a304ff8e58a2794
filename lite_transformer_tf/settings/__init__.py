"""Typed settings: frozen dataclasses that pydantic checks, read from YAML, JSON and `section.name=value` overrides.

`section` makes the classes, `from_mapping` and `load_settings` read them, and every error is a sentence that names the
setting. The same serves run configurations, manifests and whatever else is read from a file. Nothing here imports
another part of the package.
"""

from lite_transformer_tf.settings.differences import differences
from lite_transformer_tf.settings.errors import SettingsError, require
from lite_transformer_tf.settings.kinds import Kinds
from lite_transformer_tf.settings.reading import StoredConfig, from_mapping, load_settings, read_settings, to_mapping
from lite_transformer_tf.settings.section import section
from lite_transformer_tf.settings.types import (
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Share,
    Text,
)
from lite_transformer_tf.settings.yaml_text import apply_overrides, parse_override, read_yaml

__all__ = [
    "Kinds",
    "NonNegativeFloat",
    "NonNegativeInt",
    "PositiveFloat",
    "PositiveInt",
    "SettingsError",
    "Share",
    "StoredConfig",
    "Text",
    "apply_overrides",
    "differences",
    "from_mapping",
    "load_settings",
    "parse_override",
    "read_settings",
    "read_yaml",
    "require",
    "section",
    "to_mapping",
]
