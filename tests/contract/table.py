"""The table of docs/keras.md: what was tried with each model, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.contract.models import KINDS, Kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keras.md"
BEGIN, END = "<!-- table: python -m tests.contract -->\n", "<!-- end of the table -->\n"
WORKS = "yes"

Check = Callable[[Kind, Path], str | None]
CHECKS: dict[str, Check] = {}
"""What is tried, by its line in the table."""
QUICK: dict[str, str] = {}
"""The model with which a line is tried in the quick tests."""
GROUPS: dict[str, str] = {}
"""The heading above some lines, by the first of them."""


def tried(line: str, group: str | None = None, quick: str | None = "language model") -> Callable[[Check], Check]:
    """Registers a check. It returns nothing when the values are right, or the sentence that refuses.

    Args:
        line: What is tried.
        group: Heading of the lines that begin here.
        quick: The model of the quick tests; None leaves the line to the slow tests, which try it with all models.
    """

    def register(check: Check) -> Check:
        CHECKS[line] = check
        if quick is not None:
            QUICK[line] = quick
        if group is not None:
            GROUPS[line] = group
        return check

    return register


def refusal(call: Callable[[], object]) -> str:
    """The sentence with which a call is refused."""
    with pytest.raises((ValueError, TypeError, NotImplementedError)) as caught:
        call()
    return str(caught.value)


def rendered(results: Mapping[tuple[str, str], str]) -> str:
    """The table, with a footnote for each sentence."""
    notes: list[str] = []

    def cell(result: str) -> str:
        if result == WORKS:
            return result
        if result not in notes:
            notes.append(result)
        return f"refused ({notes.index(result) + 1})"

    lines = [f"| | {' | '.join(kind.title for kind in KINDS.values())} |", f"|---|{'---|' * len(KINDS)}"]
    for line in CHECKS:
        if line in GROUPS:
            lines.append(f"| **{GROUPS[line]}** |{' |' * len(KINDS)}")
        lines.append(f"| {line} | {' | '.join(cell(results[line, name]) for name in KINDS)} |")
    return "\n".join([*lines, "", *(f"({number}) {note}\n" for number, note in enumerate(notes, 1))])


def shown() -> str:
    """The table as the page has it."""
    return PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
