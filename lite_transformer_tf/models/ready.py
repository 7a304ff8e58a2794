"""Models by name: presets of the paper with new weights, and pretrained models with their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from lite_transformer_tf.bundle.manifest import BundleError
from lite_transformer_tf.config.presets import ModelConfig, preset, preset_names, require_kind
from lite_transformer_tf.models.keras_files import KerasFiles
from lite_transformer_tf.restoring.bundles import restore

M = TypeVar("M", bound=KerasFiles)


def from_preset(kind: type[M], config_class: type, name: str, changes: Mapping[str, Any]) -> M:
    """A model of a kind; see its `from_preset`.

    Args:
        kind: Class of the model.
        config_class: Class of its configuration.
        name: Name of a preset or a pretrained model, or path of a bundle.
        changes: Settings that replace those of the preset.
    """
    if name in preset_names():
        model = kind(require_kind(preset(name, **changes), config_class, f"The preset {name!r}"))
        model.initialize()
        return model
    try:
        restored = restore(name)
    except BundleError as error:
        raise ValueError(f"A preset's name must be one of {preset_names()}, or that of a bundle: {error}") from error
    config: ModelConfig = require_kind(restored.config, config_class, f"The pretrained model {name!r}")
    fixed = {setting: value for setting, value in changes.items() if "dropout" not in setting}
    if fixed:
        raise ValueError(f"Of a pretrained model only rates of dropout can change. Received: {fixed!r}")
    model = kind(dataclasses.replace(config, **changes))
    model.assign_named_weights(restored.weights)
    return model
