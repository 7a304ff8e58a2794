"""The API reference as static pages, from the docstrings: `make docs` writes build/docs/index.html.

pdoc reads every name of `lt.__all__` and of the rooms below, offline. A warning of pdoc, a public name that does not
resolve, and a public name without a docstring are errors.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pdoc
import pdoc.render

import lite_transformer_tf as lt

ROOMS = ("layers", "config", "text", "data", "evaluation", "profiling", "compression")
"""What is public beside `lt.NAME`: the packages whose `__all__` is their interface."""

UNRESOLVED = re.compile(r"PydanticDataclass|^Error parsing type annotation .* for \S+\.__init__\. Import of")
"""Warnings about constructors that a decorator wrote: pydantic's refer to a module for type checkers only, and those of
dataclasses to types of the module of an inherited field. Such annotations are shown as they are written."""


def resolved(name: str) -> ModuleType:
    """A module with the names of its `__all__` as plain attributes, for pdoc does not ask `__getattr__`.

    Raises:
        ValueError: One of them has no docstring.
        AttributeError: One of them does not exist.
    """
    module = importlib.import_module(name)
    for public in module.__all__:
        value = getattr(module, public)
        vars(module)[public] = value
        if (inspect.isclass(value) or inspect.isroutine(value)) and not inspect.getdoc(value):
            raise ValueError(f"A public name must have a docstring. Received: {name}.{public}, which has none")
    return module


def build(output: Path) -> list[str]:
    """Writes the pages into a directory.

    Args:
        output: The directory. Existing pages in it are replaced.

    Returns:
        The names of the modules.

    Raises:
        ValueError: pdoc warned of something, or a public name has no docstring.
    """
    names = [lt.__name__, *(f"{lt.__name__}.{room}" for room in ROOMS)]
    for name in names:
        resolved(name)
    pdoc.render.configure(docformat="google", show_source=False, footer_text=f"version {lt.__version__}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pdoc.pdoc(*names, output_directory=output)
    found = {str(warning.message) for warning in caught if not issubclass(warning.category, DeprecationWarning)}
    if wrong := sorted(message for message in found if not UNRESOLVED.search(message)):
        raise ValueError("The API reference must be built without warnings. Received:\n" + "\n".join(wrong))
    return names


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("build/docs"), help="directory (default: %(default)s)")
    arguments = parser.parse_args()
    names = build(arguments.output)
    print(f"{len(names)} modules: {arguments.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
