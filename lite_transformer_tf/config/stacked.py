"""What the configurations of all models share: stacks of layers, and their form as plain settings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lite_transformer_tf.branches.base import require
from lite_transformer_tf.cells import layer_config
from lite_transformer_tf.cells.config import check_keys
from lite_transformer_tf.config.checks import MOST_LAYERS


@dataclass(frozen=True)
class StackedConfig:
    """Base of configurations.

    Attributes:
        stacks: Names of the fields that have one `LayerConfig` per layer.
        default_cell: Cell of a layer that names none.
    """

    stacks: ClassVar[tuple[str, ...]]
    default_cell: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        return json.loads(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_dict`.

        Raises:
            ValueError: A key is unknown or missing, or a value is invalid.
        """
        require(isinstance(data, Mapping), "A model must be a section of settings.", data)
        check_keys(cls, data, "model")
        for name in cls.stacks:
            require(isinstance(data[name], (list, tuple)), f"The {name} must be a list of layers.", data[name])
            most = f"The {name} may have at most {MOST_LAYERS} layers."
            require(len(data[name]) <= MOST_LAYERS, most, len(data[name]))
        layers = {name: tuple(layer_config(layer, cls.default_cell) for layer in data[name]) for name in cls.stacks}
        return cls(**{**data, **layers})

    def replace(self, **changes: Any) -> Self:
        """A copy with some settings changed."""
        return dataclasses.replace(self, **changes)
