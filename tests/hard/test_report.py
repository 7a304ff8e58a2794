"""The page of the trials is made in parts: each call keeps the counts of the suites that it leaves out."""

from __future__ import annotations

import json

import pytest

from tests.hard.child import Outcome
from tests.hard.report import page, read, stored
from tests.hard.verdict import Counts, Rule

pytestmark = pytest.mark.light
ORDER = ("paths", "texts", "kills: pack")
SERVED = Outcome(0, "", "", 0.5, 3 << 20)
CRASHED = Outcome(-11, "", "it broke", 1.5, 1 << 20)


def counted(suite: str, *outcomes: Outcome) -> Counts:
    counts = Counts()
    for number, outcome in enumerate(outcomes):
        counts.add(suite, f"trial {number}", outcome, Rule(None, 1 << 30))
    return counts


def test_suites_are_kept_replaced_and_put_in_order(tmp_path):
    path = tmp_path / "reliability.json"
    assert read(path) == {}
    stored(path, counted("texts", SERVED, CRASHED), ORDER)
    suites = stored(path, counted("paths", SERVED), ORDER)
    assert list(suites) == list(json.loads(path.read_text())) == ["paths", "texts"]
    written = page(suites, ORDER)
    assert "| paths | 1 | 1 | 0 | 0 | 0.5 | 3 |" in written and "| texts | 2 | 1 | 0 | 1 | 1.5 | 3 |" in written
    assert (
        "| **all** | **3** | **2** | **0** | **1** | | |" in written and "Without counts yet: kills: pack." in written
    )
    assert "- ended by a signal: texts: trial 1: `it broke`" in written
    written = page(stored(path, counted("texts", SERVED, SERVED, SERVED), ORDER), ORDER)
    assert "| texts | 3 | 3 | 0 | 0 | 0.5 | 3 |" in written and "## Faults" not in written
