"""The lines of the table of docs/keras.md: in the quick tests most of them with one model, in the slow ones all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract import files, fitting, training  # noqa: F401 - they register the checks
from tests.contract.models import KINDS
from tests.contract.table import CHECKS, QUICK, WORKS, rendered, shown


@pytest.mark.parametrize("line, kind", QUICK.items())
def test_a_line_with_one_model(line: str, kind: str, tmp_path: Path) -> None:
    result = CHECKS[line](KINDS[kind], tmp_path)
    (row,) = [row for row in shown().splitlines() if row.startswith(f"| {line} |")]
    cell = row.split(" | ")[1 + list(KINDS).index(kind)].removesuffix(" |")
    note = re.fullmatch(r"refused \((\d+)\)", cell)
    if result is None:
        assert cell == WORKS
    else:
        assert note and f"\n({note[1]}) {result}\n" in shown()


def test_the_page_has_these_lines() -> None:
    rows = [row.split(" | ")[0].removeprefix("| ") for row in shown().splitlines() if row.startswith("| ")]
    assert [row for row in rows if not row.startswith(("|", "**"))] == list(CHECKS)


@pytest.mark.slow
def test_all_models_and_the_page_shows_what_came_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    results = {
        (line, name): check(kind, tmp_path_factory.mktemp("contract")) or WORKS
        for line, check in CHECKS.items()
        for name, kind in KINDS.items()
    }
    assert shown() == rendered(results)
