"""The plan: every run of a comparison, what is done of it, and how many target tokens it sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality.cases import SEARCH
from benchmarks.quality.runs import BEGUN, DIVERGED, DONE, Comparison, Run


@dataclass(frozen=True)
class Step:
    """A run of the plan.

    Args:
        run: The run.
        state: Its state.
        made: Updates that it has made.
        tokens: Target tokens that it has seen, or will see. `None` where nobody has counted those of an update.
        minutes: Upper bound of its time on two cores. `None` where there is none.
    """

    run: Run
    state: str
    made: int
    tokens: int | None
    minutes: float | None


def steps(comparison: Comparison) -> list[Step]:
    """All runs of a comparison."""
    return [step_of(run) for run in comparison.runs()]


def step_of(run: Run) -> Step:
    """A run with its state. The tokens of a finished run are those that it saw, otherwise an estimate."""
    state = run.state if run.rate is not None else "after the search"
    made = {DONE: run.updates, BEGUN: run.updates_made()}.get(state, 0)
    per_update = run.case.tokens_per_update
    tokens = None if per_update is None else run.updates * per_update
    if state == DONE:
        tokens = int(run.figures["target_tokens"])
    minutes = run.size.minutes
    bound = None if minutes is None else minutes / SEARCH + 1 if run.searches else minutes
    return Step(run, state, made, tokens, bound)


def plan_lines(comparisons: Sequence[Comparison]) -> list[str]:
    """The plan as text: a line per run, and totals per case."""
    lines: list[str] = []
    for comparison in comparisons:
        found = steps(comparison)
        lines += [comparison.case.title, *(line_of(step) for step in found), "  " + total_of(found), ""]
    return [*lines, "all: " + total_of([step for comparison in comparisons for step in steps(comparison)])]


def line_of(step: Step) -> str:
    """One run."""
    run = step.run
    rate = "rate ?" if run.rate is None else f"rate {run.rate:g}"
    tokens = "tokens not counted" if step.tokens is None else f"{step.tokens / 1e6:6.2f}M target tokens"
    bound = "" if step.minutes is None else f"  bound {step.minutes:4.1f} min"
    made = f" ({step.made} of {run.updates})" if step.state == BEGUN else ""
    return f"  {run.place.as_posix():48s} {run.updates:6d} updates  {rate:11s} {tokens}{bound}  {step.state}{made}"


def total_of(found: Sequence[Step]) -> str:
    """Runs, tokens and minutes together."""
    done = sum(step.state in (DONE, DIVERGED) for step in found)
    known = [step.tokens for step in found if step.tokens is not None]
    unknown = f" and those of {len(found) - len(known)} runs that nobody counted" if len(known) < len(found) else ""
    bounds = [step.minutes for step in found if step.minutes is not None]
    rest = sum(step.minutes or 0 for step in found if step.state not in (DONE, DIVERGED))
    time = f"; bound {sum(bounds) / 60:.1f} hours on two cores, {rest / 60:.1f} of them to come" if bounds else ""
    return f"{len(found)} runs, {done} done; {sum(known) / 1e6:.1f}M target tokens{unknown}{time}"
