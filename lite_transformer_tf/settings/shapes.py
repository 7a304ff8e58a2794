"""What a field of a section may hold, read from its annotation: for error messages, defaults of sections, and tests."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt

from lite_transformer_tf.settings.kinds import Kinds

Bounds = dict[str, float]
"""Of a number: `ge`, `gt`, `le`, `lt`."""


@dataclass(frozen=True)
class Shape:
    """The values that a field takes.

    Args:
        kind: `int`, `float`, `bool`, `str`, `tuple`, `dict`, `Literal`, or a section's class.
        optional: Whether null is one of them.
        bounds: Range of a number.
        choices: Values of a `Literal`.
        item: Shape of the entries of a tuple.
        kinds: Sections by kind, when the field is one of several.
    """

    kind: Any
    optional: bool = False
    bounds: Bounds = field(default_factory=dict)
    choices: tuple[object, ...] = ()
    item: Shape | None = None
    kinds: Mapping[str, type] | None = None

    def section(self, kind: object = None) -> type | None:
        """The section's class, of this `kind` when there are several; `None` for no section or an unknown kind."""
        if self.kinds is not None:
            return self.kinds.get(kind) if isinstance(kind, str) else None
        return self.kind if is_section(self.kind) else None


def is_section(value: object) -> TypeGuard[type]:
    """Whether a class is a section of settings."""
    return isinstance(value, type) and dataclasses.is_dataclass(value) and hasattr(value, "__pydantic_fields__")


def shapes(section: type) -> dict[str, Shape]:
    """Field name to shape."""
    return {
        name: _shape(found.annotation, found.metadata)
        for name, found in section.__pydantic_fields__.items()  # type: ignore[attr-defined]
    }


def _shape(annotation: object, metadata: Iterable[object] = ()) -> Shape:
    metadata = list(metadata)
    while get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        metadata = [*inner, *metadata]
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        options = [argument for argument in arguments if argument is not types.NoneType]
        return dataclasses.replace(_shape(options[0], metadata), optional=types.NoneType in arguments)
    kinds = next((entry.classes for entry in metadata if isinstance(entry, Kinds)), None)
    if get_origin(annotation) is Literal:
        return Shape(Literal, choices=arguments)
    if get_origin(annotation) is tuple:
        return Shape(tuple, item=_shape(arguments[0]))
    return Shape(get_origin(annotation) or annotation, bounds=_bounds(metadata), kinds=kinds)


def _bounds(metadata: Iterable[object]) -> Bounds:
    found: Bounds = {}
    for entry in metadata:
        for part in entry if isinstance(entry, GroupedMetadata) else (entry,):
            for name, bound in (("ge", Ge), ("gt", Gt), ("le", Le), ("lt", Lt)):
                if isinstance(part, bound):
                    found[name] = getattr(part, name)
    return found
