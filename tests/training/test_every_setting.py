"""Every field of every configuration, found by walking the classes: wrong values are refused, right ones kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lite_transformer_tf.compression.config import CompressionConfig
from lite_transformer_tf.data.config import CorpusConfig, DataConfig, FilesConfig, SummaryDataConfig
from lite_transformer_tf.data.formats import FORMATS
from lite_transformer_tf.decoding.sampling import SamplingOptions
from lite_transformer_tf.settings import SettingsError, from_mapping, load_settings, to_mapping
from lite_transformer_tf.settings.shapes import Shape, shapes
from lite_transformer_tf.settings.yaml_text import parse_yaml, write_yaml
from lite_transformer_tf.tasks.language_model_config import LanguageModelRunConfig
from lite_transformer_tf.tasks.summarization_config import SummarizationConfig
from lite_transformer_tf.training.config import RunConfig
from tests.recipes import PATHS, kind_of

MODEL = {"embed_dim": 16, "kernel_sizes": [3], "heads": 2}
CONFIGS: dict[str, tuple[type, dict[str, Any]]] = {
    "translation": (RunConfig, {"data": {"source": "en", "target": "de"}, "model": MODEL}),
    "summarization": (SummarizationConfig, {"data": {}, "model": MODEL}),
    "language-model": (LanguageModelRunConfig, {"model": MODEL}),
    "compression": (CompressionConfig, {}),
    "sampling": (SamplingOptions, {}),
    "files": (FilesConfig, {}),
    "corpus": (CorpusConfig, {"path": "a.tsv"}),
}
UNBOUNDED = {"decoding.length_penalty"}  # any finite number
NAN, INFINITE = math.nan, math.inf
WRONG: dict[Any, list[Any]] = {
    int: ["many", "5", True, [1], {"a": 1}, 1.5, NAN, INFINITE],
    float: ["many", "0.5", True, [0.5], {"a": 1}, NAN, INFINITE, -INFINITE],
    bool: ["true", 1, 0.0, [True], {"a": True}],
    str: [1, 1.5, False, ["a"], {"a": "b"}, ""],
    Literal: ["other", 1, True, ["files"], {"a": 1}],
    tuple: ["8", 8, True, {"a": 8}],
    CorpusConfig: ["text", 3, True, [1]],
    dict: ["text", 3, True, [1]],
}

Leaf = tuple[str, Shape, dict[str, str]]
"""Path, shape, and the kinds that the sections on the way must have."""


def leaves(kind: type, path: str = "", kinds: dict[str, str] | None = None) -> Iterator[Leaf]:
    kinds = kinds or {}
    for name, shape in shapes(kind).items():
        inner = f"{path}.{name}" if path else name
        if shape.kinds is not None:
            for choice, section in shape.kinds.items():
                yield from leaves(section, inner, {**kinds, inner: choice})
        elif section := shape.section():
            yield from leaves(section, inner, kinds)
        else:
            yield inner, shape, kinds


def sections(kind: type, path: str = "") -> Iterator[str]:
    for name, shape in shapes(kind).items():
        inner = f"{path}.{name}" if path else name
        if shape.kinds is not None:
            yield inner
        elif section := shape.section():
            yield inner
            yield from sections(section, inner)


def with_value(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    return {**data, name: with_value(data.get(name, {}), rest, value) if rest else value}


def wrong_values(shape: Shape) -> list[Any]:
    values = list(WRONG[shape.kind])
    if not shape.optional:
        values.append(None)
    for name, bound in shape.bounds.items():
        step = 1 if name in ("ge", "gt") else -1
        values.append(bound if name in ("gt", "lt") else bound - step)
    if shape.item is not None:
        values += [[value] for value in wrong_values(shape.item)]
    return values


CASES = [
    pytest.param(task, leaf, id=f"{task}:{'+'.join(leaf[2].values())}:{leaf[0]}")
    for task, (kind, _) in CONFIGS.items()
    for leaf in leaves(kind)
]


@pytest.mark.parametrize("task, leaf", CASES)
def test_wrong_kinds_and_ranges_are_refused_by_name(task, leaf):
    (kind, data), (path, shape, kinds) = CONFIGS[task], leaf
    if shape.kind in (int, float):
        assert shape.bounds or path in UNBOUNDED, f"{path}: a number has a range"
    for inner, choice in kinds.items():
        data = with_value(data, f"{inner}.kind", choice)
    for value in wrong_values(shape):
        with pytest.raises(SettingsError) as raised:
            from_mapping(kind, with_value(data, path, value))
        message = str(raised.value)
        assert message.startswith(path) and " must " in message and "Received: " in message, (value, message)


@pytest.mark.parametrize("task", CONFIGS)
def test_what_is_no_section_is_refused(task):
    kind, data = CONFIGS[task]
    for path in sections(kind):
        for value in ("text", 3, True, [1]):
            rule = f"^{path} must be a section of settings(, or be null)?. Received: "
            with pytest.raises(SettingsError, match=rule):
                from_mapping(kind, with_value(data, path, value))
        with pytest.raises(SettingsError, match=f"section '{path}'.* knows only .* Received: novel"):
            from_mapping(kind, with_value(data, f"{path}.novel", 1))


def test_fields_are_found():
    """The walk reaches what the issue of wrong settings named."""
    paths = {leaf[0] for leaf in leaves(RunConfig)}
    assert {
        "training.schedule.peak",
        "training.optimizer.beta_1",
        "vocabulary.size",
        "data.cleaning.max_ratio",
    } <= paths
    assert {"training.schedule.period", "training.optimizer.momentum", "decoding.n_best", "model"} <= paths
    assert "pruning.training.peak" in {leaf[0] for leaf in leaves(CompressionConfig)}


EXAMPLES = 60
SPECIAL = {
    "bits": st.lists(st.sampled_from([4, 8]), min_size=1, max_size=2, unique=True),
    "format": st.sampled_from([*FORMATS, None]),
    "lead": st.sampled_from(["1 sentence", "3 sentences", "10 words"]),
    "model": st.just(MODEL),
    "path": st.text(min_size=1, max_size=8),
}


def values(name: str, shape: Shape) -> st.SearchStrategy[Any]:
    """Values that a field takes."""
    if name in SPECIAL:
        return SPECIAL[name]
    if shape.kinds is not None:
        found = st.one_of(
            [
                mappings(section).map(lambda data, kind=choice: {**data, "kind": kind})
                for choice, section in shape.kinds.items()
            ]
        )
    elif section := shape.section():
        found = mappings(section)
    elif shape.choices:
        found = st.sampled_from(shape.choices)
    elif shape.kind is tuple:
        assert shape.item is not None
        distinct = shape.item.section() is None
        found = st.lists(values(name, shape.item), min_size=distinct, max_size=3, unique=distinct)
    elif shape.kind is int:
        low, high = shape.bounds["ge"], shape.bounds.get("lt", 1 << 40)
        found = st.integers(low, min(high - 1, low + 1000)) | st.integers(low, high - 1)
    elif shape.kind is float:
        bounds = shape.bounds
        low, high = bounds.get("ge", bounds.get("gt", -10.0)), bounds.get("le", bounds.get("lt", 1e6))
        found = st.floats(low, high, exclude_min="gt" in bounds, exclude_max="lt" in bounds)
    else:
        found = {bool: st.booleans(), str: st.text(min_size=1, max_size=8)}[shape.kind]
    return found | st.none() if shape.optional else found


BOUND = {
    CorpusConfig: ("corpus", "split", "paths", "targets"),
    DataConfig: ("pool",),
    SummaryDataConfig: ("extra", "noise", "numbers", "pool"),
}
"""Fields that rules bind to others, and that have tests of their own."""


def mappings(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    """Settings of a section, some of them left out, that its rules allow."""

    def allowed(data: dict[str, Any]) -> bool:
        try:
            from_mapping(kind, data)
        except SettingsError:
            return False
        return True

    bound = {"kind", "dataset", *BOUND.get(kind, ())}
    known = {name: values(name, shape) for name, shape in shapes(kind).items() if name not in bound}
    needed = {
        name: strategy for name, strategy in known.items() if name in ("source", "target", "data", "model", "path")
    }
    if "corpus" in known:
        known["corpus"] = st.sampled_from(["files", *shapes(kind)["corpus"].choices[:2]])
    rest = {name: strategy for name, strategy in known.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=rest).filter(allowed)


@pytest.mark.parametrize("task", CONFIGS)
def test_round_trip_through_yaml(task):
    kind = CONFIGS[task][0]

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(mappings(kind))
    def check(data):
        config = from_mapping(kind, data)
        text = write_yaml(to_mapping(config))
        assert from_mapping(kind, parse_yaml(text)) == config
        assert from_mapping(kind, yaml.safe_load(text)) == config

    check()


STORED = {
    "iwslt14_de_en": RunConfig,
    "multi30k_en_de": RunConfig,
    "acl_titles": SummarizationConfig,
    "wikitext103": LanguageModelRunConfig,
}


@pytest.mark.parametrize("name", STORED)
def test_a_configuration_that_an_earlier_version_stored_is_read(name):
    """It lists the settings of every optimizer and schedule, whatever the kind; it means what the recipe means."""
    kind = STORED[name]
    stored = load_settings(kind, Path(__file__).parent / "stored" / f"{name}.yaml")
    recipe = load_settings(kind, Path("train/configs") / f"{name}.yaml")
    assert replace(stored, training=recipe.training) == recipe
    assert stored.training.fitted(1000) == recipe.training.fitted(1000), "what a recipe leaves open was a number"
    optimizer = to_mapping(stored)["training"]["optimizer"]
    assert ("momentum" in optimizer) == (optimizer["kind"] != "adam") and ("nesterov" in optimizer) == (
        optimizer["kind"] == "sgd"
    )


def test_a_stored_setting_that_was_changed_is_not_dropped():
    data = parse_yaml((Path(__file__).parent / "stored" / "multi30k_en_de.yaml").read_text())
    data["training"]["optimizer"]["momentum"] = 0.5
    with pytest.raises(SettingsError, match="'training.optimizer' of kind 'adam' knows only .* Received: momentum"):
        RunConfig.from_dict(RunConfig.upgraded(data))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_recipes_are_valid(path):
    kind = kind_of(path)
    config = load_settings(kind, path)
    assert kind.from_dict(yaml.safe_load(config.to_yaml())) == config
