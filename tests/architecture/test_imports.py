"""The rooms of the house and the arrows between them; docs/design.md draws them."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, Module, cycles, modules, reachable, read_module, room

ANYBODY = "files limits lines readers settings version"
"""Rooms that every room may import, and that import no room but one another."""

ARROWS = {
    "_allocator": "",
    "_extras": "",
    "_foreign_lines": "",
    "_legacy_keras": "",
    "boundary": "_extras",
    "cores": "",
    "report": "cores",
    "ops": "",
    "text": "",
    "paragraphs": "text",
    "data": "_foreign_lines boundary cores text",
    "operation_counts": "",
    "composite": "ops",
    "litert.builder": "",
    "branches": "composite litert.builder operation_counts ops",
    "layers": "branches composite ops",
    "cells": "branches layers litert.builder operation_counts",
    "config": "branches cells",
    "model_directory": "bundle config weights_file",
    "weights_file": "",
    "shipped": "bundle",
    "restoring": "bundle config litert.graph model_directory profiling shipped weights_file",
    "fairseq": "branches bundle cells config model_directory profiling text",
    "models": "bundle cells composite config layers model_directory ops restoring text",
    "decoding": "branches models paragraphs text",
    "evaluation": "data decoding models text",
    "profiling": "cells config operation_counts",
    "training": "composite config cores data decoding model_directory models ops report restoring text",
    "bundle": "branches litert.builder",
    "litert.graph": "branches cells config litert.builder",
    "litert.runtime": "_foreign_lines branches bundle cores decoding shipped text",
    "litert.quantize": "litert.builder litert.runtime",
    "tasks": "bundle config data decoding evaluation litert.graph litert.runtime model_directory models restoring "
    "shipped text training",
    "exporting": "branches bundle config data decoding evaluation litert.builder litert.graph litert.quantize "
    "litert.runtime model_directory models report tasks text",
    "distillation": "cores data decoding litert.runtime models report tasks text training",
    "compression": "bundle composite data exporting layers litert.graph litert.quantize models profiling report tasks "
    "training",
    "everyday": "data tasks training",
    "cli": "root _extras boundary bundle compression config data decoding distillation evaluation everyday exporting "
    "fairseq litert.quantize litert.runtime model_directory models profiling report shipped tasks training",
    "root": "_allocator _extras _foreign_lines _legacy_keras",
}
"""Room -> the rooms that it may import, in functions too."""

DOORS = ("train", "export", "benchmarks", "android_demo")
"""Programs outside the package. They import all of it, and nobody imports them."""

HEAVY = {"tensorflow", "tensorflow_text", "tensorflow_model_optimization", "tf_keras", "keras", "keras_nlp"}
LIGHT = (
    "boundary",
    "branches",
    "bundle",
    "cells",
    "config",
    "data",
    "fairseq",
    "litert.builder",
    "litert.graph",
    "litert.quantize",
    "litert.runtime",
    "paragraphs",
    "profiling",
    "restoring",
    "shipped",
    "text",
)


def test_no_module_imports_itself_through_others():
    graph = {name: module.eager for name, module in modules().items()}
    assert [sorted(group) for group in cycles(graph)] == []


def test_no_import_inside_a_function_hides_a_cycle():
    graph = {name: module.all for name, module in modules().items()}
    assert [sorted(group) for group in cycles(graph)] == []


def test_the_table_of_arrows_has_every_room_and_one_direction():
    rooms = {room(name) for name in modules()} - set(ANYBODY.split()) - set(DOORS) - {"litert"}
    assert rooms - set(ARROWS) == set()
    table = {name: set(targets.split()) for name, targets in ARROWS.items()}
    assert cycles(table) == []
    assert {target for targets in table.values() for target in targets} <= set(ARROWS)


def test_the_page_on_the_design_has_every_room_on_its_floor():
    page = (Path(__file__).parents[2] / "docs" / "design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", page, re.MULTILINE)
    floors = {name: int(floor) for floor, names in rows for name in re.findall(r"`([\w.]+)`", names)}
    table = {name: targets.split() for name, targets in ARROWS.items()}
    assert floors.keys() == table.keys()
    assert floors == {name: 1 + max((floors[other] for other in table[name]), default=-1) for name in table}
    drawn = re.findall(r"^    (\w.* --> .*)$", page, re.MULTILINE)
    for line in drawn:
        path = [re.sub(r"^.*\[(.*)\]$", r"\1", name) for name in line.split(" --> ")]
        path = [{"graph": "litert.graph", "runtime": "litert.runtime"}.get(name, name) for name in path]
        for imported, importer in itertools.pairwise(path):
            assert imported in table[importer], line


@pytest.mark.parametrize("when", ["eager", "lazy"])
def test_rooms_import_only_what_lies_before_them(when: str):
    wrong = [
        (name, other)
        for name, module in modules().items()
        for other in sorted(getattr(module, when))
        if other in modules() and not allowed(room(name), room(other))
    ]
    assert wrong == []


def allowed(importer: str, imported: str) -> bool:
    if imported == importer or imported in ANYBODY.split():
        return True
    if importer in DOORS:
        return imported not in DOORS
    return imported in ARROWS.get(importer, "").split()


def light_modules() -> list[str]:
    """All modules of the light rooms but the Keras layers of the branches."""
    names = [name for name in modules() if name.startswith(PACKAGE) and room(name) in LIGHT]
    return [name for name in names if not name.endswith("layer")]


def test_the_runtime_part_reaches_no_tensorflow():
    graph = {name: module.eager for name, module in modules().items()}
    for name in light_modules():
        reached = reachable(name, graph)
        heavy = {other: by for other, by in reached.items() if other.split(".")[0] in HEAVY}
        assert heavy == {}, f"{name} reaches {heavy}"


def test_the_reader_of_imports():
    text = """
import numpy as np, a.b
from a.b import c, d
if TYPE_CHECKING:
    import typed
class K:
    import inside_a_class
    def method(self):
        from a import lazy
        return lambda: __import__("x")
try:
    import tried
except ImportError:
    pass
"""
    module = read_module(None, text, {"a.b.c": 0, "a.lazy": 0})
    assert module == Module(None, {"numpy", "a.b", "a.b.c", "inside_a_class", "tried"}, {"typed", "a.lazy"})


def test_the_finder_of_cycles():
    graph = {"a": {"b", "numpy"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}, "g": {"g"}}
    assert sorted(map(sorted, cycles(graph))) == [["a", "b", "c"], ["d", "e"]]
    assert reachable("p.q", {"p.q": {"r"}, "p": {"tensorflow"}, "r": set()}) == {
        "p.q": "",
        "p": "p.q",
        "r": "p.q",
        "tensorflow": "p",
    }
