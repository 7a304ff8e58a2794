"""The rooms of the house and the arrows between them; docs/design.md draws them."""

from __future__ import annotations

import pytest

from tests.architecture.source import PACKAGE, Module, cycles, modules, reachable, read_module, room

ANYBODY = "files lines settings version"
"""Rooms that every room may import, and that import no room but one another."""

ARROWS = {
    "_allocator": "",
    "_legacy_keras": "",
    "model_directory": "",
    "report": "",
    "config": "",
    "text": "",
    "data": "text",
    "ops": "",
    "layers": "config ops",
    "models": "config layers model_directory ops text",
    "decoding": "models text",
    "evaluation": "data decoding models",
    "profiling": "config layers models",
    "training": "config data decoding layers model_directory models ops report",
    "tasks": "config data decoding evaluation models text training",
    "litert.graph": "config",
    "bundle": "litert.graph",
    "litert.runtime": "bundle decoding text",
    "litert.quantize": "litert.graph litert.runtime",
    "exporting": "bundle config data decoding evaluation litert.graph litert.quantize litert.runtime models report "
    "text",
    "compression": "bundle data exporting layers litert.graph litert.quantize models profiling report tasks training",
    "cli": "root bundle compression config data decoding evaluation exporting litert.graph litert.quantize "
    "litert.runtime model_directory models profiling report tasks text training",
    "root": "_allocator _legacy_keras",
}
"""Room -> the rooms that it may import, in functions too."""

DOORS = ("train", "export", "benchmarks", "android_demo")
"""Programs outside the package. They import all of it, and nobody imports them."""

KNOWN_ARROWS = {
    ("lite_transformer_tf.decoding.numpy_search", "lite_transformer_tf.litert.runtime.runner"),
    ("lite_transformer_tf.litert.runtime.generator", "lite_transformer_tf.config.encoder_decoder"),
    ("lite_transformer_tf.litert.runtime.generator", "lite_transformer_tf.litert.graph.compiler"),
}
KNOWN_CYCLES = [
    {"lite_transformer_tf.config.encoder_decoder", "lite_transformer_tf.config.language_model"},
    {"lite_transformer_tf.training.callbacks", "lite_transformer_tf.training.loop"},
]
HEAVY = {"tensorflow", "tensorflow_text", "tensorflow_model_optimization", "tf_keras", "keras", "keras_nlp"}
LIGHT = ("bundle", "config", "litert.graph", "litert.quantize", "litert.runtime", "text")


def test_no_module_imports_itself_through_others():
    graph = {name: module.eager for name, module in modules().items()}
    assert [sorted(group) for group in cycles(graph) if group not in KNOWN_CYCLES] == []


def test_no_import_inside_a_function_hides_a_cycle():
    graph = {name: module.all for name, module in modules().items()}
    assert [sorted(group) for group in cycles(graph) if group not in KNOWN_CYCLES] == []


def test_the_table_of_arrows_has_every_room_and_one_direction():
    rooms = {room(name) for name in modules()} - set(ANYBODY.split()) - set(DOORS) - {"litert"}
    assert rooms - set(ARROWS) == set()
    table = {name: set(targets.split()) for name, targets in ARROWS.items()}
    assert cycles(table) == []
    assert {target for targets in table.values() for target in targets} <= set(ARROWS)


@pytest.mark.parametrize("when", ["eager", "lazy"])
def test_rooms_import_only_what_lies_before_them(when: str):
    wrong = [
        (name, other)
        for name, module in modules().items()
        for other in sorted(getattr(module, when))
        if other in modules() and not allowed(room(name), room(other)) and (name, other) not in KNOWN_ARROWS
    ]
    assert wrong == []


def allowed(importer: str, imported: str) -> bool:
    if imported == importer or imported in ANYBODY.split():
        return True
    if importer in DOORS:
        return imported not in DOORS
    return imported in ARROWS.get(importer, "").split()


def light_modules() -> list[str]:
    return [name for name in modules() if name.startswith(PACKAGE) and room(name) in LIGHT]


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
