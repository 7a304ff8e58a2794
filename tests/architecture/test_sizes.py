"""Files, functions and lines that a reader takes in at a glance."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import ROOT, source_files

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE = 300, 50, 120
DATA = {
    "lite_transformer_tf/data/travel_phrases/nouns.py",
    "lite_transformer_tf/data/travel_phrases/topics/clauses.py",
    "lite_transformer_tf/data/travel_phrases/verbs.py",
}
"""Lexicons, which are read like a dictionary."""


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    tests = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    lengths = {path.as_posix(): len(text.splitlines()) for path, text in (source_files() | tests).items()}
    found = {path: length for path, length in lengths.items() if length > LONGEST_FILE}
    assert {path: length for path, length in found.items() if path not in DATA} == {}


def test_no_function_is_longer_than_a_page():
    found = {
        f"{path.as_posix()}:{node.name}": node.end_lineno - node.lineno + 1
        for path, text in source_files().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert found == {}


def test_no_line_is_longer_than_a_screen():
    found = {path.as_posix(): long_lines(path) for path in source_files()}
    assert {path: lines for path, lines in found.items() if lines and path not in DATA} == {}


def long_lines(path: Path) -> list[int]:
    return [number for number, line in enumerate(source_files()[path].split("\n"), start=1) if len(line) > LONGEST_LINE]
