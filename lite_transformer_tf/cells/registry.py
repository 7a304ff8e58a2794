"""The registry of cells: every module beside this one that defines a `CELL`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from lite_transformer_tf.branches.base import require
from lite_transformer_tf.cells.base import C, Cell, CellConfig

PACKAGE = "lite_transformer_tf.cells"


@cache
def cell_kinds() -> dict[str, Cell[Any]]:
    """All kinds of cells by name."""
    names = sorted(entry.name for entry in pkgutil.iter_modules(import_module(PACKAGE).__path__))
    modules = [import_module(f"{PACKAGE}.{name}") for name in names if name != "registry"]
    return {module.CELL.name: module.CELL for module in modules if hasattr(module, "CELL")}


def cell_named(name: object) -> Cell[Any]:
    """The kind of cell with this name.

    Raises:
        ValueError: There is no such kind.
    """
    kinds = cell_kinds()
    require(isinstance(name, str) and name in kinds, f"A layer's cell must be one of {list(kinds)}.", name)
    return kinds[str(name)]


def cell_of(config: C, default: str) -> Cell[C]:
    """The kind of cell that a layer's configuration names, or `default`."""
    return cell_named(config.cell or default)


def layer_config(data: object, default: str) -> CellConfig:
    """The configuration of a layer from a plain mapping.

    Raises:
        ValueError: The data is not a mapping, a setting is unknown or missing, or a value is invalid.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"A layer must be a section of settings. Received: {data!r}")
    return cell_named(data.get("cell") or default).config.from_dict(data)
