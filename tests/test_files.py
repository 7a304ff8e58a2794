"""Files and directories are replaced whole or not at all; a text becomes one line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite_transformer_tf.files import (
    atomic_directory,
    atomic_file,
    atomic_write_bytes,
    atomic_write_json,
    atomic_write_text,
)
from lite_transformer_tf.lines import one_line

pytestmark = pytest.mark.light

CHUNKS = st.lists(st.binary(max_size=20), max_size=5)
OLD = st.none() | st.binary(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ERRORS = st.sampled_from([RuntimeError, KeyboardInterrupt, OSError])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(OLD, CHUNKS, st.none() | st.integers(0, 5), ERRORS)
@settings(deadline=None, max_examples=50)
def test_a_file_is_old_until_it_is_new(old, chunks, failure, error):
    """`failure` is the chunk before which the writer fails, if it does."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "folder" / "file"
        if old is not None:
            atomic_write_bytes(path, old)
        before = contents(Path(name))
        failed = False
        try:
            with atomic_file(path) as stream:
                for number, chunk in enumerate(chunks):
                    if number == failure:
                        raise error("writer")
                    stream.write(chunk)
                    assert (path.read_bytes() if path.exists() else None) == old
        except (RuntimeError, KeyboardInterrupt, OSError):
            failed = True
        assert failed == (failure is not None and failure < len(chunks))
        assert contents(Path(name)) == (before if failed else {"folder/file": b"".join(chunks)})


@given(st.none() | st.dictionaries(st.sampled_from("abc"), st.binary(max_size=9), min_size=1), CHUNKS, st.booleans())
@settings(deadline=None, max_examples=50)
def test_a_directory_is_old_until_it_is_new(old, chunks, fails):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "folder"
        for file, content in (old or {}).items():
            atomic_write_bytes(folder / file, content)
        before = contents(Path(name))
        try:
            with atomic_directory(folder, overwrite=True) as temporary:
                for number, chunk in enumerate(chunks):
                    (temporary / str(number)).write_bytes(chunk)
                assert contents(folder) == (old or {})
                if fails:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        new = {f"folder/{number}": chunk for number, chunk in enumerate(chunks)}
        assert contents(Path(name)) == (before if fails else new)
        assert [path.name for path in Path(name).iterdir()] == (["folder"] if old or not fails else [])


def test_a_directory_is_replaced_only_on_request(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    for settings_ in ({}, {"overwrite": True, "marker": "manifest.json"}):
        with pytest.raises(FileExistsError), atomic_directory(tmp_path, **settings_):
            raise AssertionError("the refusal comes first")
    assert contents(tmp_path) == {"letter.txt": b"dear"}


@given(JSON)
@settings(deadline=None, max_examples=50)
def test_json_comes_back(value):
    with tempfile.TemporaryDirectory() as name:
        atomic_write_json(Path(name) / "value.json", value)
        assert json.loads((Path(name) / "value.json").read_bytes()) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": object()}, "\ud800"])
def test_what_is_no_json_leaves_the_old_file(value, tmp_path):
    atomic_write_json(tmp_path / "value.json", 1)
    with pytest.raises((ValueError, TypeError)):
        atomic_write_json(tmp_path / "value.json", value)
    assert contents(tmp_path) == {"value.json": b"1\n"}


@given(st.text())
@settings(deadline=None, max_examples=50)
def test_text_keeps_its_line_ends(text):
    with tempfile.TemporaryDirectory() as name:
        atomic_write_text(Path(name) / "text", text)
        assert (Path(name) / "text").read_bytes() == text.encode()


@given(st.text() | st.text("ab \t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))
@settings(deadline=None, max_examples=100)
def test_one_line(text):
    """It has no tabs or line ends of any kind, and the same words; a second call changes nothing."""
    line = one_line(text)
    assert "\t" not in line and line.splitlines() in ([], [line])
    assert line.split() == text.split() and one_line(line) == line
    if text.splitlines() in ([], [text]) and "\t" not in text:
        assert line == text
