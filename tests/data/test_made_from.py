"""Records of what files were made from: kept for the same, and only as they were written."""

from __future__ import annotations

import json

import pytest

from lite_transformer_tf.data.made_from import SUFFIX, MadeFrom

pytestmark = pytest.mark.light

KEY = {"texts": ["a", "b"], "version": 1}


@pytest.fixture
def made(tmp_path) -> MadeFrom:
    files = {name: tmp_path / f"{name}.bin" for name in ("first", "second")}
    for path in files.values():
        path.write_bytes(path.name.encode())
    record = MadeFrom(tmp_path / f"all{SUFFIX}", files)
    record.write(KEY)
    return record


def test_files_are_kept_for_the_same_key(made):
    assert made.holds(KEY) and made.different(KEY) == []
    assert sorted(json.loads(made.path.read_text())) == ["first", "key", "second"]


@pytest.mark.parametrize(
    "change, names", [({"version": 2}, ["version"]), ({"texts": [], "more": 0}, ["texts", "more"])]
)
def test_another_key_is_told_by_its_names(made, change, names):
    assert made.different({**KEY, **change}) == names and not made.holds({**KEY, **change})


def test_a_file_that_changed_or_is_missing_is_made_anew(made):
    made.files["first"].write_bytes(b"other")
    assert not made.as_written("first") and made.as_written("second") and not made.holds(KEY)
    made.write(KEY)
    assert made.holds(KEY)
    made.files["second"].unlink()
    assert not made.as_written("second") and not made.holds(KEY)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"key": {}}', '{"key": {}, "first": 1, "second": ""}', None])
def test_a_record_that_is_damaged_or_missing_says_nothing(made, content):
    made.path.unlink()
    if content is not None:
        made.path.write_text(content)
    assert made.stored() is None and made.different(KEY) is None and not made.holds(KEY)
    assert not made.as_written("first")
