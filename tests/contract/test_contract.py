"""Each line of the table of docs/keras.md with each model; the page shows what came out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract import files, fitting, training  # noqa: F401 - they register the checks
from tests.contract.models import KINDS
from tests.contract.table import CHECKS, WORKS, rendered, shown

RESULTS: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("line", CHECKS)
def test_contract(line: str, kind: str, tmp_path: Path) -> None:
    RESULTS[line, kind] = CHECKS[line](KINDS[kind], tmp_path) or WORKS


def test_the_page_shows_what_came_out() -> None:
    if len(RESULTS) < len(CHECKS) * len(KINDS):
        pytest.skip("Not all lines were tried")
    assert shown() == rendered(RESULTS)
