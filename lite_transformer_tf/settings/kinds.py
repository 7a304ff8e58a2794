"""A setting that is one of several sections, told apart by their field `kind`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class Kinds(Generic[T]):
    """A registry of sections, and the annotation of a field that takes any of them.

    Args:
        package: Name of a package. Each of its modules registers its own kind, so a new kind is one new file.

    Example:
        OPTIMIZERS: Kinds[OptimizerConfig] = Kinds(__name__)

        @OPTIMIZERS.register
        @section
        class AdamConfig(OptimizerConfig):
            kind: Literal["adam"] = "adam"

        @section
        class TrainingConfig:
            optimizer: Annotated[OptimizerConfig, OPTIMIZERS] = AdamConfig()
    """

    def __init__(self, package: str | None = None) -> None:
        self._package = package
        self._classes: dict[str, type[T]] = {}

    def register(self, cls: type[T]) -> type[T]:
        """Adds a section whose field `kind` is a `Literal`.

        Raises:
            ValueError: another section has that kind.
        """
        for kind in get_args(cls.__pydantic_fields__["kind"].annotation):  # type: ignore[attr-defined]
            if kind in self._classes:
                raise ValueError(f"A kind is registered once. Received: {kind!r} again, in {cls.__name__}")
            self._classes[kind] = cls
        return cls

    @property
    def classes(self) -> Mapping[str, type[T]]:
        """Kind to section; imports the modules of the package."""
        if self._package is not None:
            package, self._package = importlib.import_module(self._package), None
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{package.__name__}.{module.name}")
        return self._classes

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices: dict[Hashable, CoreSchema] = {kind: handler.generate_schema(cls) for kind, cls in self.classes.items()}
        return core_schema.tagged_union_schema(choices, discriminator="kind")
