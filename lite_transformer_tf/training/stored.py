"""Configurations that earlier versions stored with their runs.

They listed every setting of every optimizer and schedule, whatever the kind: `momentum: null` beside `kind: adam`. Such
settings had no effect, and are dropped when they have the default of then. What a user writes is not forgiven: a
section counts as stored only when it has all settings of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lite_transformer_tf.settings import Kinds
from lite_transformer_tf.settings.shapes import shapes
from lite_transformer_tf.training.optimizers import OPTIMIZERS
from lite_transformer_tf.training.schedules import SCHEDULES

OPTIMIZER_DEFAULTS = {"beta_1": 0.9, "beta_2": 0.98, "epsilon": 1e-8, "momentum": None, "nesterov": True}
SCHEDULE_DEFAULTS = {"period": None, "floor": 1e-7, "period_growth": 1.0, "shrink": 1.0}
STORED_OPTIMIZER = {"kind", "beta_1", "beta_2", "epsilon", "weight_decay", "decay_biases_and_norms", "clip_norm"}
STORED_SCHEDULE = {"kind", "peak", "warmup_steps", "initial", "period", "floor"}


def upgraded(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a configuration file as this version has them."""
    training = data.get("training")
    if not isinstance(training, Mapping):
        return dict(data)
    changed = {
        "optimizer": _without(training.get("optimizer"), OPTIMIZERS, STORED_OPTIMIZER, OPTIMIZER_DEFAULTS),
        "schedule": _without(training.get("schedule"), SCHEDULES, STORED_SCHEDULE, SCHEDULE_DEFAULTS),
    }
    return {**data, "training": {**training, **{name: value for name, value in changed.items() if name in training}}}


def _without(section: object, kinds: Kinds[Any], stored: set[str], defaults: Mapping[str, Any]) -> object:
    """A stored section without the settings that its kind does not have, or that said null."""
    if not isinstance(section, Mapping) or "kind" not in section:
        return section
    kind = kinds.classes.get(str(section["kind"]))
    if kind is None or not stored <= section.keys():
        return section
    known = shapes(kind)
    return {
        name: value
        for name, value in section.items()
        if name not in defaults or value != defaults[name] or (name in known and value is not None)
    }
