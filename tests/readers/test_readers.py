"""The one reader of each format: plain values within limits, or one error that says what is wrong and where."""

from __future__ import annotations

import json
import math
import os
import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.readers.errors import DocumentError
from lite_transformer_tf.readers.json_text import DEEPEST, json_lines, parse_json, read_json, read_object
from lite_transformer_tf.readers.yaml_text import MOST, parse_yaml, read_yaml
from lite_transformer_tf.settings.yaml_text import write_yaml
from tests.hard import makers

pytestmark = pytest.mark.light

ROOT = Path(__file__).parents[2]
SLOWEST = 5  # seconds of processor time for a hostile text, on a slow machine
ACCEPTED_JSON = {
    "a number": 3,
    "a list": [1, 2],
    "null": None,
    "an empty object": {},
    "a terminal's commands": {"format": "\x1b[2J\x07"},
}
ACCEPTED_YAML = {
    "a date as a name": {"2020-01-01": 3},
    "a date that is none": {"data": "2020-13-45"},
    "a text": "hello",
    "a list": [1, 2],
    "a truth as a name": {False: 1},
    "half of a pair of surrogates": {"data": {"corpus": "\ud800"}},
}
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", makers.json_texts())
def test_json_is_plain_values_or_one_error(name):
    content, begin = makers.json_texts()[name], time.process_time()
    if name in ACCEPTED_JSON:
        assert parse_json(content) == ACCEPTED_JSON[name]
    else:
        with pytest.raises(DocumentError):
            parse_json(content)
    assert time.process_time() - begin < SLOWEST


@pytest.mark.parametrize("name", makers.yaml_texts())
def test_yaml_is_plain_values_or_one_error(name):
    content, begin = makers.yaml_texts()[name], time.process_time()
    if name in ACCEPTED_YAML:
        assert parse_yaml(content) == ACCEPTED_YAML[name]
    else:
        with pytest.raises(DocumentError) as caught:
            parse_yaml(content)
        assert "\n" not in str(caught.value) and "<unicode string>" not in str(caught.value)
    assert time.process_time() - begin < SLOWEST


@settings(deadline=None, max_examples=50)
@given(PLAIN)
def test_what_was_written_reads_back(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value).encode()) == value


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=4))
def test_settings_that_were_written_read_back(value):
    assert parse_yaml(write_yaml(value)) == value


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes(content):
    for parse in (parse_json, parse_yaml):
        try:
            parse(content)
        except DocumentError:
            pass


def test_the_depth_of_json_is_counted_in_objects_and_lists():
    inside, beyond = ("[" * depth + "]" * depth for depth in (DEEPEST, DEEPEST + 1))
    assert json.dumps(parse_json(inside)) == inside
    assert parse_json(json.dumps("[" * 500)) == "[" * 500, "brackets of a text are no depth"
    with pytest.raises(DocumentError, match="^it is nested too deeply$"):
        parse_json(beyond)


def test_the_place_of_an_error():
    with pytest.raises(DocumentError, match="^Expecting ',' delimiter: line 2 column 3"):
        parse_json('{"a": 1\n  "b": 2}')
    with pytest.raises(DocumentError, match="^it has the name 'b' twice in one section, line 3, column 1$"):
        parse_yaml("b: 1\na: 2\nb: 3")
    with pytest.raises(DocumentError, match="^it has the name 'b' twice in one object$"):
        parse_json('{"b": 1, "a": 2, "b": 3}')


def test_a_byte_order_mark_is_skipped():
    assert parse_json(b"\xef\xbb\xbf[1]") == [1] and parse_yaml(b"\xef\xbb\xbfa: 1") == {"a": 1}


def test_numbers_and_dates_of_yaml():
    assert parse_yaml("[1e-3, 1_000, 0x10, .inf, 2020-01-01, 12:30, yes, ~]") == [
        0.001, 1000, 16, math.inf, "2020-01-01", 750, True, None,
    ]  # fmt: skip


def test_aliases_count_with_all_that_they_stand_for():
    assert parse_yaml("a: &a [1, 2]\nb: *a\nc: {<<: {d: *a}}") == {"a": [1, 2], "b": [1, 2], "c": {"d": [1, 2]}}
    with pytest.raises(DocumentError, match=f"^it has more than {MOST} values$"):
        parse_yaml("a: &a [" + "1, " * 1000 + "]\nb: [" + "*a, " * 1000 + "]")
    with pytest.raises(DocumentError, match="values"):
        parse_yaml("[" + "1," * (MOST + 1) + "]")


def test_files_have_a_largest_size(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}')
    assert read_json(path, largest=8) == {"a": 1} and read_yaml(path, largest=8) == {"a": 1}
    with pytest.raises(DocumentError, match="^A report must be JSON. Received: '.*a.json': it has more than 7 bytes$"):
        read_json(path, "A report", largest=7)
    with pytest.raises(DocumentError, match="^A plan must be YAML: it has more than 7 bytes. Received: '.*a.json'$"):
        read_yaml(path, "A plan", largest=7)
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none.json")


def test_the_fields_of_an_object(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"a": {"b": 1}, "c": "text", "d": true, "e": 2}')
    assert read_object(path, "A report", {"a.b": int, "c": str, "d": bool, "e": float})["c"] == "text"
    for field, kind, received in (
        ("a.c", int, "a whole number as 'a.c'. Received: .* with nothing"),
        ("c.d", str, "text as 'c.d'. Received: .* with nothing"),
        ("c", dict, "an object as 'c'. Received: .* with 'text'"),
        ("d", int, "a whole number as 'd'. Received: .* with True"),
    ):
        with pytest.raises(DocumentError, match=f"^A report must have {received}$"):
            read_object(path, "A report", {field: kind})
    path.write_text("[1]")
    with pytest.raises(DocumentError, match=r"^A report must be a JSON object. Received: '.*', which holds \[1\]$"):
        read_object(path, "A report")


def test_lines_of_json_are_counted():
    assert list(json_lines("a.jsonl", ['{"a": 1}', b"2"])) == [{"a": 1}, 2]
    with pytest.raises(DocumentError, match="^A line of a .jsonl file must be JSON. Received: 'a.jsonl', line 2: Exp"):
        list(json_lines("a.jsonl", ["1", "{"]))


def test_no_other_module_reads_json_or_yaml_by_itself():
    """But for values that the same line has just written."""
    calls = re.compile(r"json\.loads?\(|yaml\.(safe_)?load")
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "lite_transformer_tf").rglob("*.py")
        if path.parent.name != "readers"
        and (lines := [line for line in path.read_text().splitlines() if calls.search(line)])
    }
    assert all("json.dumps(" in line for lines in found.values() for line in lines), found


def test_pyyaml_itself_is_left_as_it_was():
    assert str(yaml.safe_load("2020-01-01").__class__.__name__) == "date" and yaml.safe_load("1e-3") == "1e-3"


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="needs /dev/fd")
def test_a_pipe_is_read_within_the_same_bounds():
    """A configuration may come from `<(command)`."""
    for largest in (100, 7):
        reading, writing = os.pipe()
        os.write(writing, b'{"a": 1}')
        os.close(writing)
        try:
            if largest == 100:
                assert read_json(f"/dev/fd/{reading}", largest=largest) == {"a": 1}
            else:
                with pytest.raises(DocumentError, match="it has more than 7 bytes"):
                    read_json(f"/dev/fd/{reading}", largest=largest)
        finally:
            os.close(reading)
