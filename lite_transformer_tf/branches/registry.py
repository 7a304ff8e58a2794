"""The kinds of branches by name: every folder beside this file lists its own in `KINDS`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lite_transformer_tf.branches.base import BranchConfig
    from lite_transformer_tf.branches.cache import CacheSpec

PACKAGE = "lite_transformer_tf.branches"


@cache
def branch_kinds() -> dict[str, type[BranchConfig]]:
    """The configuration class of every kind, by the kind's name."""
    folders = [entry.name for entry in pkgutil.iter_modules(import_module(PACKAGE).__path__) if entry.ispkg]
    classes = [kind for name in sorted(folders) for kind in import_module(f"{PACKAGE}.{name}").KINDS]
    return {kind.kind: kind for kind in classes}


def branch_kind(name: object) -> type[BranchConfig]:
    """The configuration class of one kind.

    Raises:
        ValueError: There is no such kind.
    """
    kinds = branch_kinds()
    if not isinstance(name, str) or name not in kinds:
        raise ValueError(f"A branch's kind must be one of {list(kinds)}. Received: {name!r}")
    return kinds[name]


@cache
def known_caches() -> dict[str, CacheSpec]:
    """The caches of all kinds, by the name of the tensor that a step reads."""
    return {kind.cache.input: kind.cache for kind in branch_kinds().values()}
