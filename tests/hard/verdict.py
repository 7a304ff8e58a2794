"""What an outcome is worth: served, refused, or one of the faults that must not happen."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.hard.child import Outcome

SERVED, REFUSED = "served", "refused in one line"
TRACEBACK, HANG, CRASH = "traceback", "over the time limit", "ended by a signal"
MEMORY, OTHER, WORDY, UNNAMED = "over its memory", "another answer", "several lines", "refused without a word"
LOST = "something lost"
FAULTS = (TRACEBACK, HANG, CRASH, MEMORY, OTHER, WORDY, UNNAMED, LOST)
LONGEST = 2000  # characters of a refusal


@dataclass(frozen=True)
class Rule:
    """What a trial may do.

    Args:
        expected: Standard output of the undamaged call; None where any answer is right.
        memory: Bytes that the trial may take.
        lines: Lines that a refusal may have: one for each file or argument that is wrong.
    """

    expected: str | None
    memory: int
    lines: int = 1


def verdict(outcome: Outcome, rule: Rule) -> str:
    """One of SERVED, REFUSED and FAULTS."""
    if outcome.code is None:
        return HANG
    if outcome.traceback:
        return TRACEBACK
    if outcome.code < 0:
        return CRASH
    if outcome.memory > rule.memory:
        return MEMORY
    if outcome.code == 0:
        return SERVED if rule.expected is None or outcome.out == rule.expected else OTHER
    said = _said(outcome.err)
    if not said:
        return UNNAMED
    return REFUSED if len(said) <= rule.lines and len(outcome.err) <= LONGEST else WORDY


def _said(text: str) -> list[str]:
    """The lines of a refusal, without the usage that comes before a wrong option."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and lines[0].startswith("usage: "):
        return [line for line in lines[1:] if not line.startswith(" ")]
    return lines


@dataclass
class Suite:
    """What the trials of one suite came to.

    Args:
        found: Trials by verdict.
        faults: Name, verdict, and the last line of standard error of each trial that is a fault.
        slowest: Seconds of the slowest trial.
        largest: Bytes of memory of the largest trial.
        machine: Where they ran.
    """

    found: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    slowest: float = 0.0
    largest: int = 0
    machine: str = ""

    @property
    def trials(self) -> int:
        """Number of trials."""
        return sum(self.found.values())


@dataclass
class Counts:
    """The suites of many trials, in the order in which they came.

    Args:
        suites: By name.
    """

    suites: dict[str, Suite] = field(default_factory=dict)

    def add(self, suite: str, name: str, outcome: Outcome, rule: Rule, lost: str | None = None) -> str:
        """Counts one outcome; returns its verdict. `lost` says what is not as it was."""
        value = LOST if lost else verdict(outcome, rule)
        counted = self.suites.setdefault(suite, Suite())
        counted.found[value] = counted.found.get(value, 0) + 1
        counted.slowest = max(counted.slowest, outcome.seconds)
        counted.largest = max(counted.largest, outcome.memory)
        if value in FAULTS:
            last = lost or (outcome.err.strip() or outcome.out.strip() or "(nothing)").splitlines()[-1]
            counted.faults.append((name, value, last[:300]))
        return value

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Suite and name, verdict, and what was said, of all faults."""
        return [
            (f"{name}: {trial}", value, said)
            for name, suite in self.suites.items()
            for trial, value, said in suite.faults
        ]
