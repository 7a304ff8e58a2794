"""The section `model` of a run: a preset or an architecture, and arguments of its builder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from lite_transformer_tf.config.presets import build_config, preset, preset_names, require_kind
from lite_transformer_tf.settings import SettingsError, require
from lite_transformer_tf.text.model_file import SPECIAL_IDS

C = TypeVar("C")


def model_config(section: Mapping[str, Any], kind: type[C], architecture: str) -> C:
    """The configuration of a model.

    Args:
        section: `preset` and what differs from it, or `architecture` and the arguments of its builder; the sizes of the
            vocabularies are among them.
        kind: What it must be a configuration of.
        architecture: Of a section that names neither.

    Raises:
        SettingsError: a setting is wrong, or the model is of another kind.
    """
    settings = dict(section)
    for key, own in SPECIAL_IDS.items():
        given = settings.get(key, own)
        require(given == own, f"model.{key}", f"must be {own}, that of the vocabulary", given)
    name = settings.pop("preset", None)
    try:
        if name is None:
            return require_kind(build_config({"architecture": architecture, **settings}), kind, "architecture")
        if name not in preset_names():
            raise ValueError(f"preset must be one of {preset_names()}. Received: {name!r}")
        return require_kind(preset(name, **settings), kind, f"preset {name!r}")
    except ArithmeticError as error:
        rule = f"Widths and numbers of heads must be positive and finite ({error})"
        raise SettingsError(f"model: {rule}. Received: {dict(section)!r}") from error
    except (TypeError, ValueError) as error:
        raise SettingsError(f"model: {error}") from error
