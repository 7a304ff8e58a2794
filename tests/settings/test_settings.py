"""Sections of settings: reading, defaults, kinds, overrides, and the sentences of errors."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Literal

import pytest
from annotated_types import Interval, MinLen

from lite_transformer_tf.settings import (
    Kinds,
    PositiveFloat,
    PositiveInt,
    SettingsError,
    Share,
    Text,
    apply_overrides,
    differences,
    from_mapping,
    parse_override,
    read_yaml,
    require,
    section,
    to_mapping,
)
from lite_transformer_tf.settings.shapes import shapes


@section
class Shape:
    kind: str
    name: Text = "thing"


SHAPES: Kinds[Shape] = Kinds()


@SHAPES.register
@section
class Circle(Shape):
    kind: Literal["circle"] = "circle"
    radius: PositiveFloat = 1.0


@SHAPES.register
@section
class Box(Shape):
    kind: Literal["box", "cube"] = "box"
    sides: Annotated[tuple[PositiveInt, ...], MinLen(1)] = (1, 2)


@section
class Limits:
    low: int = 0
    high: int | None = None
    share: Share = 0.5

    def __post_init__(self) -> None:
        require(self.high is None or self.low <= self.high, "low", f"must not exceed high, {self.high}", self.low)


@section
class Whole:
    name: str
    shape: Annotated[Shape, SHAPES] = Circle(radius=2.0)
    limits: Limits = Limits(high=10)
    flag: bool = False
    degrees: Annotated[float, Interval(gt=-90, le=90)] = 0.0
    free: dict[str, int] = dataclasses.field(default_factory=dict)


def test_a_section_that_is_given_in_part_keeps_the_rest_of_its_fields_default():
    whole = from_mapping(Whole, {"name": "a", "limits": {"low": 3}, "shape": {"name": "disc"}})
    assert whole.limits == Limits(low=3, high=10) and Limits().high is None
    assert whole.shape == Circle(name="disc", radius=2.0)
    assert from_mapping(Whole, {"name": "a", "limits": None, "shape": None}) == Whole("a")


def test_another_kind_begins_with_its_own_defaults():
    assert from_mapping(Whole, {"name": "a", "shape": {"kind": "cube"}}).shape == Box(kind="cube")
    assert from_mapping(Whole, {"name": "a", "shape": {"kind": "circle"}}).shape == Circle(radius=2.0)
    with pytest.raises(ValueError, match="registered once. Received: 'box' again, in Box"):
        SHAPES.register(Box)


def test_a_section_is_a_frozen_dataclass():
    whole = Whole("a", Box(sides=(4,)))
    assert dataclasses.replace(whole, flag=True) == Whole("a", Box(sides=(4,)), flag=True)
    assert hash(whole.shape) == hash(Box(sides=(4,)))
    assert [field.name for field in dataclasses.fields(Limits)] == ["low", "high", "share"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        whole.flag = True  # type: ignore[misc]
    assert to_mapping(whole)["shape"] == {"kind": "box", "name": "thing", "sides": [4]}
    assert from_mapping(Whole, to_mapping(whole)) == whole


@pytest.mark.parametrize(
    "data, message",
    [
        ({}, "The configuration needs a value for name. Received: none"),
        ({"name": "a", "naem": 1, "b": 2}, "The configuration knows only .*'name'.*. Received: b, naem"),
        (
            {"name": "a", "limits": {"mid": 1}},
            r"The section 'limits' knows only \['high', 'low', 'share'\]. Received: mid",
        ),
        ({"name": "a", "shape": {"sides": [1]}}, "'shape' of kind 'circle' knows only .* Received: sides"),
        (
            {"name": "a", "shape": {"kind": "star"}},
            r"^shape.kind must be one of \['box', 'circle', 'cube'\]. Received: 'star'$",
        ),
        ({"name": "a", "shape": {"kind": "circle", "radius": 0}}, "^shape.radius must be positive. Received: 0$"),
        (
            {"name": "a", "shape": {"kind": "box", "sides": [1, "2"]}},
            r"^shape.sides\[1\] must be a whole number. Received: '2'$",
        ),
        (
            {"name": "a", "shape": {"kind": "box", "sides": []}},
            r"^shape.sides must have at least one entry. Received: \[\]$",
        ),
        ({"name": "a", "shape": {"kind": "box", "sides": 3}}, "^shape.sides must be a list. Received: 3$"),
        ({"name": "a", "shape": {"name": ""}}, "^shape.name must not be empty. Received: ''$"),
        ({"name": "a", "limits": 3}, "^limits must be a section of settings. Received: 3$"),
        ({"name": "a", "limits": {"low": 11}}, "^limits.low must not exceed high, 10. Received: 11$"),
        ({"name": "a", "limits": {"low": 1.5}}, "^limits.low must be a whole number. Received: 1.5$"),
        ({"name": "a", "limits": {"high": "x"}}, "^limits.high must be a whole number, or be null. Received: 'x'$"),
        ({"name": "a", "limits": {"share": 1}}, r"^limits.share must lie in \[0, 1\). Received: 1$"),
        ({"name": "a", "limits": {"share": float("nan")}}, "^limits.share must be a finite number. Received: nan$"),
        ({"name": "a", "degrees": -90}, r"^degrees must lie in \(-90, 90\]. Received: -90$"),
        ({"name": "a", "degrees": True}, "^degrees must be a number. Received: True$"),
        ({"name": "a", "flag": 1}, "^flag must be true or false. Received: 1$"),
        (
            {"name": False},
            "^name must be text: quote it, for YAML reads no, off, yes and on as false and true. Received: False$",
        ),
        ({"name": 3}, "^name must be text. Received: 3$"),
        ({"name": "a", "free": {"x": "y"}}, "^free.x .*Received: 'y'$"),
        ({"name": "a", "free": [1]}, r"^free must be a section of settings. Received: \[1\]$"),
        ([], r"The configuration must be a section of settings. Received: \[\]"),
    ],
)
def test_errors_name_the_setting_and_the_value(data, message):
    with pytest.raises(SettingsError, match=message):
        from_mapping(Whole, data)


def test_all_errors_are_listed_and_the_file_can_be_named():
    with pytest.raises(SettingsError) as raised:
        from_mapping(Whole, {"name": 1, "flag": 2, "limits": {"low": "x"}}, "manifest")
    assert str(raised.value).splitlines() == [
        "manifest.name must be text. Received: 1",
        "manifest.limits.low must be a whole number. Received: 'x'",
        "manifest.flag must be true or false. Received: 2",
    ]


def test_constructors_check_too():
    with pytest.raises(SettingsError, match="^share must lie in"):
        Limits(share=2.0)
    with pytest.raises(SettingsError, match="^share must lie in"):
        Limits(1, 2, 2.0)
    with pytest.raises(SettingsError, match="^low must not exceed high, 2. Received: 3$"):
        dataclasses.replace(Limits(1, 2), low=3)
    with pytest.raises(SettingsError, match="Limits knows only .* Received: middle"):
        Limits(middle=3)  # type: ignore[call-arg]


def test_shapes_tell_what_a_field_takes():
    found = shapes(Whole)
    assert (found["degrees"].kind, found["degrees"].bounds) == (float, {"gt": -90, "le": 90})
    assert set(found["shape"].kinds) == {"circle", "box", "cube"} and found["shape"].section("cube") is Box
    assert found["limits"].section() is Limits and shapes(Limits)["high"].optional
    assert shapes(Box)["sides"].item.bounds == {"ge": 1} and shapes(Box)["kind"].choices == ("box", "cube")


def test_yaml_numbers_with_exponents_are_numbers(tmp_path):
    (tmp_path / "a.yaml").write_text("a: 1e-3\nb: 2E5\nc: .5e1\nd: 1e\ne: '1e-3'\nf: 1.5e-3\n")
    assert read_yaml(tmp_path / "a.yaml") == {"a": 1e-3, "b": 2e5, "c": 5.0, "d": "1e", "e": "1e-3", "f": 1.5e-3}
    assert parse_override("a.b=1e-3") == (["a", "b"], 1e-3)
    (tmp_path / "empty.yaml").write_text("")
    assert read_yaml(tmp_path / "empty.yaml") == {}


def test_overrides():
    assert parse_override("a.b=[1, 2]") == (["a", "b"], [1, 2])
    assert parse_override("a.b=x=y") == (["a", "b"], "x=y")
    for text in ("a.b", "=1", "a..b=1"):
        with pytest.raises(SettingsError, match=r"section\.name=value"):
            parse_override(text)
    with pytest.raises(SettingsError, match="must be YAML: while parsing .* line 1, column 3. Received: 'a=\\[1'"):
        parse_override("a=[1")
    with pytest.raises(SettingsError, match="inside a section"):
        apply_overrides({"a": 1}, ["a.b=2"])
    assert apply_overrides({"a": {"b": 1, "c": 2}}, ["a.b=3", "a.b=4", "d.e=5"]) == {
        "a": {"b": 4, "c": 2},
        "d": {"e": 5},
    }


def test_differences_name_paths():
    old, new = {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1, "c": 4}}
    assert differences(old, new) == ["a.c: 2 -> 4", "d: 3 -> None"]
    assert differences([{"x": 1}], [{"x": 2}], "l") == ["l[0].x: 1 -> 2"]
    assert differences([{"x": 1}], [], "l") == ["l: 1 -> 0 entries"]
    assert differences(old, old) == []
