"""The source files of the project, and who imports whom, read with `ast`: nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("lite_transformer_tf", "train", "export", "benchmarks", "android_demo/tools")
PACKAGE = FOLDERS[0]


@dataclass(frozen=True)
class Module:
    """One module.

    Args:
        path: Path of the file from the root of the project.
        eager: Names that it imports when it is imported.
        lazy: Names that it imports inside functions, or for types only.
    """

    path: Path
    eager: set[str] = field(default_factory=set)
    lazy: set[str] = field(default_factory=set)

    @property
    def all(self) -> set[str]:
        return self.eager | self.lazy


@cache
def source_files() -> dict[Path, str]:
    """Path from the root of the project -> text."""
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in paths}


@cache
def modules() -> dict[str, Module]:
    """Dotted name -> module; a package has the name of its folder."""
    texts = {module_name(path): path for path in source_files()}
    return {name: read_module(path, source_files()[path], texts) for name, path in texts.items()}


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_module(path: Path, text: str, known: Mapping[str, object]) -> Module:
    """The imports of a text: of `from a.b import c`, `a.b.c` where that is a module in `known`, otherwise `a.b`."""
    module = Module(path)
    _read(ast.parse(text), module, known, eager=True)
    return module


def _read(node: ast.AST, module: Module, known: Mapping[str, object], eager: bool) -> None:
    for child in ast.iter_child_nodes(node):
        (module.eager if eager else module.lazy).update(_imported(child, known))
        inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
            isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        )
        _read(child, module, known, eager and not inner)


def _imported(node: ast.AST, known: Mapping[str, object]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0 and node.module, "imports are absolute in this project"
        full = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name if name in known else node.module for name in full)


def room(name: str) -> str:
    """The room of a module, such as `litert.builder` for `lite_transformer_tf.litert.builder.linear`."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return parts[0]
    inside = parts[1:] or ["root"]
    return ".".join(inside[:2]) if inside[0] == "litert" and len(inside) > 1 else inside[0]


def cycles(graph: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Groups of more than one name in which each reaches each other (Tarjan 1972)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for other in sorted(graph[name] & graph.keys()):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == order[name]:
            group = frozenset(stack[stack.index(name) :])
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(group)

    for name in graph:
        if name not in order:
            visit(name)
    return found


def reachable(start: str, graph: Mapping[str, set[str]]) -> dict[str, str]:
    """Everything that importing `start` imports, each name with the one that imports it; parents of names included."""
    found, todo = {start: ""}, [start]
    while todo:
        name = todo.pop()
        parents = {name.rpartition(".")[0]} & graph.keys()
        for other in sorted(graph.get(name, set()) | parents):
            if other not in found:
                found[other] = name
                todo.append(other)
    return found
